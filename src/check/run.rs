//! Runs the selected detectors and puts their findings in order.

use crate::check::async_name_prefix::async_name_prefix;
use crate::check::async_without_await::async_without_await;
use crate::check::await_in_loop::await_in_loop;
use crate::check::await_without_timeout::await_without_timeout;
use crate::check::bad_file::{internal_errors, syntax_errors, unreadable_files};
use crate::check::blocking::blocking_calls;
use crate::check::busy_wait::busy_wait;
use crate::check::finding::{Finding, Spot};
use crate::check::lock_across_await::lock_across_await;
use crate::check::not_thread_safe::not_thread_safe;
use crate::check::primitive_at_import::primitive_at_import;
use crate::check::race_across_await::race_across_await;
use crate::check::request::CheckRequest;
use crate::check::suppression::Suppressions;
use crate::check::swallowed_cancellation::swallowed_cancellation;
use crate::check::thread_local::thread_local;
use crate::check::unresolved_call::unresolved_call;
use crate::check::unused_suppression::unused_suppression;
use crate::rules::CheckRule;

/// All findings of the selected checks, one for each place, in order of file and place; not those that are not sure
/// enough, stand in no wanted file, or are taken back by a comment.
///
/// [`crate::check::group`] joins those that share a cause.
pub fn check(request: &CheckRequest<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    blocking_calls(request, &mut findings);
    for &(code, detector) in DETECTORS {
        if !request.selected.contains(code) {
            continue;
        }
        if let Some(rule) = request.knowledge.check(code) {
            detector(request, rule, &mut findings);
        }
    }
    findings.retain(|finding| finding.confidence >= request.least);
    let suppressions = Suppressions::new(request);
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
    ("AS111", lock_across_await),
    ("AS006", unresolved_call),
    ("AS201", await_in_loop),
    ("AS205", async_without_await),
    ("AS206", busy_wait),
    ("AS209", not_thread_safe),
    ("AS211", swallowed_cancellation),
    ("AS214", await_without_timeout),
    ("AS301", async_name_prefix),
    ("AS401", race_across_await),
    ("AS402", thread_local),
    ("AS403", primitive_at_import),
];

fn start(spot: Spot) -> u32 {
    match spot {
        Spot::Text(range) => range.start(),
        Spot::Line(_) => 0,
    }
}
