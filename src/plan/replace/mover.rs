//! One move of the whole program from one library to another.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::EdgeKind;
use crate::link::{ModuleId, Program, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::replace::Moves;
use crate::plan::replace::groups::{Groups, Holder};
use crate::plan::replace::imports::{Spelling, needless_imports, spell};
use crate::plan::replace::template::{Parts, needs_async};
use crate::plan::replace::values::{Owned, Values, values_of};
use crate::plan::scope::Targets;
use crate::plan::step::{AddedImport, FileChange, NewArgument, NewCallee, Step, Substitute};
use crate::plan::verdict::KeepReason;
use crate::rules::{CallChange, ClassChange, Library, Migration};
use crate::semantic::{ImportKind, FunctionId, FunctionKind, NameUse, SiteId, Value, ValueId, is_standard_module};

/// A change of one expression or statement.
#[derive(Clone, Debug)]
pub(super) struct Edit<'a> {
    pub(super) holder: Holder,
    pub(super) module: ModuleId,
    pub(super) value: ValueId,
    pub(super) kind: EditKind<'a>,
}

/// What changes.
#[derive(Clone, Debug)]
pub(super) enum EditKind<'a> {
    /// A call, an attribute or a name, with the arguments as they become.
    Template { text: &'a str, arguments: Vec<NewArgument>, added: Vec<String> },
    /// Something is written around it.
    Around(&'a str),
    /// `with` becomes `async with`.
    With(SiteId),
    /// `for` becomes `async for`.
    For(SiteId),
    /// A class is named where its objects are told from others; of exceptions there may be several.
    Class { names: &'a [Box<str>], is_listed: bool, is_annotation: bool },
}

/// One move.
pub(super) struct Mover<'a> {
    pub(super) ctx: &'a Context<'a>,
    pub(super) library: &'a Library,
    pub(super) migration: &'a Migration,
    pub(super) values: Values,
    pub(super) groups: Groups,
    pub(super) edits: Vec<Edit<'a>>,
    /// Functions that must be coroutine functions, with what asks for that.
    needs: Vec<(Holder, ProgramFunctionId)>,
    /// Functions that the library calls.
    pub(super) registered: Vec<(Holder, ProgramFunctionId)>,
    /// Calls that other plans must leave alone.
    pub(super) sites: Vec<(Holder, ModuleId, SiteId)>,
    /// Uses of the library that stay whatever happens.
    pub(super) stays: bool,
    reasons: &'a FxHashMap<ProgramFunctionId, KeepReason>,
}

impl<'a> Mover<'a> {
    pub(super) fn new(
        ctx: &'a Context<'a>,
        library: &'a Library,
        migration: &'a Migration,
        reasons: &'a FxHashMap<ProgramFunctionId, KeepReason>,
    ) -> Self {
        Self {
            ctx,
            library,
            migration,
            values: values_of(ctx, library),
            groups: Groups::default(),
            edits: Vec::new(),
            needs: Vec::new(),
            registered: Vec::new(),
            sites: Vec::new(),
            stays: false,
            reasons,
        }
    }

    /// Finds out what can change, and adds it.
    pub(super) fn carry_out(mut self, moves: &mut Moves) {
        let modules: Vec<ModuleId> = {
            let mut modules: Vec<ModuleId> = self.values.keys().map(|(module, _)| *module).collect();
            modules.sort_unstable();
            modules.dedup();
            modules
        };
        for &module in &modules {
            self.read_registered(module);
            self.read_values(module);
            self.read_calls(module);
            self.read_uses(module);
            self.read_names(module);
        }
        self.check_functions();
        self.check_tests();
        if self.migration.whole {
            self.groups.join_all();
        }
        let refused = self.groups.refused_roots();
        let is_live = |groups: &Groups, holder: &Holder| {
            groups.group_of(holder).is_none_or(|group| !refused.contains(&group))
        };
        let has_exceptions = is_live(&self.groups, &Holder::Library);
        let live: Vec<Edit<'a>> = self
            .edits
            .iter()
            .filter(|edit| has_exceptions && is_live(&self.groups, &edit.holder))
            .cloned()
            .collect();
        let has_calls = live.iter().any(|edit| !matches!(edit.kind, EditKind::Class { .. }));
        if !has_calls || !has_exceptions {
            return;
        }
        let is_complete = !self.stays && live.len() == self.edits.len();
        // Where exceptions of both libraries can come, neither's members can be relied on.
        let reads_exceptions = live.iter().any(|edit| match (&edit.kind, &edit.holder) {
            (EditKind::Template { .. }, Holder::Value(module, base)) => {
                self.object(*module, *base).is_some_and(|(class, _)| class.exception)
            }
            _ => false,
        });
        if reads_exceptions && !is_complete {
            return;
        }
        let owned = self.sites.iter().filter(|(holder, ..)| is_live(&self.groups, holder));
        moves.owned.extend(owned.map(|(_, module, site)| (*module, *site)));
        let needs = self.needs.iter().filter(|(holder, _)| is_live(&self.groups, holder));
        let functions: Vec<ProgramFunctionId> = needs.map(|(_, function)| *function).collect();
        moves.functions.extend(&functions);
        moves.together.push(functions);
        let registered = self.registered.iter().filter(|(holder, _)| is_live(&self.groups, holder));
        moves.registered.extend(registered.map(|(_, function)| *function));
        let live = [live, self.catches(moves)].concat();
        self.write(&live, is_complete, moves);
    }

    fn leaving(&self) -> &'a [Box<str>] {
        if self.migration.whole { &self.library.modules } else { &[] }
    }

    /// What is known of a value as an object that the move is about.
    pub(super) fn object(&self, module: ModuleId, value: ValueId) -> Option<(&'a ClassChange, &Owned)> {
        let owned = self.values.get(&(module, value)).filter(|owned| owned.is_object)?;
        self.migration.class(&owned.name).map(|class| (class, owned))
    }

    /// Whether a value is an object whose way through the program counts; exceptions come from everywhere.
    pub(super) fn is_tracked(&self, module: ModuleId, value: ValueId) -> bool {
        self.object(module, value).is_some_and(|(class, _)| !class.exception)
    }

    /// Whether code of a module may change.
    pub(super) fn is_editable(&self, module: ModuleId) -> bool {
        let request = self.ctx.request;
        (request.is_selected)(module)
            && !request.refused.contains(&module)
            && self.ctx.program.facts(module).problems.is_empty()
            && !self.ctx.program.modules[module].is_test
    }

    /// Adds an edit; what cannot be edited is refused.
    pub(super) fn edit(&mut self, edit: Edit<'a>) {
        let template = match &edit.kind {
            EditKind::Template { text, .. } | EditKind::Around(text) => *text,
            EditKind::With(_) | EditKind::For(_) => "async ",
            EditKind::Class { .. } => "",
        };
        let spelling = Spelling { module: edit.module, is_name: false };
        let may_spell = spell(self.ctx, self.migration, self.leaving(), spelling, template).is_some();
        if !self.is_editable(edit.module) || !may_spell {
            self.groups.refuse(edit.holder.clone());
        }
        if needs_async(template) {
            let function = self.function_at(edit.module, edit.value);
            let id = self.ctx.program.function(edit.module, function);
            if self.is_in_lazy_code(edit.module, edit.value) {
                self.groups.refuse(edit.holder.clone());
            }
            self.needs.push((edit.holder.clone(), id));
        }
        self.edits.push(edit);
    }

    /// The function whose code makes a value.
    pub(super) fn function_at(&self, module: ModuleId, value: ValueId) -> FunctionId {
        let facts = self.ctx.program.facts(module);
        let around = facts
            .functions
            .iter_enumerated()
            .filter(|(_, item)| item.first_value <= value && value < item.end_value);
        around.last().map_or(facts.module_function(), |(id, _)| id)
    }

    /// Whether a value is made in a generator expression, in a nested comprehension or in the body of a class.
    fn is_in_lazy_code(&self, module: ModuleId, value: ValueId) -> bool {
        use crate::semantic::ComprehensionKind::Generator;
        let facts = self.ctx.program.facts(module);
        let range = facts.value_ranges[value];
        let function = self.function_at(module, value);
        let mut around = 0;
        for (id, other) in facts.values.iter_enumerated() {
            let Value::Comprehension { kind, .. } = other else { continue };
            if facts.value_ranges[id].contains_range(range) && self.function_at(module, id) == function {
                around += if *kind == Generator { 2 } else { 1 };
            }
        }
        let is_in_class =
            facts.classes.iter().any(|class| class.function == function && class.range.contains_range(range));
        around > 1 || is_in_class
    }

    /// Refuses what would need a coroutine function where there can be none.
    fn check_functions(&mut self) {
        let registered: FxHashSet<ProgramFunctionId> =
            self.registered.iter().map(|(_, function)| *function).collect();
        for (holder, function) in self.needs.clone() {
            let (module, local) = self.ctx.program.locate_function(function);
            let kind = self.ctx.program.facts(module).functions[local].kind;
            let can_be_async = kind == FunctionKind::Def
                && (self.ctx.is_async(function)
                    || registered.contains(&function)
                    || !self.reasons.contains_key(&function))
                && self.is_in_scope(function);
            if !can_be_async {
                self.groups.refuse(holder);
            }
        }
        for (holder, function) in self.registered.clone() {
            let node = self.ctx.graph.function_node(function);
            let is_called = self.ctx.graph.incoming(node).any(|(_, edge)| {
                edge.kind == EdgeKind::Call && self.ctx.graph.function(edge.caller).is_some() && {
                    let caller = self.ctx.graph.function(edge.caller);
                    caller != Some(function) && !self.is_registration(edge.module, edge.site)
                }
            });
            if is_called {
                self.groups.refuse(holder);
            }
        }
    }

    /// Refuses what tests put something else in the place of.
    fn check_tests(&mut self) {
        let is_mocked = self.ctx.program.modules.iter().any(|module| {
            module.facts.imports.iter().any(|import| {
                let (ImportKind::Module { module: name, .. }
                | ImportKind::From { module: Some(name), .. }
                | ImportKind::Star { module: Some(name), .. }) = import.kind
                else {
                    return false;
                };
                let root = module.facts.name(name).split('.').next().unwrap_or_default();
                self.migration.mocked_by.iter().any(|known| **known == *root)
            })
        });
        if is_mocked {
            self.groups.refuse(Holder::Library);
        }
        for holder in self.groups.holders() {
            if let Holder::Named(name) = &holder
                && self.ctx.is_patched(name)
            {
                self.groups.refuse(holder);
            }
        }
    }

    /// Whether a function may change in this run.
    fn is_in_scope(&self, function: ProgramFunctionId) -> bool {
        let scope = self.ctx.request.scope;
        let is_asked = match &scope.targets {
            Targets::All => true,
            Targets::Needed(_) => false,
            Targets::Exactly(functions) => functions.contains(&function),
        };
        is_asked && !scope.dropped.contains_key(&function)
    }

    /// Turns edits into steps.
    fn write(&self, live: &[Edit<'a>], is_complete: bool, moves: &mut Moves) {
        let mut substitutes: FxHashMap<(ModuleId, ValueId), Substitute> = FxHashMap::default();
        let mut files: FxHashMap<ModuleId, FileChange> = FxHashMap::default();
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
                    substitute.before = parts.before.to_owned();
                    substitute.after = parts.after.to_owned();
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

    /// What becomes of the arguments of a call; `None` when some of them mean nothing to the other library.
    pub(super) fn arguments(
        &self,
        module: ModuleId,
        site: SiteId,
        change: &'a CallChange,
    ) -> Option<(Vec<NewArgument>, Vec<String>)> {
        use crate::semantic::ArgumentKind;
        let facts = self.ctx.program.facts(module);
        let (_, arguments) = facts.call(site)?;
        let (mut changed, mut known) = (Vec::new(), Vec::new());
        let mut position = 0;
        for argument in arguments {
            let keyword: &str = match argument.kind {
                ArgumentKind::Positional => {
                    let kept = change.positional.is_none_or(|most| position < usize::from(most));
                    let after = position - usize::from(change.positional.unwrap_or(0)).min(position);
                    position += 1;
                    if kept {
                        continue;
                    }
                    change.then.get(after)?
                }
                ArgumentKind::Keyword(name) => facts.name(name),
                ArgumentKind::Starred if change.positional.is_none() => continue,
                ArgumentKind::DoubleStarred if change.keep.is_none() && change.change.is_empty() => continue,
                ArgumentKind::Starred | ArgumentKind::DoubleStarred => return None,
            };
            known.push(keyword);
            let is_keyword = matches!(argument.kind, ArgumentKind::Keyword(_));
            match change.change.get(keyword) {
                Some(template) => {
                    let (before, after) = template.split_once("{}")?;
                    let (before, after) = (before.to_owned(), after.to_owned());
                    changed.push(NewArgument { value: argument.value, before, after });
                }
                None => {
                    let is_kept =
                        change.keep.as_ref().is_none_or(|keep| keep.iter().any(|word| **word == *keyword));
                    if !is_kept {
                        return None;
                    }
                    if !is_keyword {
                        let before = format!("{keyword}=");
                        changed.push(NewArgument { value: argument.value, before, after: String::new() });
                    }
                }
            }
        }
        let added = change.add.iter().filter(|(name, _)| !known.contains(&&***name));
        let added = added.map(|(name, value)| format!("{name}={value}")).collect();
        Some((changed, added))
    }
}
