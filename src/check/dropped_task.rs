//! Finds tasks to which nobody keeps a reference.

use std::collections::BTreeMap;

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::pending_task::waits_later;
use crate::check::request::CheckRequest;
use crate::check::task_site::task_sites;
use crate::check::value_use::{Use, Uses};
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    DefinitionId, FunctionKind, ModuleFacts, SiteId, SiteKind, StatementId, StatementKind, ValueId,
};

/// Reports calls that start a task and drop it, or give it a name that nobody reads.
pub(crate) fn dropped_task(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let mut by_module: BTreeMap<ModuleId, Vec<SiteId>> = BTreeMap::new();
    for (module, site) in task_sites(request, rule) {
        by_module.entry(module).or_default().push(site);
    }
    for (module, sites) in by_module {
        let facts = request.program.facts(module);
        let uses = Uses::new(facts);
        for site in sites {
            let SiteKind::Call { callee, value, .. } = facts.sites[site].kind else { continue };
            let place = facts.sites[site].place;
            if facts.functions[place.function].kind == FunctionKind::Lambda {
                continue;
            }
            let Some(drop) = drop_of(&uses, place.statement, value) else { continue };
            // While the function waits, its name keeps the task, unless the next round gives the name to another.
            let is_held = waits_later(facts, place.function, site) && !is_in_loop(facts, place.statement);
            if matches!(drop, Drop::Name(_)) && is_held {
                continue;
            }
            let (variant, name) = match drop {
                Drop::Statement => ("", ""),
                Drop::Name(definition) => {
                    ("forgotten", facts.name(facts.bindings[facts.definitions[definition].binding].name))
                }
            };
            let finding =
                FindingBuilder::new(rule, request.file(module), Spot::Text(facts.sites[site].range))
                    .variant(variant)
                    .function(request.function_name(module, place.function))
                    .value(Placeholder::Callee, request.spelling(module, callee))
                    .value(Placeholder::Other, name);
            acc.push(finding.finish());
        }
    }
}

fn is_in_loop(facts: &ModuleFacts, statement: StatementId) -> bool {
    std::iter::successors(facts.statements[statement].parent, |&outer| facts.statements[outer].parent)
        .any(|outer| matches!(facts.statements[outer].kind, StatementKind::While | StatementKind::For { .. }))
}

/// How a task is lost.
#[derive(Clone, Copy)]
enum Drop {
    Statement,
    Name(DefinitionId),
}

/// How all uses of a value lose it, if they do.
fn drop_of(uses: &Uses<'_>, statement: StatementId, value: ValueId) -> Option<Drop> {
    let mut found = None;
    for used in uses.of(statement, value) {
        let drop = match used {
            Use::Dropped => Drop::Statement,
            Use::Named(definition) if uses.reads(definition)?.is_empty() => Drop::Name(definition),
            Use::Chosen(outer) | Use::Contained(outer) => drop_of(uses, statement, outer)?,
            _ => return None,
        };
        found = found.or(Some(drop));
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(body: &str, expected: usize) {
        let text = format!(
            "import asyncio\nasync def f():\n    await asyncio.sleep(0)\nasync def g(a):\n    {body}\n"
        );
        assert_eq!(lines("AS208", &[("a", &text)]).len(), expected, "{text}");
    }

    #[test]
    fn dropped_at_once_or_named_at_the_end() {
        check("asyncio.create_task(f())", 1);
        check("asyncio.get_event_loop().create_task(f())", 1);
        check("_ = asyncio.ensure_future(f())", 1);
        check("_ = asyncio.ensure_future(f())\n    await f()", 0);
    }

    #[test]
    fn kept_passed_on_or_anothers() {
        check("a.append(asyncio.create_task(f()))", 0);
        check("return asyncio.create_task(f())", 0);
        check("t = asyncio.create_task(f())\n    t.add_done_callback(print)", 0);
        check("a.create_task(f())", 0);
    }
}
