//! Functions that an event loop of their own, or no loop at all, runs.

use rustc_hash::FxHashSet;

use crate::base::Id;
use crate::graph::{CallEdge, EdgeKind, SiteResolution};
use crate::link::ProgramFunctionId;
use crate::plan::context::Context;
use crate::plan::coroutine_run::is_replaceable;
use crate::semantic::{DefinitionKind, ModuleFacts, NameUse, Value, ValueId, well_known};

/// Functions that work with an event loop themselves, directly or through what they call: one that
/// runs a loop cannot run inside another, and one that schedules on the running loop would find the
/// wrapper's instead.
pub(super) fn functions_that_run_loops(ctx: &Context<'_>) -> FxHashSet<ProgramFunctionId> {
    let mut found = FxHashSet::default();
    let mut stack: Vec<ProgramFunctionId> = Vec::new();
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
        // What others call keeps running its loop, since they do not await.
        let is_handed_out = || ctx.graph.function(edge.caller).is_some_and(|found| is_handed_out(ctx, found));
        let is_replaceable =
            || edge.site.is_some_and(|site| is_replaceable(ctx, edge.module, site)) && !is_handed_out();
        if uses_loop
            && is_sync
            && !is_replaceable()
            && let Some(function) = ctx.graph.function(edge.caller)
            && found.insert(function)
        {
            stack.push(function);
        }
    }
    if stack.iter().any(|&function| is_handed_out(ctx, function)) {
        for function in functions_that_call_what_they_get(ctx) {
            if !ctx.is_async(function) && found.insert(function) {
                stack.push(function);
            }
        }
    }
    with_callers(ctx, found)
}

/// `found` with all functions that call one of them.
pub(super) fn with_callers(
    ctx: &Context<'_>,
    mut found: FxHashSet<ProgramFunctionId>,
) -> FxHashSet<ProgramFunctionId> {
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

/// Whether a function is given to others, which call it.
fn is_handed_out(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let is_decorated = !ctx.program.facts(module).functions[local].decorators.is_empty();
    let mut edges = ctx.graph.incoming(ctx.graph.function_node(function));
    is_decorated || edges.any(|(_, edge)| matches!(edge.kind, EdgeKind::Reference | EdgeKind::Decorate))
}

/// Functions that call a parameter, their own or one around them, of which not all values are known, or a
/// method that somebody else has to define.
fn functions_that_call_what_they_get(ctx: &Context<'_>) -> Vec<ProgramFunctionId> {
    let mut found = Vec::new();
    for module in ctx.program.modules.ids().filter(|&module| !ctx.program.is_third_party(module)) {
        let facts = ctx.program.facts(module);
        for (site, item) in facts.sites.iter_enumerated() {
            let resolution = ctx.graph.site(ctx.program.site_index(module, site));
            let is_open = resolution.is_none_or(|resolution| resolution.incomplete.is_some());
            let is_given = is_open && facts.call(site).is_some_and(|(callee, _)| is_parameter(facts, callee));
            let is_hook = resolution.is_some_and(|resolution| calls_only_stubs(ctx, resolution));
            if is_given || is_hook {
                found.push(ctx.program.function(module, item.place.function));
            }
        }
    }
    found
}

/// Whether a call reaches functions, but only such as have no body.
fn calls_only_stubs(ctx: &Context<'_>, resolution: &SiteResolution) -> bool {
    let mut functions = resolution
        .edges
        .iter()
        .map(|&id| ctx.graph.edge(id))
        .filter(|edge| matches!(edge.kind, EdgeKind::Call | EdgeKind::Override))
        .filter_map(|edge| ctx.graph.function(edge.callee))
        .peekable();
    functions.peek().is_some()
        && functions.all(|function| {
            let (module, local) = ctx.program.locate_function(function);
            ctx.program.facts(module).functions[local].traits.is_stub
        })
}

fn is_parameter(facts: &ModuleFacts, value: ValueId) -> bool {
    let Value::Name { reference, .. } = facts.values[value] else { return false };
    let definition = match reference {
        NameUse::Reaching(definition) => Some(definition),
        NameUse::Binding(binding) => facts.bindings[binding].last,
        NameUse::Unresolved => None,
    };
    definition.is_some_and(|found| matches!(facts.definitions[found].kind, DefinitionKind::Parameter(_)))
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
