//! A half-open range of byte offsets.

use serde::{Deserialize, Serialize};

/// Byte offsets into one text, `start` included and `end` excluded; `start <= end`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
pub struct TextRange {
    start: u32,
    end: u32,
}

impl TextRange {
    /// The range from `start` to `end`.
    ///
    /// # Panics
    ///
    /// When `start > end`.
    pub const fn new(start: u32, end: u32) -> Self {
        assert!(start <= end, "a range does not end before it starts");
        Self { start, end }
    }

    /// Offset of the first byte.
    pub const fn start(self) -> u32 {
        self.start
    }

    /// Offset after the last byte.
    pub const fn end(self) -> u32 {
        self.end
    }

    /// Whether `other` lies within this range.
    pub const fn contains_range(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}
