//! Nodes: places that hold objects.

use std::sync::Arc;

use rayon::prelude::*;

use crate::base::{Id, IdVec};
use crate::link::{ModuleId, Program, ProgramFunctionId};
use crate::semantic::{BindingId, DefinitionId, DefinitionKind, ModuleFacts, NameUse, Value, ValueId};

crate::define_ids! {
    /// A place. Those of one module stand together: values, versions of names, names, then what each
    /// function returns and yields; places that are made while solving come last.
    NodeId,
}

/// The place of everything in the program. Names share the places of what they read, and plain assignments those
/// of what they assign, so that most copies need no work at all.
#[derive(Clone, Debug)]
pub(crate) struct Layout {
    modules: Arc<IdVec<ModuleId, ModuleLayout>>,
    /// What each function returns, by position in the program; what it yields follows.
    results: Arc<Vec<NodeId>>,
    fixed: usize,
}

/// The places of one module.
#[derive(Clone, Debug)]
struct ModuleLayout {
    values: IdVec<ValueId, NodeId>,
    definitions: IdVec<DefinitionId, NodeId>,
    bindings: IdVec<BindingId, NodeId>,
}

/// What a node is the place of. Numbers are positions in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Value(usize),
    Definition(usize),
    Binding(usize),
    Returned(ProgramFunctionId),
    Yielded(ProgramFunctionId),
    /// A place made while solving.
    Made,
}

/// Stands for a place that is shared with another, until that is known.
const SHARED: u32 = u32::MAX;

impl Layout {
    pub(crate) fn new(program: &Program) -> Self {
        let ids: Vec<ModuleId> = program.modules.ids().collect();
        let modules: Vec<(ModuleLayout, usize)> =
            ids.par_iter().map(|&module| ModuleLayout::new(program.facts(module))).collect();
        let mut fixed = 0;
        let mut results = Vec::with_capacity(program.function_count());
        let mut placed = Vec::with_capacity(modules.len());
        for ((layout, own), &module) in modules.into_iter().zip(&ids) {
            placed.push((layout, fixed));
            fixed += own;
            for _ in &program.facts(module).functions {
                results.push(NodeId::from_index(fixed));
                fixed += 2;
            }
        }
        let modules: Vec<ModuleLayout> =
            placed.into_par_iter().map(|(layout, first)| layout.moved(first)).collect();
        Self { modules: Arc::new(IdVec::from(modules)), results: Arc::new(results), fixed }
    }

    /// How many places there are before solving.
    pub(crate) fn fixed(&self) -> usize {
        self.fixed
    }

    /// The place of a value. A plain name shares the place of what it reads.
    pub(crate) fn value(&self, module: ModuleId, value: ValueId) -> NodeId {
        self.modules[module].values[value]
    }

    /// The place of a version of a name. A plain assignment shares the place of its value.
    pub(crate) fn definition(&self, module: ModuleId, definition: DefinitionId) -> NodeId {
        self.modules[module].definitions[definition]
    }

    /// The place of a name as other scopes see it. A global that is bound once and for all shares the place of
    /// what it is bound to.
    pub(crate) fn binding(&self, module: ModuleId, binding: BindingId) -> NodeId {
        self.modules[module].bindings[binding]
    }

    /// What a function returns.
    pub(crate) fn returned(&self, function: ProgramFunctionId) -> NodeId {
        self.results[function.index()]
    }

    /// What a generator function yields.
    pub(crate) fn yielded(&self, function: ProgramFunctionId) -> NodeId {
        NodeId::from_index(self.results[function.index()].index() + 1)
    }

    /// What a node is the place of; slow, for explanations.
    pub(crate) fn role(&self, program: &Program, node: NodeId) -> Role {
        if node.index() >= self.fixed {
            return Role::Made;
        }
        for function in 0..self.results.len() {
            let function = ProgramFunctionId::from_index(function);
            if self.returned(function) == node {
                return Role::Returned(function);
            }
            if self.yielded(function) == node {
                return Role::Yielded(function);
            }
        }
        for (module, layout) in self.modules.iter_enumerated() {
            let facts = program.facts(module);
            // Where several share the place, the value or version that it belongs to says most.
            for (value, &place) in layout.values.iter_enumerated() {
                if place == node && !is_read_elsewhere(&facts.values[value]) {
                    return Role::Value(program.value_index(module, value));
                }
            }
            for (definition, &place) in layout.definitions.iter_enumerated() {
                if place == node {
                    return Role::Definition(program.definition_index(module, definition));
                }
            }
            for (binding, &place) in layout.bindings.iter_enumerated() {
                if place == node {
                    return Role::Binding(program.binding_index(module, binding));
                }
            }
        }
        Role::Made
    }
}

