//! Finds comments of ours that name no check: they excuse nothing, whatever their author thinks.

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::rules::{CheckRule, Placeholder, Selected};
use crate::semantic::Suppression;
use crate::syntax::SuppressionStyle;

/// Reports what stands in the brackets of `# asyncshift: ignore[...]` and is no check, and lists that are empty or do not end.
pub(crate) fn unknown_suppression(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for module in request.modules() {
        for suppression in &request.program.facts(module).suppressions {
            let Some(selectors) = listed(suppression) else { continue };
            let build = || FindingBuilder::new(rule, request.file(module), Spot::Text(suppression.comment));
            if selectors.is_empty() {
                acc.push(build().variant("empty").subject("asyncshift: ignore").finish());
            }
            for selector in selectors {
                let Err(unknown) = Selected::known(selector, request.knowledge) else { continue };
                let builder = build().value(Placeholder::Detail, &**selector).subject(&**selector);
                let builder = match unknown.suggestion {
                    Some(nearest) => builder.variant("near").value(Placeholder::Suggestion, nearest),
                    None => builder,
                };
                acc.push(builder.finish());
            }
        }
    }
}

fn listed(suppression: &Suppression) -> Option<&[Box<str>]> {
    match suppression.style {
        SuppressionStyle::Own => suppression.selectors.as_deref(),
        // What is unknown there may be another linter's.
        SuppressionStyle::Noqa => None,
    }
}
