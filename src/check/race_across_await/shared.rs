//! What several tasks can see: attributes of `self`, globals, names of outer functions.

use crate::base::Id;
use crate::semantic::{BindingId, DefinitionKind, ModuleFacts, NameUse, Value, ValueId, well_known};

/// Something that several tasks can see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shared {
    /// An attribute, or an item, as the code spells it.
    Member(String),
    /// A global, or a name of an outer function.
    Name(BindingId),
}

impl Shared {
    /// How the code spells it.
    pub(crate) fn text(&self, facts: &ModuleFacts) -> String {
        match self {
            Self::Member(text) => text.clone(),
            Self::Name(binding) => facts.name(facts.bindings[*binding].name).to_owned(),
        }
    }

    /// Whether a value reads it.
    pub(crate) fn is_read(&self, facts: &ModuleFacts, value: ValueId) -> bool {
        match (self, facts.values[value]) {
            (Self::Member(text), Value::Attribute { .. } | Value::Item { .. }) => {
                facts.spelling(value).is_some_and(|spelled| spelled == *text)
            }
            (Self::Name(binding), Value::Name { reference, .. }) => match reference {
                NameUse::Binding(used) => used == *binding,
                NameUse::Reaching(definition) => facts.definitions[definition].binding == *binding,
                NameUse::Unresolved => false,
            },
            _ => false,
        }
    }
}

/// Whether a chain of attributes starts at the receiver of a method or at a global.
pub(crate) fn is_shared(facts: &ModuleFacts, value: ValueId) -> bool {
    match facts.values[value] {
        Value::Name { name, reference } => match reference {
            NameUse::Reaching(definition) => {
                facts.definitions[definition].kind == DefinitionKind::Parameter(0)
                    && well_known::is_receiver_name(facts.name(name))
            }
            NameUse::Binding(binding) => {
                facts.bindings[binding].scope.index() == 0 || well_known::is_receiver_name(facts.name(name))
            }
            NameUse::Unresolved => false,
        },
        Value::Attribute { base, .. } | Value::Item { base, .. } => is_shared(facts, base),
        _ => false,
    }
}
