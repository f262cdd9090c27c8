//! Whether what a method is called on is made for several calls at once.

use crate::check::await_in_loop::names::has_part;
use crate::check::value_name::last_name;
use crate::rules::CheckRule;
use crate::semantic::{DefinitionKind, ImportKind, ModuleFacts, NameUse, Value, ValueId};

/// Whether what a function or method belongs to is made for several calls at once.
pub(crate) fn is_safe_receiver(
    rule: &CheckRule,
    facts: &ModuleFacts,
    callee: ValueId,
    outside: &[String],
) -> bool {
    let Value::Attribute { base, .. } = facts.values[callee] else { return true };
    let classes = || outside.iter().filter_map(|name| Some(name.rsplit_once('.')?.0));
    if classes().any(|class| rule.has_word("connections", class)) {
        return false;
    }
    let is_known = classes().any(|class| rule.has_word("concurrent", class));
    let is_named = last_name(facts, base).is_some_and(|name| has_part(rule, "clients", name));
    is_known || is_named || is_module(facts, base)
}

fn is_module(facts: &ModuleFacts, value: ValueId) -> bool {
    let is_import = |kind: DefinitionKind| match kind {
        DefinitionKind::Import(import) => matches!(facts.imports[import].kind, ImportKind::Module { .. }),
        _ => false,
    };
    match facts.values[value] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            is_import(facts.definitions[definition].kind)
        }
        Value::Name { reference: NameUse::Binding(binding), .. } => {
            facts.versions(binding).any(|version| is_import(facts.definitions[version].kind))
        }
        Value::Attribute { base, .. } => is_module(facts, base),
        _ => false,
    }
}
