//! The text of one file together with its line index, which is built when it is first asked for.

use std::sync::{Arc, OnceLock};

use crate::text::line_index::{LineColumn, LineIndex};
use crate::text::range::TextRange;

/// The decoded text of one file; cheap to clone.
#[derive(Clone, Debug)]
pub struct SourceText {
    inner: Arc<Inner>,
}

impl SourceText {
    /// Takes `text` as it is.
    pub fn new(text: String) -> Self {
        Self { inner: Arc::new(Inner { text, lines: OnceLock::new() }) }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.inner.text
    }

    /// The line index.
    pub fn line_index(&self) -> &LineIndex {
        self.inner.lines.get_or_init(|| LineIndex::new(&self.inner.text))
    }

    /// Line and column of `offset`.
    pub fn line_column(&self, offset: u32) -> LineColumn {
        self.line_index().line_column(self.as_str(), offset)
    }

    /// The text of `line`, counted from 1, without its line break.
    pub fn line_text(&self, line: u32) -> Option<&str> {
        self.line_index().line_text(self.as_str(), line)
    }

    /// The text of `range`.
    ///
    /// # Panics
    /// When the range was not made for this text.
    pub fn slice(&self, range: TextRange) -> &str {
        range.slice(self.as_str())
    }
}

impl PartialEq for SourceText {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for SourceText {}

#[derive(Debug)]
struct Inner {
    text: String,
    lines: OnceLock<LineIndex>,
}

#[cfg(test)]
mod tests {
    use crate::text::{LineColumn, SourceText, TextRange};

    #[test]
    fn answers_from_one_index() {
        let source = SourceText::new("a = 1\r\nbé = 2\n".to_owned());
        assert_eq!(source.line_text(2), Some("bé = 2"));
        assert_eq!(source.line_column(11), LineColumn { line: 2, column: 4 });
        assert_eq!(source.slice(TextRange::new(7, 10)), "bé");
        assert_eq!(source.clone(), source);
    }
}
