//! What in the end keeps a function that could be converted but for what it calls.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::EdgeKind;
use crate::link::ProgramFunctionId;
use crate::plan::context::Context;
use crate::plan::families::Families;
use crate::plan::sites::{action_at, holds_lock};
use crate::plan::verdict::{Cause, KeepReason};
use crate::rules::Category;

/// Functions whose ways are followed for one answer.
const MOST: usize = 400;

/// What keeps functions.
pub(super) struct Causes<'a> {
    pub(super) ctx: &'a Context<'a>,
    pub(super) families: &'a Families,
    pub(super) reasons: &'a FxHashMap<ProgramFunctionId, KeepReason>,
    pub(super) converted: &'a FxHashSet<ProgramFunctionId>,
}

impl Causes<'_> {
    /// All causes for which `function` is kept, in order; its own reason where that is one by itself.
    pub(super) fn of(&self, function: ProgramFunctionId) -> Vec<Cause> {
        let mut seen = FxHashSet::default();
        let mut found = Vec::new();
        let mut stack = vec![function];
        while let Some(next) = stack.pop() {
            if seen.len() > MOST || !seen.insert(next) {
                continue;
            }
            match self.reasons.get(&next) {
                Some(KeepReason::OverrideFamily) => {
                    let members = self.families.of(next).unwrap_or_default();
                    let own = members.iter().filter(|member| {
                        self.reasons.get(member).is_some_and(|reason| *reason != KeepReason::OverrideFamily)
                    });
                    stack.extend(own);
                }
                Some(&reason) if !is_about_a_call(reason) => found.push(Cause { reason, function: next }),
                _ => self.follow(next, &mut stack, &mut found),
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }

    /// Looks at what `function` calls that blocks.
    fn follow(
        &self,
        function: ProgramFunctionId,
        stack: &mut Vec<ProgramFunctionId>,
        found: &mut Vec<Cause>,
    ) {
        let ctx = self.ctx;
        for (id, edge) in ctx.graph.outgoing(ctx.graph.function_node(function)) {
            if !edge.kind.runs_now() && edge.kind != EdgeKind::RunLoop {
                continue;
            }
            match ctx.graph.function(edge.callee) {
                Some(callee) if self.converted.contains(&callee) || ctx.is_async(callee) => {
                    // It waits where that is not possible, or is not known to be the only thing called.
                    let statement = edge.site.map(|site| {
                        let facts = ctx.program.facts(edge.module);
                        facts.sites[site].place.statement
                    });
                    let is_locked =
                        statement.is_some_and(|statement| holds_lock(ctx, edge.module, statement));
                    let reason = if is_locked { KeepReason::HoldsLock } else { KeepReason::NothingToAwait };
                    found.push(Cause { reason, function });
                }
                Some(callee) if ctx.effects.blocked(edge.callee).is_some() => stack.push(callee),
                Some(_) => {}
                None if ctx.effects.leaf(id).is_some_and(|leaf| leaf.blocking.category == Category::Lock) => {
                    found.push(Cause { reason: KeepReason::HoldsLock, function });
                }
                None if ctx.effects.leaf(id).is_some() => {
                    let refusal = edge.site.and_then(|site| action_at(ctx, edge.module, site).err());
                    let reason = refusal.unwrap_or(KeepReason::NothingToAwait);
                    found.push(Cause { reason, function });
                }
                None => {}
            }
        }
    }
}

/// Why a function is kept that has no reason of its own: under a lock nothing may be waited for.
pub(super) fn is_kept_by_lock(causes: &[Cause], function: ProgramFunctionId) -> bool {
    let mut own = causes.iter().filter(|cause| cause.function == function).peekable();
    own.peek().is_some() && own.all(|cause| cause.reason == KeepReason::HoldsLock)
}

/// Reasons that a call in a function gives, not the function itself.
fn is_about_a_call(reason: KeepReason) -> bool {
    matches!(
        reason,
        KeepReason::NothingToAwait
            | KeepReason::CalleeKept
            | KeepReason::Cheap
            | KeepReason::ThreadBound
            | KeepReason::HoldsLock
    )
}
