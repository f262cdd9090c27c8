//! A half-open range of byte offsets into one text.

use std::fmt;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// From `start` up to but without `end`, in bytes; `start <= end` always.
///
/// Ordered by start, then by end.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "(u32, u32)", into = "(u32, u32)")]
pub struct TextRange {
    start: u32,
    end: u32,
}

impl TextRange {
    /// The range `start..end`.
    ///
    /// # Panics
    /// When `start > end`.
    pub const fn new(start: u32, end: u32) -> Self {
        assert!(start <= end, "a range starts before it ends");
        Self { start, end }
    }

    /// The empty range at `offset`, where something can be inserted.
    pub const fn empty(offset: u32) -> Self {
        Self { start: offset, end: offset }
    }

    /// Offset of the first byte.
    pub const fn start(self) -> u32 {
        self.start
    }

    /// Offset after the last byte.
    pub const fn end(self) -> u32 {
        self.end
    }

    /// How many bytes it spans.
    pub const fn len(self) -> u32 {
        self.end - self.start
    }

    /// Whether it spans nothing.
    pub const fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// Whether the byte at `offset` lies in it; the end does not.
    pub const fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }

    /// Whether all of `other` lies in it; a range contains itself and the empty ranges at its ends.
    pub const fn contains_range(self, other: Self) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// Whether both share at least one byte.
    pub const fn intersects(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The smallest range that contains both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The range as indexes.
    pub const fn to_usize(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The part of `text` that it spans, or `None` outside of it or inside a character.
    pub fn get(self, text: &str) -> Option<&str> {
        text.get(self.to_usize())
    }

    /// The part of `text` that it spans.
    ///
    /// # Panics
    /// When the range was not made for this text; [`TextRange::get`] does not.
    pub fn slice(self, text: &str) -> &str {
        &text[self.to_usize()]
    }
}

impl fmt::Debug for TextRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

impl From<TextRange> for (u32, u32) {
    fn from(range: TextRange) -> Self {
        (range.start, range.end)
    }
}

impl TryFrom<(u32, u32)> for TextRange {
    type Error = &'static str;

    fn try_from((start, end): (u32, u32)) -> Result<Self, Self::Error> {
        if start > end {
            return Err("a range ends before it starts");
        }
        Ok(Self { start, end })
    }
}

#[cfg(test)]
mod tests {
    use crate::text::TextRange;

    #[test]
    fn end_is_outside_but_contained_as_a_range() {
        let range = TextRange::new(2, 4);
        assert!(range.contains(2) && range.contains(3) && !range.contains(4));
        assert!(range.contains_range(TextRange::empty(4)));
        assert!(!range.intersects(TextRange::new(4, 6)));
        assert!(!range.intersects(TextRange::empty(2)));
        assert_eq!(range.cover(TextRange::new(7, 9)), TextRange::new(2, 9));
    }

    #[test]
    fn slices_only_on_character_boundaries() {
        assert_eq!(TextRange::new(0, 2).get("éa"), Some("é"));
        assert_eq!(TextRange::new(0, 1).get("éa"), None);
        assert_eq!(TextRange::new(2, 9).get("éa"), None);
        assert_eq!(TextRange::new(2, 3).slice("éa"), "a");
    }

    #[test]
    #[should_panic(expected = "a range starts before it ends")]
    fn cannot_end_before_it_starts() {
        let _ = TextRange::new(2, 1);
    }

    #[test]
    fn cannot_be_read_back_ending_before_it_starts() {
        assert_eq!(serde_json::to_string(&TextRange::new(1, 2)).unwrap(), "[1,2]");
        assert_eq!(serde_json::from_str::<TextRange>("[1,2]").unwrap(), TextRange::new(1, 2));
        assert!(serde_json::from_str::<TextRange>("[2,1]").is_err());
    }
}
