//! Strings stored once and named by a small id.

use rustc_hash::FxHashMap;

use crate::base::id::IdVec;

crate::define_ids! {
    /// An interned string of one [`Interner`].
    Symbol,
}

/// A set of strings in order of first insertion; equal strings share one [`Symbol`].
#[derive(Clone, Debug, Default)]
pub struct Interner {
    strings: IdVec<Symbol, Box<str>>,
    ids: FxHashMap<Box<str>, Symbol>,
}

impl Interner {
    /// The symbol of `text`, made if it is new.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(&id) = self.ids.get(text) {
            return id;
        }
        let id = self.strings.push(text.into());
        self.ids.insert(text.into(), id);
        id
    }

    /// The symbol of `text`, if it was interned.
    pub fn get(&self, text: &str) -> Option<Symbol> {
        self.ids.get(text).copied()
    }

    /// The string of `symbol`.
    pub fn resolve(&self, symbol: Symbol) -> &str {
        &self.strings[symbol]
    }

    /// How many different strings there are.
    pub fn len(&self) -> usize {
        self.strings.len()
    }

    /// Whether nothing was interned.
    pub fn is_empty(&self) -> bool {
        self.strings.is_empty()
    }

    /// All strings in symbol order.
    pub fn into_strings(self) -> Vec<Box<str>> {
        self.strings.iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_strings_share_a_symbol() {
        let mut interner = Interner::default();
        let first = interner.intern("sleep");
        assert_eq!(interner.intern("run"), interner.get("run").unwrap());
        assert_eq!(interner.intern("sleep"), first);
        assert_eq!(interner.resolve(first), "sleep");
        assert_eq!(interner.len(), 2);
    }
}
