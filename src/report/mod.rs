//! Output formats, one file each, written to any `Write`.
