//! Places `f = sync(async_f)` after a function.

use crate::rewrite::layout::{
    LineEnd, indentation, is_first_on_line, line_start, logical_line_end, newline_at, physical_line_end,
    tokens_from, width,
};
use crate::syntax::Parsed;
use crate::syntax::ast::{StmtFunctionDef, TokenKind, range_of};
use crate::text::TextRange;

/// A wrapper's place and text.
pub(crate) struct Wrapper {
    /// Where it is inserted.
    pub(crate) offset: u32,
    /// Its lines, with the blank lines and line breaks around them.
    pub(crate) text: String,
}

/// The wrapper of `function`: `old = sync(new)` at its indentation, below its body and the comments that belong to it.
pub(crate) fn wrapper(
    parsed: &Parsed,
    text: &str,
    function: &StmtFunctionDef,
    new: &str,
    sync: &str,
) -> Wrapper {
    let range = range_of(function);
    let indentation = indentation(text, range.start());
    let end = end_of_body(parsed, text, range.end(), width(indentation));
    let newline = newline_at(text, line_start(text, range.end()));
    let blank_lines = if indentation.is_empty() { 2 } else { 1 };
    let old = function.name.as_str();
    let block = format!("{}{indentation}{old} = {sync}({new}){newline}", newline.repeat(blank_lines));
    Wrapper { offset: end.offset, text: end.place(&block, newline) }
}

/// Where the async twin of `function` stands, below its body.
pub(crate) fn twin_place(parsed: &Parsed, text: &str, function: &StmtFunctionDef) -> TwinPlace {
    let range = range_of(function);
    let indentation = indentation(text, range.start());
    let end = end_of_body(parsed, text, range.end(), width(indentation));
    let newline = newline_at(text, line_start(text, range.end()));
    let blank_lines = newline.repeat(if indentation.is_empty() { 2 } else { 1 });
    let body = TextRange::new(range.start(), end.offset.max(range.end()));
    TwinPlace { body, end, newline, before: format!("{blank_lines}{indentation}") }
}

/// A function that is repeated, and what stands around its repetition.
pub(crate) struct TwinPlace {
    /// The function, with the comments that belong to it.
    pub(crate) body: TextRange,
    end: LineEnd,
    newline: &'static str,
    before: String,
}

impl TwinPlace {
    /// The insertion of `twin`.
    pub(crate) fn insertion(&self, twin: &str) -> (u32, String) {
        let text = twin.trim_end_matches(['\r', '\n']);
        let block = format!("{}{text}{}", self.before, self.newline);
        (self.end.offset, self.end.place(&block, self.newline))
    }
}

/// The end of the line below which nothing belongs to a body: not even a comment that is indented deeper than its `def`.
fn end_of_body(parsed: &Parsed, text: &str, body_end: u32, def_width: usize) -> LineEnd {
    let mut end = logical_line_end(parsed, text, body_end);
    for token in tokens_from(parsed, end.offset) {
        match token.kind() {
            TokenKind::Comment => {}
            TokenKind::NonLogicalNewline | TokenKind::Indent | TokenKind::Dedent => continue,
            _ => break,
        }
        let comment = range_of(token);
        let start = line_start(text, comment.start());
        let before = text.get(start as usize..comment.start() as usize).unwrap_or_default();
        let is_deeper = is_first_on_line(text, comment.start()) && width(before) > def_width;
        if !is_deeper {
            break;
        }
        end = physical_line_end(text, comment.end());
    }
    end
}
