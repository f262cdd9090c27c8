//! Where imports stand, or would stand, at the head of a file.

use crate::rewrite::layout::{LineEnd, is_blank_line, logical_line_end, physical_line_end};
use crate::syntax::Parsed;
use crate::syntax::ast::{Expr, Stmt, range_of};

/// The head of a file: what comes before its code.
pub(crate) struct Header<'a> {
    /// The last `from __future__` or other import of the leading block, if any.
    pub(crate) last_import: Option<&'a Stmt>,
    /// The first import of the leading block that is not from `__future__`.
    pub(crate) first_plain: Option<&'a Stmt>,
    /// Where imports go when there is no leading block.
    pub(crate) start: Start,
}

/// Where the first import of a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Start {
    /// At the very start, before this offset's line.
    Top(u32),
    /// Below a docstring or a comment.
    Below(LineEnd),
}

/// Reads the head of a file.
pub(crate) fn header<'a>(parsed: &'a Parsed, text: &str) -> Header<'a> {
    let body = parsed.body();
    let (docstring, rest) = match body.split_first() {
        Some((first, rest)) if is_docstring(first) => (Some(first), rest),
        Some(_) | None => (None, body),
    };
    let block = rest.iter().take_while(|stmt| is_import(stmt) || sets_dunder(stmt));
    let imports: Vec<&Stmt> = block.filter(|stmt| is_import(stmt)).collect();
    let start = match docstring {
        Some(docstring) => Start::Below(logical_line_end(parsed, text, range_of(docstring).end())),
        None => below_comments(text),
    };
    Header {
        last_import: imports.last().copied(),
        first_plain: imports.iter().copied().find(|stmt| !is_future(stmt)),
        start,
    }
}

/// Whether `stmt` is `from __future__ import …`.
pub(crate) fn is_future(stmt: &Stmt) -> bool {
    let Stmt::ImportFrom(import) = stmt else { return false };
    import.level == 0 && import.module.as_ref().is_some_and(|module| module.as_str() == "__future__")
}

fn is_import(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::Import(_) | Stmt::ImportFrom(_))
}

fn is_docstring(stmt: &Stmt) -> bool {
    let Stmt::Expr(expression) = stmt else { return false };
    expression.value.is_string_literal_expr()
}

/// `__version__ = …`, which PEP 8 puts among the imports.
fn sets_dunder(stmt: &Stmt) -> bool {
    let Stmt::Assign(assign) = stmt else { return false };
    let [Expr::Name(name)] = assign.targets.as_slice() else { return false };
    name.id.starts_with("__") && name.id.ends_with("__")
}

/// Below the comment that opens the file, unless it is the comment of the first statement.
fn below_comments(text: &str) -> Start {
    let top = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() as u32 } else { 0 };
    let mut offset = top;
    while is_blank_line(text, offset) {
        offset = physical_line_end(text, offset).offset;
    }
    let (mut end, mut interpreter_end) = (None, None);
    while let Some(comment) = comment_line(text, offset) {
        let line_end = physical_line_end(text, offset);
        let is_first = offset == top;
        let is_second = offset > top && physical_line_end(text, top).offset == offset;
        let is_for_interpreter = (is_first && comment.starts_with("#!"))
            || ((is_first || is_second) && (comment.contains("coding:") || comment.contains("coding=")));
        if is_for_interpreter {
            interpreter_end = Some(line_end);
        }
        end = Some(line_end);
        offset = line_end.offset;
    }
    let is_apart = is_blank_line(text, offset) || offset as usize == text.len();
    let end = if is_apart { end } else { interpreter_end };
    end.map_or(Start::Top(top), Start::Below)
}

fn comment_line(text: &str, offset: u32) -> Option<&str> {
    let line = text.get(offset as usize..)?.split(['\n', '\r']).next()?;
    line.trim_start().starts_with('#').then(|| line.trim_start())
}
