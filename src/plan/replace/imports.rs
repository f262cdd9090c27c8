//! How a module names what a template names, and which imports it no longer needs.

use crate::link::{ImportTarget, Lookup, ModuleId};
use crate::plan::context::Context;
use crate::plan::replace::values::Values;
use crate::plan::request::RuntimePlace;
use crate::plan::runtime_place::runtime_place;
use crate::plan::step::AddedImport;
use crate::rules::{Migration, Support};
use crate::semantic::{DefinitionKind, ImportId, ImportKind, ModuleFacts, NameUse, Value, ValueId};

/// In templates, the module that a move brings along.
const SUPPORT: &str = "support";

/// Stands in the text of such a module for the runtime helper.
const RUNTIME: &str = "<runtime>";

/// Where something is to be spelled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spelling {
    pub(super) module: ModuleId,
    /// Whether it stands for a plain name, so that it becomes one.
    pub(super) is_name: bool,
}

/// Modules whose imports go with the move, so that their names are free.
pub(super) type Leaving<'a> = &'a [Box<str>];

/// A template with its names as a module spells them, and the imports that they need; `None` when a name is taken.
pub(super) fn spell(
    ctx: &Context<'_>,
    migration: &Migration,
    leaving: Leaving<'_>,
    spelling: Spelling,
    template: &str,
) -> Option<(String, Vec<AddedImport>)> {
    let facts = ctx.program.facts(spelling.module);
    let mut text = String::new();
    let mut imports = Vec::new();
    let mut rest = template;
    while let Some((before, more)) = split_at_name(rest) {
        let (dotted, after) = more.split_once('>')?;
        let (home, name) = dotted.rsplit_once('.')?;
        text.push_str(before);
        rest = after;
        if home == SUPPORT {
            let support = migration.support.as_ref()?;
            let (_, dots) = runtime_place(ctx, spelling.module);
            let module = format!("{dots}{}", support.name);
            if is_free(facts, &[], name, &support.name) {
                text.push_str(name);
                imports.push(AddedImport::From { module, name: name.to_owned() });
            } else {
                text.extend([&*support.name, ".", name]);
                imports.push(match dots.as_str() {
                    "" => AddedImport::Module(support.name.to_string()),
                    dots => AddedImport::From { module: dots.to_owned(), name: support.name.to_string() },
                });
            }
            continue;
        }
        if spelling.is_name && is_free(facts, leaving, name, home) {
            text.push_str(name);
            imports.push(AddedImport::From { module: home.to_owned(), name: name.to_owned() });
            continue;
        }
        let root = dotted.split('.').next()?;
        if !is_free(facts, &[], root, root) {
            return None;
        }
        text.push_str(dotted);
        imports.push(AddedImport::Module(home.to_owned()));
    }
    text.push_str(rest);
    Some((text, imports))
}

/// What stands before and after the bracket that opens a name; a comparison has a blank after its sign.
fn split_at_name(text: &str) -> Option<(&str, &str)> {
    let starts_name =
        |at: usize| text[at + 1..].starts_with(|letter: char| letter.is_alphabetic() || letter == '_');
    let (at, _) = text.match_indices('<').find(|&(at, _)| starts_name(at))?;
    Some((&text[..at], &text[at + 1..]))
}

/// Whether a name means nothing else anywhere in a module than what it means in the module `home`.
fn is_free(facts: &ModuleFacts, leaving: Leaving<'_>, name: &str, home: &str) -> bool {
    let is_leaving = |module: &str| leaving.iter().any(|known| module == &**known);
    facts.bindings.iter_enumerated().filter(|(_, binding)| facts.name(binding.name) == name).all(|(id, _)| {
        facts.versions(id).all(|version| match facts.definitions[version].kind {
            DefinitionKind::Import(import) => match facts.imports[import].kind {
                ImportKind::Module { module, renamed } => {
                    !renamed && facts.name(module).split('.').next() == Some(name)
                }
                ImportKind::From { module, .. } => module.is_some_and(|module| {
                    let module = facts.name(module);
                    module.trim_start_matches('.') == home || is_leaving(module)
                }),
                ImportKind::Star { .. } => false,
            },
            _ => false,
        })
    })
}

/// The files that a module of a move needs beside the changed code: itself and the runtime helper.
pub(super) fn support_places(ctx: &Context<'_>, module: ModuleId, support: &Support) -> Vec<RuntimePlace> {
    let (place, dots) = runtime_place(ctx, module);
    let runtime = format!("{dots}{}", place.name);
    let text = support.python.replace(RUNTIME, &runtime);
    let own = RuntimePlace { name: support.name.to_string(), text: Some(text), beside: place.beside };
    if support.python.contains(RUNTIME) { vec![place, own] } else { vec![own] }
}

/// Imports of the library at module level whose names are used no more when the values `gone` are.
pub(super) fn needless_imports(
    ctx: &Context<'_>,
    values: &Values,
    module: ModuleId,
    gone: &[ValueId],
) -> Vec<ImportId> {
    let facts = ctx.program.facts(module);
    let is_gone = |value: ValueId| {
        let range = facts.value_ranges[value];
        gone.iter().any(|&gone| facts.value_ranges[gone].contains_range(range))
    };
    let mut found = Vec::new();
    for (id, import) in facts.imports.iter_enumerated() {
        let Some(definition) = import.definition else { continue };
        let binding = facts.definitions[definition].binding;
        let mut uses = facts.values.iter_enumerated().filter(|(_, value)| match value {
            Value::Name { reference: NameUse::Reaching(read), .. } => *read == definition,
            Value::Name { reference: NameUse::Binding(read), .. } => *read == binding,
            _ => false,
        });
        let is_library = facts.values.iter_enumerated().any(|(value, item)| {
            let is_read = match item {
                Value::Name { reference: NameUse::Reaching(read), .. } => *read == definition,
                Value::Name { reference: NameUse::Binding(read), .. } => *read == binding,
                _ => false,
            };
            is_read && values.contains_key(&(module, value))
        });
        let is_sole = facts.versions(binding).count() == 1;
        let is_plain = facts.statements[import.statement].parent.is_none();
        let name = facts.bindings[binding].name;
        let is_exported = facts
            .exports
            .as_ref()
            .is_some_and(|exports| exports.iter().any(|export| facts.name(*export) == facts.name(name)));
        let is_needless = is_library && uses.all(|(value, _)| is_gone(value));
        if is_needless
            && is_sole
            && is_plain
            && !is_exported
            && !is_imported_elsewhere(ctx, module, facts.name(name))
        {
            found.push(id);
        }
    }
    found
}

/// Whether another module, or a test's patch, looks a name up in a module.
fn is_imported_elsewhere(ctx: &Context<'_>, module: ModuleId, name: &str) -> bool {
    let from = |other: ModuleId| {
        let facts = ctx.program.facts(other);
        facts.imports.iter().any(|import| match import.kind {
            ImportKind::From { name: asked, .. } if facts.name(asked) == name => {
                matches!(ctx.program.import_target(other, import.kind), Some(ImportTarget::Global(home, _)) if home == module)
            }
            ImportKind::Star { module: home, level } => {
                let home = ctx.program.absolute(other, home.map(|home| facts.name(home)), level);
                home.and_then(|home| ctx.program.module_named(&home)) == Some(module)
            }
            _ => false,
        })
    };
    ctx.is_patched(name) || ctx.program.modules.ids().any(|other| other != module && from(other))
}
