//! A clause that catches everything gets one before it that lets the cancellation of the task through.

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{indentation, newline_at};
use crate::rewrite::own_line::{unit, unit_between};
use crate::semantic::well_known;
use crate::syntax::Parsed;
use crate::syntax::ast::{ExceptHandlerExceptHandler, range_of};
use crate::text::TextRange;

/// Inserts `except asyncio.CancelledError: raise` before `clause`; `is_group` for `except*`.
pub(crate) fn let_cancel_through(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    clause: &ExceptHandlerExceptHandler,
    is_group: bool,
) {
    let range = range_of(clause);
    let newline = newline_at(text, range.start());
    let indent = indentation(text, range.start());
    let first = clause.body.first().map(|first| range_of(first).start());
    let is_below = first.is_some_and(|first| indentation(text, first) != indent);
    let unit = match first {
        Some(first) if is_below => unit_between(text, range.start(), first),
        _ => unit(parsed, text),
    };
    let star = if is_group { "*" } else { "" };
    let class = well_known::CANCELLED_ERROR;
    acc.open(
        TextRange::empty(range.start()),
        format!("except{star} {class}:{newline}{indent}{unit}raise{newline}{indent}"),
    );
}
