//! Functions that an event loop of their own, or no loop at all, runs.

use rustc_hash::FxHashSet;

use crate::base::Id;
use crate::graph::{CallEdge, EdgeKind};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::surroundings::surroundings;
use crate::semantic::{ArgumentKind, SiteId, Value, well_known};

/// Functions that work with an event loop themselves, directly or through what they call: one that
/// runs a loop cannot run inside another, and one that schedules on the running loop would find the
/// wrapper's instead.
pub(super) fn functions_that_run_loops(ctx: &Context<'_>) -> FxHashSet<ProgramFunctionId> {
    let mut found = FxHashSet::default();
    for (_, edge) in ctx.graph.edges() {
        let uses_loop = match edge.kind {
            EdgeKind::RunLoop => !is_wrapper_call(ctx, edge),
            EdgeKind::Schedule => true,
            _ => ctx
                .graph
                .external_name(edge.callee)
                .is_some_and(|name| name.starts_with(well_known::ASYNCIO_PREFIX)),
        };
        let is_sync = ctx.graph.function(edge.caller).is_some_and(|function| !ctx.is_async(function));
        let is_replaceable = || edge.site.is_some_and(|site| is_replaceable(ctx, edge.module, site));
        if uses_loop
            && is_sync
            && !is_replaceable()
            && let Some(function) = ctx.graph.function(edge.caller)
        {
            found.insert(function);
        }
    }
    with_callers(ctx, found)
}

/// Functions that run a loop for one coroutine and were to await it instead, but are not converted, and
/// those that call them.
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
    with_callers(ctx, found)
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
fn is_replaceable(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> bool {
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

/// `found` with all functions that call one of them.
fn with_callers(ctx: &Context<'_>, mut found: FxHashSet<ProgramFunctionId>) -> FxHashSet<ProgramFunctionId> {
    let mut stack: Vec<ProgramFunctionId> = found.iter().copied().collect();
    while let Some(function) = stack.pop() {
        for (_, edge) in ctx.graph.incoming(ctx.graph.function_node(function)) {
            if edge.kind.runs_now()
                && let Some(caller) = ctx.graph.function(edge.caller)
                && !ctx.is_async(caller)
                && found.insert(caller)
            {
                stack.push(caller);
            }
        }
    }
    found
}

/// Functions that run when an object is collected, a signal arrives or the interpreter ends: `__del__`,
/// handlers, and what they call.
pub(super) fn functions_that_finalizers_run(ctx: &Context<'_>) -> FxHashSet<ProgramFunctionId> {
    let handlers =
        ctx.graph.edges().filter(|(_, edge)| is_handed_to_finalizer(ctx, edge)).map(|(_, edge)| edge.callee);
    let handlers = handlers.filter_map(|node| ctx.graph.function(node));
    let methods = (0..ctx.program.function_count()).map(ProgramFunctionId::from_index);
    let methods = methods.filter(|&function| ctx.function_text(function) == well_known::DEL);
    let mut stack: Vec<ProgramFunctionId> = methods.chain(handlers).collect();
    let mut found = FxHashSet::default();
    while let Some(function) = stack.pop() {
        if found.insert(function) {
            let edges = ctx.graph.outgoing(ctx.graph.function_node(function));
            let run = edges.filter(|(_, edge)| edge.kind.runs_now());
            stack.extend(run.filter_map(|(_, edge)| ctx.graph.function(edge.callee)));
        }
    }
    found
}

/// Whether an edge stands for a function that is registered to run at the end or on a signal.
fn is_handed_to_finalizer(ctx: &Context<'_>, edge: &CallEdge) -> bool {
    let Some(site) = edge.site.filter(|_| edge.kind == EdgeKind::Reference) else { return false };
    let resolution = ctx.graph.site(ctx.program.site_index(edge.module, site));
    resolution.is_some_and(|resolution| {
        resolution.edges.iter().any(|&id| {
            let name = ctx.graph.external_name(ctx.graph.edge(id).callee);
            name.is_some_and(|name| {
                well_known::FINALIZER_MODULES.iter().any(|module| name.starts_with(module))
            })
        })
    })
}

/// A call of a sync wrapper, which can run inside another loop.
fn is_wrapper_call(ctx: &Context<'_>, edge: &CallEdge) -> bool {
    let Some(site) = edge.site else { return false };
    let resolution = ctx.graph.site(ctx.program.site_index(edge.module, site));
    resolution.is_some_and(|resolution| {
        resolution.edges.iter().all(|&id| {
            let other = ctx.graph.edge(id);
            other.range != edge.range || other.kind == EdgeKind::RunLoop
        })
    })
}
