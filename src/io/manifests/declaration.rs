//! A distribution that a project's files name, and where.

use std::fmt;

use thiserror::Error;

/// All that the manifests of some projects say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifests {
    /// What is declared, in the order of the files and of their lines.
    pub declarations: Vec<Declaration>,
    /// Names of the projects themselves, normalised.
    pub own: Vec<String>,
    /// The files that were read, as shown.
    pub files: Vec<String>,
    /// What is wrong with them.
    pub warnings: Vec<ManifestWarning>,
}

/// A distribution that a file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// Its name, normalised (<https://peps.python.org/pep-0503/#normalized-names>).
    pub name: String,
    /// The versions that will do, without spaces; a version in a lock file. Empty: any.
    pub specifier: String,
    /// Where the environment decides whether it is needed, its condition.
    pub marker: Option<String>,
    /// What the file wants with it.
    pub kind: DeclarationKind,
    /// Who needs it.
    pub group: Group,
    /// The file, as shown.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
}

/// What a file wants with a distribution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeclarationKind {
    /// To have it.
    Requirement,
    /// To bound its version, should anything need it.
    Constraint,
    /// To fix its version; what requires it stands elsewhere.
    Lock,
}

/// Who needs a distribution.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Whoever uses the project.
    Main,
    /// Whoever asks for this extra.
    Extra(String),
    /// Those who work on the project, for this.
    Development(String),
}

impl fmt::Display for Group {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Main => formatter.pad("main"),
            Self::Extra(name) => write!(formatter, "extra {name}"),
            Self::Development(name) => write!(formatter, "group {name}"),
        }
    }
}

/// Something wrong with a manifest; the rest of it, and the other files, count.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
#[error("{file}:{line}: {message}")]
pub struct ManifestWarning {
    /// The file, as shown.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}
