//! One replacement in a text.

use serde::{Deserialize, Serialize};

use crate::text::range::TextRange;

/// Puts `replacement` where `range` is; an empty range inserts, an empty replacement deletes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Edit {
    /// What goes.
    pub range: TextRange,
    /// What comes instead.
    pub replacement: String,
}

impl Edit {
    /// Inserts `text` before the byte at `offset`.
    pub fn insert(offset: u32, text: impl Into<String>) -> Self {
        Self { range: TextRange::empty(offset), replacement: text.into() }
    }

    /// Deletes `range`.
    pub fn delete(range: TextRange) -> Self {
        Self { range, replacement: String::new() }
    }

    /// Replaces `range` by `text`.
    pub fn replace(range: TextRange, text: impl Into<String>) -> Self {
        Self { range, replacement: text.into() }
    }

    /// Whether it deletes nothing.
    pub fn is_insertion(&self) -> bool {
        self.range.is_empty()
    }
}
