//! What class bodies define, by class and name: looked up far more often than anything else.

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::link::{Ancestor, Hierarchy, ModuleId, Program, ProgramClassId, ProgramFunctionId};
use crate::resolve::node::{Layout, NodeId};
use crate::resolve::object::ExternalId;
use crate::semantic::{BindingId, DefinitionKind};

/// A name of a class's own body.
#[derive(Clone, Copy, Debug)]
pub(super) struct ClassMember {
    /// What the name holds when the body has run.
    pub(super) node: NodeId,
    /// The function that the body last defines under the name, decorators disregarded.
    pub(super) method: Option<ProgramFunctionId>,
    /// The function under `@name.setter`.
    pub(super) setter: Option<ProgramFunctionId>,
}

/// Where a look-up of a name in an MRO leads.
#[derive(Default)]
pub(super) struct Route {
    /// Foreign ancestors on the way.
    pub(super) foreign: Vec<ExternalId>,
    /// Whether an ancestor on the way is not known.
    pub(super) has_unknown: bool,
    /// The program's own, where it ends.
    pub(super) member: Option<NodeId>,
    /// Whether the program or a rule has the name.
    pub(super) is_found: bool,
}

/// All names of all class bodies.
pub(super) struct ClassMembers {
    members: FxHashMap<(ProgramClassId, Symbol), ClassMember>,
    /// The classes whose own bodies have a name, in id order.
    definers: FxHashMap<Symbol, Vec<ProgramClassId>>,
    /// Members found through the MRO.
    found: FxHashMap<(ProgramClassId, Symbol), Option<(ProgramClassId, ClassMember)>>,
}

impl ClassMembers {
    /// Reads all class bodies.
    pub(super) fn new(program: &Program, layout: &Layout) -> Self {
        let mut members = FxHashMap::default();
        let mut definers: FxHashMap<Symbol, Vec<ProgramClassId>> = FxHashMap::default();
        for module in program.modules.ids() {
            let facts = program.facts(module);
            for (local, class) in facts.classes.iter_enumerated() {
                let id = program.class(module, local);
                for binding in facts.scope_bindings(class.scope) {
                    let name = program.names.symbol(module, facts.bindings[binding].name);
                    members.insert((id, name), member(program, layout, module, binding));
                    definers.entry(name).or_default().push(id);
                }
            }
        }
        Self { members, definers, found: FxHashMap::default() }
    }

    /// A name of a class's own body.
    pub(super) fn own(&self, class: ProgramClassId, name: Symbol) -> Option<ClassMember> {
        self.members.get(&(class, name)).copied()
    }

    /// The classes whose own bodies have a name, in id order.
    pub(super) fn definers(&self, name: Symbol) -> &[ProgramClassId] {
        self.definers.get(&name).map_or(&[], Vec::as_slice)
    }

    /// The first class in the MRO of `class` whose body has a name, foreign ancestors disregarded.
    pub(super) fn find(
        &mut self,
        hierarchy: &Hierarchy,
        class: ProgramClassId,
        name: Symbol,
    ) -> Option<(ProgramClassId, ClassMember)> {
        if !self.definers.contains_key(&name) {
            return None;
        }
        if let Some(&known) = self.found.get(&(class, name)) {
            return known;
        }
        let found = hierarchy.mro(class).iter().find_map(|ancestor| match ancestor {
            Ancestor::Class(owner) => self.own(*owner, name).map(|member| (*owner, member)),
            Ancestor::External(_) | Ancestor::Unknown => None,
        });
        self.found.insert((class, name), found);
        found
    }
}

fn member(program: &Program, layout: &Layout, module: ModuleId, binding: BindingId) -> ClassMember {
    let facts = program.facts(module);
    let item = &facts.bindings[binding];
    let node = match item.at_exit {
        Some(definition) => layout.definition(program, module, definition),
        None => layout.binding(program, module, binding),
    };
    let method = item.at_exit.and_then(|definition| match facts.definitions[definition].kind {
        DefinitionKind::Function(function) => Some(program.function(module, function)),
        _ => None,
    });
    let setter = facts.versions(binding).find_map(|version| match facts.definitions[version].kind {
        DefinitionKind::Function(function)
            if facts.functions[function].decorators.iter().any(|&decorator| facts.is_setter(decorator)) =>
        {
            Some(program.function(module, function))
        }
        _ => None,
    });
    ClassMember { node, method, setter }
}
