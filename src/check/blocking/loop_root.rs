//! Tells which functions an event loop runs, and how it comes to them.

use crate::check::request::CheckRequest;
use crate::graph::EdgeKind;
use crate::link::{Ancestor, ModuleId};
use crate::rules::{DecoratorEffect, EntryPlace, EntryRule};
use crate::semantic::{FunctionId, SiteKind, Value, ValueId};

/// How an event loop comes to run a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LoopRoot {
    /// Whether it is a coroutine function, which can await; otherwise the loop calls it in place.
    pub(crate) is_coroutine: bool,
    /// Whether a framework runs it once, before anybody is served or after.
    pub(crate) is_start_up: bool,
}

/// How an event loop runs this function, if it does: as a coroutine, as a callback that somebody schedules, or as a
/// function that a framework takes and runs there.
pub(crate) fn loop_root(
    request: &CheckRequest<'_>,
    module: ModuleId,
    function: FunctionId,
) -> Option<LoopRoot> {
    let item = &request.program.facts(module).functions[function];
    if item.traits.is_type_only {
        return None;
    }
    let mut entries = overridden(request, module, function).chain(decorated(request, module, function));
    if item.traits.is_async {
        let is_start_up = entries.any(|entry| entry.is_start_up);
        return Some(LoopRoot { is_coroutine: true, is_start_up });
    }
    if let Some(entry) = entries.find(|entry| entry.sync_runs == EntryPlace::Loop) {
        return Some(LoopRoot { is_coroutine: false, is_start_up: entry.is_start_up });
    }
    let node = request.graph.function_node(request.program.function(module, function));
    // Who puts a function on the loop or on a thread, as it comes, knows which of them it is.
    let is_either = |caller| {
        request.graph.incoming(node).any(|(_, edge)| edge.kind == EdgeKind::Offload && edge.caller == caller)
    };
    let is_scheduled = request.graph.incoming(node).any(|(_, edge)| {
        edge.kind == EdgeKind::Schedule && edge.confidence >= request.least && !is_either(edge.caller)
    });
    is_scheduled.then_some(LoopRoot { is_coroutine: false, is_start_up: false })
}

/// What rules say of the framework's methods that a method overrides.
fn overridden<'a>(
    request: &'a CheckRequest<'_>,
    module: ModuleId,
    function: FunctionId,
) -> impl Iterator<Item = &'a EntryRule> {
    let facts = request.program.facts(module);
    let item = &facts.functions[function];
    let ancestors = item.class.map(|class| request.hierarchy.mro(request.program.class(module, class)));
    let foreign = ancestors.into_iter().flatten().filter_map(|ancestor| match ancestor {
        Ancestor::External(base) => Some(&**base),
        Ancestor::Class(_) | Ancestor::Unknown => None,
    });
    let name = facts.name(item.name);
    foreign.filter_map(move |base| request.knowledge.inherited_entry(base, name))
}

/// Whether a decorator keeps what the function gave, so that its body runs once for each set of arguments.
pub(crate) fn is_cached(request: &CheckRequest<'_>, module: ModuleId, function: FunctionId) -> bool {
    decorators(request, module, function)
        .filter_map(|name| request.knowledge.decorator(name))
        .any(|rule| rule.effect == DecoratorEffect::Cache || rule.is_cached)
}

/// What the decorators above a function do, as far as rules know them.
pub(crate) fn decorator_effects<'a>(
    request: &'a CheckRequest<'_>,
    module: ModuleId,
    function: FunctionId,
) -> impl Iterator<Item = DecoratorEffect> + 'a {
    let names = decorators(request, module, function);
    names.filter_map(|name| request.knowledge.decorator(name)).map(|rule| rule.effect)
}

/// What rules say of the decorators above a function.
fn decorated<'a>(
    request: &'a CheckRequest<'_>,
    module: ModuleId,
    function: FunctionId,
) -> impl Iterator<Item = &'a EntryRule> {
    decorators(request, module, function).filter_map(|name| request.knowledge.entry(name))
}

/// Full names of the decorators above a function that are foreign.
fn decorators<'a>(
    request: &'a CheckRequest<'_>,
    module: ModuleId,
    function: FunctionId,
) -> impl Iterator<Item = &'a str> {
    let facts = request.program.facts(module);
    let application = |value: ValueId| match facts.values[value] {
        Value::Call(site) => match facts.sites[site].kind {
            SiteKind::Decorator { callee, argument, .. } => Some((site, callee, argument)),
            _ => None,
        },
        _ => None,
    };
    let top = facts.functions[function].decorated.and_then(application);
    let applications = std::iter::successors(top, move |&(.., argument)| application(argument));
    applications.flat_map(move |(site, callee, _)| {
        // `@app.on_event("startup")`: the call makes the decorator.
        let site = if let Value::Call(made_by) = facts.values[callee] { made_by } else { site };
        let found = request.graph.site(request.program.site_index(module, site));
        let edges = found.map(|found| found.edges.as_slice()).unwrap_or_default();
        edges.iter().filter_map(|&edge| request.graph.external_name(request.graph.edge(edge).callee))
    })
}
