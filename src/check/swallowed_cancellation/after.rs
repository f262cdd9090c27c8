//! What comes after a clause that swallows: more of the function, the end of a task, or a caller that goes on.

use crate::base::Id;
use crate::check::parts::{around, children, nested, sites_of, suspends};
use crate::check::request::CheckRequest;
use crate::graph::EdgeKind;
use crate::link::ModuleId;
use crate::semantic::{Block, FunctionId, ModuleFacts, StatementId, StatementKind};

/// What a function does after it has swallowed a cancellation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum After {
    /// It waits again.
    Waits,
    /// It raises something else.
    Raises,
    /// It comes to its end.
    Ends,
}

/// What happens after a clause, or after a `with`.
pub(crate) fn after(facts: &ModuleFacts, swallowing: StatementId) -> After {
    let mut at = swallowing;
    let mut leaves_loop = false;
    if facts.statements[swallowing].kind == StatementKind::Handler {
        match children(facts, swallowing).last().map(|last| facts.statements[last].kind) {
            Some(StatementKind::Return) => return After::Ends,
            Some(StatementKind::Continue) => return After::Waits,
            Some(StatementKind::Break) => leaves_loop = true,
            _ => {}
        }
        let Some(outer) = facts.statements[swallowing].parent else { return After::Ends };
        at = outer;
    }
    loop {
        let item = &facts.statements[at];
        leaves_loop &= !is_loop(item.kind);
        if !leaves_loop {
            for next in following(facts, at) {
                if waits(facts, next) {
                    return After::Waits;
                }
                match facts.statements[next].kind {
                    StatementKind::Return => return After::Ends,
                    StatementKind::Raise => return After::Raises,
                    _ => {}
                }
            }
        }
        let Some(outer) = item.parent else { return After::Ends };
        let repeats = is_loop(facts.statements[outer].kind) && item.block == Block::Body;
        if repeats && !leaves_loop {
            return After::Waits;
        }
        at = outer;
    }
}

/// Whether a function looks like all that a task does: something starts it without awaiting it, or it loops around or
/// inside of what is swallowed.
pub(crate) fn is_task(
    request: &CheckRequest<'_>,
    module: ModuleId,
    function: FunctionId,
    swallowing: StatementId,
) -> bool {
    let facts = request.program.facts(module);
    let loops = around(facts, swallowing)
        .chain(nested(facts, swallowing))
        .any(|statement| is_loop(facts.statements[statement].kind));
    let node = request.graph.function_node(request.program.function(module, function));
    loops
        || request.graph.incoming(node).any(|(_, edge)| match edge.kind {
            EdgeKind::Schedule | EdgeKind::RunLoop | EdgeKind::Offload | EdgeKind::Reference => true,
            EdgeKind::Call => {
                let caller = request.program.facts(edge.module);
                edge.site.is_some_and(|site| !caller.is_awaited(site))
            }
            EdgeKind::Implicit
            | EdgeKind::Await
            | EdgeKind::Iterate
            | EdgeKind::Enter
            | EdgeKind::Decorate
            | EdgeKind::Override => false,
        })
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

fn waits(facts: &ModuleFacts, statement: StatementId) -> bool {
    sites_of(facts, statement).any(|site| suspends(&facts.sites[site]))
}
