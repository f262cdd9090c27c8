//! What cannot move for reasons outside of its code: functions that stay sync, and tests.

use rustc_hash::FxHashSet;

use crate::graph::EdgeKind;
use crate::link::ProgramFunctionId;
use crate::plan::replace::groups::Holder;
use crate::plan::replace::mover::Mover;
use crate::plan::scope::Targets;
use crate::semantic::{FunctionKind, ImportKind};

impl Mover<'_> {
    /// Refuses what would need a coroutine function where there can be none.
    pub(super) fn check_functions(&mut self) {
        let registered: FxHashSet<ProgramFunctionId> =
            self.registered.iter().map(|(_, function)| *function).collect();
        for (holder, function) in self.needs.clone() {
            let (module, local) = self.ctx.program.locate_function(function);
            let kind = self.ctx.program.facts(module).functions[local].kind;
            let can_be_async = kind == FunctionKind::Def
                && (self.ctx.is_async(function)
                    || registered.contains(&function)
                    || !self.reasons.contains_key(&function))
                && self.is_in_scope(function);
            if !can_be_async {
                self.groups.refuse(holder);
            }
        }
        for (holder, function) in self.registered.clone() {
            let node = self.ctx.graph.function_node(function);
            let is_called = self.ctx.graph.incoming(node).any(|(_, edge)| {
                edge.kind == EdgeKind::Call && self.ctx.graph.function(edge.caller).is_some() && {
                    let caller = self.ctx.graph.function(edge.caller);
                    caller != Some(function) && !self.is_registration(edge.module, edge.site)
                }
            });
            if is_called {
                self.groups.refuse(holder);
            }
        }
    }

    /// Refuses what tests put something else in the place of.
    pub(super) fn check_tests(&mut self) {
        let is_mocked = self.ctx.program.modules.iter().any(|module| {
            module.facts.imports.iter().any(|import| {
                let (ImportKind::Module { module: name, .. }
                | ImportKind::From { module: Some(name), .. }
                | ImportKind::Star { module: Some(name), .. }) = import.kind
                else {
                    return false;
                };
                let root = module.facts.name(name).split('.').next().unwrap_or_default();
                self.migration.mocked_by.iter().any(|known| **known == *root)
            })
        });
        if is_mocked {
            self.groups.refuse(Holder::Library);
        }
        for holder in self.groups.holders() {
            if let Holder::Named(name) = &holder
                && self.ctx.is_patched(name)
            {
                self.groups.refuse(holder);
            }
        }
    }

    /// Whether a function may change in this run.
    fn is_in_scope(&self, function: ProgramFunctionId) -> bool {
        let scope = self.ctx.request.scope;
        let is_asked = match &scope.targets {
            Targets::All => true,
            Targets::Needed(_) => false,
            Targets::Exactly(functions) => functions.contains(&function),
        };
        is_asked && !scope.dropped.contains_key(&function)
    }
}
