//! What a plan may change in the end: what is asked for, with all that has to change for it.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::base::ConversionMode;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::families::Families;
use crate::plan::scope::Targets;
use crate::semantic::SiteId;

/// What a plan may change in the end.
#[derive(Debug, Default)]
pub(super) struct Within {
    needed: Option<FxHashSet<ProgramFunctionId>>,
}

impl Within {
    /// What the request's scope lets change, of the functions in `converted` and of those that are async already.
    /// `is_planned` tells whether something changes at a site once the function around it is async.
    pub(super) fn new(
        ctx: &Context<'_>,
        families: &Families,
        converted: &FxHashSet<ProgramFunctionId>,
        is_planned: &dyn Fn(ModuleId, SiteId) -> bool,
    ) -> Self {
        let needed = match &ctx.request.scope.targets {
            Targets::All => None,
            Targets::Needed(functions) => Some(closure(ctx, families, converted, is_planned, functions)),
            Targets::Exactly(functions) => Some(functions.iter().copied().collect()),
        };
        Self { needed }
    }

    /// Whether `function` may change.
    pub(super) fn has(&self, ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
        self.needed.as_ref().is_none_or(|needed| needed.contains(&function))
            && !ctx.request.scope.dropped.contains_key(&function)
    }
}

/// The functions with all that has to change for them: what they await, and whole families.
fn closure(
    ctx: &Context<'_>,
    families: &Families,
    converted: &FxHashSet<ProgramFunctionId>,
    is_planned: &dyn Fn(ModuleId, SiteId) -> bool,
    functions: &BTreeSet<ProgramFunctionId>,
) -> FxHashSet<ProgramFunctionId> {
    // Without a wrapper under the old name, callers have to change as well.
    let is_in_place = ctx.request.settings.conversion.mode == ConversionMode::InPlace;
    let mut needed: FxHashSet<ProgramFunctionId> = FxHashSet::default();
    let mut stack: Vec<ProgramFunctionId> = functions.iter().copied().collect();
    while let Some(function) = stack.pop() {
        let is_new = needed.insert(function);
        if !is_new || !(converted.contains(&function) || ctx.is_async(function)) {
            continue;
        }
        stack.extend(families.of(function).unwrap_or_default());
        let node = ctx.graph.function_node(function);
        for (_, edge) in ctx.graph.outgoing(node) {
            let changes = edge.site.is_some_and(|site| is_planned(edge.module, site));
            stack.extend(ctx.graph.function(edge.callee).filter(|_| changes));
        }
        if is_in_place && converted.contains(&function) {
            stack.extend(ctx.graph.incoming(node).filter_map(|(_, edge)| ctx.graph.function(edge.caller)));
        }
    }
    needed
}
