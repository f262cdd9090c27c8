//! Finds loops that start a task for every item, however many there are.

use crate::check::coroutine_call::coroutine_calls;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::check::task_site::{calls_only, named_nodes};
use crate::check::value_name::last_name;
use crate::check::value_use::ids;
use crate::graph::{EdgeKind, NodeId};
use crate::link::{ModuleId, Static, evaluate};
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    ArgumentKind, DefinitionKind, Enclosing, ModuleFacts, NameUse, SiteId, SiteKind, StatementId,
    StatementKind, Value, ValueId,
};
use crate::text::TextRange;

/// How far the coroutine is followed in search of something that bounds it.
const DEEPEST: u8 = 3;

/// Reports task starters in `for` loops, and gatherers of a comprehension, when nothing bounds the tasks.
pub(crate) fn unbounded_spawning(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let spawners = named_nodes(request, rule, "spawners");
    let gatherers = named_nodes(request, rule, "gatherers");
    let coroutines = coroutine_calls(request);
    let ctx = Context { request, rule };
    for (nodes, is_spawner) in [(&spawners, true), (&gatherers, false)] {
        let mut sites: Vec<(ModuleId, SiteId)> = nodes
            .iter()
            .flat_map(|&node| request.graph.incoming(node))
            .filter(|(_, edge)| edge.kind == EdgeKind::Call)
            .filter_map(|(_, edge)| Some((edge.module, edge.site?)))
            .filter(|&(module, site)| {
                (request.is_selected)(module) && calls_only(request, nodes, module, site)
            })
            .collect();
        sites.sort_unstable();
        sites.dedup();
        for (module, site) in sites {
            if request.program.modules[module].is_test {
                continue;
            }
            let Some(known) = coroutines.get(&module) else { continue };
            let found = if is_spawner { ctx.spawned(module, site) } else { ctx.gathered(module, site) };
            let Some((work, iterable)) = found else { continue };
            if known.binary_search(&work).is_err() || ctx.bounds_itself(module, work) {
                continue;
            }
            acc.push(ctx.build(module, site, work, iterable));
        }
    }
}

struct Context<'a, 'r> {
    request: &'a CheckRequest<'r>,
    rule: &'a CheckRule,
}

impl Context<'_, '_> {
    /// The call that makes the coroutine of a task starter in a `for` loop, and what the loop goes through.
    fn spawned(&self, module: ModuleId, site: SiteId) -> Option<(SiteId, ValueId)> {
        let facts = self.request.program.facts(module);
        let item = &facts.sites[site];
        let (_, arguments) = facts.call(site)?;
        let Value::Call(work) = facts.values[arguments.first()?.value] else { return None };
        if item.place.enclosing.has(Enclosing::COMPREHENSION)
            || item.place.enclosing.has(Enclosing::GENERATOR)
        {
            let iterable = self.comprehended(module, item.place.statement, item.range)?;
            return Some((work, iterable));
        }
        let mut inner = item.place.statement;
        loop {
            let outer = facts.statements.get(inner)?.parent?;
            match facts.statements[outer].kind {
                StatementKind::For { .. } => {
                    let iterable = iterable_of(facts, outer)?;
                    let is_endless = self.is_endless(module, iterable, DEEPEST);
                    return (is_endless && !waits_in(facts, outer)).then_some((work, iterable));
                }
                // What takes turns or gives way in between starts no crowd.
                StatementKind::While | StatementKind::With { is_async: true } => return None,
                _ => inner = outer,
            }
        }
    }

    /// The call that makes each coroutine of `gather(*[… for … in …])`, and what is gone through.
    fn gathered(&self, module: ModuleId, site: SiteId) -> Option<(SiteId, ValueId)> {
        let facts = self.request.program.facts(module);
        let (_, arguments) = facts.call(site)?;
        let starred = arguments.iter().find(|argument| argument.kind == ArgumentKind::Starred)?.value;
        let made = made(facts, starred);
        let Value::Comprehension { element, .. } = facts.values[made] else { return None };
        let Value::Call(work) = facts.values[element] else { return None };
        let statement = facts.sites[work].place.statement;
        let iterable = self.comprehended(module, statement, facts.sites[work].range)?;
        Some((work, iterable))
    }

    /// What the comprehension around a place goes through, when one of its clauses has no end in sight.
    fn comprehended(&self, module: ModuleId, statement: StatementId, place: TextRange) -> Option<ValueId> {
        let facts = self.request.program.facts(module);
        let values = ids::<ValueId>(facts.statements[statement].values);
        let around = values
            .filter(|&value| matches!(facts.values[value], Value::Comprehension { .. }))
            .map(|value| facts.value_ranges[value])
            .filter(|range| range.contains_range(place))
            .min_by_key(|range| range.end() - range.start())?;
        ids::<SiteId>(facts.statements[statement].sites).find_map(|site| match facts.sites[site].kind {
            SiteKind::Comprehension { iterable, .. } if around.contains_range(facts.sites[site].range) => {
                self.is_endless(module, iterable, DEEPEST).then_some(iterable)
            }
            _ => None,
        })
    }

