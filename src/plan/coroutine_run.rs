//! Loops that are run for one coroutine only, which can be awaited instead.

use rustc_hash::FxHashSet;

use crate::base::Id;
use crate::graph::EdgeKind;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::surroundings::surroundings;
use crate::semantic::{ArgumentKind, SiteId, Value, well_known};

/// Functions that run a loop for one coroutine and were to await it instead, but are not converted.
pub(super) fn left_with_loops(
    ctx: &Context<'_>,
    converted: &FxHashSet<ProgramFunctionId>,
) -> FxHashSet<ProgramFunctionId> {
    let mut found = FxHashSet::default();
    for (_, edge) in ctx.graph.edges().filter(|(_, edge)| edge.kind == EdgeKind::RunLoop) {
        let Some(function) = ctx.graph.function(edge.caller) else { continue };
        let is_left = !converted.contains(&function) && !ctx.is_async(function);
        if is_left && edge.site.is_some_and(|site| coroutine_run(ctx, edge.module, site).is_some()) {
            found.insert(function);
        }
    }
    found
}

/// The call of a coroutine function for which the call at `site` runs a loop and does nothing else:
/// `asyncio.run(f())`, `asyncio.get_event_loop().run_until_complete(f())`.
pub(super) fn coroutine_run(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> Option<SiteId> {
    let facts = ctx.program.facts(module);
    let (callee, arguments) = facts.call(site)?;
    let [argument] = arguments else { return None };
    let Value::Call(inner) = facts.values[argument.value] else { return None };
    let name = called_outside(ctx, module, site)?;
    let is_runner = match (name, facts.values[callee]) {
        (well_known::ASYNCIO_RUN, _) => true,
        (well_known::RUN_UNTIL_COMPLETE, Value::Attribute { base, .. }) => {
            matches!(facts.values[base], Value::Call(made)
                if called_outside(ctx, module, made) == Some(well_known::GET_EVENT_LOOP))
        }
        _ => false,
    };
    let resolution = ctx.graph.site(ctx.program.site_index(module, inner))?;
    let range = facts.sites[inner].range;
    let mut edges =
        resolution.edges.iter().map(|&id| ctx.graph.edge(id)).filter(|edge| edge.range == range).peekable();
    let is_known = edges.peek().is_some()
        && resolution.incomplete.is_none()
        && edges.all(|edge| {
            edge.kind == EdgeKind::Call
                && ctx.graph.function(edge.callee).is_some_and(|function| ctx.is_async(function))
        });
    let is_positional = argument.kind == ArgumentKind::Positional;
    let function = ctx.program.function(module, facts.sites[site].place.function);
    let may_await = !ctx.is_async(function) && surroundings(ctx, module, site).is_some();
    (is_runner && is_known && is_positional && may_await).then_some(inner)
}

/// Whether a use of the loop at `site` goes when the coroutine is awaited instead.
pub(super) fn is_replaceable(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> bool {
    if coroutine_run(ctx, module, site).is_some() {
        return true;
    }
    // `asyncio.get_event_loop()` in `asyncio.get_event_loop().run_until_complete(f())`.
    let facts = ctx.program.facts(module);
    let (first, end) = facts.statements[facts.sites[site].place.statement].sites;
    (first.index()..end.index()).map(SiteId::from_index).any(|other| {
        let Some((callee, _)) = facts.call(other) else { return false };
        let Value::Attribute { base, .. } = facts.values[callee] else { return false };
        matches!(facts.values[base], Value::Call(made) if made == site)
            && coroutine_run(ctx, module, other).is_some()
    })
}

/// What a call calls outside of the program, whatever else it brings to run.
fn called_outside<'a>(ctx: &'a Context<'_>, module: ModuleId, site: SiteId) -> Option<&'a str> {
    let resolution = ctx.graph.site(ctx.program.site_index(module, site))?;
    let range = ctx.program.facts(module).sites[site].range;
    let edges = resolution.edges.iter().map(|&id| ctx.graph.edge(id));
    let mut names = edges
        .filter(|edge| edge.range == range && edge.kind == EdgeKind::Call)
        .filter_map(|edge| ctx.graph.external_name(edge.callee));
    let name = names.next()?;
    names.next().is_none().then_some(name)
}
