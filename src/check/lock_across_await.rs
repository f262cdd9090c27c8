//! Finds locks of threads that a coroutine holds while it waits.

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::effects::awaits_inside;
use crate::graph::EdgeKind;
use crate::rules::{Category, CheckRule, Placeholder};
use crate::semantic::{SiteKind, well_known};

/// Reports each `with` in async code that takes a lock of threads and awaits under it: the next task that wants the lock
/// stops the loop, on which the first one would have to go on to release it.
pub(crate) fn lock_across_await(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for module in request.modules() {
        let facts = request.program.facts(module);
        for (site, item) in facts.sites.iter_enumerated() {
            let SiteKind::With { context, is_async: false } = item.kind else { continue };
            if !facts.functions[item.place.function].traits.is_async || !awaits_inside(facts, site) {
                continue;
            }
            let Some(found) = request.graph.site(request.program.site_index(module, site)) else { continue };
            let lock = found.edges.iter().find_map(|&edge| {
                let edge = request.graph.edge(edge);
                let name =
                    request.graph.external_name(edge.callee).filter(|_| edge.kind == EdgeKind::Enter)?;
                is_lock(request, name).then_some((name, edge.confidence))
            });
            let Some((name, confidence)) = lock else { continue };
            let class = name.rsplit_once('.').map_or(name, |(class, _)| class);
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(item.range))
                .function(request.function_name(module, item.place.function))
                .confidence(confidence)
                .value(Placeholder::Callee, request.knowledge.public_name(class))
                .value(Placeholder::Other, request.spelling(module, context));
            acc.push(finding.finish());
        }
    }
}

/// Whether what has this name takes a lock of threads when it is entered.
pub(crate) fn is_lock(request: &CheckRequest<'_>, name: &str) -> bool {
    let Some((class, member)) = name.rsplit_once('.') else { return false };
    let method = request.knowledge.function(&format!("{class}.{}", well_known::ACQUIRE));
    let category = method.and_then(|rule| rule.blocking).map(|blocking| blocking.category);
    member == well_known::ENTER && category == Some(Category::Lock)
}
