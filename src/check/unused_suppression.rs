//! Finds comments that excuse what is not there.

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::check::suppression::Suppressions;
use crate::graph::Confidence;
use crate::rules::{CheckDefault, CheckRule, Placeholder, matches_selector};

/// Code under which the words of this check stand in the rules.
const CODE: &str = "AS004";

/// How a finding names a comment of ours that has no list.
const GENERAL: &str = "asyncshift: ignore";

/// Reports the selectors in comments that took nothing back. A selector of a check that did not run may be of use in
/// another run, and codes that are not ours are somebody else's.
pub(crate) fn unused_suppression(
    request: &CheckRequest<'_>,
    suppressions: &Suppressions<'_, '_>,
    acc: &mut Vec<Finding>,
) {
    let Some(rule) = request.knowledge.check(CODE).filter(|_| request.selected.contains(CODE)) else {
        return;
    };
    // What is less sure than asked for was not looked at, and may be what a comment is for.
    if request.least > Confidence::Probable {
        return;
    }
    for (module, comment, selector) in suppressions.unused() {
        let suppression = &request.program.facts(module).suppressions[comment];
        let selector = suppression.selectors.as_ref().map(|selectors| &*selectors[selector]);
        if !all_ran(request, selector.unwrap_or("ALL")) {
            continue;
        }
        let subject = selector.unwrap_or(GENERAL);
        let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(suppression.comment))
            .value(Placeholder::Detail, subject)
            .subject(subject);
        acc.push(finding.finish());
    }
}

/// Whether a selector means checks of ours, and those that it is there for ran: the one that it names, or all of its group
/// that are not off by default.
fn all_ran(request: &CheckRequest<'_>, selector: &str) -> bool {
    let checks = request.knowledge.checks();
    let meant: Vec<&CheckRule> = checks.iter().filter(|check| matches_selector(selector, check)).collect();
    let has_run = |check: &&CheckRule| request.selected.contains(&check.code);
    let usual = || meant.iter().filter(|check| check.default != CheckDefault::Off);
    if usual().next().is_none() {
        return !meant.is_empty() && meant.iter().all(has_run);
    }
    usual().all(has_run)
}
