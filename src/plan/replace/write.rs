//! From edits to steps.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::link::{ModuleId, Program};
use crate::plan::replace::imports::{Spelling, needless_imports, spell};
use crate::plan::replace::mover::{Edit, EditKind, Mover};
use crate::plan::replace::moves::Moves;
use crate::plan::replace::template::Parts;
use crate::plan::step::{AddedImport, FileChange, NewArgument, NewCallee, Step, Substitute};
use crate::semantic::{NameUse, Value, ValueId, is_standard_module};

impl Mover<'_> {
    /// Turns edits into steps.
    pub(super) fn write(&self, live: &[Edit<'_>], is_complete: bool, moves: &mut Moves) {
        let mut substitutes: FxHashMap<(ModuleId, ValueId), Substitute> = FxHashMap::default();
        let mut files: BTreeMap<ModuleId, FileChange> = BTreeMap::new();
        let mut replaced: FxHashMap<ModuleId, Vec<ValueId>> = FxHashMap::default();
        for edit in live {
            let facts = self.ctx.program.facts(edit.module);
            let file = files.entry(edit.module).or_default();
            let key = (edit.module, edit.value);
            let spelled = |text: &str, is_name: bool| {
                spell(
                    self.ctx,
                    self.migration,
                    self.leaving(),
                    Spelling { module: edit.module, is_name },
                    text,
                )
            };
            let mut add = |imports: Vec<AddedImport>| file.imports.extend(imports);
            match &edit.kind {
                EditKind::With(site) => file.steps.push(Step::AsyncWith { site: *site }),
                EditKind::For(site) => file.steps.push(Step::AsyncFor { site: *site }),
                EditKind::Around(text) => {
                    let text = text
                        .trim_start_matches("async ")
                        .trim_start_matches("with ")
                        .trim_start_matches("for ");
                    let Some((text, imports)) = spelled(text, false) else { continue };
                    let Some((before, after)) = text.split_once("{}") else { continue };
                    add(imports);
                    if !(before.is_empty() && after.is_empty()) {
                        substitutes.entry(key).or_default().around =
                            Some((before.to_owned(), after.to_owned()));
                    }
                }
                EditKind::Template { text, arguments, added } => {
                    let target = match facts.values[edit.value] {
                        Value::Call(site) => facts.call(site).map_or(edit.value, |(callee, _)| callee),
                        _ => edit.value,
                    };
                    let is_name = matches!(facts.values[target], Value::Name { .. });
                    let (last, operand) = match facts.values[target] {
                        Value::Name { name, .. } => (facts.name(name), None),
                        Value::Attribute { base, name } => (facts.name(name), Some(base)),
                        _ => continue,
                    };
                    let owned = self.values.get(&(edit.module, target)).filter(|owned| !owned.is_object);
                    let public = owned.and_then(|owned| owned.name.rsplit('.').next()).unwrap_or(last);
                    let text = text.replace("{name}", public);
                    let Some((text, imports)) = spelled(&text, is_name) else { continue };
                    let parts = Parts::of(&text);
                    if parts.has_operand && operand.is_none() {
                        continue;
                    }
                    let mut new_arguments = Vec::new();
                    for argument in arguments {
                        let Some((before, more)) = spelled(&argument.before, false) else { continue };
                        add(more);
                        new_arguments.push(NewArgument { before, ..argument.clone() });
                    }
                    let mut new_added = Vec::new();
                    for text in added {
                        let Some((text, more)) = spelled(text, false) else { continue };
                        add(more);
                        new_added.push(text);
                    }
                    add(imports);
                    let is_call = matches!(facts.values[edit.value], Value::Call(_));
                    if !parts.has_operand {
                        replaced.entry(edit.module).or_default().push(target);
                    }
                    let name = parts.name.to_owned();
                    let substitute = substitutes.entry(key).or_default();
                    substitute.is_awaited = parts.is_awaited;
                    parts.before.clone_into(&mut substitute.before);
                    parts.after.clone_into(&mut substitute.after);
                    substitute.arguments = new_arguments;
                    substitute.added = new_added;
                    substitute.callee = match parts.has_operand {
                        true if is_call && !parts.has_arguments && parts.name.is_empty() => NewCallee::Gone,
                        true if parts.name == last => NewCallee::Same,
                        true => NewCallee::Last(name),
                        false => NewCallee::Whole(name),
                    };
                }
                EditKind::Class { names, is_listed, is_annotation } => {
                    if *is_annotation && !is_complete {
                        continue;
                    }
                    let is_name = matches!(facts.values[edit.value], Value::Name { .. }) && names.len() == 1;
                    let mut texts = Vec::new();
                    let is_kept = !is_complete || !self.values.contains_key(&key);
                    if is_kept {
                        texts.extend(facts.spelling(edit.value));
                    }
                    for name in *names {
                        let last = self.values.get(&key).and_then(|owned| owned.name.rsplit('.').next());
                        let name = name.replace("{name}", last.unwrap_or_default());
                        let Some((text, imports)) = spelled(&name, is_name) else { continue };
                        add(imports);
                        texts.push(text);
                    }
                    texts.dedup();
                    let mut text = texts.join(", ");
                    if texts.len() > 1 && !is_listed {
                        text = format!("({text})");
                    }
                    if !is_kept {
                        replaced.entry(edit.module).or_default().push(edit.value);
                    }
                    substitutes.entry(key).or_default().callee = NewCallee::Whole(text);
                }
            }
        }
        let mut substitutes: Vec<_> = substitutes.into_iter().collect();
        substitutes.sort_by_key(|(key, _)| *key);
        let enclosed: FxHashSet<(ModuleId, ValueId)> = substitutes
            .iter()
            .filter(|(_, with)| with.before.ends_with('(') && with.after.starts_with(')'))
            .filter_map(|((module, value), _)| {
                let facts = self.ctx.program.facts(*module);
                let callee = match facts.values[*value] {
                    Value::Call(site) => facts.call(site).map(|(callee, _)| callee)?,
                    _ => return None,
                };
                match facts.values[callee] {
                    Value::Attribute { base, .. } => Some((*module, base)),
                    _ => None,
                }
            })
            .collect();
        for (key, with) in &mut substitutes {
            with.is_enclosed = enclosed.contains(key);
        }
        for ((module, value), with) in substitutes {
            let file = files.entry(module).or_default();
            let function = self.function_at(module, value);
            file.steps.push(Step::Substitute { function, value, with: Box::new(with) });
        }
        for (module, file) in &mut files {
            self.place_imports(*module, file);
            let gone = replaced.remove(module).unwrap_or_default();
            for import in needless_imports(self.ctx, &self.values, *module, &gone) {
                file.steps.push(Step::RemoveImport { import });
            }
            if let Some(support) = &self.migration.support {
                let is_used = file.imports.iter().any(|import| match import {
                    AddedImport::From { module, name } => {
                        module.ends_with(&*support.name) || *name == *support.name
                    }
                    AddedImport::Module(module) => *module == *support.name,
                });
                if is_used {
                    moves.supports.push((*module, support.clone()));
                }
            }
        }
        for (module, file) in files {
            let known = moves.files.entry(module).or_default();
            known.steps.extend(file.steps);
            known.imports.extend(file.imports);
        }
    }

    /// Imports of libraries stand beside those of the library that they replace.
    fn place_imports(&self, module: ModuleId, file: &mut FileChange) {
        let facts = self.ctx.program.facts(module);
        let beside = facts.imports.iter_enumerated().find(|(_, import)| {
            let definition = import.definition;
            Program::is_module_scope(import.scope)
                && facts.statements[import.statement].parent.is_none()
                && definition.is_some_and(|definition| {
                    facts.values.iter_enumerated().any(|(value, item)| match item {
                        Value::Name { reference, .. } => {
                            let binding = facts.definitions[definition].binding;
                            (*reference == NameUse::Reaching(definition)
                                || *reference == NameUse::Binding(binding))
                                && self.values.contains_key(&(module, value))
                        }
                        _ => false,
                    })
                })
        });
        let Some((beside, _)) = beside else { return };
        let support = self.migration.support.as_ref().map_or("", |support| &support.name);
        let is_foreign = |import: &AddedImport| {
            let (AddedImport::Module(home) | AddedImport::From { module: home, .. }) = import;
            !home.starts_with('.')
                && home != support
                && !is_standard_module(home.split('.').next().unwrap_or(home))
        };
        let (foreign, own) = std::mem::take(&mut file.imports).into_iter().partition(is_foreign);
        file.imports = own;
        let foreign: Vec<AddedImport> = foreign;
        file.steps.extend(foreign.into_iter().map(|added| Step::Import { beside, added }));
    }
}
