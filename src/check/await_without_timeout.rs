//! Finds network operations that are awaited without limit.

use crate::check::async_library::AsyncLibraries;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::parts::{called_names, contexts_around, is_listed_call};
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{ArgumentKind, SiteId, SiteKind, Value};

/// Reports awaited calls that wait as long as a peer wants, when nothing bounds them.
pub(crate) fn await_without_timeout(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let libraries = AsyncLibraries::new(request, rule.words("timeouts"));
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for site in &facts.sites {
            let SiteKind::Await { operand } = site.kind else { continue };
            let Value::Call(call) = facts.values[operand] else { continue };
            let Some(name) =
                called_names(request, module, call).find(|name| rule.has_word("unbounded", name))
            else {
                continue;
            };
            let is_inside = contexts_around(facts, site.place.statement)
                .into_iter()
                .any(|context| is_listed_call(request, rule, "bounds", module, context));
            if is_inside || has_limit(request, rule, module, call) {
                continue;
            }
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(site.range))
                .function(request.function_name(module, site.place.function))
                .value(Placeholder::Callee, name)
                .value(Placeholder::Equivalent, libraries.of(module));
            acc.push(finding.finish());
        }
    }
}

fn has_limit(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, call: SiteId) -> bool {
    let facts = request.program.facts(module);
    facts.call(call).is_some_and(|(_, arguments)| {
        arguments.iter().any(|argument| match argument.kind {
            ArgumentKind::Keyword(name) => rule.has_word("limits", facts.name(name)),
            ArgumentKind::DoubleStarred => true,
            ArgumentKind::Positional | ArgumentKind::Starred => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS214", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn a_wait_without_limit() {
        check(
            "import asyncio\nasync def f(h):\n    r, w = await asyncio.open_connection(h, 1)\n    await r.readline()\n",
            &[
                "a:3 `asyncio.open_connection` is awaited without a timeout",
                "a:4 `asyncio.StreamReader.readline` is awaited without a timeout",
            ],
        );
    }

    #[test]
    fn bounded_inside_and_around() {
        check(
            "import asyncio\nasync def f(h):\n    async with asyncio.timeout(3):\n        await asyncio.open_connection(h, 1)\n    await asyncio.wait_for(asyncio.open_connection(h, 1), 3)\n",
            &[],
        );
    }
}