    /// Whether nothing says that there are few items: no literal, slice, batch, or constant of the module.
    fn is_endless(&self, module: ModuleId, value: ValueId, depth: u8) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        let facts = self.request.program.facts(module);
        let is_batch = last_name(facts, value).is_some_and(|name| self.has_part("batches", name));
        if is_batch {
            return false;
        }
        match facts.values[value] {
            Value::Name { reference: NameUse::Reaching(definition), .. } => {
                match facts.definitions[definition].kind {
                    DefinitionKind::Parameter(_) => true,
                    DefinitionKind::Value(made) => self.is_endless(module, made, depth),
                    _ => false,
                }
            }
            Value::Await(_) => true,
            Value::Call(site) => {
                let Some((callee, arguments)) = facts.call(site) else { return false };
                match evaluate(self.request.program, module, callee) {
                    Static::External(name) if self.rule.has_word("wrappers", &name) => arguments
                        .first()
                        .is_some_and(|argument| self.is_endless(module, argument.value, depth)),
                    Static::External(name) if self.rule.has_word("shortest", &name) => {
                        arguments.iter().all(|argument| self.is_endless(module, argument.value, depth))
                    }
                    Static::Function(_) => true,
                    Static::External(_) | Static::Class(_) | Static::Module(_) | Static::Unknown => false,
                }
            }
            _ => false,
        }
    }

    /// Whether the coroutine waits for its turn.
    fn bounds_itself(&self, module: ModuleId, work: SiteId) -> bool {
        let Some(known) = self.request.graph.site(self.request.program.site_index(module, work)) else {
            return true;
        };
        known.edges.iter().any(|&id| self.takes_turns(self.request.graph.edge(id).callee, DEEPEST))
    }

    fn takes_turns(&self, node: NodeId, depth: u8) -> bool {
        let (Some(function), Some(depth)) = (self.request.graph.function(node), depth.checked_sub(1)) else {
            return false;
        };
        let (_, facts, local) = self.request.located(function);
        let item = &facts.functions[local];
        let has_limiter = ids::<ValueId>((item.first_value, item.end_value)).any(|value| {
            matches!(facts.values[value], Value::Name { .. } | Value::Attribute { .. })
                && last_name(facts, value).is_some_and(|name| self.has_part("limiters", name))
        });
        has_limiter
            || self.request.graph.outgoing(node).any(|(_, edge)| {
                matches!(edge.kind, EdgeKind::Await | EdgeKind::Enter | EdgeKind::Call)
                    && self.takes_turns(edge.callee, depth)
            })
    }

    fn has_part(&self, list: &str, name: &str) -> bool {
        let name = name.to_lowercase();
        name.split('_').any(|part| self.rule.has_word(list, part.trim_end_matches('s')))
    }

    fn build(&self, module: ModuleId, site: SiteId, work: SiteId, iterable: ValueId) -> Finding {
        let facts = self.request.program.facts(module);
        let callee = |site| {
            facts.call(site).map(|(callee, _)| self.request.spelling(module, callee)).unwrap_or_default()
        };
        FindingBuilder::new(self.rule, self.request.file(module), Spot::Text(facts.sites[site].range))
            .function(self.request.function_name(module, facts.sites[site].place.function))
            .value(Placeholder::Callee, callee(work))
            .value(Placeholder::Through, callee(site))
            .value(Placeholder::Other, self.request.spelling(module, iterable))
            .finish()
    }
}

/// What a name was made of, if that is one thing.
fn made(facts: &ModuleFacts, value: ValueId) -> ValueId {
    match facts.values[value] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            match facts.definitions[definition].kind {
                DefinitionKind::Value(made) => made,
                _ => value,
            }
        }
        _ => value,
    }
}

fn iterable_of(facts: &ModuleFacts, statement: StatementId) -> Option<ValueId> {
    ids::<SiteId>(facts.statements[statement].sites).find_map(|site| match facts.sites[site].kind {
        SiteKind::For { iterable, .. } if facts.sites[site].place.statement == statement => Some(iterable),
        _ => None,
    })
}

/// Whether a loop waits for something in each round.
fn waits_in(facts: &ModuleFacts, statement: StatementId) -> bool {
    ids::<SiteId>(facts.statements[statement].sites).any(|site| {
        facts.sites[site].place.statement != statement
            && matches!(
                facts.sites[site].kind,
                SiteKind::Await { .. }
                    | SiteKind::With { is_async: true, .. }
                    | SiteKind::For { is_async: true, .. }
            )
    })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(body: &str, expected: usize) {
        let text = format!(
            "import asyncio\nasync def f(x):\n    await asyncio.sleep(x)\nasync def g(xs, tasks):\n    {}\n",
            body.replace('\n', "\n    ")
        );
        assert_eq!(lines("AS207", &[("a", &text)]).len(), expected, "{text}");
    }

    #[test]
    fn a_task_for_every_item() {
        check("await asyncio.gather(*[f(x) for x in xs])", 1);
        check("for x in xs:\n    tasks.append(asyncio.create_task(f(x)))", 1);
        check("for x in [1, 2]:\n    tasks.append(asyncio.create_task(f(x)))", 0);
        check("for x in xs[:5]:\n    tasks.append(asyncio.create_task(f(x)))", 0);
        check("for x in xs:\n    tasks.append(asyncio.create_task(f(x)))\n    await f(1)", 0);
    }
}
