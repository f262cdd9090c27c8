//! What can be wrong with a configuration file.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// What is wrong, and where.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The file is no TOML.
    #[error("{}:{line}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u32,
        /// What the parser said.
        message: String,
    },
    /// A key that means nothing.
    #[error("{}:{line}: unknown key `{key}`{}", path.display(), suggest(suggestion.as_deref()))]
    UnknownKey {
        /// The file.
        path: PathBuf,
        /// Line, from 1.
        line: u32,
        /// The key as written, with the tables it stands in.
        key: String,
        /// The key that was probably meant.
        suggestion: Option<String>,
    },
    /// A table lacks a key.
    #[error("{}:{line}: `{table}` needs the key `{key}`", path.display())]
    MissingKey {
        /// The file.
        path: PathBuf,
        /// Line of the table, from 1.
        line: u32,
        /// The table.
        table: String,
        /// The key it lacks.
        key: &'static str,
    },
    /// A key and its other name are both there.
    #[error("{}:{line}: `{key}` is set twice, as `{alias}` means the same", path.display())]
    SetTwice {
        /// The file.
        path: PathBuf,
        /// Line of the second one, from 1.
        line: u32,
        /// The key.
        key: &'static str,
        /// Its other name.
        alias: &'static str,
    },
    /// A value of a type that the key does not take.
    #[error("{}:{line}: `{key}` must be {expected}, not {found}", path.display())]
    WrongType {
        /// The file.
        path: PathBuf,
        /// Line of the value, from 1.
        line: u32,
        /// The key, with the tables it stands in.
        key: String,
        /// What it takes.
        expected: Expected,
        /// The type that is there.
        found: &'static str,
    },
    /// A value of the right type that means nothing.
    #[error("{}:{line}: `{key}` must be {expected}, not `{value}`", path.display())]
    WrongValue {
        /// The file.
        path: PathBuf,
        /// Line of the value, from 1.
        line: u32,
        /// The key, with the tables it stands in.
        key: String,
        /// What it takes.
        expected: Expected,
        /// What is there.
        value: String,
    },
}

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// Text.
    String,
    /// Texts.
    Strings,
    /// Anything, several times.
    Array,
    /// A table.
    Table,
    /// Tables written with double brackets.
    Tables,
    /// True or false.
    Boolean,
    /// A number of threads.
    PositiveInteger,
    /// A Python version.
    Version,
    /// Something that can begin a Python name.
    NamePrefix,
    /// Something that can end a Python name.
    NameSuffix,
    /// Nothing, as there is a prefix.
    NothingBesidePrefix,
    /// What makes a leaf async.
    LeafKind,
    /// How much a finding weighs.
    Level,
    /// In which functions what blocks is reported.
    Scope,
    /// What becomes of a converted function.
    Mode,
    /// When a call goes to a thread.
    Offload,
    /// Text that is not empty.
    NonEmpty,
}

impl std::fmt::Display for Expected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::String => "a string",
            Self::Strings => "an array of strings",
            Self::Array => "an array",
            Self::Table => "a table",
            Self::Tables => "an array of tables",
            Self::Boolean => "true or false",
            Self::PositiveInteger => "a positive integer",
            Self::Version => "a Python version such as \"3.9\" or \"py39\"",
            Self::NamePrefix => "the beginning of a Python name",
            Self::NameSuffix => "the end of a Python name",
            Self::NothingBesidePrefix => "empty beside a prefix",
            Self::LeafKind => "\"await\", \"with\" or \"for\"",
            Self::Level => "\"note\", \"warning\" or \"error\"",
            Self::Scope => "\"loop\" or \"all\"",
            Self::Mode => "\"wrapper\", \"in-place\" or \"twin\"",
            Self::Offload => "\"fallback\", \"never\" or \"always\"",
            Self::NonEmpty => "a string that is not empty",
        })
    }
}

fn suggest(suggestion: Option<&str>) -> String {
    suggestion.map_or_else(String::new, |key| format!("; did you mean `{key}`?"))
}
