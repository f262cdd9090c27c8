//! Lines that belong together since no comment can stand between them: long strings, and lines that a backslash continues.

use rustpython_ast::token::TokenKind;

use crate::syntax::ast::range_of;
use crate::syntax::parse::Parsed;
use crate::text::TextRange;

/// Where a comment at the end of a line would be no comment.
///
/// flake8 joins the same lines, so a `# noqa` behind the last of them means them all.
pub struct BoundLines<'a> {
    text: &'a str,
    /// Disjoint, in order; each holds a line break.
    closed: Vec<TextRange>,
}

impl<'a> BoundLines<'a> {
    /// Reads the tokens of `text`.
    pub fn new(parsed: &Parsed, text: &'a str) -> Self {
        let mut closed = Vec::new();
        let (mut depth, mut outer, mut end) = (0_usize, 0, 0);
        let has_break = |range: TextRange| range.get(text).is_some_and(|text| text.contains(['\n', '\r']));
        for token in parsed.tokens() {
            let range = range_of(token);
            if depth == 0 {
                // Nothing but a backslash lets a line end between two tokens.
                let gap = TextRange::new(end.min(range.start()), range.start());
                if gap.get(text).is_some_and(|gap| gap.contains('\\')) && has_break(gap) {
                    closed.push(gap);
                }
            }
            let kind = token.kind();
            match kind {
                TokenKind::FStringStart | TokenKind::TStringStart => {
                    if depth == 0 {
                        outer = range.start();
                    }
                    depth += 1;
                }
                TokenKind::FStringEnd | TokenKind::TStringEnd => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        let whole = TextRange::new(outer.min(range.end()), range.end());
                        closed.extend(Some(whole).filter(|&whole| has_break(whole)));
                    }
                }
                TokenKind::String if depth == 0 && has_break(range) => closed.push(range),
                _ => {}
            }
            end = end.max(range.end());
        }
        Self { text, closed }
    }

    /// Where the line of `offset` starts, or the first of those that are bound to it.
    pub fn start(&self, offset: u32) -> u32 {
        let mut start = self.line_start(offset);
        while let Some(around) = start.checked_sub(1).and_then(|line_break| self.closed_at(line_break)) {
            start = self.line_start(around.start());
        }
        start
    }

    /// Where the line of `offset` ends, before its line break, or the last of those that are bound to it.
    pub fn end(&self, offset: u32) -> u32 {
        let mut end = self.line_end(offset);
        while let Some(around) = self.closed_at(end) {
            end = self.line_end(around.end());
        }
        end
    }

    fn closed_at(&self, offset: u32) -> Option<TextRange> {
        let next = self.closed.partition_point(|range| range.end() <= offset);
        self.closed.get(next).copied().filter(|range| range.contains(offset))
    }

    fn line_start(&self, offset: u32) -> u32 {
        let before = self.text.as_bytes().get(..offset as usize).unwrap_or_default();
        before.iter().rposition(|&byte| is_break(byte)).map_or(0, |at| at as u32 + 1)
    }

    fn line_end(&self, offset: u32) -> u32 {
        let rest = self.text.as_bytes().get(offset as usize..).unwrap_or_default();
        rest.iter().position(|&byte| is_break(byte)).map_or(self.text.len() as u32, |at| offset + at as u32)
    }
}

fn is_break(byte: u8) -> bool {
    byte == b'\n' || byte == b'\r'
}

#[cfg(test)]
mod tests {
    use crate::syntax::{BoundLines, parse};

    /// What belongs to the line on which `@` would stand.
    fn check(marked: &str, expected: &str) {
        let offset = marked.find('@').unwrap();
        let text = marked.replacen('@', "", 1);
        let parsed = parse(&text);
        let lines = BoundLines::new(&parsed, &text);
        let (start, end) = (lines.start(offset as u32), lines.end(offset as u32));
        assert_eq!(&text[start as usize..end as usize], expected);
    }

    #[test]
    fn plain_and_bracketed_lines_stand_alone() {
        check("a\nb@()\nc\n", "b()");
        check("f(\n    @a,\n    b,\n)\n", "    a,");
        check("a # \\\n@b\n", "b");
        check("@a", "a");
        check("x = '\\\\'\r\n@a\r\n", "a");
    }

    #[test]
    fn backslashes_and_strings_bind() {
        check("x = 1\ny = @a \\\n  + b \\\n  + c\nz\n", "y = a \\\n  + b \\\n  + c");
        check("x = 1\r\ny = a \\\r\n  + @b\r\nz\r\n", "y = a \\\r\n  + b");
        check("f(@a, '''\n#\n''', b)\nc\n", "f(a, '''\n#\n''', b)");
        check("f('''\n''', '''\n''', @b)\nc\n", "f('''\n''', '''\n''', b)");
        check("x = f'''\n{@a(\n)}\n'''\nc\n", "x = f'''\n{a(\n)}\n'''");
    }
}
