//! Which class a base expression names: enough of a class hierarchy to recognise an override.

use crate::link::{ImportTarget, Lookup, ModuleId, Program};
use crate::semantic::{
    BindingId, ClassId, DefinitionId, DefinitionKind, ModuleFacts, NameId, NameUse, Value, ValueId,
};

/// What a class inherits from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Base {
    /// A class of the program.
    Class(ModuleId, ClassId),
    /// Something outside of it, or unknown; the last part of its name, when it has one.
    Foreign(Option<String>),
}

/// How far imports and assignments are followed.
const STEPS: u8 = 8;

/// All bases of a class, nearest first, each once.
pub(crate) fn all_bases(program: &Program, module: ModuleId, class: ClassId) -> Vec<Base> {
    let mut found: Vec<Base> = Vec::new();
    let mut waiting = vec![(module, class)];
    while let Some((module, class)) = waiting.pop() {
        for &value in &program.facts(module).classes[class].bases {
            let base = base_of(program, module, value, STEPS);
            if found.contains(&base) {
                continue;
            }
            if let Base::Class(module, class) = base {
                waiting.insert(0, (module, class));
            }
            found.push(base);
        }
    }
    found
}

/// Whether the body of a class binds `name`.
pub(crate) fn class_binds(facts: &ModuleFacts, class: ClassId, name: &str) -> bool {
    facts
        .scope_bindings(facts.classes[class].scope)
        .any(|binding| facts.name(facts.bindings[binding].name) == name)
}

/// The last part of a dotted expression.
pub(crate) fn last_name(facts: &ModuleFacts, value: ValueId) -> Option<&str> {
    match facts.values[value] {
        Value::Name { name, .. } | Value::Attribute { name, .. } => Some(facts.name(name)),
        Value::Call(site) => last_name(facts, facts.call(site)?.0),
        // `Generic[T]` is `Generic`.
        Value::Item { base, .. } => last_name(facts, base),
        _ => None,
    }
}

fn base_of(program: &Program, module: ModuleId, value: ValueId, steps: u8) -> Base {
    let facts = program.facts(module);
    let foreign = || Base::Foreign(last_name(facts, value).map(str::to_owned));
    let Some(steps) = steps.checked_sub(1) else { return foreign() };
    match facts.values[value] {
        Value::Class(class) => Base::Class(module, class),
        Value::Item { base, .. } => base_of(program, module, base, steps),
        Value::Name { reference, .. } => {
            let definition = match reference {
                NameUse::Reaching(definition) => Some(definition),
                NameUse::Binding(binding) => facts.bindings[binding].at_exit.or(facts.bindings[binding].last),
                NameUse::Unresolved => None,
            };
            definition
                .and_then(|definition| class_of_definition(program, module, definition, steps))
                .unwrap_or_else(foreign)
        }
        Value::Attribute { base, name } => {
            attribute_of_module(program, module, base, name, steps).unwrap_or_else(foreign)
        }
        _ => foreign(),
    }
}

fn class_of_definition(
    program: &Program,
    module: ModuleId,
    definition: DefinitionId,
    steps: u8,
) -> Option<Base> {
    let facts = program.facts(module);
    match facts.definitions[definition].kind {
        DefinitionKind::Class(class) => Some(Base::Class(module, class)),
        DefinitionKind::Value(value) => Some(base_of(program, module, value, steps)),
        DefinitionKind::Import(import) => match program.import_target(module, facts.imports[import].kind)? {
            ImportTarget::Global(module, binding) => class_of_global(program, module, binding, steps),
            ImportTarget::Module(_) | ImportTarget::External(_) | ImportTarget::Missing(..) => None,
        },
        DefinitionKind::Parameter(_)
        | DefinitionKind::Function(_)
        | DefinitionKind::Join(_)
        | DefinitionKind::Narrowed { .. }
        | DefinitionKind::Unbound
        | DefinitionKind::Unknown => None,
    }
}

fn class_of_global(program: &Program, module: ModuleId, binding: BindingId, steps: u8) -> Option<Base> {
    let steps = steps.checked_sub(1)?;
    let item = &program.facts(module).bindings[binding];
    class_of_definition(program, module, item.at_exit.or(item.last)?, steps)
}

/// `module.Class`, when `module` is a name that an import bound.
fn attribute_of_module(
    program: &Program,
    module: ModuleId,
    base: ValueId,
    name: NameId,
    steps: u8,
) -> Option<Base> {
    let facts = program.facts(module);
    let Value::Name { reference, .. } = facts.values[base] else { return None };
    let definition = match reference {
        NameUse::Reaching(definition) => definition,
        NameUse::Binding(binding) => facts.bindings[binding].at_exit?,
        NameUse::Unresolved => return None,
    };
    let DefinitionKind::Import(import) = facts.definitions[definition].kind else { return None };
    let ImportTarget::Module(target) = program.import_target(module, facts.imports[import].kind)? else {
        return None;
    };
    match program.member(target, facts.name(name)) {
        ImportTarget::Global(module, binding) => class_of_global(program, module, binding, steps),
        ImportTarget::Module(_) | ImportTarget::External(_) | ImportTarget::Missing(..) => None,
    }
}
