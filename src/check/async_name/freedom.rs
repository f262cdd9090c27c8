//! Which names their authors were free to choose.

use rustc_hash::FxHashSet;

use crate::base::{IdVec, matches_pattern};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::graph::EdgeKind;
use crate::link::{Ancestor, ModuleId, ProgramClassId};
use crate::rules::CheckRule;
use crate::semantic::{Constant, Function, FunctionId, FunctionKind, NameId, SiteKind, Value, well_known};
use crate::text::TextRange;

/// The check whose lists of words say what leaves a name to its author.
const WORDS: &str = "AS301";

/// Which names their authors were free to choose.
pub(super) struct Freedom<'a, 'b> {
    request: &'a CheckRequest<'b>,
    words: &'a CheckRule,
    /// Classes of which some class below them inherits from something foreign too, which may have asked for the name.
    is_mixed: IdVec<ProgramClassId, bool>,
    /// Places of arguments of calls that reach nothing of the program.
    handed_out: FxHashSet<(ModuleId, TextRange)>,
    /// Names that stand in a text of their module, but for `__all__`: something may look for them by that.
    spelled_out: FxHashSet<(ModuleId, NameId)>,
}

impl<'a, 'b> Freedom<'a, 'b> {
    /// `None` when there are no words.
    pub(super) fn new(request: &'a CheckRequest<'b>) -> Option<Self> {
        let words = request.knowledge.check(WORDS)?;
        let mut is_mixed = IdVec::from_elem(false, request.program.class_count());
        for class in is_mixed.ids() {
            let order = request.hierarchy.mro(class);
            if order.iter().any(|ancestor| is_foreign(words, ancestor)) {
                for ancestor in order {
                    if let Ancestor::Class(ancestor) = ancestor {
                        is_mixed[*ancestor] = true;
                    }
                }
            }
        }
        Some(Self {
            request,
            words,
            is_mixed,
            handed_out: handed_out(request),
            spelled_out: spelled_out(request),
        })
    }

    /// Whether the author of a function chose its name and nothing looks for it by that name.
    pub(super) fn is_free(&self, module: ModuleId, function: FunctionId) -> bool {
        let facts = self.request.program.facts(module);
        let item = &facts.functions[function];
        let name = facts.name(item.name);
        let is_global = item.parent == facts.module_function();
        let is_registered = item.decorators.iter().any(|&decorator| {
            last_name(facts, decorator).is_none_or(|name| !self.words.has_word("transparent", name))
        });
        item.kind == FunctionKind::Def
            && is_global
            && !item.traits.is_type_only
            && !self.is_named_elsewhere(name)
            && !is_registered
            && !self.belongs_to_class(module, item)
            && !self.is_passed(module, function)
            && !self.spelled_out.contains(&(module, item.name))
    }

    fn is_named_elsewhere(&self, name: &str) -> bool {
        let stem = name.trim_start_matches('_');
        let allow = &self.request.settings.naming.allow;
        well_known::is_dunder(name)
            || name.starts_with("test")
            || self.words.has_word("exempt", name)
            || allow.iter().any(|pattern| matches_pattern(pattern, name) || matches_pattern(pattern, stem))
    }

    /// Whether a base class, a protocol or a mixin's other half decides over the name of a method.
    fn belongs_to_class(&self, module: ModuleId, item: &Function) -> bool {
        let Some(class) = item.class else { return false };
        let class = self.request.program.class(module, class);
        let name = self.request.program.facts(module).name(item.name);
        let overrides = |ancestor: &Ancestor| match ancestor {
            Ancestor::Class(base) => class_binds(self.request, *base, name),
            Ancestor::External(_) | Ancestor::Unknown => is_foreign(self.words, ancestor),
        };
        let has_bases = self.request.hierarchy.mro(class).len() > 1;
        // The class itself comes first.
        self.is_mixed[class]
            || (has_bases && self.words.has_word("exempt-methods", name))
            || self.request.hierarchy.is_protocol(class)
            || self.request.hierarchy.mro(class).iter().skip(1).any(overrides)
    }

    /// Whether it is handed to something that is not known, which may look at its name.
    fn is_passed(&self, module: ModuleId, function: FunctionId) -> bool {
        let node = self.request.graph.function_node(self.request.program.function(module, function));
        let mut edges = self.request.graph.incoming(node);
        edges.any(|(_, edge)| {
            edge.kind == EdgeKind::Reference && self.handed_out.contains(&(edge.module, edge.range))
        })
    }
}

/// Places of arguments, names and attributes only, of calls that reach nothing of the program.
fn handed_out(request: &CheckRequest<'_>) -> FxHashSet<(ModuleId, TextRange)> {
    let graph = request.graph;
    let mut found = FxHashSet::default();
    for (module, item) in request.program.modules.iter_enumerated().filter(|(_, item)| !item.is_third_party) {
        let facts = &item.facts;
        for (site, item) in facts.sites.iter_enumerated() {
            let SiteKind::Call { arguments, .. } = item.kind else { continue };
            let mut places =
                facts.arguments(arguments).iter().map(|argument| argument.value).filter(|&value| {
                    matches!(facts.values[value], Value::Name { .. } | Value::Attribute { .. })
                });
            let Some(first) = places.next() else { continue };
            let resolution = graph.site(request.program.site_index(module, site));
            let reaches_program = resolution.is_some_and(|resolution| {
                resolution.edges.iter().map(|&edge| graph.edge(edge)).any(|edge| {
                    // What is passed may be reached from here too.
                    let is_called =
                        matches!(edge.kind, EdgeKind::Call | EdgeKind::Override | EdgeKind::Implicit);
                    is_called && graph.function(edge.callee).is_some()
                })
            });
            if !reaches_program {
                found.extend(
                    std::iter::once(first).chain(places).map(|value| (module, facts.value_ranges[value])),
                );
            }
        }
    }
    found
}

/// Names of functions that are also texts in their module.
fn spelled_out(request: &CheckRequest<'_>) -> FxHashSet<(ModuleId, NameId)> {
    let mut found = FxHashSet::default();
    for (module, item) in request.program.modules.iter_enumerated().filter(|(_, item)| !item.is_third_party) {
        let facts = &item.facts;
        let exports = facts.exports.as_deref().unwrap_or_default();
        let names: FxHashSet<NameId> = facts
            .functions
            .iter()
            .map(|function| function.name)
            .filter(|name| !exports.contains(name))
            .collect();
        let texts = facts.values.iter().filter_map(|value| match *value {
            Value::Constant(Constant::Str(text)) if names.contains(&text) => Some(text),
            _ => None,
        });
        found.extend(texts.map(|text| (module, text)));
    }
    found
}

/// Whether a base comes from elsewhere and may bring methods to override.
fn is_foreign(words: &CheckRule, ancestor: &Ancestor) -> bool {
    match ancestor {
        Ancestor::Class(_) => false,
        Ancestor::External(base) => {
            !words.has_word("plain-bases", base.rsplit('.').next().unwrap_or_default())
        }
        Ancestor::Unknown => true,
    }
}

/// Whether the body of a class binds `name`.
fn class_binds(request: &CheckRequest<'_>, class: ProgramClassId, name: &str) -> bool {
    let (module, class) = request.program.locate_class(class);
    let facts = request.program.facts(module);
    facts
        .scope_bindings(facts.classes[class].scope)
        .any(|binding| facts.name(facts.bindings[binding].name) == name)
}
