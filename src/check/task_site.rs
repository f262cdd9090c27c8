//! Calls that start a task which only its reference keeps alive.

use crate::check::request::CheckRequest;
use crate::graph::{Confidence, EdgeKind, NodeId};
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::SiteId;

/// The list of words with the names of what starts tasks.
const SPAWNERS: &str = "spawners";

/// The calls, by module and place, that surely start a task through one of the rule's spawners.
pub(crate) fn task_sites(request: &CheckRequest<'_>, rule: &CheckRule) -> Vec<(ModuleId, SiteId)> {
    let spawners = named_nodes(request, rule, SPAWNERS);
    let mut found: Vec<(ModuleId, SiteId)> = spawners
        .iter()
        .flat_map(|&node| request.graph.incoming(node))
        .filter(|(_, edge)| edge.kind == EdgeKind::Call)
        .filter_map(|(_, edge)| Some((edge.module, edge.site?)))
        .filter(|&(module, site)| {
            (request.is_selected)(module) && calls_only(request, &spawners, module, site)
        })
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The nodes of a list of library functions, under all their names.
pub(crate) fn named_nodes(request: &CheckRequest<'_>, rule: &CheckRule, list: &str) -> Vec<NodeId> {
    let mut found = Vec::new();
    for name in rule.words(list) {
        let aliases = request.knowledge.function(name).map_or(&[][..], |function| &function.aliases);
        found.extend(std::iter::once(name).chain(aliases).filter_map(|name| request.graph.external(name)));
        // A method is known under each name of its class.
        let class =
            name.rsplit_once('.').and_then(|(class, last)| Some((request.knowledge.class(class)?, last)));
        if let Some((class, last)) = class {
            let names = class.aliases.iter().map(|alias| format!("{alias}.{last}"));
            found.extend(names.filter_map(|name| request.graph.external(&name)));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// Whether a call reaches these and nothing else, what they run left aside.
pub(crate) fn calls_only(
    request: &CheckRequest<'_>,
    nodes: &[NodeId],
    module: ModuleId,
    site: SiteId,
) -> bool {
    let Some(known) = request.graph.site(request.program.site_index(module, site)) else { return false };
    known.incomplete.is_none()
        && known.edges.iter().all(|&id| {
            let edge = request.graph.edge(id);
            let is_call = matches!(edge.kind, EdgeKind::Call | EdgeKind::Override);
            !is_call || (nodes.contains(&edge.callee) && edge.confidence >= Confidence::Probable)
        })
}
