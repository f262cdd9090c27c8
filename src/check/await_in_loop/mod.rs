//! Finds loops that await independent work one item after the other.
//!
//! A finding asks for a change of order, so every doubt counts against it.

mod region;

mod words;

mod carried;

mod shared;

use std::collections::BTreeMap;

use crate::check::await_in_loop::region::{Loop, loop_of};
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::graph::Confidence;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{SiteId, SiteKind, Value, ValueId};

/// Reports each `for` loop and comprehension once, at its first `await`.
pub(crate) fn await_in_loop(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    // In a test, one after the other is how the story is told.
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        for (found, awaits) in loops_with_awaits(request, module) {
            let region = region::region(request.program.facts(module), found);
            let is_independent = !words::has_order(request, rule, module, &region)
                && !carried::carries(request.program.facts(module), &region)
                && !shared::shares(request, rule, module, &region)
                && awaits.iter().all(|&(_, operand)| {
                    region::is_about_item(request.program.facts(module), &region, operand)
                        && !shared::callee_shares(request, module, operand)
                });
            if let (true, Some(&(site, operand))) = (is_independent, awaits.first()) {
                acc.push(build(request, rule, module, found, site, operand));
            }
        }
    }
}

/// The loops of a module with the awaits whose innermost loop each is, in source order.
fn loops_with_awaits(request: &CheckRequest<'_>, module: ModuleId) -> BTreeMap<Loop, Vec<(SiteId, ValueId)>> {
    let facts = request.program.facts(module);
    let mut loops: BTreeMap<Loop, Vec<(SiteId, ValueId)>> = BTreeMap::new();
    for (site, item) in facts.sites.iter_enumerated() {
        let SiteKind::Await { operand } = item.kind else { continue };
        if let Some(found) = loop_of(facts, item) {
            loops.entry(found).or_default().push((site, operand));
        }
    }
    loops
}

fn build(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    found: Loop,
    site: SiteId,
    operand: ValueId,
) -> Finding {
    let facts = request.program.facts(module);
    let range = facts.sites[site].range;
    let callee = match facts.values[operand] {
        Value::Call(call) => facts.call(call).map_or(operand, |(callee, _)| callee),
        _ => operand,
    };
    let line = (request.text)(module).line_index().line(found.start(facts));
    FindingBuilder::new(rule, request.file(module), Spot::Text(range))
        .function(request.function_name(module, facts.sites[site].place.function))
        .confidence(Confidence::Probable)
        .value(Placeholder::Callee, request.spelling(module, callee))
        .value(Placeholder::Line, line.to_string())
        .finish()
}
