//! Finds tasks to which nobody keeps a reference.

use std::collections::BTreeMap;

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::check::task_site::task_sites;
use crate::check::value_use::{Use, Uses};
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{DefinitionId, FunctionKind, SiteId, SiteKind, StatementId, ValueId};

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
            let (variant, name) = match drop {
                Drop::Statement => ("", ""),
                Drop::Name(definition) => {
                    ("forgotten", facts.name(facts.bindings[facts.definitions[definition].binding].name))
                }
            };
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(facts.sites[site].range))
                .variant(variant)
                .function(request.function_name(module, place.function))
                .value(Placeholder::Callee, request.spelling(module, callee))
                .value(Placeholder::Other, name);
            acc.push(finding.finish());
        }
    }
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
