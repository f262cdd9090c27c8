//! Which version of each name holds at the current point: assignment, branch, join.

use crate::base::Id;
use crate::semantic::ids::{BindingId, DefinitionId};

/// The versions that reach the point being lowered.
///
/// Changes are kept on a trail, so that a branch can be taken back and compared with its siblings
/// without copying the whole state.
#[derive(Default)]
pub(super) struct Flow {
    current: Vec<Option<DefinitionId>>,
    trail: Vec<(BindingId, Option<DefinitionId>)>,
    /// False after `return`, `raise`, `break`, `continue` until branches meet again.
    pub(super) reachable: bool,
}

/// A point to return to.
#[derive(Clone, Copy)]
pub(super) struct Mark(usize);

/// How a branch left the state: final versions of what it changed, and whether its end is reached.
#[derive(Clone, Default)]
pub(super) struct Branch {
    pub(super) changes: Vec<(BindingId, Option<DefinitionId>)>,
    pub(super) reachable: bool,
}

impl Flow {
    pub(super) fn get(&self, binding: BindingId) -> Option<DefinitionId> {
        self.current.get(binding.index()).copied().flatten()
    }

    pub(super) fn set(&mut self, binding: BindingId, definition: Option<DefinitionId>) {
        if self.current.len() <= binding.index() {
            self.current.resize(binding.index() + 1, None);
        }
        let old = std::mem::replace(&mut self.current[binding.index()], definition);
        self.trail.push((binding, old));
    }

    pub(super) fn mark(&self) -> Mark {
        Mark(self.trail.len())
    }

    /// What changed since `mark`, without taking it back.
    pub(super) fn since(&self, mark: Mark) -> Branch {
        let mut changed: Vec<BindingId> = self.trail[mark.0..].iter().map(|(binding, _)| *binding).collect();
        changed.sort_unstable();
        changed.dedup();
        let changes = changed.into_iter().map(|binding| (binding, self.get(binding))).collect();
        Branch { changes, reachable: self.reachable }
    }

    /// Takes back everything since `mark`.
    pub(super) fn undo(&mut self, mark: Mark) {
        while self.trail.len() > mark.0 {
            if let Some((binding, old)) = self.trail.pop() {
                self.current[binding.index()] = old;
            }
        }
    }

    /// Ends a branch: what it changed, which is taken back.
    pub(super) fn end_branch(&mut self, mark: Mark) -> Branch {
        let branch = self.since(mark);
        self.undo(mark);
        branch
    }

    /// Forgets the trail; only outside of any branch.
    pub(super) fn clear_trail(&mut self) {
        self.trail.clear();
    }

    /// For each binding that any reachable branch changed, the different versions that meet.
    ///
    /// The state must be the one from which the branches started.
    pub(super) fn meet(&self, branches: &[Branch]) -> Vec<(BindingId, Vec<Option<DefinitionId>>)> {
        let live: Vec<&Branch> = branches.iter().filter(|branch| branch.reachable).collect();
        let mut changed: Vec<BindingId> =
            live.iter().flat_map(|branch| branch.changes.iter().map(|(binding, _)| *binding)).collect();
        changed.sort_unstable();
        changed.dedup();
        changed
            .into_iter()
            .map(|binding| {
                let mut versions: Vec<Option<DefinitionId>> = Vec::new();
                for branch in &live {
                    let found = branch.changes.binary_search_by_key(&binding, |(changed, _)| *changed);
                    let version = found.map_or_else(|_| self.get(binding), |at| branch.changes[at].1);
                    if !versions.contains(&version) {
                        versions.push(version);
                    }
                }
                (binding, versions)
            })
            .collect()
    }
}
