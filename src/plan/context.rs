//! What all parts of planning look at.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Affix, ConversionMode};
use crate::effects::Effects;
use crate::graph::CallGraph;
use crate::link::{Hierarchy, ModuleId, Program, ProgramClassId, ProgramFunctionId};
use crate::plan::leaves::Leaves;
use crate::plan::naming::affix_for;
use crate::plan::request::PlanRequest;
use crate::rules::Knowledge;
use crate::semantic::{
    ArgumentKind, Constant, FunctionKind, ImportKind, ModuleFacts, SiteKind, StoreTarget, Value, well_known,
};

/// The request with what is derived from it once.
pub(super) struct Context<'a> {
    pub(super) request: &'a PlanRequest<'a>,
    pub(super) program: &'a Program,
    pub(super) graph: &'a CallGraph,
    pub(super) effects: &'a Effects,
    /// What marks the names of converted functions.
    pub(super) affix: Affix,
    pub(super) hierarchy: Hierarchy,
    /// What the project declares to wait.
    pub(super) leaves: Leaves<'a>,
    /// Modules that work with another loop than asyncio's.
    other_loop: FxHashSet<ModuleId>,
    /// Last parts of names that tests replace.
    patched: FxHashSet<String>,
    /// Names of attributes that the program itself writes.
    stored: FxHashSet<String>,
    methods: FxHashMap<(ProgramClassId, Box<str>), ProgramFunctionId>,
}

impl<'a> Context<'a> {
    pub(super) fn new(request: &'a PlanRequest<'a>) -> Self {
        let program = request.program;
        let mut methods = FxHashMap::default();
        for module in program.modules.ids() {
            let facts = program.facts(module);
            for (id, function) in facts.functions.iter_enumerated() {
                if let (Some(class), FunctionKind::Def) = (function.class, function.kind) {
                    let class = program.class(module, class);
                    methods.insert((class, facts.name(function.name).into()), program.function(module, id));
                }
            }
        }
        Self {
            request,
            program,
            graph: request.graph,
            effects: request.effects,
            affix: affix_for(&request.settings.naming.affix),
            hierarchy: Hierarchy::new(program),
            leaves: Leaves::new(request.settings),
            other_loop: modules_of_other_loops(program, request.knowledge),
            patched: patched_names(program).into_iter().chain(faked_names(program)).collect(),
            stored: stored_names(program),
            methods,
        }
    }

    /// The shape of the result.
    pub(super) fn mode(&self) -> ConversionMode {
        self.request.settings.conversion.mode
    }

    /// Whether no code outside the project takes part.
    pub(super) fn is_closed(&self) -> bool {
        self.request.settings.conversion.closed_world
    }

    /// Whether a module works with another loop than asyncio's.
    pub(super) fn is_on_other_loop(&self, module: ModuleId) -> bool {
        self.other_loop.contains(&module)
    }

    /// The method that a class's own body defines, the last one of the name.
    pub(super) fn class_method(&self, class: ProgramClassId, name: &str) -> Option<ProgramFunctionId> {
        self.methods.get(&(class, name.into())).copied()
    }

    /// Whether some attribute of this name is written anywhere.
    pub(super) fn stores_attribute(&self, name: &str) -> bool {
        self.stored.contains(name)
    }

    /// Whether tests replace something of this name.
    pub(super) fn is_patched(&self, name: &str) -> bool {
        self.patched.contains(name)
    }

    pub(super) fn function_text(&self, function: ProgramFunctionId) -> &str {
        let (module, local) = self.program.locate_function(function);
        let facts = self.program.facts(module);
        facts.name(facts.functions[local].name)
    }

    /// Whether a function is an `async def`.
    pub(super) fn is_async(&self, function: ProgramFunctionId) -> bool {
        let (module, local) = self.program.locate_function(function);
        self.program.facts(module).functions[local].traits.is_async
    }

    pub(super) fn module_of(&self, function: ProgramFunctionId) -> ModuleId {
        self.program.locate_function(function).0
    }
}

/// Modules that import a library with a loop of its own, but not asyncio: what imports both knows why.
fn modules_of_other_loops(program: &Program, knowledge: &Knowledge) -> FxHashSet<ModuleId> {
    let brings_loop = |name: &str| knowledge.owner(name).is_some_and(|library| library.has_own_loop);
    let imports = |facts: &ModuleFacts, wanted: &dyn Fn(&str) -> bool| {
        facts.imports.iter().filter(|import| !import.is_type_only).any(|import| match import.kind {
            ImportKind::Module { module, .. } => wanted(facts.name(module)),
            ImportKind::From { module, level, .. } | ImportKind::Star { module, level } => {
                level == 0 && module.is_some_and(|module| wanted(facts.name(module)))
            }
        })
    };
    let is_asyncio = |name: &str| format!("{name}.").starts_with(well_known::ASYNCIO_PREFIX);
    program
        .modules
        .iter_enumerated()
        .filter(|(_, module)| imports(&module.facts, &brings_loop) && !imports(&module.facts, &is_asyncio))
        .map(|(id, _)| id)
        .collect()
}

/// Names that test code replaces: by assignment to an attribute, or by a string that names it in a
/// call (`mock.patch("a.b.c")`, `patch.object(x, "c")`, `monkeypatch.setattr(x, "c", …)`).
fn patched_names(program: &Program) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for module in &program.modules {
        if !module.is_test {
            continue;
        }
        let facts = &module.facts;
        for store in &facts.stores {
            if let StoreTarget::Attribute { name, .. } = store.target {
                names.insert(facts.name(name).to_owned());
            }
        }
        for site in &facts.sites {
            let SiteKind::Call { arguments, .. } = site.kind else { continue };
            for (position, argument) in facts.arguments(arguments).iter().enumerate() {
                let Value::Constant(Constant::Str(text)) = facts.values[argument.value] else { continue };
                let text = facts.name(text);
                if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'.') {
                    continue;
                }
                match text.rsplit_once('.') {
                    Some((_, last)) if position == 0 => names.insert(last.to_owned()),
                    None if position == 1 && argument.kind == ArgumentKind::Positional => {
                        names.insert(text.to_owned())
                    }
                    _ => false,
                };
            }
        }
    }
    names
}

/// Names of methods that stand-ins of test code have: of classes in tests, and functions that are handed over by
/// keyword (`stub(send=lambda: …)`).
fn faked_names(program: &Program) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for module in program.modules.iter().filter(|module| module.is_test) {
        let facts = &module.facts;
        let methods = facts.functions.iter().filter(|function| function.class.is_some());
        let methods = methods.map(|function| facts.name(function.name));
        names.extend(methods.filter(|name| !well_known::is_test_name(name)).map(str::to_owned));
        for argument in &facts.arguments {
            let is_function = matches!(
                facts.values[argument.value],
                Value::Function(_) | Value::Call(_) | Value::Name { .. }
            );
            if let ArgumentKind::Keyword(name) = argument.kind
                && is_function
            {
                names.insert(facts.name(name).to_owned());
            }
        }
    }
    names
}

/// Names of attributes written outside of tests.
fn stored_names(program: &Program) -> FxHashSet<String> {
    let mut names = FxHashSet::default();
    for module in program.modules.iter().filter(|module| !module.is_test) {
        let facts = &module.facts;
        for store in &facts.stores {
            if let StoreTarget::Attribute { name, .. } = store.target {
                names.insert(facts.name(name).to_owned());
            }
        }
    }
    names
}
