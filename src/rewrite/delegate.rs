//! `yield from x` becomes a loop, since an async generator cannot delegate (PEP 525).

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{indentation, is_first_on_line, newline_at};
use crate::rewrite::refusal::Refusal;
use crate::syntax::Parsed;
use crate::syntax::ast::{Expr, StmtExpr, range_of};
use crate::text::TextRange;

/// Turns the statement `yield from x` into `for item in x:` with `yield item` as its body.
pub(crate) fn delegate(
    acc: &mut Edits,
    _parsed: &Parsed,
    text: &str,
    statement: &StmtExpr,
    is_async: bool,
) -> Result<(), Refusal> {
    let range = range_of(statement);
    let Expr::YieldFrom(node) = &*statement.value else { return Err(Refusal::NodeNotFound { range }) };
    let iterable = range_of(&*node.value);
    if !is_first_on_line(text, range.start()) {
        return Err(Refusal::DelegatesInLine { range });
    }
    let start = TextRange::new(range_of(node).start(), iterable.start());
    // What stands between `yield from` and its operand, a bracket or a line break, stays.
    let between = start.get(text).unwrap_or_default();
    let words = between.trim_start_matches("yield").trim_start().trim_start_matches("from");
    let (word, rest) = ("item", words.trim_start());
    let opening = if is_async { "async for" } else { "for" };
    acc.replace(start, format!("{opening} {word} in {rest}"));
    let newline = newline_at(text, range.start());
    let indentation = indentation(text, range.start());
    let deeper = if indentation.contains('\t') { "\t" } else { "    " };
    acc.close(range.end(), format!(":{newline}{indentation}{deeper}yield {word}"));
    Ok(())
}
