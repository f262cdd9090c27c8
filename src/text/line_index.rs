//! Where the lines of a text start, and which line and column an offset is.

use crate::text::range::TextRange;

/// How many bytes lie between two remembered character counts.
const STRIDE: usize = 1024;

/// A place as people name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LineColumn {
    /// Line, counted from 1.
    pub line: u32,
    /// Column in characters, counted from 1.
    pub column: u32,
}

/// The line starts of one text.
///
/// Lines end at `\n`, `\r\n` and `\r`, as in Python's tokenizer: a form feed does not end one. An offset past the end counts as
/// the end, an offset inside a character as that character's start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineIndex {
    starts: Vec<u32>,
    length: u32,
    /// Characters before every `STRIDE`th byte; empty when each character is one byte.
    characters: Vec<u32>,
}

impl LineIndex {
    /// Reads `text` once.
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for (index, &byte) in bytes.iter().enumerate() {
            let ends_line = match byte {
                b'\n' => true,
                b'\r' => bytes.get(index + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends_line {
                starts.push(index as u32 + 1);
            }
        }
        let characters = if text.is_ascii() { Vec::new() } else { checkpoints(bytes) };
        Self { starts, length: text.len() as u32, characters }
    }

    /// How many lines there are; a text that ends in a line break has an empty last line.
    pub fn line_count(&self) -> u32 {
        self.starts.len() as u32
    }

    /// The line of `offset`, counted from 1.
    pub fn line(&self, offset: u32) -> u32 {
        self.starts.partition_point(|&start| start <= offset) as u32
    }

    /// Line and column of `offset` in the `text` this index was made of.
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let offset = character_start(text, offset.min(self.length));
        let line = self.line(offset);
        let start = self.starts[line as usize - 1];
        let column = self.characters_before(text, offset) - self.characters_before(text, start) + 1;
        LineColumn { line, column }
    }

    /// Offset where `line` starts, if there is such a line.
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get(line.checked_sub(1)? as usize).copied()
    }

    /// Range of `line` with its line break, if there is such a line.
    pub fn full_line_range(&self, line: u32) -> Option<TextRange> {
        let start = self.line_start(line)?;
        let end = self.line_start(line + 1).unwrap_or(self.length);
        Some(TextRange::new(start, end))
    }

    /// The text of `line` without its line break, if there is such a line.
    pub fn line_text<'a>(&self, text: &'a str, line: u32) -> Option<&'a str> {
        let full = self.full_line_range(line)?.get(text)?;
        Some(full.strip_suffix('\n').map_or(full, |rest| rest).trim_end_matches('\r'))
    }

    fn characters_before(&self, text: &str, offset: u32) -> u32 {
        if self.characters.is_empty() {
            return offset;
        }
        let block = offset as usize / STRIDE;
        let known = self.characters[block];
        known + count_characters(&text.as_bytes()[block * STRIDE..offset as usize])
    }
}

fn checkpoints(bytes: &[u8]) -> Vec<u32> {
    let mut total = 0;
    let mut counts = vec![0];
    for block in bytes.chunks(STRIDE) {
        total += count_characters(block);
        counts.push(total);
    }
    counts
}

/// Counts the bytes that start a character.
fn count_characters(bytes: &[u8]) -> u32 {
    bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count() as u32
}

fn character_start(text: &str, offset: u32) -> u32 {
    let mut start = offset as usize;
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    start as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{ProptestConfig, prop_assert_eq, proptest};

    use crate::text::{LineColumn, LineIndex};

    fn check(text: &str, lines: &[&str]) {
        let index = LineIndex::new(text);
        let found: Vec<_> =
            (1..=index.line_count()).map(|line| index.line_text(text, line).unwrap()).collect();
        assert_eq!(found, lines);
        assert_eq!(index.line_text(text, 0), None);
        assert_eq!(index.line_text(text, index.line_count() + 1), None);
    }

    #[test]
    fn every_line_break_of_python_ends_a_line() {
        check("", &[""]);
        check("a", &["a"]);
        check("a\n", &["a", ""]);
        check("a\nb\r\nc\rd", &["a", "b", "c", "d"]);
        check("\r\r\n\n", &["", "", "", ""]);
    }

    #[test]
    fn form_feed_and_unicode_separators_end_no_line() {
        check("a\x0cb\x0bc\u{2028}d\u{85}e\n", &["a\x0cb\x0bc\u{2028}d\u{85}e", ""]);
    }

    #[test]
    fn columns_count_characters() {
        let text = "x\né🦀 = 1";
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, 0), LineColumn { line: 1, column: 1 });
        assert_eq!(index.line_column(text, 4), LineColumn { line: 2, column: 2 });
        assert_eq!(index.line_column(text, 8), LineColumn { line: 2, column: 3 });
    }

    #[test]
    fn offsets_outside_count_as_the_nearest_place() {
        let text = "aé\n";
        let index = LineIndex::new(text);
        assert_eq!(index.line_column(text, 2), LineColumn { line: 1, column: 2 });
        assert_eq!(index.line_column(text, 99), LineColumn { line: 2, column: 1 });
    }

    #[test]
    fn one_line_of_five_megabytes_answers_quickly() {
        let text = "é".repeat(2_500_000);
        let index = LineIndex::new(&text);
        for step in 0..10_000 {
            let column = index.line_column(&text, step * 500).column;
            assert_eq!(column, step * 250 + 1);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]
        #[test]
        fn agrees_with_counting(text in "[aé🦀\r\n\x0c]{0,40}", offset in 0_usize..120) {
            let mut end = offset.min(text.len());
            while !text.is_char_boundary(end) {
                end -= 1;
            }
            let before = &text[..end];
            let breaks_inside = before.ends_with('\r') && text[end..].starts_with('\n');
            let joined = before.replace("\r\n", "\n");
            let joined = joined.strip_suffix('\r').filter(|_| breaks_inside).unwrap_or(&joined);
            let column_extra = usize::from(breaks_inside);
            let lines: Vec<&str> = joined.split(['\n', '\r']).collect();
            let expected = LineColumn {
                line: lines.len() as u32,
                column: (lines.last().unwrap().chars().count() + column_extra) as u32 + 1,
            };
            prop_assert_eq!(LineIndex::new(&text).line_column(&text, offset as u32), expected);
        }
    }
}
