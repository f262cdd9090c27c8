//! A clause that catches everything gets one before it that lets the cancellation of the task through.

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{indentation, newline_at};
use crate::rewrite::own_line::block_unit;
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
    let unit = block_unit(parsed, text, range.start(), first);
    let star = if is_group { "*" } else { "" };
    let class = well_known::CANCELLED_ERROR;
    acc.open(
        TextRange::empty(range.start()),
        format!("except{star} {class}:{newline}{indent}{unit}raise{newline}{indent}"),
    );
}
