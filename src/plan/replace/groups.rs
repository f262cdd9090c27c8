//! Which places hold the same object: they change together or not at all.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::link::{ModuleId, ProgramFunctionId};
use crate::semantic::{DefinitionId, ValueId};

/// Where objects of a library can be.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Holder {
    /// A value.
    Value(ModuleId, ValueId),
    /// A version of a name.
    Definition(ModuleId, DefinitionId),
    /// Any parameter of a function.
    Parameters(ProgramFunctionId),
    /// What a function returns.
    Returned(ProgramFunctionId),
    /// An attribute or a global variable of this name, whose ever it is.
    Named(Box<str>),
    /// All of the library.
    Library,
}

/// Holders in groups.
#[derive(Default)]
pub(super) struct Groups {
    numbers: FxHashMap<Holder, usize>,
    parents: Vec<usize>,
    refused: FxHashSet<usize>,
}

impl Groups {
    fn number(&mut self, holder: Holder) -> usize {
        if let Some(&number) = self.numbers.get(&holder) {
            return number;
        }
        let number = self.parents.len();
        self.parents.push(number);
        self.numbers.insert(holder, number);
        number
    }

    fn root(&self, mut number: usize) -> usize {
        while self.parents[number] != number {
            number = self.parents[number];
        }
        number
    }

    /// Both hold the same object.
    pub(super) fn join(&mut self, left: Holder, right: Holder) {
        let (left, right) = (self.number(left), self.number(right));
        let (left, right) = (self.root(left), self.root(right));
        self.parents[left.max(right)] = left.min(right);
    }

    /// What is held there cannot change.
    pub(super) fn refuse(&mut self, holder: Holder) {
        let number = self.number(holder);
        self.refused.insert(number);
    }

    /// All groups in one.
    pub(super) fn join_all(&mut self) {
        for number in 1..self.parents.len() {
            let root = self.root(number);
            let first = self.root(0);
            self.parents[root.max(first)] = root.min(first);
        }
    }

    /// All that is in groups, in order.
    pub(super) fn holders(&self) -> Vec<Holder> {
        let mut holders: Vec<Holder> = self.numbers.keys().cloned().collect();
        holders.sort();
        holders
    }

    /// A number for each group that cannot change.
    pub(super) fn refused_roots(&self) -> FxHashSet<usize> {
        self.refused.iter().map(|&number| self.root(number)).collect()
    }

    /// The number of a holder's group, if it is in one.
    pub(super) fn group_of(&self, holder: &Holder) -> Option<usize> {
        self.numbers.get(holder).map(|&number| self.root(number))
    }
}

#[cfg(test)]
mod tests {
    use crate::plan::replace::groups::{Groups, Holder};

    #[test]
    fn what_is_refused_is_refused_for_all_that_hold_it() {
        let named = |name: &str| Holder::Named(name.into());
        let mut groups = Groups::default();
        groups.join(named("a"), named("b"));
        groups.join(named("c"), named("d"));
        groups.join(named("b"), named("e"));
        groups.refuse(named("e"));
        let refused = groups.refused_roots();
        let is_refused =
            |name: &str| groups.group_of(&named(name)).is_some_and(|root| refused.contains(&root));
        assert!(is_refused("a") && is_refused("b"));
        assert!(!is_refused("c") && !is_refused("x"));
    }
}
