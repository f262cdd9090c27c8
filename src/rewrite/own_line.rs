//! Where lines can be added around a statement.

use crate::rewrite::layout::{indentation, token_after, token_before, tokens_from, width};
use crate::rewrite::locate::Nodes;
use crate::syntax::Parsed;
use crate::syntax::ast::{Ranged, TokenKind, range_of};
use crate::text::TextRange;

/// By how much a block is indented that nothing says anything about.
const UNIT: &str = "    ";

/// How a statement shares its logical line with others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Share {
    /// It has the line to itself.
    Alone,
    /// It follows the colon of a compound statement, and nothing follows it: `if x: y`.
    AfterColon,
    /// A semicolon is beside it.
    WithOthers,
}

/// How the simple statement at `range` shares its logical line.
pub(crate) fn share(parsed: &Parsed, range: TextRange) -> Share {
    // Tokens that only structure the text have no place among others.
    let before = parsed.tokens()
        [..parsed.tokens().partition_point(|token| token.start().to_u32() < range.start())]
        .iter()
        .rev()
        .find(|token| {
            !matches!(
                token.kind(),
                TokenKind::Indent | TokenKind::Dedent | TokenKind::Comment | TokenKind::NonLogicalNewline
            )
        });
    let is_followed = tokens_from(parsed, range.end())
        .iter()
        .find(|token| token.kind() != TokenKind::Comment)
        .is_some_and(|token| token.kind() == TokenKind::Semi);
    let is_after = |kind: TokenKind| before.is_some_and(|token| token.kind() == kind);
    if is_followed {
        Share::WithOthers
    } else if before.is_none() || is_after(TokenKind::Newline) {
        Share::Alone
    } else if is_after(TokenKind::Colon) {
        Share::AfterColon
    } else {
        Share::WithOthers
    }
}

/// One step of indentation in the block of a compound statement that starts at `header`: that of its first
/// statement, or, when both share a line, of the text.
pub(crate) fn block_unit<'a>(parsed: &Parsed, text: &'a str, header: u32, first: Option<u32>) -> &'a str {
    match first {
        Some(first) if indentation(text, first) != indentation(text, header) => {
            unit_between(text, header, first)
        }
        _ => unit(parsed, text),
    }
}

/// One step of indentation inside the block whose header starts at `header` and whose first statement at `first`.
fn unit_between(text: &str, header: u32, first: u32) -> &str {
    let (outer, inner) = (indentation(text, header), indentation(text, first));
    match inner.strip_prefix(outer) {
        Some(unit) if width(inner) > width(outer) && !unit.is_empty() => unit,
        _ => UNIT,
    }
}

/// One step of indentation as the text has it: that of its first indented block.
pub(crate) fn unit<'a>(parsed: &Parsed, text: &'a str) -> &'a str {
    let first = parsed.tokens().iter().find(|token| token.kind() == TokenKind::Indent);
    let unit = first.and_then(|token| range_of(token).get(text)).unwrap_or(UNIT);
    if unit.is_empty() { UNIT } else { unit }
}

/// Starts of the physical lines in `range`, its first line aside: those that are blank or begin inside a
/// string are left out, as their blanks are no indentation.
pub(crate) fn line_starts(parsed: &Parsed, text: &str, nodes: &Nodes<'_>, range: TextRange) -> Vec<u32> {
    let Some(inside) = range.get(text) else { return Vec::new() };
    let mut starts = Vec::new();
    let mut offset = range.start();
    for line in inside.split_inclusive('\n') {
        offset += line.len() as u32;
        let is_in_range = offset < range.end();
        let rest = text.get(offset as usize..).unwrap_or_default();
        let is_blank = rest.trim_start_matches([' ', '\t', '\x0c']).starts_with(['\n', '\r']);
        if is_in_range && !is_blank && !is_in_string(parsed, nodes, offset) {
            starts.push(offset);
        }
    }
    starts
}

/// Whether `offset` lies inside a string, the fields of an interpolated one included.
fn is_in_string(parsed: &Parsed, nodes: &Nodes<'_>, offset: u32) -> bool {
    if nodes.is_in_interpolated(offset) {
        return true;
    }
    let tokens = parsed.tokens();
    let after = tokens.partition_point(|token| token.start().to_u32() < offset);
    tokens[..after]
        .last()
        .is_some_and(|token| token.kind() == TokenKind::String && token.end().to_u32() > offset)
}

/// The end of what the parentheses around `range` close, `range` itself when there are none.
pub(crate) fn closed_end(parsed: &Parsed, range: TextRange) -> u32 {
    let (mut start, mut end) = (range.start(), range.end());
    while let (Some((TokenKind::Lpar, open)), Some((TokenKind::Rpar, close))) =
        (token_before(parsed, start), token_after(parsed, end))
    {
        (start, end) = (open.start(), close.end());
    }
    end
}
