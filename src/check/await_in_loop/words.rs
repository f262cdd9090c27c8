//! Names that tell of an order: sleeps, writes, queues, connections, retries.

use crate::base::Id;
use crate::check::await_in_loop::region::{Loop, Region};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::{
    ComprehensionKind, DefinitionKind, ModuleFacts, NameUse, SiteId, SiteKind, StatementId, StatementKind,
    Value, ValueId,
};

/// Whether a name in the loop, around it or in what it iterates over tells of an order.
pub(crate) fn has_order(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    region: &Region,
) -> bool {
    let facts = request.program.facts(module);
    region.sites.iter().any(|&site| is_ordered_call(facts, rule, region, site))
        || region.values.iter().any(|&value| uses_single(facts, rule, region, value))
        || region.iterables.iter().any(|&iterable| is_ordered_iterable(request, rule, module, iterable))
        || counts_attempts(facts, rule, region)
        || stands_in_single(facts, rule, region)
}

/// Whether one of the parts of `name` (`send` of `send_all`) is in a list of the rule.
fn has_part(rule: &CheckRule, list: &str, name: &str) -> bool {
    rule.has_word(list, name) || name.split('_').any(|part| rule.has_word(list, &part.to_lowercase()))
}

fn is_ordered_call(facts: &ModuleFacts, rule: &CheckRule, region: &Region, site: SiteId) -> bool {
    let Some((callee, arguments)) = facts.call(site) else { return false };
    let Some(name) = last_name(facts, callee) else { return false };
    if has_part(rule, "pacing", name) {
        return true;
    }
    let is_own = match facts.values[callee] {
        Value::Attribute { base, .. } => region.starts_locally(facts, base),
        _ => false,
    };
    let is_consuming = has_part(rule, "consuming", name) || (name == "get" && arguments.is_empty());
    !is_own && (has_part(rule, "ordered", name) || is_consuming)
}

/// A shared thing that does one thing at a time is used.
fn uses_single(facts: &ModuleFacts, rule: &CheckRule, region: &Region, value: ValueId) -> bool {
    match facts.values[value] {
        Value::Name { name, reference } => {
            !region.is_local(reference) && has_part(rule, "single", facts.name(name))
        }
        Value::Attribute { base, name } => {
            has_part(rule, "single", facts.name(name)) && !region.starts_locally(facts, base)
        }
        _ => false,
    }
}

/// Sorted on purpose, or made on demand by a generator.
fn is_ordered_iterable(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    iterable: ValueId,
) -> bool {
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
    [Some(iterable), assigned].into_iter().flatten().any(|value| match facts.values[value] {
        Value::Call(site) => {
            let is_sorted = facts
                .call(site)
                .and_then(|(callee, _)| last_name(facts, callee))
                .is_some_and(|name| rule.has_word("sequences", name));
            is_sorted || is_generator_call(request, module, site)
        }
        Value::Comprehension { kind, .. } => kind == ComprehensionKind::Generator,
        _ => false,
    })
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

/// `for attempt in …`, or a counted loop around a `try`.
fn counts_attempts(facts: &ModuleFacts, rule: &CheckRule, region: &Region) -> bool {
    let is_named = region.item.iter().any(|&id| {
        let binding = &facts.bindings[facts.definitions[id].binding];
        has_part(rule, "attempts", facts.name(binding.name))
    });
    let is_counted = region.iterables.iter().any(|&iterable| {
        let name = match facts.values[iterable] {
            Value::Call(_) => last_name(facts, iterable),
            _ => None,
        };
        name.is_some_and(|name| rule.has_word("counters", name))
    });
    is_named || (is_counted && has_try(facts, region.found))
}

fn has_try(facts: &ModuleFacts, found: Loop) -> bool {
    let Loop::For(statement) = found else { return false };
    let range = facts.statements[statement].range;
    facts.statements.iter().any(|item| item.kind == StatementKind::Try && range.contains_range(item.range))
}

/// A `with` around the loop holds a lock, a transaction or a connection.
fn stands_in_single(facts: &ModuleFacts, rule: &CheckRule, region: &Region) -> bool {
    let mut around: Vec<StatementId> = Vec::new();
    let mut next = facts.statements[region.found.statement()].parent;
    while let Some(statement) = next {
        if matches!(facts.statements[statement].kind, StatementKind::With { .. }) {
            around.push(statement);
        }
        next = facts.statements[statement].parent;
    }
    around.iter().any(|&statement| {
        let (first, end) = facts.statements[statement].sites;
        facts.sites.as_slice()[first.index()..end.index()].iter().any(|site| {
            let SiteKind::With { context, .. } = site.kind else { return false };
            site.place.statement == statement && names_single(facts, rule, context)
        })
    })
}

fn names_single(facts: &ModuleFacts, rule: &CheckRule, value: ValueId) -> bool {
    match facts.values[value] {
        Value::Name { name, .. } => has_part(rule, "single", facts.name(name)),
        Value::Attribute { base, name } => {
            has_part(rule, "single", facts.name(name)) || names_single(facts, rule, base)
        }
        Value::Call(site) => facts.call(site).is_some_and(|(callee, _)| {
            let is_begun = last_name(facts, callee)
                .is_some_and(|name| has_part(rule, "ordered", name) || has_part(rule, "pacing", name));
            is_begun || names_single(facts, rule, callee)
        }),
        _ => false,
    }
}
