//! `map` and `filter` whose results are used up where they are made: the comprehensions they amount to.

use crate::graph::EdgeKind;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::consume::foreign_callee;
use crate::plan::context::Context;
use crate::semantic::{ArgumentKind, SiteId, Value, ValueId, calls_its_argument, well_known};

/// A call of `map` or `filter` with one function of the program and one iterable.
pub(super) struct Unrolled {
    /// The function as it is passed.
    pub(super) function: ValueId,
    /// What that may be.
    pub(super) targets: Vec<ProgramFunctionId>,
    /// Whether it is `filter`.
    pub(super) filters: bool,
}

/// The parts of the call at `site`, when it is one that a comprehension can take the place of.
pub(super) fn unrolled(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> Option<Unrolled> {
    let facts = ctx.program.facts(module);
    let (_, [function, items]) = facts.call(site)? else { return None };
    let filters = match foreign_callee(ctx, module, site)? {
        well_known::MAP => false,
        well_known::FILTER => true,
        _ => return None,
    };
    let is_positional = [function, items].iter().all(|argument| argument.kind == ArgumentKind::Positional);
    // The function is evaluated again for each item.
    let is_name = |value: ValueId| {
        matches!(facts.values[value], Value::Name { .. })
            || matches!(facts.values[value], Value::Attribute { base, .. } if matches!(facts.values[base], Value::Name { .. }))
    };
    // A conditional expression or lambda would need parentheses.
    let is_bare = !matches!(facts.values[items.value], Value::Choice(_) | Value::Function(_));
    if !is_positional || !is_bare || !is_name(function.value) {
        return None;
    }
    let resolution = ctx.graph.site(ctx.program.site_index(module, site))?;
    let edges = resolution.edges.iter().map(|&id| ctx.graph.edge(id));
    let called = edges
        .filter(|edge| edge.range == facts.sites[site].range && edge.kind == EdgeKind::Call)
        .filter_map(|edge| ctx.graph.function(edge.callee));
    let targets: Vec<ProgramFunctionId> = called.collect();
    (!targets.is_empty()).then_some(Unrolled { function: function.value, targets, filters })
}

/// Whether what gets a function at `site` calls it in its caller's stead and keeps it no longer than its result
/// lives: a sync wrapper does there.
pub(super) fn is_called_in_place(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> bool {
    foreign_callee(ctx, module, site).is_some_and(calls_its_argument)
}
