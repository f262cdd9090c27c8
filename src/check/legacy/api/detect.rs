//! Finds uses of what the target version of Python deprecates or no longer has.

use crate::base::DEFAULT_TARGET;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::legacy::api::usage::{Use, Way, uses};
use crate::check::request::CheckRequest;
use crate::rules::{CheckRule, Placeholder, Rewrite, Standing};

/// Reports what is gone.
pub(crate) fn removed_apis(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    report(request, rule, acc, |standing| match standing {
        Standing::Removed(since) => Some(since),
        Standing::Current | Standing::Deprecated(_) => None,
    });
}

/// Reports what will go.
pub(crate) fn deprecated_apis(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    report(request, rule, acc, |standing| match standing {
        Standing::Deprecated(since) => Some(since),
        Standing::Current | Standing::Removed(_) => None,
    });
}

fn report(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    acc: &mut Vec<Finding>,
    wanted: impl Fn(Standing<'_>) -> Option<&str>,
) {
    let target = request.settings.target_version.unwrap_or(DEFAULT_TARGET);
    let is_available = |rewrite: &&Rewrite| rewrite.min_python.is_none_or(|needed| needed <= target);
    for found in uses(request, rule) {
        let Some(since) = wanted(found.versions.standing(target)) else { continue };
        let equivalent = found.retiring.rewrite.filter(is_available).map(|rewrite| &*rewrite.target);
        let variant = match (&found.way, equivalent, found.retiring.note) {
            (Way::Argument(_), _, _) => "argument",
            (Way::Coroutines, _, _) => "coroutines",
            (Way::NoLoop, _, _) => "no-loop",
            (Way::Itself, Some(_), _) => "equivalent",
            (Way::Itself, None, Some(_)) => "noted",
            (Way::Itself, None, None) => "",
        };
        acc.push(build(request, rule, &found, variant, since, equivalent));
    }
}

fn build(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    found: &Use<'_>,
    variant: &str,
    since: &str,
    equivalent: Option<&str>,
) -> Finding {
    let argument = match &found.way {
        Way::Argument(name) => name.as_str(),
        Way::Coroutines | Way::NoLoop | Way::Itself => "",
    };
    FindingBuilder::new(rule, request.file(found.module), Spot::Text(found.range))
        .variant(variant)
        .function(request.function_name(found.module, found.function))
        .confidence(found.confidence)
        .value(Placeholder::Callee, &*found.name)
        .value(Placeholder::Version, since)
        .value(Placeholder::Other, argument)
        .value(Placeholder::Equivalent, equivalent.unwrap_or_default())
        .value(Placeholder::Detail, found.retiring.note.unwrap_or_default())
        .finish()
}
