//! Ways from code of the event loop to what blocks it.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::check::request::CheckRequest;
use crate::effects::{Effects, Passage};
use crate::graph::{CallEdge, Confidence, EdgeId, EdgeKind, NodeId};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::rules::{Blocking, Category};
use crate::semantic::{Enclosing, SiteId, SiteKind, Value};

/// A way from a place in code of the event loop to what blocks.
pub(super) struct Way<'a> {
    /// The first edge.
    pub(super) edge: &'a CallEdge,
    /// Edges after the first; empty when the call itself blocks.
    pub(super) rest: Vec<EdgeId>,
    /// How what is at the end blocks.
    pub(super) blocking: Blocking,
    /// How sure the least sure step is.
    pub(super) confidence: Confidence,
}

/// The best way from each place in a function, in the order of the places.
pub(super) fn ways<'a>(
    request: &'a CheckRequest<'_>,
    (passage, effects): (&Passage<'_>, &Effects),
    node: NodeId,
    awaited: &FxHashSet<SiteId>,
) -> Vec<Way<'a>> {
    let mut best: Vec<Way<'_>> = Vec::new();
    for (id, edge) in request.graph.outgoing(node) {
        if passage.is_left_out(id) {
            continue;
        }
        let Some(way) = way(request, effects, id, edge, awaited) else { continue };
        // Edges are in the order of their places, so the one of the same place was the last.
        let is_same = |known: &&mut Way<'_>| known.edge.range == edge.range && known.edge.site == edge.site;
        match best.iter_mut().rev().take_while(|known| known.edge.range == edge.range).find(is_same) {
            Some(known) if is_better(&way, known) => *known = way,
            Some(_) => {}
            None => best.push(way),
        }
    }
    // In `open(path).read()` the first call is the cause of both.
    let starts: FxHashMap<(u32, Category), u32> = best
        .iter()
        .rev()
        .filter(|way| way.rest.is_empty())
        .map(|way| ((way.edge.range.start(), way.blocking.category), way.edge.range.end()))
        .fold(FxHashMap::default(), |mut acc, (key, end)| {
            acc.entry(key).and_modify(|known: &mut u32| *known = end.min(*known)).or_insert(end);
            acc
        });
    best.retain(|way| {
        let key = (way.edge.range.start(), way.blocking.category);
        !way.rest.is_empty() || starts.get(&key).is_none_or(|&end| end == way.edge.range.end())
    });
    best
}

/// Surer comes first, then shorter; of equals the first stays.
fn is_better(way: &Way<'_>, known: &Way<'_>) -> bool {
    (way.confidence, std::cmp::Reverse(way.rest.len()))
        > (known.confidence, std::cmp::Reverse(known.rest.len()))
}

fn way<'a>(
    request: &CheckRequest<'_>,
    effects: &Effects,
    id: EdgeId,
    edge: &'a CallEdge,
    awaited: &FxHashSet<SiteId>,
) -> Option<Way<'a>> {
    let leaf = effects.leaf(id);
    if (!edge.kind.runs_now() && leaf.is_none()) || is_never_run(request, edge) {
        return None;
    }
    let way = match request.graph.function(edge.callee).filter(|_| leaf.is_none()) {
        None => {
            let leaf = leaf?;
            // What is awaited hands the waiting to the loop.
            if edge.site.is_some_and(|site| awaited.contains(&site)) {
                return None;
            }
            let confidence = leaf.confidence.min(edge.confidence);
            Way { edge, rest: Vec::new(), blocking: leaf.blocking, confidence }
        }
        Some(callee) => {
            let (module, facts, local) = request.located(callee);
            let traits = facts.functions[local].traits;
            // Calling a generator function runs nothing of its body; going through what it gives does.
            let is_gone_through = matches!(edge.kind, EdgeKind::Iterate | EdgeKind::Enter);
            let runs_body = !traits.is_generator || is_gone_through;
            // A coroutine reports for itself, but nothing is reported in installed code.
            let is_awaited = is_gone_through || edge.kind == EdgeKind::Await;
            let is_passed_on = !traits.is_async || (is_awaited && request.program.is_third_party(module));
            if !is_passed_on || !runs_body || is_declared_harmless(request, callee) {
                return None;
            }
            // What is awaited is not what a sync twin gives.
            let is_awaited_call = edge.site.is_some_and(|site| awaited.contains(&site));
            if is_awaited_call && !traits.is_async && !gives_awaitable(request, callee, MOST_RETURNS) {
                return None;
            }
            let blocked = effects.blocked(edge.callee)?;
            let rest = effects.witness(request.graph, edge.callee);
            if is_awaited_call && returns_sync_twin(request, &rest) {
                return None;
            }
            let confidence = blocked.confidence.min(edge.confidence);
            Way { edge, rest, blocking: blocked.blocking, confidence }
        }
    };
    (way.confidence >= request.least).then_some(way)
}

