//! Files, encodings, configuration files and atomic writes: the only floor that touches the system.

mod encoding;

mod cookie;

mod decode;

mod read;

mod write;

mod config_error;

mod config_value;

mod settings_table;

mod config;

pub use config::{Configuration, find_configuration, read_configuration};
pub use config_error::{ConfigError, Expected};
pub use decode::{DecodeError, Decoded, decode};
pub use encoding::{EncodeError, Encoding};
pub use read::{ReadError, read_source};
pub use write::{WriteError, create_file, replace_file};
