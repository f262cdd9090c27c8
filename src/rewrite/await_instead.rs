//! `asyncio.run(f())` becomes `await f()`.

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::glue;
use crate::rewrite::locate::Nodes;
use crate::rewrite::refusal::Refusal;
use crate::syntax::ast::{ExprCall, range_of};
use crate::text::TextRange;

/// Awaits the only argument of `call` in place of it.
pub(crate) fn await_instead(
    acc: &mut Edits,
    text: &str,
    nodes: &Nodes<'_>,
    call: &ExprCall,
) -> Result<(), Refusal> {
    let range = range_of(call);
    let [argument] = &*call.arguments.args else { return Err(Refusal::NodeNotFound { range }) };
    let inner = range_of(argument);
    let (open, close) = if nodes.is_base(range) { ("(", ")") } else { ("", "") };
    let glue = if open.is_empty() { glue(text, range.start()) } else { "" };
    acc.replace(TextRange::new(range.start(), inner.start()), format!("{glue}{open}await "));
    acc.replace(TextRange::new(inner.end(), range.end()), close);
    Ok(())
}
