//! Finds calls on the event loop of which nobody can tell what they reach.

use crate::base::Id;
use crate::check::blocking::loop_root;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::graph::{Known, NodeId};
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::SiteKind;

/// Reports calls that are not resolved, in functions that an event loop runs and in sync functions that those call.
pub(crate) fn unresolved_call(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let on_loop = on_loop(request);
    let mut unknown = vec![false; request.program.site_count()];
    for &(index, known) in request.graph.calls() {
        unknown[index] = known == Known::Nothing;
    }
    for module in request.modules() {
        let facts = request.program.facts(module);
        for (site, item) in facts.sites.iter_enumerated() {
            let SiteKind::Call { callee, .. } = item.kind else { continue };
            let node = request.graph.function_node(request.program.function(module, item.place.function));
            if !unknown[request.program.site_index(module, site)]
                || !on_loop[node.index()]
                || facts.is_awaited(site)
            {
                continue;
            }
            let reason = request
                .graph
                .site(request.program.site_index(module, site))
                .and_then(|found| found.incomplete);
            let finding =
                FindingBuilder::new(rule, request.file(module), Spot::Text(facts.sites[site].range))
                    .function(request.function_name(module, item.place.function))
                    .value(Placeholder::Callee, request.spelling(module, callee))
                    .value(Placeholder::Detail, reason.map_or("", |reason| reason.as_str()));
            acc.push(finding.finish());
        }
    }
}

/// For each node, whether its code runs on an event loop.
fn on_loop(request: &CheckRequest<'_>) -> Vec<bool> {
    let mut found = vec![false; request.graph.node_count()];
    let mut waiting: Vec<NodeId> = Vec::new();
    for module in request.program.modules.ids().filter(|&module| !request.program.is_third_party(module)) {
        for function in request.program.facts(module).functions.ids() {
            if loop_root(request, module, function).is_some() {
                waiting.push(request.graph.function_node(request.program.function(module, function)));
            }
        }
    }
    while let Some(node) = waiting.pop() {
        if std::mem::replace(&mut found[node.index()], true) {
            continue;
        }
        let next = request.graph.outgoing(node).filter(|(_, edge)| edge.kind.runs_now());
        waiting.extend(next.map(|(_, edge)| edge.callee));
    }
    found
}
