//! `f(x)` becomes `await asyncio.to_thread(f, x)`.

use crate::rewrite::await_call::open_await;
use crate::rewrite::edits::Edits;
use crate::rewrite::layout::token_before;
use crate::rewrite::locate::Nodes;
use crate::syntax::Parsed;
use crate::syntax::ast::{Expr, ExprCall, range_of};
use crate::text::TextRange;

/// Lets `via` run `call` in a thread.
///
/// The call's closing parenthesis becomes that of `via`, and its opening one a comma.
pub(crate) fn offload(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    nodes: &Nodes<'_>,
    call: &ExprCall,
    via: &str,
) {
    open_await(acc, parsed, text, nodes, range_of(call), &format!("{via}("));
    let arguments = range_of(&call.arguments);
    let (open, close) = (arguments.start(), arguments.end() - 1);
    let start = start_of_gap(parsed, text, open);
    if call.arguments.is_empty() {
        let inside = TextRange::new(open + 1, close);
        let is_blank = inside.get(text).is_some_and(|inside| inside.chars().all(|c| c == ' ' || c == '\t'));
        let end = if is_blank { close } else { open + 1 };
        acc.replace(TextRange::new(start, end), "");
        return;
    }
    let opening = TextRange::new(start, open + 1);
    if is_bare_generator(call) {
        acc.replace(opening, ", (");
        acc.close(close, ")");
        return;
    }
    let rest = text.get(open as usize + 1..).unwrap_or_default();
    let comma = if rest.starts_with(|c: char| c.is_whitespace()) { "," } else { ", " };
    acc.replace(opening, comma);
}

/// Where the blanks between a callee and its parenthesis start: before `open` unless something else stands between.
fn start_of_gap(parsed: &Parsed, text: &str, open: u32) -> u32 {
    let Some((_, callee_end)) = token_before(parsed, open) else { return open };
    let gap = TextRange::new(callee_end.end().min(open), open);
    let is_blank = gap.get(text).is_some_and(|gap| gap.chars().all(|c| c == ' ' || c == '\t'));
    if is_blank { gap.start() } else { open }
}

/// Whether the only argument is a generator expression that shares the call's parentheses.
fn is_bare_generator(call: &ExprCall) -> bool {
    let [Expr::Generator(generator)] = &*call.arguments.args else { return false };
    call.arguments.keywords.is_empty() && !generator.parenthesized
}
