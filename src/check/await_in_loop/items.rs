//! What is iterated over, and what is used in the rounds, as their names and kinds tell.

use rustc_hash::FxHashSet;

use crate::check::await_in_loop::item::{Against, Item};
use crate::check::await_in_loop::names::{has_part, is_single};
use crate::check::await_in_loop::region::{Loop, Region};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::{
    ComprehensionKind, DefinitionId, DefinitionKind, ModuleFacts, NameUse, SiteId, StatementKind, Value,
    ValueId,
};

/// Adds what the loop's head and the things that its rounds use tell: A05, A06, A07, A08, A14.
pub(crate) fn items(
    acc: &mut Against,
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    region: &Region,
) {
    let facts = request.program.facts(module);
    let is_while = match region.found {
        Loop::Statement(statement) => facts.statements[statement].kind == StatementKind::While,
        Loop::Comprehension(..) => false,
    };
    acc.extend(is_while.then_some(Item::Repeats));
    let is_lazy = match region.found {
        Loop::Comprehension(_, value) => {
            matches!(facts.values[value], Value::Comprehension { kind: ComprehensionKind::Generator, .. })
        }
        Loop::Statement(_) => false,
    };
    acc.extend((is_lazy || region.is_async).then_some(Item::Iterable));
    for &iterable in &region.iterables {
        iterated(acc, request, rule, module, iterable);
    }
    let is_target = |&&made: &&DefinitionId| match facts.definitions[made].kind {
        DefinitionKind::Value(value) => {
            matches!(facts.values[value], Value::Element { .. } | Value::Unpacked { .. })
        }
        _ => false,
    };
    for &target in region.item.iter().filter(is_target) {
        let name = facts.name(facts.bindings[facts.definitions[target].binding].name);
        acc.extend(has_part(rule, "attempts", name).then_some(Item::Repeats));
        acc.extend(has_part(rule, "batches", name).then_some(Item::Bound));
    }
    let callees: FxHashSet<ValueId> =
        region.sites.iter().filter_map(|&site| facts.call(site)).map(|(callee, _)| callee).collect();
    let is_used = region
        .values
        .iter()
        .filter(|value| !callees.contains(value))
        .any(|&value| uses_single(facts, rule, region, value));
    acc.extend(is_used.then_some(Item::Single));
}

/// A shared thing that does one thing at a time is used.
fn uses_single(facts: &ModuleFacts, rule: &CheckRule, region: &Region, value: ValueId) -> bool {
    match facts.values[value] {
        Value::Name { name, reference } => !region.is_local(reference) && is_single(rule, facts.name(name)),
        Value::Attribute { base, name } => {
            is_single(rule, facts.name(name)) && !region.starts_locally(facts, base)
        }
        _ => false,
    }
}

fn iterated(
    acc: &mut Against,
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    iterable: ValueId,
) {
    let facts = request.program.facts(module);
    let assigned = match facts.values[iterable] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            match facts.definitions[definition].kind {
                DefinitionKind::Value(value) => Some(value),
                _ => None,
            }
        }
        _ => None,
    };
    for value in [Some(iterable), assigned].into_iter().flatten() {
        match facts.values[value] {
            Value::Call(site) => {
                let name = facts.call(site).and_then(|(callee, _)| last_name(facts, callee)).unwrap_or("");
                // Put in an order that someone wanted.
                acc.extend(rule.has_word("sequences", name).then_some(Item::Order));
                acc.extend(rule.has_word("counters", name).then_some(Item::Repeats));
                acc.extend(has_part(rule, "batches", name).then_some(Item::Bound));
                let is_lazy = has_part(rule, "lazy", name) || is_generator_call(request, module, site);
                acc.extend(is_lazy.then_some(Item::Iterable));
            }
            Value::Comprehension { kind: ComprehensionKind::Generator, .. } => {
                acc.insert(Item::Iterable);
            }
            _ => {}
        }
    }
}

fn is_generator_call(request: &CheckRequest<'_>, module: ModuleId, site: SiteId) -> bool {
    let Some(known) = request.graph.site(request.program.site_index(module, site)) else { return false };
    known.edges.iter().any(|&edge| {
        let callee = request.graph.function(request.graph.edge(edge).callee);
        callee.is_some_and(|callee| {
            let (_, facts, local) = request.located(callee);
            facts.functions[local].traits.is_generator
        })
    })
}
