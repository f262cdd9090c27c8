//! Files, encodings, configuration files and atomic writes: the only floor that touches the system.
