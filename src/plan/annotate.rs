//! What the return annotation of a generator becomes with it: `Iterator[T]` to `AsyncIterator[T]`.

use crate::link::{ModuleId, Static, evaluate};
use crate::plan::context::Context;
use crate::plan::step::{AddedImport, Step};
use crate::semantic::{
    Constant, DefinitionId, DefinitionKind, FunctionId, ImportId, ImportKind, ModuleFacts, NameUse, Value,
    ValueId, well_known,
};

/// The steps for the return annotation of `function`, which becomes an async generator or is under a decorator that
/// takes one; `imports` gets what no import of the module can be extended by.
pub(super) fn annotation_steps(
    ctx: &Context<'_>,
    module: ModuleId,
    function: FunctionId,
    imports: &mut Vec<AddedImport>,
) -> Vec<Step> {
    let facts = ctx.program.facts(module);
    match facts.functions[function].returns {
        Some(returns) => steps_of(ctx, module, function, returns, imports).unwrap_or_default(),
        None => Vec::new(),
    }
}

fn steps_of(
    ctx: &Context<'_>,
    module: ModuleId,
    function: FunctionId,
    returns: ValueId,
    imports: &mut Vec<AddedImport>,
) -> Option<Vec<Step>> {
    let facts = ctx.program.facts(module);
    let inner = match facts.values[returns] {
        Value::Quoted(inner) => inner,
        _ => returns,
    };
    let (base, index) = match facts.values[inner] {
        Value::Item { base, index } => (base, Some(index)),
        _ => (inner, None),
    };
    let Static::External(dotted) = evaluate(ctx.program, module, base) else { return None };
    let (home, old) = dotted.rsplit_once('.')?;
    let name = well_known::async_iteration_type(home, old)?;
    let cut = match index {
        Some(index) if old == well_known::GENERATOR_ANNOTATION => sent_and_returned(facts, index)?,
        _ => None,
    };
    let mut steps = Vec::new();
    match facts.values[base] {
        Value::Name { reference, .. } => match import_of(facts, reference) {
            Some(import) if is_free(facts, name) => {
                steps.push(Step::ExtendImport { import, name: name.to_owned(), alias: None });
            }
            None if is_free(facts, name) => {
                imports.push(AddedImport::From { module: home.to_owned(), name: name.to_owned() });
            }
            _ => return None,
        },
        Value::Attribute { .. } => {}
        _ => return None,
    }
    steps.push(Step::Reannotate { function, value: base, name: name.to_owned(), cut });
    Some(steps)
}

/// Of `Y, S, R`, the values `S` and `R` when `R` is `None` and goes; `None` when `R` says something.
#[allow(clippy::option_option, reason = "whether it can change, and whether something goes")]
fn sent_and_returned(facts: &ModuleFacts, index: ValueId) -> Option<Option<(ValueId, ValueId)>> {
    let Value::Tuple(operands) = facts.values[index] else { return Some(None) };
    match *facts.operands(operands) {
        [_, sent, returned] if facts.values[returned] == Value::Constant(Constant::None) => {
            Some(Some((sent, returned)))
        }
        [_, _, _] => None,
        _ => Some(None),
    }
}

/// The `from … import` that brings a name from where its async form is too, not from a module that hands it on.
fn import_of(facts: &ModuleFacts, reference: NameUse) -> Option<ImportId> {
    let definition: DefinitionId = match reference {
        NameUse::Reaching(definition) => definition,
        NameUse::Binding(binding) => facts.bindings[binding].at_exit.or(facts.bindings[binding].last)?,
        NameUse::Unresolved => return None,
    };
    let DefinitionKind::Import(import) = facts.definitions[definition].kind else { return None };
    match facts.imports[import].kind {
        ImportKind::From { module: Some(module), level: 0, .. }
            if well_known::is_iteration_module(facts.name(module)) =>
        {
            Some(import)
        }
        _ => None,
    }
}

/// Whether nothing but an import from a typing module has this name anywhere in the file.
fn is_free(facts: &ModuleFacts, name: &str) -> bool {
    facts.bindings.iter_enumerated().filter(|(_, binding)| facts.name(binding.name) == name).all(|(id, _)| {
        facts.versions(id).all(|version| match facts.definitions[version].kind {
            DefinitionKind::Import(import) => match facts.imports[import].kind {
                ImportKind::From { module: Some(module), name: asked, .. } => {
                    facts.name(asked) == name && well_known::is_iteration_module(facts.name(module))
                }
                _ => false,
            },
            DefinitionKind::Unbound => true,
            _ => false,
        })
    })
}
