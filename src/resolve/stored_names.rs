//! Names of attributes that some code writes, or that class bodies annotate.

use crate::base::{Id, Symbol};
use crate::link::Program;
use crate::semantic::StoreTarget;

/// A bit for each name of the program.
#[derive(Default)]
pub(super) struct StoredNames {
    bits: Vec<u64>,
}

impl StoredNames {
    /// Reads all writes and annotations of a program.
    pub(super) fn new(program: &Program) -> Self {
        let mut names = Self::default();
        for module in program.modules.ids() {
            let facts = program.facts(module);
            for store in &facts.stores {
                if let StoreTarget::Attribute { name, .. } = store.target {
                    names.insert(program.names.symbol(module, name));
                }
            }
            for class in &facts.classes {
                for binding in facts.scope_bindings(class.scope) {
                    if facts.bindings[binding].annotation.is_some() {
                        names.insert(program.names.symbol(module, facts.bindings[binding].name));
                    }
                }
            }
        }
        names
    }

    /// Whether the name is one of them.
    pub(super) fn contains(&self, name: Symbol) -> bool {
        self.bits.get(name.index() / 64).is_some_and(|bits| bits >> (name.index() % 64) & 1 == 1)
    }

    fn insert(&mut self, name: Symbol) {
        let word = name.index() / 64;
        if word >= self.bits.len() {
            self.bits.resize(word + 1, 0);
        }
        self.bits[word] |= 1 << (name.index() % 64);
    }
}
