//! Lines, indentation and neighbouring tokens around a place in the text.

use crate::syntax::Parsed;
use crate::syntax::ast::token::Token;
use crate::syntax::ast::{Ranged, TokenKind, range_of};
use crate::text::TextRange;

/// The end of a logical line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineEnd {
    /// After the line break; the end of the text when there is none.
    pub(crate) offset: u32,
    /// Whether a line break ends it.
    pub(crate) is_terminated: bool,
}

impl LineEnd {
    /// `block`, which ends with `newline`, as it is to be inserted here.
    ///
    /// At the end of a text that does not end with a line break, the result does not either.
    pub(crate) fn place(self, block: &str, newline: &str) -> String {
        if self.is_terminated {
            return block.to_owned();
        }
        let block = block.strip_suffix(newline).unwrap_or(block);
        format!("{newline}{block}")
    }
}

/// The line break that new lines near `offset` use: that of its own line, else the first of the text.
pub(crate) fn newline_at(text: &str, offset: u32) -> &'static str {
    let rest = text.get(offset as usize..).unwrap_or_default();
    first_newline(rest).or_else(|| first_newline(text)).unwrap_or("\n")
}

/// After the line break that ends the physical line of `offset`.
pub(crate) fn physical_line_end(text: &str, offset: u32) -> LineEnd {
    let rest = text.get(offset as usize..).unwrap_or_default();
    let Some(at) = rest.find(['\n', '\r']) else {
        return LineEnd { offset: text.len() as u32, is_terminated: false };
    };
    let width = if rest[at..].starts_with("\r\n") { 2 } else { 1 };
    LineEnd { offset: offset + (at + width) as u32, is_terminated: true }
}

/// After the line break that ends the logical line of `offset`, which is outside of brackets.
pub(crate) fn logical_line_end(parsed: &Parsed, text: &str, offset: u32) -> LineEnd {
    let newline = tokens_from(parsed, offset).iter().find(|token| token.kind() == TokenKind::Newline);
    let at = newline.map_or(text.len() as u32, |token| token.start().to_u32());
    physical_line_end(text, at)
}

/// Offset where the physical line of `offset` starts.
pub(crate) fn line_start(text: &str, offset: u32) -> u32 {
    let before = text.get(..offset as usize).unwrap_or_default();
    before.rfind(['\n', '\r']).map_or(0, |at| at + 1) as u32
}

/// Whether only blanks stand before `offset` on its line.
pub(crate) fn is_first_on_line(text: &str, offset: u32) -> bool {
    prefix(text, offset).trim_start_matches('\u{feff}').chars().all(is_blank)
}

/// The indentation of the statement that starts at `offset`, first on its logical line.
pub(crate) fn indentation(text: &str, offset: u32) -> &str {
    let mut start = line_start(text, offset);
    // A statement may start below a line that is only blanks and a backslash.
    while let Some(above) = continued_line_above(text, start) {
        start = above;
    }
    let line = text.get(start as usize..).unwrap_or_default().trim_start_matches('\u{feff}');
    let blanks = &line[..line.find(|c| !is_blank(c)).unwrap_or(line.len())];
    // A form feed starts the count anew.
    blanks.rfind('\x0c').map_or(blanks, |at| &blanks[at + 1..])
}

/// How far `indentation` reaches, with tab stops every eight columns.
pub(crate) fn width(indentation: &str) -> usize {
    indentation.chars().fold(0, |column, c| match c {
        '\t' => (column / 8 + 1) * 8,
        '\x0c' => 0,
        _ => column + 1,
    })
}

/// Whether the line that starts at `offset` is blank; there is no line at the end of the text.
pub(crate) fn is_blank_line(text: &str, offset: u32) -> bool {
    let rest = text.get(offset as usize..).unwrap_or_default();
    rest.find(|c| !is_blank(c)).is_some_and(|at| rest[at..].starts_with(['\n', '\r']))
}

/// A space when text inserted at `offset` would otherwise run into the word or number before it.
pub(crate) fn glue(text: &str, offset: u32) -> &'static str {
    let before = text.get(..offset as usize).unwrap_or_default();
    let is_word = before.ends_with(|c: char| c.is_alphanumeric() || c == '_');
    if is_word { " " } else { "" }
}

/// The tokens that start at `offset` or later.
pub(crate) fn tokens_from(parsed: &Parsed, offset: u32) -> &[Token] {
    let tokens = parsed.tokens();
    &tokens[tokens.partition_point(|token| token.start().to_u32() < offset)..]
}

/// The last token before `offset` that is code, if any.
pub(crate) fn token_before(parsed: &Parsed, offset: u32) -> Option<(TokenKind, TextRange)> {
    let tokens = parsed.tokens();
    let end = tokens.partition_point(|token| token.start().to_u32() < offset);
    let token = tokens[..end].iter().rev().find(|token| !token.kind().is_trivia())?;
    Some((token.kind(), range_of(token)))
}

/// The first token from `offset` on that is code, if any.
pub(crate) fn token_after(parsed: &Parsed, offset: u32) -> Option<(TokenKind, TextRange)> {
    let token = tokens_from(parsed, offset).iter().find(|token| !token.kind().is_trivia())?;
    Some((token.kind(), range_of(token)))
}

fn first_newline(text: &str) -> Option<&'static str> {
    let at = text.find(['\n', '\r'])?;
    let rest = &text[at..];
    Some(if rest.starts_with("\r\n") {
        "\r\n"
    } else if rest.starts_with('\r') {
        "\r"
    } else {
        "\n"
    })
}

fn prefix(text: &str, offset: u32) -> &str {
    text.get(line_start(text, offset) as usize..offset as usize).unwrap_or_default()
}

/// Start of the line above `start`, when it holds only blanks and a backslash.
fn continued_line_above(text: &str, start: u32) -> Option<u32> {
    let above = text.get(..start as usize)?;
    let above = above.strip_suffix("\r\n").or_else(|| above.strip_suffix(['\n', '\r']))?;
    let blanks = above.strip_suffix('\\')?;
    let line = line_start(text, blanks.len() as u32);
    blanks[line as usize..].chars().all(is_blank).then_some(line)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\x0c')
}

#[cfg(test)]
mod tests {
    use crate::rewrite::layout::{LineEnd, glue, indentation, logical_line_end, newline_at, width};
    use crate::syntax::parse;

    #[test]
    fn indentation_is_that_of_the_logical_line() {
        for (text, expected) in
            [("\tdef", "\t"), ("  \\\n def", "  "), (" \x0c  def", "  "), ("x = 1\n    def", "    ")]
        {
            assert_eq!(indentation(text, text.find("def").unwrap() as u32), expected);
        }
    }

    #[test]
    fn tabs_reach_to_the_next_stop() {
        assert_eq!(width("\t"), 8);
        assert_eq!(width("  \t "), 9);
    }

    #[test]
    fn new_lines_end_as_their_neighbours() {
        assert_eq!(newline_at("a\nb\r\n", 2), "\r\n");
        assert_eq!(newline_at("a\rb", 2), "\r");
        assert_eq!(newline_at("a", 0), "\n");
    }

    #[test]
    fn logical_lines_end_after_brackets_and_comments() {
        for (text, offset, is_terminated) in
            [("x = (\n1)  # c\ny", 14, true), ("x; y", 4, false), ("x  ", 3, false)]
        {
            assert_eq!(logical_line_end(&parse(text), text, 1), LineEnd { offset, is_terminated });
        }
    }

    #[test]
    fn words_do_not_run_together() {
        assert_eq!(glue("return(a)", 6), " ");
        assert_eq!(glue("x = (a)", 4), "");
    }
}