/// How many calls are followed that return what another call returned.
const MOST_RETURNS: u32 = 6;

/// Whether a sync function may give something to await, as far as its `return` statements tell.
fn gives_awaitable(request: &CheckRequest<'_>, function: ProgramFunctionId, most: u32) -> bool {
    let (module, facts, local) = request.located(function);
    facts.functions[local].returned.iter().any(|&value| {
        let Value::Call(site) = facts.values[value] else {
            return !matches!(facts.values[value], Value::Constant(_));
        };
        let found = request.graph.site(request.program.site_index(module, site));
        let edges = found.map(|found| found.edges.as_slice()).unwrap_or_default();
        edges.is_empty()
            || edges.iter().map(|&edge| request.graph.edge(edge)).any(|edge| {
                let Some(callee) = request.graph.function(edge.callee) else {
                    let name = request.graph.external_name(edge.callee);
                    let rule = name.and_then(|name| request.knowledge.function(name));
                    return rule.is_none_or(|rule| rule.is_async);
                };
                let (_, facts, local) = request.located(callee);
                facts.functions[local].traits.is_async
                    || (most > 0 && gives_awaitable(request, callee, most - 1))
            })
    })
}

/// Whether a way goes on through what a function returns, and that is nothing to await: of the two functions behind
/// `return func(*args)`, the sync one is not what somebody awaits.
fn returns_sync_twin(request: &CheckRequest<'_>, rest: &[EdgeId]) -> bool {
    for &id in rest {
        let edge = request.graph.edge(id);
        let Some((site, caller)) = edge.site.zip(request.graph.function(edge.caller)) else { return false };
        let (module, facts, local) = request.located(caller);
        let SiteKind::Call { value, .. } = facts.sites[site].kind else { return false };
        if module != edge.module || !facts.functions[local].returned.contains(&value) {
            return false;
        }
        let Some(callee) = request.graph.function(edge.callee) else { return false };
        if !gives_awaitable(request, callee, MOST_RETURNS) {
            return true;
        }
    }
    false
}

fn is_declared_harmless(request: &CheckRequest<'_>, callee: ProgramFunctionId) -> bool {
    let declared = &request.settings.not_blocking;
    !declared.is_empty() && declared.contains(&request.program.function_name(callee))
}

/// Whether the place is an annotation or a type alias, which the running program does not evaluate on the way.
fn is_never_run(request: &CheckRequest<'_>, edge: &CallEdge) -> bool {
    let Some(site) = edge.site else { return false };
    let enclosing = request.program.facts(edge.module).sites[site].place.enclosing;
    enclosing.has(Enclosing::ANNOTATION) || enclosing.has(Enclosing::TYPE_ALIAS)
}

/// Calls of a module whose result is awaited, entered with `async with` or iterated with `async for`.
pub(super) fn awaited_calls(request: &CheckRequest<'_>, module: ModuleId) -> FxHashSet<SiteId> {
    let facts = request.program.facts(module);
    let operand = |kind: SiteKind| match kind {
        SiteKind::Await { operand } => Some(operand),
        SiteKind::With { context, is_async: true } => Some(context),
        SiteKind::For { iterable, is_async: true }
        | SiteKind::Comprehension { iterable, is_async: true, .. } => Some(iterable),
        SiteKind::With { .. }
        | SiteKind::For { .. }
        | SiteKind::Comprehension { .. }
        | SiteKind::Call { .. }
        | SiteKind::Decorator { .. }
        | SiteKind::YieldFrom { .. }
        | SiteKind::Raise { .. }
        | SiteKind::Unpack { .. }
        | SiteKind::Class { .. } => None,
    };
    let call = |value| if let Value::Call(site) = facts.values[value] { Some(site) } else { None };
    facts.sites.iter().filter_map(|site| call(operand(site.kind)?)).collect()
}
