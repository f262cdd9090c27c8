//! `asyncio.to_thread(f, x)` becomes `async_f(x)`.

use crate::plan::Callee;
use crate::rewrite::await_call::last_identifier;
use crate::rewrite::edits::Edits;
use crate::rewrite::refusal::Refusal;
use crate::syntax::ast::{ExprCall, range_of};
use crate::text::TextRange;

/// Calls the first argument of `call` with the others.
pub(crate) fn unthread(acc: &mut Edits, text: &str, call: &ExprCall, callee: &Callee) -> Result<(), Refusal> {
    let range = range_of(call);
    let refused = Refusal::NodeNotFound { range };
    let Some(function) = call.arguments.args.first() else { return Err(refused) };
    let function_range = range_of(function);
    match callee {
        Callee::Same => {}
        Callee::Renamed(name) => acc.replace(last_identifier(function)?, name),
        Callee::Twin { .. } | Callee::LookedUp(_) | Callee::Replaced { .. } => return Err(refused),
    }
    let before = TextRange::new(range.start(), function_range.start());
    let rest = TextRange::new(function_range.end(), range.end());
    let (Some(head), Some(tail)) = (before.get(text), rest.get(text)) else { return Err(refused) };
    if head.contains(['#', '\n', '\r']) {
        return Err(refused);
    }
    acc.replace(before, "");
    let comma = tail.find(|c: char| !c.is_whitespace()).filter(|&at| tail[at..].starts_with(','));
    let start = function_range.end();
    match comma {
        Some(at) => {
            let after = &tail[at + 1..];
            let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
            acc.replace(TextRange::new(start, start + (at + 1 + blanks) as u32), "(");
        }
        None => acc.close(start, "("),
    }
    Ok(())
}
