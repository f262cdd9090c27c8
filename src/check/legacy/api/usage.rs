//! Where a program uses something that goes, and in which way.

use std::borrow::Cow;

use crate::check::legacy::api::idle_loop::has_no_loop;
use crate::check::legacy::guard::Guards;
use crate::check::legacy::mention::{Wanted, spelled, statement_of};
use crate::check::legacy::retiring::{Retiring, retiring, retiring_names};
use crate::check::request::CheckRequest;
use crate::graph::Confidence;
use crate::link::{ImportTarget, Lookup, ModuleId, Static, evaluate};
use crate::rules::{ArgumentRef, CheckRule, RetiredUse, Versions};
use crate::semantic::{
    Argument, ArgumentKind, DefinitionKind, FunctionId, ModuleFacts, NameId, NameUse, SiteId, SiteKind,
    StatementId, Value, ValueId,
};
use crate::text::TextRange;

/// A use of something that goes.
pub(super) struct Use<'a> {
    pub(super) module: ModuleId,
    pub(super) function: FunctionId,
    pub(super) range: TextRange,
    /// The public name.
    pub(super) name: String,
    pub(super) way: Way,
    /// The versions that allow it.
    pub(super) versions: &'a Versions,
    pub(super) retiring: Retiring<'a>,
    pub(super) confidence: Confidence,
}

/// What goes about it.
pub(super) enum Way {
    /// The thing itself.
    Itself,
    /// An argument of this name.
    Argument(String),
    /// That it takes coroutines.
    Coroutines,
    /// That it needs no running loop.
    NoLoop,
}

/// All uses in the modules that are wanted, but those that are guarded.
pub(super) fn uses<'a>(request: &'a CheckRequest<'_>, rule: &CheckRule) -> Vec<Use<'a>> {
    let names = retiring_names(request.knowledge, rule);
    let wanted = Wanted::new(request, names.iter().map(String::as_str));
    let guards = Guards::new(rule);
    let mut found = Vec::new();
    for module in request.modules() {
        let known = wanted.in_module(request, module);
        if known.is_empty() {
            continue;
        }
        let finder = Finder { request, rule, module, facts: request.program.facts(module), known };
        let mut here = Vec::new();
        finder.imports(&mut here);
        finder.values(&mut here);
        finder.calls(&mut here);
        here.retain(|(statement, _)| !guards.protect(request, module, *statement));
        here.sort_by_key(|(statement, found)| (*statement, found.range));
        // What stands in one statement goes in one change.
        here.dedup_by_key(|(statement, found)| (*statement, std::mem::discriminant(&found.way)));
        found.extend(here.into_iter().map(|(_, found)| found));
    }
    found
}

struct Finder<'a, 'b, 'c> {
    request: &'a CheckRequest<'b>,
    rule: &'c CheckRule,
    module: ModuleId,
    facts: &'a ModuleFacts,
    /// Names of the module that something that goes has.
    known: Vec<NameId>,
}

type Found<'a> = Vec<(StatementId, Use<'a>)>;

impl<'a> Finder<'a, '_, '_> {
    /// `from library import name`: without it the module cannot even be imported.
    fn imports(&self, acc: &mut Found<'a>) {
        for import in &self.facts.imports {
            let Some(ImportTarget::External(name)) =
                self.request.program.import_target(self.module, import.kind)
            else {
                continue;
            };
            let function = self.facts.statements[import.statement].function;
            if let (false, Some((name, found))) = (import.is_type_only, self.look_up(&name)) {
                self.add(acc, import.statement, function, import.range, (name, found));
            }
        }
    }

    /// `library.name`.
    fn values(&self, acc: &mut Found<'a>) {
        for (value, kind) in self.facts.values.iter_enumerated() {
            let Value::Attribute { name, .. } = *kind else { continue };
            if !self.known.contains(&name) {
                continue;
            }
            let Static::External(dotted) = evaluate(self.request.program, self.module, value) else {
                continue;
            };
            let Some(found) = self.look_up(&dotted).filter(|(_, found)| found.versions.is_some()) else {
                continue;
            };
            let range = self.facts.value_ranges[value];
            let is_annotation = annotations(self.facts).iter().any(|around| around.contains(range.start()));
            let Some(statement) = statement_of(self.facts, value).filter(|_| !is_annotation) else {
                continue;
            };
            let function = self.facts.statements[statement].function;
            self.add(acc, statement, function, range, found);
        }
    }

