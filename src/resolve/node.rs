//! Nodes: places that hold objects.

use crate::base::Id;
use crate::link::{ModuleId, Program, ProgramFunctionId};
use crate::semantic::{BindingId, DefinitionId, DefinitionKind, NameUse, Value, ValueId};

crate::define_ids! {
    /// A place: values first, then versions of names, bindings, results of functions, what they
    /// yield, and places made while solving.
    NodeId,
}

/// Where each kind of place starts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Layout {
    definitions: usize,
    bindings: usize,
    returns: usize,
    yields: usize,
    /// How many places there are before solving.
    pub(crate) fixed: usize,
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

impl Layout {
    /// What a node is the place of.
    pub(crate) fn role(&self, node: NodeId) -> Role {
        let index = node.index();
        if index < self.definitions {
            Role::Value(index)
        } else if index < self.bindings {
            Role::Definition(index - self.definitions)
        } else if index < self.returns {
            Role::Binding(index - self.bindings)
        } else if index < self.yields {
            Role::Returned(ProgramFunctionId::from_index(index - self.returns))
        } else if index < self.fixed {
            Role::Yielded(ProgramFunctionId::from_index(index - self.yields))
        } else {
            Role::Made
        }
    }

    pub(crate) fn new(program: &Program) -> Self {
        let definitions = program.value_count();
        let bindings = definitions + program.definition_count();
        let returns = bindings + program.binding_count();
        let yields = returns + program.function_count();
        Self { definitions, bindings, returns, yields, fixed: yields + program.function_count() }
    }

    /// The place of a value. A plain name shares the place of what it reads.
    pub(crate) fn value(&self, program: &Program, module: ModuleId, value: ValueId) -> NodeId {
        match program.facts(module).values[value] {
            Value::Name { reference: NameUse::Reaching(definition), .. } => {
                self.definition(program, module, definition)
            }
            Value::Name { reference: NameUse::Binding(binding), .. } => {
                self.binding(program, module, binding)
            }
            _ => self.raw_value(program, module, value),
        }
    }

    /// The place of a value of its own.
    #[expect(clippy::unused_self, reason = "values come first, but callers need not know")]
    pub(crate) fn raw_value(&self, program: &Program, module: ModuleId, value: ValueId) -> NodeId {
        NodeId::from_index(program.value_index(module, value))
    }

    /// The place of a version of a name. A plain assignment shares the place of its value.
    pub(crate) fn definition(&self, program: &Program, module: ModuleId, definition: DefinitionId) -> NodeId {
        match program.facts(module).definitions[definition].kind {
            DefinitionKind::Value(value) => self.value(program, module, value),
            DefinitionKind::Parameter(_)
            | DefinitionKind::Function(_)
            | DefinitionKind::Class(_)
            | DefinitionKind::Import(_)
            | DefinitionKind::Join(_)
            | DefinitionKind::Narrowed { .. }
            | DefinitionKind::Unbound
            | DefinitionKind::Unknown => {
                NodeId::from_index(self.definitions + program.definition_index(module, definition))
            }
        }
    }

    /// The place of a name as other scopes see it. A global that is bound once and for all shares the place of
    /// what it is bound to.
    pub(crate) fn binding(&self, program: &Program, module: ModuleId, binding: BindingId) -> NodeId {
        let facts = program.facts(module);
        let item = &facts.bindings[binding];
        if let Some(last) = item.at_exit
            && Program::is_module_scope(item.scope)
            && !item.written_elsewhere
            && item.annotation.is_none()
        {
            let is_shared = match facts.definitions[last].kind {
                DefinitionKind::Function(_) | DefinitionKind::Class(_) | DefinitionKind::Import(_) => true,
                // A name leads on to another binding, in broken programs round in a circle.
                DefinitionKind::Value(value) => !matches!(facts.values[value], Value::Name { .. }),
                DefinitionKind::Parameter(_)
                | DefinitionKind::Join(_)
                | DefinitionKind::Narrowed { .. }
                | DefinitionKind::Unbound
                | DefinitionKind::Unknown => false,
            };
            if is_shared {
                return self.definition(program, module, last);
            }
        }
        NodeId::from_index(self.bindings + program.binding_index(module, binding))
    }

    /// What a function returns.
    pub(crate) fn returned(&self, function: ProgramFunctionId) -> NodeId {
        NodeId::from_index(self.returns + function.index())
    }

    /// What a generator function yields.
    pub(crate) fn yielded(&self, function: ProgramFunctionId) -> NodeId {
        NodeId::from_index(self.yields + function.index())
    }
}
