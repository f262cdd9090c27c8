//! `f(x)` becomes `await async_f(x)`.

use crate::plan::Callee;
use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{glue, token_after, token_before};
use crate::rewrite::locate::Nodes;
use crate::rewrite::refusal::Refusal;
use crate::syntax::Parsed;
use crate::syntax::ast::{Expr, ExprCall, TokenKind, range_of};
use crate::text::TextRange;

/// Awaits `call` and changes its callee.
pub(crate) fn await_call(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    nodes: &Nodes<'_>,
    call: &ExprCall,
    callee: &Callee,
) -> Result<(), Refusal> {
    open_await(acc, parsed, text, nodes, range_of(call), "");
    change_callee(acc, call, callee)
}

/// Changes the callee of `call` and the names of its keyword arguments.
pub(crate) fn change_callee(acc: &mut Edits, call: &ExprCall, callee: &Callee) -> Result<(), Refusal> {
    match callee {
        Callee::Same => {}
        Callee::Renamed(name) => {
            let range = last_identifier(&call.func)?;
            acc.replace(range, name);
        }
        Callee::LookedUp(by) => {
            let callee = range_of(&*call.func);
            acc.open(callee, format!("{by}("));
            acc.close(callee.end(), ")");
        }
        Callee::Twin { name, keywords } => {
            acc.replace(last_identifier(&call.func)?, name);
            rename_keywords(acc, call, keywords);
        }
        Callee::Replaced { spelling, keywords } => {
            acc.replace(range_of(&*call.func), spelling);
            rename_keywords(acc, call, keywords);
        }
    }
    Ok(())
}

fn rename_keywords(acc: &mut Edits, call: &ExprCall, keywords: &[(String, String)]) {
    for keyword in &call.arguments.keywords {
        let Some(name) = &keyword.arg else { continue };
        let Some((_, new)) = keywords.iter().find(|(old, _)| old == name.as_str()) else { continue };
        acc.replace(range_of(name), new);
    }
}

/// Inserts `await ` and `extra` before the call at `range`, in parentheses where its surroundings bind tighter.
pub(crate) fn open_await(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    nodes: &Nodes<'_>,
    range: TextRange,
    extra: &str,
) {
    let needs_parentheses = nodes.is_base(range) && !is_parenthesized(parsed, range);
    if needs_parentheses {
        acc.open(range, format!("(await {extra}"));
        acc.close(range.end(), ")");
        return;
    }
    acc.open(range, format!("{}await {extra}", glue(text, range.start())));
}

/// Whether the base of an attribute, subscript, call or `await` has parentheses of its own.
pub(crate) fn is_parenthesized(parsed: &Parsed, range: TextRange) -> bool {
    // A base without parentheses is followed by `.`, `[`, `(`, or it follows `await`.
    let opens = token_before(parsed, range.start()).is_some_and(|(kind, _)| kind == TokenKind::Lpar);
    let closes = token_after(parsed, range.end()).is_some_and(|(kind, _)| kind == TokenKind::Rpar);
    opens && closes
}

/// Where the identifier stands that a callee ends with.
pub(crate) fn last_identifier(callee: &Expr) -> Result<TextRange, Refusal> {
    match callee {
        Expr::Name(name) => Ok(range_of(name)),
        Expr::Attribute(attribute) => Ok(range_of(&attribute.attr)),
        _ => Err(Refusal::NamelessCallee { range: range_of(callee) }),
    }
}