    /// Calls of methods that go, and calls of what stays in a way that goes.
    fn calls(&self, acc: &mut Found<'a>) {
        for (site, item) in self.facts.sites.iter_enumerated() {
            let SiteKind::Call { callee, .. } = item.kind else { continue };
            let is_known = spelled(self.facts, callee).is_some_and(|name| self.known.contains(&name))
                || self.is_renamed(callee);
            if !is_known {
                continue;
            }
            let Some((dotted, confidence, is_static)) = self.callee(site, callee) else { continue };
            let Some((name, found)) = self.look_up(&dotted) else { continue };
            let place = item.place;
            if let (false, Some(versions)) = (is_static, found.versions) {
                acc.push((
                    place.statement,
                    Use {
                        module: self.module,
                        function: place.function,
                        range: self.facts.value_ranges[callee],
                        name: name.clone(),
                        way: Way::Itself,
                        versions,
                        retiring: found,
                        confidence,
                    },
                ));
            }
            for retired in found.retired {
                let Some((range, way)) = self.way(site, &retired.usage) else { continue };
                let is_sure = matches!(way, Way::Argument(_));
                acc.push((
                    place.statement,
                    Use {
                        module: self.module,
                        function: place.function,
                        range,
                        name: name.clone(),
                        way,
                        versions: &retired.versions,
                        retiring: found,
                        confidence: if is_sure { confidence } else { confidence.min(Confidence::Probable) },
                    },
                ));
            }
        }
    }

