//! Which methods write which of their parameters to attributes of their receivers.

use rustc_hash::FxHashMap;

use crate::base::Symbol;
use crate::link::{Program, ProgramFunctionId};
use crate::semantic::StoreTarget;

/// `self.name = parameter` in a method.
#[derive(Clone, Copy, Debug)]
pub(super) struct ParameterStore {
    pub(super) parameter: u32,
    pub(super) name: Symbol,
}

/// All of them, by method and by store.
#[derive(Default)]
pub(super) struct ParameterStores {
    by_function: FxHashMap<ProgramFunctionId, Vec<ParameterStore>>,
    by_store: FxHashMap<u32, (ProgramFunctionId, u32)>,
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
        }
        stores
    }

    /// What a method writes.
    pub(super) fn of_function(&self, function: ProgramFunctionId) -> &[ParameterStore] {
        self.by_function.get(&function).map_or(&[], Vec::as_slice)
    }

    /// The method and the parameter that a store writes.
    pub(super) fn of_store(&self, store: u32) -> Option<(ProgramFunctionId, u32)> {
        self.by_store.get(&store).copied()
    }
}
