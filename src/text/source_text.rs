//! The text of one file together with its line index, which is built when it is first asked for.

use std::fmt;
use std::sync::{Arc, LazyLock, OnceLock};

use crate::text::line_index::{LineColumn, LineIndex};
use crate::text::range::TextRange;

/// The decoded text of one file, perhaps read only when it is first asked for; cheap to clone.
#[derive(Clone)]
pub struct SourceText {
    inner: Arc<Inner>,
}

impl SourceText {
    /// Takes `text` as it is.
    pub fn new(text: String) -> Self {
        let text = LazyLock::new(Box::new(|| text) as Reading);
        Self { inner: Arc::new(Inner { text, lines: OnceLock::new() }) }
    }

    /// The text that `read` gives, which is asked at most once.
    pub fn later(read: impl FnOnce() -> String + Send + Sync + 'static) -> Self {
        let text = LazyLock::new(Box::new(read) as Reading);
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

impl fmt::Debug for SourceText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_tuple("SourceText").field(&self.as_str()).finish()
    }
}

type Reading = Box<dyn FnOnce() -> String + Send + Sync>;

struct Inner {
    text: LazyLock<String, Reading>,
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

    #[test]
    fn is_read_when_it_is_asked_for() {
        let source = SourceText::later(|| "a\nb".to_owned());
        assert_eq!(source.line_text(2), Some("b"));
        assert_eq!(source, SourceText::new("a\nb".to_owned()));
    }
}
