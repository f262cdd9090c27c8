//! Why a run could not be made.

use thiserror::Error;

use crate::io::{DiscoverError, EnvironmentError, GitError, PatternError};
use crate::rules::UnknownCode;

/// Why a run could not be made; problems of single files are findings instead.
#[derive(Debug, Error)]
pub enum DriverError {
    /// A given path, or an exclude pattern, is wrong.
    #[error(transparent)]
    Discover(#[from] DiscoverError),
    /// Imports are to be followed, and there is no environment.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// A pattern of the configuration cannot be read.
    #[error(transparent)]
    Pattern(#[from] PatternError),
    /// A check that does not exist is named.
    #[error(transparent)]
    UnknownCode(#[from] UnknownCode),
    /// It is not known what changed.
    #[error("`--diff-base`: {0}")]
    Git(GitError),
    /// An example cannot be tried out.
    #[error("cannot make a temporary folder: {0}")]
    Scratch(std::io::Error),
    /// The system gives no threads.
    #[error("cannot start threads: {0}")]
    Threads(String),
    /// A bug: a phase over the whole program failed.
    #[error("internal error: {0}")]
    Internal(String),
}
