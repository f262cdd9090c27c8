//! What is wrong with a file that is no Python.

use crate::text::TextRange;

/// Something that is not Python.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SyntaxError {
    /// Where.
    pub range: TextRange,
    /// What, in the parser's words.
    pub message: String,
}
