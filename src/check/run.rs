//! Runs the selected detectors and puts their findings in order.

use crate::check::async_name::{async_names, sync_names, unrelated_async_names};
use crate::check::async_without_await::async_without_await;
use crate::check::await_in_loop::{await_in_any_loop, await_in_loop};
use crate::check::await_without_timeout::await_without_timeout;
use crate::check::bad_file::{internal_errors, syntax_errors, unreadable_files};
use crate::check::blocking::blocking_calls;
use crate::check::busy_wait::busy_wait;
use crate::check::coroutine_in_try::coroutine_in_try;
use crate::check::dropped_task::dropped_task;
use crate::check::finding::{Finding, Spot};
use crate::check::legacy::{
    decorator_coroutines, deprecated_apis, generator_coroutines, monkey_patching, removed_apis,
    stop_iterations,
};
use crate::check::lock_across_await::lock_across_await;
use crate::check::never_awaited::never_awaited;
use crate::check::not_thread_safe::not_thread_safe;
use crate::check::pending_task::pending_task;
use crate::check::primitive_at_import::primitive_at_import;
use crate::check::race_across_await::race_across_await;
use crate::check::request::CheckRequest;
use crate::check::sequential_awaits::sequential_awaits;
use crate::check::suppression::Suppressions;
use crate::check::swallowed_cancellation::swallowed_cancellation;
use crate::check::sync_use::sync_use;
use crate::check::thread_local::thread_local;
use crate::check::unbounded_spawning::unbounded_spawning;
use crate::check::unknown_suppression::unknown_suppression;
use crate::check::unresolved_call::unresolved_call;
use crate::check::unused_suppression::unused_suppression;
use crate::rules::CheckRule;

/// All findings of the selected checks, one for each place, in order of file and place; not those that are not sure
/// enough, stand in no wanted file, or are taken back by a comment.
///
/// [`crate::check::group`] joins those that share a cause.
pub fn check(request: &CheckRequest<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let suppressions = Suppressions::new(request);
    blocking_calls(request, &suppressions, &mut findings);
    for &(code, detector) in DETECTORS {
        if !request.selected.contains(code) {
            continue;
        }
        if let Some(rule) = request.knowledge.check(code) {
            detector(request, rule, &mut findings);
        }
    }
    findings.retain(|finding| finding.confidence >= request.least);
    findings.retain(|finding| !suppressions.takes_back(finding));
    unused_suppression(request, &suppressions, &mut findings);
    findings.sort_by(|left, right| {
        let key = |finding: &Finding| (finding.file, start(finding.spot));
        key(left).cmp(&key(right)).then_with(|| left.code.cmp(&right.code)).then(left.spot.cmp(&right.spot))
    });
    findings
}

type Detector = fn(&CheckRequest<'_>, &CheckRule, &mut Vec<Finding>);

/// Each check's detector, by the code under which its words stand in the rules.
const DETECTORS: &[(&str, Detector)] = &[
    ("AS001", syntax_errors),
    ("AS002", internal_errors),
    ("AS003", unreadable_files),
    ("AS005", unknown_suppression),
    ("AS006", unresolved_call),
    ("AS111", lock_across_await),
    ("AS201", await_in_loop),
    ("AS202", await_in_any_loop),
    ("AS203", sequential_awaits),
    ("AS204", never_awaited),
    ("AS205", async_without_await),
    ("AS206", busy_wait),
    ("AS207", unbounded_spawning),
    ("AS208", dropped_task),
    ("AS209", not_thread_safe),
    ("AS210", pending_task),
    ("AS211", swallowed_cancellation),
    ("AS212", coroutine_in_try),
    ("AS213", sync_use),
    ("AS214", await_without_timeout),
    ("AS301", async_names),
    ("AS302", sync_names),
    ("AS303", unrelated_async_names),
    ("AS401", race_across_await),
    ("AS402", thread_local),
    ("AS403", primitive_at_import),
    ("AS501", generator_coroutines),
    ("AS502", decorator_coroutines),
    ("AS503", removed_apis),
    ("AS504", deprecated_apis),
    ("AS505", stop_iterations),
    ("AS506", monkey_patching),
];

fn start(spot: Spot) -> u32 {
    match spot {
        Spot::Text(range) => range.start(),
        Spot::Line(_) => 0,
    }
}
