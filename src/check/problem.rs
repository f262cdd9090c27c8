//! A file that could not be read, or whose analysis failed.

/// A file that contributes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileProblem {
    /// The caller's number for the file.
    pub file: u32,
    /// Its path as shown.
    pub path: String,
    /// What happened.
    pub kind: FileProblemKind,
    /// In whose words.
    pub detail: String,
}

/// What happened to a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileProblemKind {
    /// It could not be read or decoded; the line, from 1, when one is to blame.
    Unreadable {
        /// The line.
        line: u32,
    },
    /// Its analysis failed.
    Internal,
}
