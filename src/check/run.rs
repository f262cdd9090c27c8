//! Runs the selected detectors and puts their findings in order.

use crate::check::async_name_prefix::async_name_prefix;
use crate::check::await_in_loop::await_in_loop;
use crate::check::bad_file::{internal_errors, syntax_errors, unreadable_files};
use crate::check::blocking_call::blocking_call;
use crate::check::coroutine_in_try::coroutine_in_try;
use crate::check::dropped_task::dropped_task;
use crate::check::finding::{Finding, Spot};
use crate::check::never_awaited::never_awaited;
use crate::check::pending_task::pending_task;
use crate::check::request::CheckRequest;
use crate::check::suppression::is_suppressed;
use crate::check::sync_use::sync_use;
use crate::check::unbounded_spawning::unbounded_spawning;
use crate::link::ModuleId;
use crate::rules::CheckRule;

/// All findings of the selected checks, without the suppressed ones, in order of file and place.
pub fn check(request: &CheckRequest<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (code, detector) in DETECTORS {
        if !request.selected.contains(code) {
            continue;
        }
        if let Some(rule) = request.knowledge.check(code) {
            detector(request, rule, &mut findings);
        }
    }
    let modules = modules_by_file(request);
    findings
        .retain(|finding| finding.confidence >= request.least && !is_taken_back(request, &modules, finding));
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| (finding.file, start(finding.spot));
        key(left).cmp(&key(right)).then_with(|| left.code.cmp(&right.code)).then(left.spot.cmp(&right.spot))
    });
    findings
}

type Detector = fn(&CheckRequest<'_>, &CheckRule, &mut Vec<Finding>);

/// Each check's detector, by the code under which its words stand in the rules.
const DETECTORS: [(&str, Detector); 12] = [
    ("AS001", syntax_errors),
    ("AS002", internal_errors),
    ("AS003", unreadable_files),
    ("AS101", blocking_call),
    ("AS201", await_in_loop),
    ("AS204", never_awaited),
    ("AS207", unbounded_spawning),
    ("AS208", dropped_task),
    ("AS210", pending_task),
    ("AS212", coroutine_in_try),
    ("AS213", sync_use),
    ("AS301", async_name_prefix),
];

fn start(spot: Spot) -> u32 {
    match spot {
        Spot::Text(range) => range.start(),
        Spot::Line(_) => 0,
    }
}

/// Modules by the number of their file, sorted.
fn modules_by_file(request: &CheckRequest<'_>) -> Vec<(u32, ModuleId)> {
    let mut modules: Vec<(u32, ModuleId)> =
        request.program.modules.iter_enumerated().map(|(id, module)| (module.file, id)).collect();
    modules.sort_unstable();
    modules
}

/// A comment counts at the finding and at the end of its chain, so that what blocks can be excused once for all.
fn is_taken_back(request: &CheckRequest<'_>, modules: &[(u32, ModuleId)], finding: &Finding) -> bool {
    let Spot::Text(range) = finding.spot else { return false };
    let last = finding.chain.last().map(|hop| (hop.file, hop.range));
    std::iter::once((finding.file, range)).chain(last).any(|(file, range)| {
        let Ok(at) = modules.binary_search_by_key(&file, |(file, _)| *file) else { return false };
        let module = modules[at].1;
        // What others excuse in their code is not excused here.
        let is_own = !request.program.is_third_party(module);
        is_own && is_suppressed(request.program.facts(module), range, &finding.code)
    })
}