impl ModuleLayout {
    /// The places of a module, counted from 0, and how many they are.
    fn new(facts: &ModuleFacts) -> (Self, usize) {
        let mut next = 0u32;
        let mut take = |is_own: bool| {
            let node = if is_own { next } else { SHARED };
            next += u32::from(is_own);
            NodeId::from_index(node as usize)
        };
        let is_assigned = |kind: DefinitionKind| matches!(kind, DefinitionKind::Value(_));
        let mut layout = Self {
            values: facts.values.iter().map(|value| take(!is_read_elsewhere(value))).collect(),
            definitions: facts.definitions.iter().map(|item| take(!is_assigned(item.kind))).collect(),
            bindings: facts
                .bindings
                .ids()
                .map(|binding| take(settled_global(facts, binding).is_none()))
                .collect(),
        };
        for value in facts.values.ids() {
            if is_shared(layout.values[value]) {
                layout.values[value] = layout.place_of_value(facts, value);
            }
        }
        for definition in facts.definitions.ids() {
            if is_shared(layout.definitions[definition]) {
                layout.definitions[definition] = layout.place_of_definition(facts, definition);
            }
        }
        for binding in facts.bindings.ids() {
            if is_shared(layout.bindings[binding]) {
                layout.bindings[binding] = layout.place_of_binding(facts, binding);
            }
        }
        (layout, next as usize)
    }

    /// The same, counted from `first`.
    fn moved(mut self, first: usize) -> Self {
        let places =
            self.values.iter_mut().chain(self.definitions.iter_mut()).chain(self.bindings.iter_mut());
        for place in places {
            *place = NodeId::from_index(first + place.index());
        }
        self
    }

    fn place_of_value(&self, facts: &ModuleFacts, value: ValueId) -> NodeId {
        let known = self.values[value];
        match facts.values[value] {
            Value::Name { reference: NameUse::Reaching(definition), .. } if is_shared(known) => {
                self.place_of_definition(facts, definition)
            }
            Value::Name { reference: NameUse::Binding(binding), .. } if is_shared(known) => {
                self.place_of_binding(facts, binding)
            }
            _ => known,
        }
    }

    fn place_of_definition(&self, facts: &ModuleFacts, definition: DefinitionId) -> NodeId {
        let known = self.definitions[definition];
        match facts.definitions[definition].kind {
            DefinitionKind::Value(value) if is_shared(known) => self.place_of_value(facts, value),
            _ => known,
        }
    }

    fn place_of_binding(&self, facts: &ModuleFacts, binding: BindingId) -> NodeId {
        let known = self.bindings[binding];
        match settled_global(facts, binding) {
            Some(definition) if is_shared(known) => self.place_of_definition(facts, definition),
            Some(_) | None => known,
        }
    }
}

fn is_shared(node: NodeId) -> bool {
    node.index() == SHARED as usize
}

/// Whether a value is the plain name of something that has a place.
fn is_read_elsewhere(value: &Value) -> bool {
    matches!(value, Value::Name { reference: NameUse::Reaching(_) | NameUse::Binding(_), .. })
}

/// What a global is bound to, if that is once and for all.
fn settled_global(facts: &ModuleFacts, binding: BindingId) -> Option<DefinitionId> {
    let item = &facts.bindings[binding];
    let last = item.at_exit?;
    if !Program::is_module_scope(item.scope) || item.written_elsewhere || item.annotation.is_some() {
        return None;
    }
    let is_settled = match facts.definitions[last].kind {
        DefinitionKind::Function(_) | DefinitionKind::Class(_) | DefinitionKind::Import(_) => true,
        // A name leads on to another binding, in broken programs round in a circle.
        DefinitionKind::Value(value) => !matches!(facts.values[value], Value::Name { .. }),
        DefinitionKind::Parameter(_)
        | DefinitionKind::Join(_)
        | DefinitionKind::Narrowed { .. }
        | DefinitionKind::Unbound
        | DefinitionKind::Unknown => false,
    };
    is_settled.then_some(last)
}
