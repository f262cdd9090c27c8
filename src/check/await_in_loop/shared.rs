//! Whether rounds write to something that they share, other than by collecting results.

use crate::base::Id;
use crate::check::await_in_loop::region::{Region, is_about_item};
use crate::check::request::CheckRequest;
use crate::graph::EdgeKind;
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::{
    DefinitionKind, FunctionId, ModuleFacts, NameId, NameUse, StoreTarget, Value, ValueId,
};

/// Whether a round writes to something shared in a way whose order matters, or reads what rounds collect.
pub(crate) fn shares(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    region: &Region,
) -> bool {
    let facts = request.program.facts(module);
    let mut collected: Vec<(NameId, usize)> = Vec::new();
    for &site in &region.sites {
        let Some((callee, _)) = facts.call(site) else { continue };
        let Value::Attribute { base, name } = facts.values[callee] else { continue };
        let method = facts.name(name);
        let is_change = rule.has_word("mutators", method) || rule.has_word("accumulators", method);
        if !is_change || region.starts_locally(facts, base) {
            continue;
        }
        match key(facts, base) {
            Some(key) if rule.has_word("accumulators", method) => count(&mut collected, key),
            Some(_) | None => return true,
        }
    }
    for store in &facts.stores[region.stores.clone()] {
        match store.target {
            StoreTarget::Attribute { base, .. } if region.starts_locally(facts, base) => {}
            StoreTarget::Item { base, .. } if region.starts_locally(facts, base) => {}
            StoreTarget::Item { base, index } => {
                let is_own_slot = store.value.is_some() && is_about_item(facts, region, index);
                match key(facts, base) {
                    Some(key) if is_own_slot => count(&mut collected, key),
                    Some(_) | None => return true,
                }
            }
            StoreTarget::Attribute { .. } => return true,
        }
    }
    let is_iterated = |&(key_name, _): &(NameId, usize)| {
        region.iterables.iter().any(|&iterable| mentions(facts, iterable, key_name))
    };
    collected.iter().any(is_iterated)
        || collected.iter().any(|&(name, times)| reads(facts, region, name) > times)
}

/// Whether what is awaited writes to its object or to a global.
pub(crate) fn callee_shares(request: &CheckRequest<'_>, module: ModuleId, operand: ValueId) -> bool {
    let Value::Call(site) = request.program.facts(module).values[operand] else { return false };
    let Some(known) = request.graph.site(request.program.site_index(module, site)) else { return false };
    known.edges.iter().any(|&id| {
        let edge = request.graph.edge(id);
        let is_call = matches!(edge.kind, EdgeKind::Call | EdgeKind::Await | EdgeKind::Override);
        let callee = request.graph.function(edge.callee).filter(|_| is_call);
        callee.is_some_and(|callee| {
            let (_, facts, local) = request.located(callee);
            writes_shared(facts, local)
        })
    })
}

fn count(acc: &mut Vec<(NameId, usize)>, key: NameId) {
    match acc.iter_mut().find(|(known, _)| *known == key) {
        Some((_, times)) => *times += 1,
        None => acc.push((key, 1)),
    }
}

/// The name by which a container is told from others.
fn key(facts: &ModuleFacts, value: ValueId) -> Option<NameId> {
    match facts.values[value] {
        Value::Name { name, .. } | Value::Attribute { name, .. } => Some(name),
        _ => None,
    }
}

fn reads(facts: &ModuleFacts, region: &Region, key_name: NameId) -> usize {
    region.values.iter().filter(|&&value| key(facts, value) == Some(key_name)).count()
}

fn mentions(facts: &ModuleFacts, value: ValueId, key_name: NameId) -> bool {
    match facts.values[value] {
        Value::Name { name, .. } => name == key_name,
        Value::Attribute { base, name } => name == key_name || mentions(facts, base, key_name),
        Value::Call(site) => facts.call(site).is_some_and(|(callee, arguments)| {
            mentions(facts, callee, key_name)
                || arguments.iter().any(|argument| mentions(facts, argument.value, key_name))
        }),
        _ => false,
    }
}

fn writes_shared(facts: &ModuleFacts, function: FunctionId) -> bool {
    let writes_object = facts.stores.iter().any(|store| {
        let base = match store.target {
            StoreTarget::Attribute { base, .. } | StoreTarget::Item { base, .. } => base,
        };
        store.place.function == function && starts_at_parameter(facts, base)
    });
    let scope = facts.functions[function].scope;
    let writes_global = facts.definitions.iter().any(|definition| {
        definition.function == function && facts.bindings[definition.binding].scope.index() < scope.index()
    });
    writes_object || writes_global
}

fn starts_at_parameter(facts: &ModuleFacts, value: ValueId) -> bool {
    match facts.values[value] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            matches!(facts.definitions[definition].kind, DefinitionKind::Parameter(_))
        }
        Value::Name { reference: NameUse::Binding(_) | NameUse::Unresolved, .. } => true,
        Value::Attribute { base, .. } | Value::Item { base, .. } => starts_at_parameter(facts, base),
        _ => false,
    }
}
