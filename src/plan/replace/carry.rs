//! Finds out what of a library can move, and moves it.

use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::replace::groups::{Groups, Holder};
use crate::plan::replace::mover::{Edit, EditKind, Mover};
use crate::plan::replace::moves::Moves;

impl<'a> Mover<'a> {
    /// Finds out what can change, and adds it.
    pub(super) fn carry_out(mut self, moves: &mut Moves) {
        let modules: Vec<ModuleId> = {
            let mut modules: Vec<ModuleId> = self.values.keys().map(|(module, _)| *module).collect();
            modules.sort_unstable();
            modules.dedup();
            modules
        };
        for &module in &modules {
            self.read_registered(module);
            self.read_values(module);
            self.read_calls(module);
            self.read_uses(module);
            self.read_names(module);
        }
        self.check_functions();
        self.check_tests();
        if self.migration.whole {
            self.groups.join_all();
        }
        let refused = self.groups.refused_roots();
        let is_live = |groups: &Groups, holder: &Holder| {
            groups.group_of(holder).is_none_or(|group| !refused.contains(&group))
        };
        let has_exceptions = is_live(&self.groups, &Holder::Library);
        let live: Vec<Edit<'a>> = self
            .edits
            .iter()
            .filter(|edit| has_exceptions && is_live(&self.groups, &edit.holder))
            .cloned()
            .collect();
        let has_calls = live.iter().any(|edit| !matches!(edit.kind, EditKind::Class { .. }));
        if !has_calls || !has_exceptions {
            return;
        }
        let is_complete = !self.stays && live.len() == self.edits.len();
        // Where exceptions of both libraries can come, neither's members can be relied on.
        let reads_exceptions = live.iter().any(|edit| match (&edit.kind, &edit.holder) {
            (EditKind::Template { .. }, Holder::Value(module, base)) => {
                self.object(*module, *base).is_some_and(|(class, _)| class.exception)
            }
            _ => false,
        });
        if reads_exceptions && !is_complete {
            return;
        }
        let owned = self.sites.iter().filter(|(holder, ..)| is_live(&self.groups, holder));
        moves.owned.extend(owned.map(|(_, module, site)| (*module, *site)));
        let needs = self.needs.iter().filter(|(holder, _)| is_live(&self.groups, holder));
        let functions: Vec<ProgramFunctionId> = needs.map(|(_, function)| *function).collect();
        moves.functions.extend(&functions);
        moves.together.push(functions);
        let registered = self.registered.iter().filter(|(holder, _)| is_live(&self.groups, holder));
        moves.registered.extend(registered.map(|(_, function)| *function));
        let live = [live, self.catches(moves)].concat();
        self.write(&live, is_complete, moves);
    }
}
