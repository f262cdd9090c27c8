//! Nodes: places that hold objects.

use std::sync::Arc;

use crate::base::Id;
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
    tables: Arc<Tables>,
}

/// By position in the program.
#[derive(Debug, Default)]
struct Tables {
    values: Vec<NodeId>,
    definitions: Vec<NodeId>,
    bindings: Vec<NodeId>,
    /// What each function returns; what it yields follows.
    results: Vec<NodeId>,
    fixed: usize,
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
        let mut tables = Tables {
            values: Vec::with_capacity(program.value_count()),
            definitions: Vec::with_capacity(program.definition_count()),
            bindings: Vec::with_capacity(program.binding_count()),
            results: Vec::with_capacity(program.function_count()),
            ..Tables::default()
        };
        let mut next = 0u32;
        let mut take = |is_own: bool| {
            let node = if is_own { next } else { SHARED };
            next += u32::from(is_own);
            NodeId::from_index(node as usize)
        };
        for module in program.modules.ids() {
            let facts = program.facts(module);
            tables.values.extend(facts.values.iter().map(|value| take(!is_read_elsewhere(value))));
            let is_own = |kind: DefinitionKind| !matches!(kind, DefinitionKind::Value(_));
            tables.definitions.extend(facts.definitions.iter().map(|item| take(is_own(item.kind))));
            tables
                .bindings
                .extend(facts.bindings.ids().map(|binding| take(settled_global(facts, binding).is_none())));
            for _ in &facts.functions {
                tables.results.push(take(true));
                take(true);
            }
        }
        tables.fixed = next as usize;
        tables.share(program);
        Self { tables: Arc::new(tables) }
    }

    /// How many places there are before solving.
    pub(crate) fn fixed(&self) -> usize {
        self.tables.fixed
    }

    /// The place of a value. A plain name shares the place of what it reads.
    pub(crate) fn value(&self, program: &Program, module: ModuleId, value: ValueId) -> NodeId {
        self.tables.values[program.value_index(module, value)]
    }

    /// The place of a version of a name. A plain assignment shares the place of its value.
    pub(crate) fn definition(&self, program: &Program, module: ModuleId, definition: DefinitionId) -> NodeId {
        self.tables.definitions[program.definition_index(module, definition)]
    }

    /// The place of a name as other scopes see it. A global that is bound once and for all shares the place of
    /// what it is bound to.
    pub(crate) fn binding(&self, program: &Program, module: ModuleId, binding: BindingId) -> NodeId {
        self.tables.bindings[program.binding_index(module, binding)]
    }

    /// What a function returns.
    pub(crate) fn returned(&self, function: ProgramFunctionId) -> NodeId {
        self.tables.results[function.index()]
    }

    /// What a generator function yields.
    pub(crate) fn yielded(&self, function: ProgramFunctionId) -> NodeId {
        NodeId::from_index(self.tables.results[function.index()].index() + 1)
    }

    /// What a node is the place of; slow, for explanations.
    pub(crate) fn role(&self, program: &Program, node: NodeId) -> Role {
        let tables = &*self.tables;
        if node.index() >= tables.fixed {
            return Role::Made;
        }
        let find = |nodes: &[NodeId]| nodes.iter().position(|&other| other == node);
        for function in 0..tables.results.len() {
            let function = ProgramFunctionId::from_index(function);
            if self.returned(function) == node {
                return Role::Returned(function);
            }
            if self.yielded(function) == node {
                return Role::Yielded(function);
            }
        }
        // Where several share the place, the value or version that it belongs to says most.
        let own_value = |position: &usize| {
            let (module, value) = program.locate_value(*position);
            tables.values[*position] == node && !is_read_elsewhere(&program.facts(module).values[value])
        };
        if let Some(position) = (0..tables.values.len()).find(own_value) {
            return Role::Value(position);
        }
        if let Some(position) = find(&tables.definitions) {
            return Role::Definition(position);
        }
        find(&tables.bindings).map_or(Role::Made, Role::Binding)
    }
}

impl Tables {
    /// Fills in the places that are shared.
    fn share(&mut self, program: &Program) {
        let shared = NodeId::from_index(SHARED as usize);
        for module in program.modules.ids() {
            let facts = program.facts(module);
            for value in facts.values.ids() {
                let position = program.value_index(module, value);
                if self.values[position] == shared {
                    self.values[position] = self.place_of_value(program, module, value);
                }
            }
            for definition in facts.definitions.ids() {
                let position = program.definition_index(module, definition);
                if self.definitions[position] == shared {
                    self.definitions[position] = self.place_of_definition(program, module, definition);
                }
            }
            for binding in facts.bindings.ids() {
                let position = program.binding_index(module, binding);
                if self.bindings[position] == shared {
                    self.bindings[position] = self.place_of_binding(program, module, binding);
                }
            }
        }
    }

    fn place_of_value(&self, program: &Program, module: ModuleId, value: ValueId) -> NodeId {
        let known = self.values[program.value_index(module, value)];
        if known.index() != SHARED as usize {
            return known;
        }
        match program.facts(module).values[value] {
            Value::Name { reference: NameUse::Reaching(definition), .. } => {
                self.place_of_definition(program, module, definition)
            }
            Value::Name { reference: NameUse::Binding(binding), .. } => {
                self.place_of_binding(program, module, binding)
            }
            _ => known,
        }
    }

    fn place_of_definition(&self, program: &Program, module: ModuleId, definition: DefinitionId) -> NodeId {
        let known = self.definitions[program.definition_index(module, definition)];
        match program.facts(module).definitions[definition].kind {
            DefinitionKind::Value(value) if known.index() == SHARED as usize => {
                self.place_of_value(program, module, value)
            }
            _ => known,
        }
    }

    fn place_of_binding(&self, program: &Program, module: ModuleId, binding: BindingId) -> NodeId {
        let known = self.bindings[program.binding_index(module, binding)];
        match settled_global(program.facts(module), binding) {
            Some(definition) if known.index() == SHARED as usize => {
                self.place_of_definition(program, module, definition)
            }
            Some(_) | None => known,
        }
    }
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
