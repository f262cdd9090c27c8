//! The last part of the name that an expression spells.

use crate::semantic::{ModuleFacts, Value, ValueId};

/// `c` of `a.b.c`, `a.c[0]` and `a.c()`.
pub(crate) fn last_name(facts: &ModuleFacts, value: ValueId) -> Option<&str> {
    match facts.values[value] {
        Value::Name { name, .. } | Value::Attribute { name, .. } => Some(facts.name(name)),
        Value::Call(site) => last_name(facts, facts.call(site)?.0),
        Value::Item { base, .. } => last_name(facts, base),
        _ => None,
    }
}
