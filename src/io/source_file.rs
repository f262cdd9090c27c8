//! A Python file of a project, and what can be odd about it.

use std::path::PathBuf;

use thiserror::Error;

/// One Python file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceFile {
    /// Absolute path.
    pub path: PathBuf,
    /// Path as shown to people: relative to the current folder if it lies there.
    pub display: String,
    /// Path relative to the project's root, with forward slashes.
    pub relative: String,
    /// Dotted name under which Python imports it; files of different package roots may share one.
    pub module: String,
    /// The other dotted name it may be imported by, when it is not sure where imports start.
    pub alternative: Option<String>,
    /// `module`, with an `@` and a place behind it where another file took the plain name: one name, one file, stubs apart.
    pub unique_name: String,
    /// Folder that `module` is relative to. An import looks among the files of its own package root first.
    pub package_root: PathBuf,
    /// Whether it is an `__init__`, so that relative imports start at itself.
    pub is_package: bool,
    /// Whether it is a `.pyi` file.
    pub is_stub: bool,
    /// Whether it lies in the given paths; the others are there to know what the selected ones call.
    pub is_selected: bool,
}

/// Something odd that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum DiscoverWarning {
    /// A file or folder that could not be read.
    #[error("skipped {path}: {message}")]
    Unreadable {
        /// The path as shown.
        path: String,
        /// Why.
        message: String,
    },
    /// Two files that one import could mean; Python takes the first.
    #[error("{first} and {second} are both module `{module}`")]
    SameModule {
        /// The module.
        module: String,
        /// The path of the one that Python imports, as shown.
        first: String,
        /// The path of the other one, as shown.
        second: String,
    },
    /// A configured source root that is no folder.
    #[error("source root {path} is no folder")]
    MissingSourceRoot {
        /// The path as shown.
        path: String,
    },
}
