//! Whether a function goes on after a clause that swallows.

use crate::base::Id;
use crate::check::parts::{children, sites_of, suspends};
use crate::check::value_name::last_name;
use crate::rules::CheckRule;
use crate::semantic::{Block, ModuleFacts, StatementId, StatementKind};

/// Whether the function waits again after a clause, or after a `with`, or works on a result for its caller, instead of
/// coming to its end.
pub(crate) fn goes_on(facts: &ModuleFacts, rule: &CheckRule, swallowing: StatementId) -> bool {
    let function = facts.statements[swallowing].function;
    let gives_result = facts.functions[function].traits.returns_value;
    let mut at = swallowing;
    let mut leaves_loop = false;
    if facts.statements[swallowing].kind == StatementKind::Handler {
        match children(facts, swallowing).last().map(|last| facts.statements[last].kind) {
            Some(StatementKind::Return) => return false,
            Some(StatementKind::Continue) => return true,
            Some(StatementKind::Break) => leaves_loop = true,
            _ => {}
        }
        let Some(outer) = facts.statements[swallowing].parent else { return false };
        at = outer;
    }
    loop {
        let item = &facts.statements[at];
        leaves_loop &= !is_loop(item.kind);
        if !leaves_loop {
            for next in following(facts, at) {
                let ends =
                    matches!(facts.statements[next].kind, StatementKind::Return | StatementKind::Raise);
                if ends && !waits(facts, next) {
                    return false;
                }
                if waits(facts, next) || (gives_result && !tells(facts, rule, next)) {
                    return true;
                }
            }
        }
        let Some(outer) = item.parent else { return false };
        let repeats = is_loop(facts.statements[outer].kind) && item.block == Block::Body;
        if repeats && !leaves_loop {
            return true;
        }
        at = outer;
    }
}

fn is_loop(kind: StatementKind) -> bool {
    matches!(kind, StatementKind::While | StatementKind::For { .. })
}

/// Statements after another in the same block.
fn following(facts: &ModuleFacts, statement: StatementId) -> impl Iterator<Item = StatementId> + '_ {
    let item = &facts.statements[statement];
    let last = facts.functions[item.function].first_statement.index()
        + facts.functions[item.function].statements as usize;
    let end = item.parent.map_or(last, |parent| facts.statements[parent].end.index());
    let mut next = item.end.index();
    std::iter::from_fn(move || {
        let found = Some(next).filter(|&found| found < end).map(StatementId::from_index)?;
        next = facts.statements[found].end.index();
        Some(found)
    })
    .filter(move |&found| facts.statements[found].block == facts.statements[statement].block)
}

/// Whether a statement only tells of something.
fn tells(facts: &ModuleFacts, rule: &CheckRule, statement: StatementId) -> bool {
    let calls: Vec<&str> =
        sites_of(facts, statement).filter_map(|site| last_name(facts, facts.call(site)?.0)).collect();
    let is_plain =
        matches!(facts.statements[statement].kind, StatementKind::Expression | StatementKind::Pass);
    is_plain && calls.iter().all(|name| rule.has_word("logging", name))
}

fn waits(facts: &ModuleFacts, statement: StatementId) -> bool {
    sites_of(facts, statement).any(|site| suspends(&facts.sites[site]))
}
