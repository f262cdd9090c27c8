//! Finds comments that excuse what is not there.

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::check::suppression::Suppressions;
use crate::rules::{CheckRule, Placeholder, matches_selector};

/// Code under which the words of this check stand in the rules.
const CODE: &str = "AS004";

/// Reports the codes in comments that took nothing back. A code of a check that did not run may be of use in another
/// run, and codes that are not ours are somebody else's.
pub(crate) fn unused_suppression(
    request: &CheckRequest<'_>,
    suppressions: &Suppressions<'_, '_>,
    acc: &mut Vec<Finding>,
) {
    let Some(rule) = request.knowledge.check(CODE).filter(|_| request.selected.contains(CODE)) else {
        return;
    };
    for (module, comment, code) in suppressions.unused() {
        let suppression = &request.program.facts(module).suppressions[comment];
        let Some(code) = suppression.codes.get(code).filter(|code| all_ran(request, code)) else { continue };
        let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(suppression.comment))
            .value(Placeholder::Detail, &**code)
            .subject(&**code);
        acc.push(finding.finish());
    }
}

/// Whether a code means checks of ours, and all of them ran.
fn all_ran(request: &CheckRequest<'_>, code: &str) -> bool {
    let mut meant =
        request.knowledge.checks().iter().filter(|check| matches_selector(code, check)).peekable();
    let is_ours = |check: &&CheckRule| request.selected.contains(&check.code);
    meant.peek().is_some() && meant.all(|check| is_ours(&check))
}
