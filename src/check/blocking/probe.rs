//! Tells code that first asks whether an event loop runs.

use crate::base::Id;
use crate::check::request::CheckRequest;
use crate::graph::EdgeId;
use crate::semantic::{Block, ModuleFacts, SiteId, StatementKind};

/// Whether the function that makes a call asks first if a loop runs here: `try: get_running_loop()`. What it does then
/// depends on the answer, and it will not block the loop that it has seen.
pub(super) fn is_behind_probe(request: &CheckRequest<'_>, edge: EdgeId) -> bool {
    let edge = request.graph.edge(edge);
    let Some(caller) = request.graph.function(edge.caller) else { return false };
    let (module, facts, function) = request.located(caller);
    if facts.functions[function].traits.is_async {
        return false;
    }
    request.graph.outgoing(edge.caller).any(|(_, probe)| {
        let name = request.graph.external_name(probe.callee);
        let is_probe =
            name.and_then(|name| request.knowledge.function(name)).is_some_and(|rule| rule.probes_loop);
        is_probe && probe.module == module && probe.site.is_some_and(|site| is_asked(facts, site))
    })
}

/// Whether the answer decides something: the call is tried, or stands in a condition or in an assignment that one reads.
fn is_asked(facts: &ModuleFacts, site: SiteId) -> bool {
    let mut current = Some(facts.sites[site].place.statement);
    while let Some(id) = current {
        let statement = &facts.statements[id];
        if matches!(statement.kind, StatementKind::If | StatementKind::While) {
            return true;
        }
        let parent = statement.parent;
        let is_tried = parent.is_some_and(|parent| {
            facts.statements[parent].kind == StatementKind::Try && statement.block == Block::Body
        });
        if is_tried {
            return true;
        }
        current = parent;
    }
    let statement = facts.sites[site].place.statement;
    let next = statement.index() + 1;
    next < facts.statements.len()
        && facts.statements.iter().nth(next).is_some_and(|next| {
            matches!(next.kind, StatementKind::If) && next.function == facts.statements[statement].function
        })
}