    fn add(
        &self,
        acc: &mut Found<'a>,
        statement: StatementId,
        function: FunctionId,
        range: TextRange,
        (name, retiring): (String, Retiring<'a>),
    ) {
        let Some(versions) = retiring.versions else { return };
        let confidence = Confidence::Definite;
        let (module, way) = (self.module, Way::Itself);
        acc.push((statement, Use { module, function, range, name, way, versions, retiring, confidence }));
    }

    /// The public name of something of the check's modules, and what goes about it.
    fn look_up(&self, dotted: &str) -> Option<(String, Retiring<'a>)> {
        let is_ours = |name: &str| {
            let modules = self.rule.words("modules");
            modules
                .iter()
                .any(|module| name.strip_prefix(&**module).is_some_and(|rest| rest.starts_with('.')))
        };
        let public: Cow<'_, str> = self.request.knowledge.public_name(dotted);
        let is_elsewhere = self.rule.has_word("elsewhere", &public);
        if !is_ours(&public) || is_elsewhere {
            return None;
        }
        let found = retiring(self.request.knowledge, dotted)?;
        Some((public.into_owned(), found))
    }

    /// Whether a name was given to one of the known names when it was imported.
    fn is_renamed(&self, callee: ValueId) -> bool {
        let Value::Name { reference, .. } = self.facts.values[callee] else { return false };
        let definition = match reference {
            NameUse::Reaching(definition) => Some(definition),
            NameUse::Binding(binding) => self.facts.bindings[binding].last,
            NameUse::Unresolved => None,
        };
        definition.is_some_and(|definition| {
            matches!(self.facts.definitions[definition].kind, DefinitionKind::Import(_))
        }) && matches!(evaluate(self.request.program, self.module, callee), Static::External(name)
            if self.look_up(&name).is_some())
    }

    /// What a call calls, how surely, and whether its spelling says so already.
    fn callee(&self, site: SiteId, callee: ValueId) -> Option<(String, Confidence, bool)> {
        if let Static::External(name) = evaluate(self.request.program, self.module, callee) {
            return Some((name, Confidence::Definite, true));
        }
        let graph = self.request.graph;
        let resolution = graph.site(self.request.program.site_index(self.module, site))?;
        resolution.edges.iter().find_map(|&edge| {
            let edge = graph.edge(edge);
            let name = graph.external_name(edge.callee)?;
            (edge.confidence >= Confidence::Probable).then(|| (name.to_owned(), edge.confidence, false))
        })
    }

    /// Whether a call is made in a way that goes, and where that shows.
    fn way(&self, site: SiteId, usage: &RetiredUse) -> Option<(TextRange, Way)> {
        let (callee, arguments) = self.facts.call(site)?;
        match usage {
            RetiredUse::Given(parameter) => {
                let argument = argument(self.facts, arguments, parameter)?;
                let name = parameter.name.as_deref().unwrap_or_default().to_owned();
                Some((self.facts.value_ranges[argument], Way::Argument(name)))
            }
            RetiredUse::Coroutines(parameter) => {
                let argument = argument(self.facts, arguments, parameter)?;
                let element = self.coroutine_in(argument)?;
                Some((self.facts.value_ranges[element], Way::Coroutines))
            }
            RetiredUse::NoLoop => has_no_loop(self.request, self.rule, self.module, site)
                .then(|| (self.facts.value_ranges[callee], Way::NoLoop)),
        }
    }

    /// A coroutine among the elements of a collection that is written out, here or where its name is defined.
    fn coroutine_in(&self, value: ValueId) -> Option<ValueId> {
        let facts = self.facts;
        let value = match facts.values[value] {
            Value::Name { reference: NameUse::Reaching(definition), .. } => {
                match facts.definitions[definition].kind {
                    DefinitionKind::Value(made) => made,
                    _ => return None,
                }
            }
            _ => value,
        };
        match facts.values[value] {
            Value::List(operands) | Value::Set(operands) | Value::Tuple(operands) => {
                facts.operands(operands).iter().copied().find(|&element| self.is_coroutine(element))
            }
            Value::Comprehension { element, .. } => {
                Some(element).filter(|&element| self.is_coroutine(element))
            }
            _ => None,
        }
    }

    /// Whether a value is the coroutine that a call gives, and nothing else.
    fn is_coroutine(&self, value: ValueId) -> bool {
        let Value::Call(site) = self.facts.values[value] else { return false };
        let graph = self.request.graph;
        let Some(resolution) = graph.site(self.request.program.site_index(self.module, site)) else {
            return false;
        };
        let gives_coroutine = |&edge: &_| {
            let edge = graph.edge(edge);
            edge.confidence >= Confidence::Probable
                && graph.function(edge.callee).is_some_and(|function| {
                    let (_, facts, local) = self.request.located(function);
                    let item = &facts.functions[local];
                    item.traits.is_async && !item.traits.is_generator && item.decorators.is_empty()
                })
        };
        resolution.incomplete.is_none()
            && !resolution.edges.is_empty()
            && resolution.edges.iter().all(gives_coroutine)
    }
}

/// Places of annotations, which newer versions of Python do not evaluate where they stand.
fn annotations(facts: &ModuleFacts) -> Vec<TextRange> {
    let parameters = facts.functions.iter().flat_map(|function| &function.parameters);
    let values = parameters
        .filter_map(|parameter| parameter.annotation)
        .chain(facts.functions.iter().filter_map(|function| function.returns))
        .chain(facts.bindings.iter().filter_map(|binding| binding.annotation))
        .chain(facts.stores.iter().filter_map(|store| store.annotation));
    values.map(|value| facts.value_ranges[value]).collect()
}

/// What is passed for a parameter, by name or by position.
fn argument(facts: &ModuleFacts, arguments: &[Argument], parameter: &ArgumentRef) -> Option<ValueId> {
    let is_named = |argument: &&Argument| match argument.kind {
        ArgumentKind::Keyword(name) => parameter.name.as_deref() == Some(facts.name(name)),
        ArgumentKind::Positional | ArgumentKind::Starred | ArgumentKind::DoubleStarred => false,
    };
    let by_position = || {
        let position = usize::from(parameter.position?);
        let leading = arguments.get(..=position)?;
        let is_plain = leading.iter().all(|argument| argument.kind == ArgumentKind::Positional);
        is_plain.then(|| leading[position])
    };
    arguments.iter().find(is_named).copied().or_else(by_position).map(|argument| argument.value)
}
