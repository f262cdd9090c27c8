//! Reports loops whose rounds could be awaited together, and, when asked, all others that await.

use crate::check::await_in_loop::item::{Against, listed};
use crate::check::await_in_loop::reading::{Effort, Readings};
use crate::check::await_in_loop::verdict::{AwaitingLoop, against, awaiting_loops};
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::graph::Confidence;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::Value;

/// The check whose lists of words tell what may be awaited together.
pub(crate) const WORDS: &str = "AS201";

/// The wording for a loop against which only stands that it is part of a test.
const TEST: &str = "test";

/// Reports each loop against which no item of the checklist stands, at its first `await`.
pub(crate) fn await_in_loop(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let mut readings = Readings::new(request, rule, Effort::First);
    // In a test, one after the other is how the story is told.
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        for awaiting in awaiting_loops(request.program.facts(module)) {
            if against(&mut readings, request, rule, module, &awaiting).is_empty() {
                let finding = build(request, rule, module, &awaiting);
                acc.extend(finding.map(|finding| finding.confidence(Confidence::Probable).finish()));
            }
        }
    }
}

/// Reports each other loop that awaits, with the items that stand against awaiting its rounds together.
pub(crate) fn await_in_any_loop(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let Some(words) = request.knowledge.check(WORDS) else { return };
    let mut readings = Readings::new(request, words, Effort::All);
    for module in request.modules() {
        let is_test = request.program.modules[module].is_test;
        for awaiting in awaiting_loops(request.program.facts(module)) {
            let found: Against = against(&mut readings, request, words, module, &awaiting);
            let variant = match found.first() {
                Some(first) => first.name(),
                None if is_test => TEST,
                None => continue,
            };
            let finding = build(request, rule, module, &awaiting);
            acc.extend(
                finding.map(|finding| {
                    finding.variant(variant).value(Placeholder::Detail, listed(&found)).finish()
                }),
            );
        }
    }
}

fn build<'a>(
    request: &CheckRequest<'_>,
    rule: &'a CheckRule,
    module: ModuleId,
    awaiting: &AwaitingLoop,
) -> Option<FindingBuilder<'a>> {
    let facts = request.program.facts(module);
    let &(site, operand) = awaiting.awaits.first()?;
    let range = facts.sites[site].range;
    let callee = match facts.values[operand] {
        Value::Call(call) => facts.call(call).map_or(operand, |(callee, _)| callee),
        _ => operand,
    };
    let line = (request.text)(module).line_index().line(awaiting.found.range(facts).start());
    let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(range))
        .function(request.function_name(module, facts.sites[site].place.function))
        .value(Placeholder::Callee, request.spelling(module, callee))
        .value(Placeholder::Line, line.to_string());
    Some(finding)
}
