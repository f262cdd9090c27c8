//! Whether rounds write to something that they share, other than by collecting results.

use crate::check::await_in_loop::item::{Against, Item};
use crate::check::await_in_loop::region::{Region, is_about_item};
use crate::rules::CheckRule;
use crate::semantic::{ModuleFacts, NameId, StoreTarget, Value, ValueId};

/// Adds A01 when a round reads what rounds collect, A02 when it writes to something shared in a way whose order
/// matters, and A07 when that is what the loop goes through.
pub(crate) fn shared(acc: &mut Against, facts: &ModuleFacts, rule: &CheckRule, region: &Region) {
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
            Some(_) | None => {
                acc.insert(Item::Shared);
            }
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
                    Some(_) | None => {
                        acc.insert(Item::Shared);
                    }
                }
            }
            StoreTarget::Attribute { .. } => {
                acc.insert(Item::Shared);
            }
        }
    }
    for &(name, times) in &collected {
        let is_iterated = region.iterables.iter().any(|&iterable| mentions(facts, iterable, name));
        acc.extend(is_iterated.then_some(Item::Iterable));
        acc.extend((reads(facts, region, name) > times).then_some(Item::Carried));
    }
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
