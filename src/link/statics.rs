//! What a plain expression names, without value flow: for bases, decorators, annotations.

use crate::link::ids::{ModuleId, ProgramClassId, ProgramFunctionId};
use crate::link::lookup::{ImportTarget, Lookup};
use crate::link::program::Program;
use crate::semantic::{BindingId, DefinitionId, DefinitionKind, NameUse, Value, ValueId, well_known};

/// What a name or attribute chain statically refers to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Static {
    /// A class of the program, decorators disregarded.
    Class(ProgramClassId),
    /// A function of the program, decorators disregarded.
    Function(ProgramFunctionId),
    /// A module of the program.
    Module(ModuleId),
    /// Something outside the program, by dotted name; builtins under `builtins`.
    External(String),
    /// Anything else.
    Unknown,
}

/// Evaluates a name, an attribute chain, or the origin of a subscription.
pub fn evaluate(program: &Program, module: ModuleId, value: ValueId) -> Static {
    value_within(program, module, value, 0)
}

/// What an absolute dotted name refers to, from its first module on.
pub fn evaluate_name(program: &Program, dotted: &str) -> Static {
    let mut found = match program.module_named(dotted) {
        Some(module) => return Static::Module(module),
        None => Static::Unknown,
    };
    // The longest module counts: a namespace package is no module, but those in it are.
    let Some((module, rest)) = dotted
        .rmatch_indices('.')
        .find_map(|(at, _)| Some((program.module_named(&dotted[..at])?, &dotted[at + 1..])))
    else {
        return found;
    };
    for (index, name) in rest.split('.').enumerate() {
        found = match found {
            Static::Unknown if index == 0 => target_within(program, program.member(module, name), 0),
            Static::Module(module) => target_within(program, program.member(module, name), 0),
            Static::Class(class) => member_of_class(program, class, name, 0),
            Static::Function(_) | Static::External(_) | Static::Unknown => return Static::Unknown,
        };
    }
    found
}

const DEEPEST: u8 = 24;

fn value_within(program: &Program, module: ModuleId, value: ValueId, depth: u8) -> Static {
    if depth > DEEPEST {
        return Static::Unknown;
    }
    let facts = program.facts(module);
    match facts.values[value] {
        Value::Name { name, reference } => match reference {
            NameUse::Reaching(definition) => definition_within(program, module, definition, depth + 1),
            NameUse::Binding(binding) => binding_within(program, module, binding, depth + 1),
            NameUse::Unresolved => {
                let text = facts.name(name);
                match program.member(module, text) {
                    ImportTarget::Missing(..) if well_known::is_builtin(text) => {
                        Static::External(format!("builtins.{text}"))
                    }
                    ImportTarget::Global(..) | ImportTarget::Missing(..) => Static::Unknown,
                    target @ (ImportTarget::Module(_) | ImportTarget::External(_)) => {
                        target_within(program, target, depth + 1)
                    }
                }
            }
        },
        Value::Attribute { base, name } => {
            let name = facts.name(name);
            match value_within(program, module, base, depth + 1) {
                Static::Module(found) => target_within(program, program.member(found, name), depth + 1),
                Static::External(base) => {
                    let dotted = format!("{base}.{name}");
                    // A namespace package is foreign, but a module in it need not be.
                    program.module_named(&dotted).map_or(Static::External(dotted), Static::Module)
                }
                Static::Class(class) => member_of_class(program, class, name, depth + 1),
                Static::Function(_) | Static::Unknown => Static::Unknown,
            }
        }
        Value::Item { base, .. } => value_within(program, module, base, depth + 1),
        Value::Quoted(inner) => value_within(program, module, inner, depth + 1),
        _ => Static::Unknown,
    }
}

fn member_of_class(program: &Program, class: ProgramClassId, name: &str, depth: u8) -> Static {
    let (module, local) = program.locate_class(class);
    let facts = program.facts(module);
    let found = facts
        .scope_bindings(facts.classes[local].scope)
        .find(|&binding| facts.name(facts.bindings[binding].name) == name);
    found.map_or(Static::Unknown, |binding| binding_within(program, module, binding, depth + 1))
}

fn binding_within(program: &Program, module: ModuleId, binding: BindingId, depth: u8) -> Static {
    let item = &program.facts(module).bindings[binding];
    item.at_exit
        .or(item.last)
        .map_or(Static::Unknown, |definition| definition_within(program, module, definition, depth))
}

fn definition_within(program: &Program, module: ModuleId, definition: DefinitionId, depth: u8) -> Static {
    if depth > DEEPEST {
        return Static::Unknown;
    }
    let facts = program.facts(module);
    match facts.definitions[definition].kind {
        DefinitionKind::Value(value) => value_within(program, module, value, depth + 1),
        DefinitionKind::Function(function) => {
            let function = program.function(module, function);
            match program.described_function(function) {
                Some(name) => Static::External(name.to_owned()),
                None => Static::Function(function),
            }
        }
        DefinitionKind::Class(class) => {
            let class = program.class(module, class);
            match program.described_class(class) {
                Some(name) => Static::External(name.to_owned()),
                None => Static::Class(class),
            }
        }
        DefinitionKind::Import(import) => match program.import_target(module, facts.imports[import].kind) {
            Some(target) => target_within(program, target, depth + 1),
            None => Static::Unknown,
        },
        DefinitionKind::Join(operands) => facts
            .joined(operands)
            .iter()
            .map(|&version| definition_within(program, module, version, depth + 6))
            .find(|found| *found != Static::Unknown)
            .unwrap_or(Static::Unknown),
        DefinitionKind::Narrowed { from, .. } => definition_within(program, module, from, depth + 1),
        DefinitionKind::Parameter(_) | DefinitionKind::Unbound | DefinitionKind::Unknown => Static::Unknown,
    }
}

fn target_within(program: &Program, target: ImportTarget, depth: u8) -> Static {
    match target {
        ImportTarget::Module(module) => Static::Module(module),
        ImportTarget::Global(module, binding) => binding_within(program, module, binding, depth + 1),
        ImportTarget::External(name) => Static::External(name),
        // Installed modules have names that their source does not show.
        ImportTarget::Missing(module, name) if program.is_third_party(module) => {
            Static::External(format!("{}.{name}", program.modules[module].name))
        }
        ImportTarget::Missing(..) => Static::Unknown,
    }
}
