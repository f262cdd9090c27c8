//! Whether one statement can run after another.

use crate::check::parts::{around, nested};
use crate::semantic::{ModuleFacts, StatementId, StatementKind};

/// Whether code can run on from one statement to a later one of the same function, and not only past it.
pub(crate) fn leads_to(facts: &ModuleFacts, from: StatementId, to: StatementId) -> bool {
    let is_around = |outer: StatementId| outer == to || around(facts, to).any(|found| found == outer);
    let mut at = from;
    loop {
        if is_around(at) {
            return true;
        }
        let item = &facts.statements[at];
        if let Some(outer) = item.parent
            && !is_around(outer)
        {
            if ends_block(facts, at) {
                return false;
            }
            at = outer;
            continue;
        }
        // Both stand in blocks of one statement, or in the body of the function.
        let Some(outer) = item.parent else { return true };
        let Some(beside) = std::iter::once(to)
            .chain(around(facts, to))
            .find(|&found| facts.statements[found].parent == Some(outer))
        else {
            return true;
        };
        let is_alternative = matches!(item.kind, StatementKind::Case | StatementKind::Handler)
            || (facts.statements[outer].kind == StatementKind::If
                && facts.statements[beside].block != item.block);
        return !is_alternative;
    }
}

/// Whether the block in which a statement stands is left at its end.
fn ends_block(facts: &ModuleFacts, statement: StatementId) -> bool {
    let item = &facts.statements[statement];
    let Some(outer) = item.parent else { return false };
    let last = nested(facts, outer)
        .filter(|&found| {
            facts.statements[found].parent == Some(outer) && facts.statements[found].block == item.block
        })
        .last();
    last.is_some_and(|last| {
        matches!(
            facts.statements[last].kind,
            StatementKind::Return | StatementKind::Raise | StatementKind::Break | StatementKind::Continue
        )
    })
}
