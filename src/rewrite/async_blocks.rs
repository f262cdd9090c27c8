//! `with` becomes `async with`, `for` becomes `async for`.

use std::collections::BTreeSet;

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::glue;
use crate::rewrite::locate::Nodes;
use crate::rewrite::refusal::Refusal;
use crate::syntax::ast::range_of;
use crate::text::TextRange;

/// Makes every `with` async that has one of `items`; all items of a statement must be among them.
pub(crate) fn async_withs(
    acc: &mut Edits,
    nodes: &Nodes<'_>,
    items: &BTreeSet<TextRange>,
) -> Result<(), Refusal> {
    let mut done = BTreeSet::new();
    for &item in items {
        let with = nodes.with_of(item)?;
        let range = range_of(with);
        let is_mixed = with.items.iter().any(|item| !items.contains(&range_of(&item.context_expr)));
        if is_mixed {
            return Err(Refusal::MixedWith { range: item });
        }
        if done.insert(range) && !with.is_async {
            acc.open(TextRange::empty(range.start()), "async ");
        }
    }
    Ok(())
}

/// Makes the `for` over each of `iterables` async.
pub(crate) fn async_fors(
    acc: &mut Edits,
    text: &str,
    nodes: &Nodes<'_>,
    iterables: &BTreeSet<TextRange>,
) -> Result<(), Refusal> {
    for &iterable in iterables {
        let found = nodes.loop_over(iterable)?;
        if !found.is_async {
            acc.open(TextRange::empty(found.start), format!("{}async ", glue(text, found.start)));
        }
    }
    Ok(())
}
