//! Which methods write which of their parameters to attributes of their receivers.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Symbol;
use crate::link::{Program, ProgramFunctionId};
use crate::resolve::node::NodeId;
use crate::semantic::{SiteKind, StoreTarget};

/// `self.name = parameter` in a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ParameterStore {
    pub(super) parameter: u32,
    pub(super) name: Symbol,
}

/// How a method is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Calling {
    /// At a site, with the receiver given; or as the first argument.
    Site { site: u32, is_bound: bool },
    /// By an assignment of the value of a place.
    Assignment(Option<NodeId>),
    /// In a way that is not followed argument by argument.
    Other,
}

/// All of them, by method and by store.
#[derive(Default)]
pub(super) struct ParameterStores {
    by_function: FxHashMap<ProgramFunctionId, Vec<ParameterStore>>,
    by_store: FxHashMap<u32, (ProgramFunctionId, u32)>,
    /// Methods that pass parameters on to other methods of their receivers.
    forwarding: FxHashSet<ProgramFunctionId>,
}

impl ParameterStores {
    pub(super) fn new(program: &Program) -> Self {
        let mut stores = Self::default();
        for module in program.modules.ids() {
            let facts = program.facts(module);
            for (index, store) in facts.stores.iter().enumerate() {
                let StoreTarget::Attribute { name, .. } = store.target else { continue };
                let Some(parameter) = facts.stored_parameter(store) else { continue };
                let function = program.function(module, store.place.function);
                let name = program.names.symbol(module, name);
                let found = stores.by_function.entry(function).or_default();
                found.push(ParameterStore { parameter, name });
                let position = program.store_index(module, index) as u32;
                stores.by_store.insert(position, (function, parameter));
            }
            for (site, item) in facts.sites.iter_enumerated() {
                let SiteKind::Call { arguments, .. } = item.kind else { continue };
                let mut passed = facts.arguments(arguments).iter();
                if passed.any(|argument| facts.forwarded_parameter(site, argument.value).is_some()) {
                    stores.forwarding.insert(program.function(module, item.place.function));
                }
            }
        }
        stores
    }

    /// What a method writes.
    pub(super) fn of_function(&self, function: ProgramFunctionId) -> &[ParameterStore] {
        self.by_function.get(&function).map_or(&[], Vec::as_slice)
    }

    /// Whether a method passes parameters on to other methods of its receiver.
    pub(super) fn is_forwarding(&self, function: ProgramFunctionId) -> bool {
        self.forwarding.contains(&function)
    }

    /// A method turns out to write a parameter, by way of another method; whether that is new.
    pub(super) fn add(&mut self, function: ProgramFunctionId, store: ParameterStore) -> bool {
        let found = self.by_function.entry(function).or_default();
        let is_new = !found.contains(&store);
        if is_new {
            found.push(store);
        }
        is_new
    }

    /// The method and the parameter that a store writes.
    pub(super) fn of_store(&self, store: u32) -> Option<(ProgramFunctionId, u32)> {
        self.by_store.get(&store).copied()
    }
}
