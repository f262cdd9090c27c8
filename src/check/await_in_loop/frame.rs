//! What belongs to one round of a loop, or to one call of a function, and to nobody else.

use crate::check::await_in_loop::region::Region;
use crate::semantic::{DefinitionId, DefinitionKind, ModuleFacts, NameUse, Value, ValueId};

/// What may run several times at once.
#[derive(Clone, Copy)]
pub(crate) enum Frame<'a> {
    /// A round of a loop.
    Round(&'a Region),
    /// A call of a function.
    Call,
    /// Statements in a row, which share all that they use.
    Row,
}

/// How many steps from a name to what it stands for are followed.
const FAR: u32 = 12;

impl Frame<'_> {
    /// Whether what a value starts from (`a` of `a.b().c`) is this frame's own.
    pub(crate) fn owns(self, facts: &ModuleFacts, value: ValueId) -> bool {
        match self {
            Self::Round(region) => region.starts_locally(facts, value),
            Self::Call => is_made_here(facts, value, FAR),
            Self::Row => false,
        }
    }
}

/// Whether the function that reads a value made what it starts from.
fn is_made_here(facts: &ModuleFacts, value: ValueId, steps: u32) -> bool {
    let Some(steps) = steps.checked_sub(1) else { return false };
    match facts.values[value] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            is_version_made_here(facts, definition, steps)
        }
        Value::Attribute { base, .. } | Value::Item { base, .. } => is_made_here(facts, base, steps),
        Value::Element { of, .. } | Value::Unpacked { of, .. } => is_made_here(facts, of, steps),
        // What a call gives back is new, unless it is a part of something.
        Value::Call(site) => facts.call(site).is_some_and(|(callee, _)| match facts.values[callee] {
            Value::Attribute { base, .. } => is_made_here(facts, base, steps),
            _ => true,
        }),
        Value::Await(_)
        | Value::Entered { .. }
        | Value::Constant(_)
        | Value::List(_)
        | Value::Tuple(_)
        | Value::Set(_)
        | Value::Dict(_)
        | Value::Comprehension { .. }
        | Value::Interpolation(_)
        | Value::Binary { .. }
        | Value::Caught(_) => true,
        Value::Choice(operands) => {
            facts.operands(operands).iter().all(|&operand| is_made_here(facts, operand, steps))
        }
        _ => false,
    }
}

fn is_version_made_here(facts: &ModuleFacts, definition: DefinitionId, steps: u32) -> bool {
    let Some(steps) = steps.checked_sub(1) else { return false };
    match facts.definitions[definition].kind {
        DefinitionKind::Value(value) => is_made_here(facts, value, steps),
        DefinitionKind::Join(operands) => {
            let mut versions = facts.joined(operands).iter();
            versions.all(|&version| is_version_made_here(facts, version, steps))
        }
        DefinitionKind::Narrowed { from, .. } => is_version_made_here(facts, from, steps),
        DefinitionKind::Unbound | DefinitionKind::Function(_) | DefinitionKind::Class(_) => true,
        DefinitionKind::Parameter(_) | DefinitionKind::Import(_) | DefinitionKind::Unknown => false,
    }
}
