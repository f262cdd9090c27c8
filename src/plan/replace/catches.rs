//! Handlers of builtin exceptions that the library's exceptions were, and the other library's are not.

use rustc_hash::FxHashSet;

use crate::link::{ModuleId, ProgramFunctionId, Static, evaluate};
use crate::plan::replace::groups::Holder;
use crate::plan::replace::mover::{Edit, EditKind, Mover};
use crate::plan::replace::moves::Moves;
use crate::plan::replace::names::{is_handled, is_in_tuple};
use crate::semantic::{Block, SiteId, StatementId, StatementKind, Value, ValueId, well_known};

impl<'a> Mover<'a> {
    /// What such handlers must catch as well, where a call that moves can raise through them.
    pub(super) fn catches(&self, moves: &Moves) -> Vec<Edit<'a>> {
        if self.migration.catch.is_empty() {
            return Vec::new();
        }
        let callers = self.callers(moves);
        let mut edits = Vec::new();
        for module in self.ctx.program.modules.ids().filter(|&module| self.is_editable(module)) {
            let facts = self.ctx.program.facts(module);
            for (value, item) in facts.values.iter_enumerated() {
                if !matches!(item, Value::Name { .. } | Value::Attribute { .. }) || !is_handled(facts, value)
                {
                    continue;
                }
                let Static::External(name) = evaluate(self.ctx.program, module, value) else { continue };
                let migration = self.migration;
                let Some(names) = name
                    .strip_prefix(well_known::BUILTINS_PREFIX)
                    .and_then(|builtin| migration.catch.get(builtin))
                else {
                    continue;
                };
                if is_handled(facts, value) && self.raises_through(moves, &callers, module, value) {
                    let kind =
                        EditKind::Class { names, is_listed: is_in_tuple(facts, value), is_annotation: false };
                    edits.push(Edit { holder: Holder::Library, module, value, kind });
                }
            }
        }
        edits
    }

    /// Functions that reach a call that moves.
    fn callers(&self, moves: &Moves) -> FxHashSet<ProgramFunctionId> {
        let mut stack: Vec<ProgramFunctionId> = moves
            .owned
            .iter()
            .map(|&(module, site)| {
                let function = self.ctx.program.facts(module).sites[site].place.function;
                self.ctx.program.function(module, function)
            })
            .collect();
        let mut found = FxHashSet::default();
        while let Some(function) = stack.pop() {
            if !found.insert(function) {
                continue;
            }
            let incoming = self.ctx.graph.incoming(self.ctx.graph.function_node(function));
            stack.extend(incoming.filter_map(|(_, edge)| self.ctx.graph.function(edge.caller)));
        }
        found
    }

    /// Whether the body of the `try` of a handler holds a call that moves, or reaches one.
    fn raises_through(
        &self,
        moves: &Moves,
        callers: &FxHashSet<ProgramFunctionId>,
        module: ModuleId,
        class: ValueId,
    ) -> bool {
        let facts = self.ctx.program.facts(module);
        let handler = facts
            .statements
            .iter()
            .filter(|statement| matches!(statement.kind, StatementKind::Handler))
            .rfind(|statement| statement.values.0 <= class && class < statement.values.1);
        let Some(tried) = handler.and_then(|handler| handler.parent) else { return false };
        let is_in_body = |statement: StatementId| {
            let mut next = Some(statement);
            while let Some(id) = next {
                let item = &facts.statements[id];
                if item.parent == Some(tried) {
                    return item.block == Block::Body;
                }
                next = item.parent;
            }
            false
        };
        let raises = |site: SiteId| {
            let edges = self.ctx.graph.site(self.ctx.program.site_index(module, site));
            moves.owned.contains(&(module, site))
                || edges.into_iter().flat_map(|resolution| &resolution.edges).any(|&edge| {
                    let callee = self.ctx.graph.function(self.ctx.graph.edge(edge).callee);
                    callee.is_some_and(|callee| callers.contains(&callee))
                })
        };
        facts.sites.iter_enumerated().any(|(site, item)| is_in_body(item.place.statement) && raises(site))
    }
}
