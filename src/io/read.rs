//! Reads one source file.

use std::fs;
use std::io;
use std::path::Path;

use thiserror::Error;

use crate::io::cache::{Digest, digest};
use crate::io::decode::{DecodeError, Decoded, decode};

/// Why a source file could not be read; the other files go on.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The system gave no bytes.
    #[error("cannot read file: {0}")]
    Io(#[from] io::Error),
    /// The bytes are no Python source.
    #[error(transparent)]
    Decode(#[from] DecodeError),
}

/// Reads and decodes the file at `path`, and says what stands for its bytes.
pub fn read_with_digest(path: &Path) -> (Option<Digest>, Result<Decoded, ReadError>) {
    match fs::read(path) {
        Ok(bytes) => (Some(digest(&bytes)), decode(bytes).map_err(ReadError::from)),
        Err(error) => (None, Err(error.into())),
    }
}

/// What stands for the bytes of the file at `path`.
pub fn file_digest(path: &Path) -> Option<Digest> {
    Some(digest(&fs::read(path).ok()?))
}

/// Reads and decodes the file at `path`.
pub fn read_source(path: &Path) -> Result<Decoded, ReadError> {
    let bytes = fs::read(path)?;
    Ok(decode(bytes)?)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::io::read_source;

    #[test]
    fn reads_or_says_why_not() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        assert!(read_source(&path).unwrap_err().to_string().starts_with("cannot read file: "));
        fs::write(&path, b"\xFF").unwrap();
        let message = read_source(&path).unwrap_err().to_string();
        assert_eq!(message, "line 1: byte 0xff at offset 0 is not valid utf-8");
        fs::write(&path, "é\r\n").unwrap();
        assert_eq!(read_source(&path).unwrap().text, "é\r\n");
    }
}
