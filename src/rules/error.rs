//! What is wrong with a rule file, and where.

/// A rule file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {message}")]
pub struct RuleError {
    /// The file's path, as it was given.
    pub file: String,
    /// The line, counted from 1.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

/// A rule file being read: makes errors with the right line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) path: &'a str,
    pub(crate) text: &'a str,
}

impl Source<'_> {
    /// An error at a byte offset of the file.
    pub(crate) fn error(&self, offset: usize, message: impl Into<String>) -> RuleError {
        RuleError { file: self.path.to_owned(), line: self.line(offset), message: message.into() }
    }

    /// The line of a byte offset, from 1.
    pub(crate) fn line(&self, offset: usize) -> u32 {
        let newlines = self.text.match_indices('\n').take_while(|(index, _)| *index < offset).count();
        u32::try_from(newlines + 1).unwrap_or(u32::MAX)
    }
}
