//! `yield from x` becomes a loop, since an async generator cannot delegate (PEP 525).

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{indentation, newline_at, token_after, tokens_from};
use crate::rewrite::own_line::{Share, closed_end, share, unit};
use crate::rewrite::refusal::Refusal;
use crate::syntax::Parsed;
use crate::syntax::ast::{Expr, StmtExpr, TokenKind, range_of};
use crate::text::TextRange;

/// Writes a statement as a loop, with `item` for what is handed on.
///
/// ```text
/// yield from f()                 async for item in f():
///                                    yield item
/// ```
pub(crate) fn delegate(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    statement: &StmtExpr,
    item: &str,
    is_async: bool,
) -> Result<(), Refusal> {
    let whole = range_of(statement);
    let Expr::YieldFrom(delegation) = &*statement.value else {
        return Err(Refusal::NodeNotFound { range: whole });
    };
    if range_of(delegation) != whole {
        return Err(Refusal::DelegatesInLine { range: whole });
    }
    let operand = range_of(&*delegation.value);
    let unit = unit(parsed, text);
    let newline = newline_at(text, whole.start());
    let mut indent = indentation(text, whole.start()).to_owned();
    match share(parsed, whole) {
        Share::Alone => {}
        Share::AfterColon => {
            indent.push_str(unit);
            let before = text.get(..whole.start() as usize).unwrap_or_default();
            let gap = before.len() - before.trim_end_matches([' ', '\t']).len();
            let gap = TextRange::new(whole.start() - gap as u32, whole.start());
            acc.replace(gap, format!("{newline}{indent}"));
        }
        Share::WithOthers => return Err(Refusal::DelegatesInLine { range: whole }),
    }
    let from = tokens_from(parsed, whole.start()).iter().find(|token| token.kind() == TokenKind::From);
    let first = from.and_then(|from| token_after(parsed, range_of(from).end()));
    let Some((_, first)) = first else { return Err(Refusal::NodeNotFound { range: whole }) };
    let keyword = if is_async { "async for" } else { "for" };
    acc.replace(TextRange::new(whole.start(), first.start()), format!("{keyword} {item} in "));
    acc.line_after(
        closed_end(parsed, operand).max(whole.end()),
        format!(":{newline}{indent}{unit}yield {item}"),
    );
    Ok(())
}
