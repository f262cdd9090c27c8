//! One table of names for all modules.

use crate::base::{Id, IdVec, Interner, Symbol};
use crate::link::ids::ModuleId;
use crate::semantic::{ModuleFacts, NameId, well_known};

/// The strings of all modules, each stored once, and each module's names in terms of them.
#[derive(Debug, Default)]
pub struct GlobalNames {
    interner: Interner,
    by_module: IdVec<ModuleId, Vec<Symbol>>,
}

impl GlobalNames {
    /// Joins the tables of modules, in the order of their ids.
    pub(crate) fn new<'a>(modules: impl Iterator<Item = &'a ModuleFacts>) -> Self {
        let mut names = Self::default();
        for name in well_known::SPECIAL_METHODS {
            names.interner.intern(name);
        }
        for facts in modules {
            let symbols = facts.names.iter().map(|name| names.interner.intern(name)).collect();
            names.by_module.push(symbols);
        }
        names
    }

    /// The program-wide symbol of a module's name.
    pub fn symbol(&self, module: ModuleId, name: NameId) -> Symbol {
        self.by_module[module][name.index()]
    }

    /// The symbol of a string, if any module has it.
    pub fn get(&self, text: &str) -> Option<Symbol> {
        self.interner.get(text)
    }

    /// The string of a symbol.
    pub fn resolve(&self, symbol: Symbol) -> &str {
        self.interner.resolve(symbol)
    }

    /// The symbol of any string; for names that later phases make.
    pub fn intern(&mut self, text: &str) -> Symbol {
        self.interner.intern(text)
    }
}
