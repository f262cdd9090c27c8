//! Tells locks that somebody holds for long from those that only guard a few lines.

use rustc_hash::FxHashSet;

use crate::base::Id;
use crate::effects::blocking::{Effects, LeafCall};
use crate::graph::{CallGraph, EdgeKind, NodeId};
use crate::link::{ModuleId, Program};
use crate::semantic::{ClassId, ModuleFacts, SiteId, SiteKind, StatementKind, Value, well_known};
use crate::text::TextRange;

/// A lock, as the code spells it: an attribute is that of a class, a name that of the module.
type Lock = (ModuleId, Option<ClassId>, String);

/// Those of the guards (`with lock:`, `lock.acquire()`) whose lock is held somewhere while something blocks or is awaited; also those of
/// which nothing can be told. The others make nobody wait for longer than the few lines under them take.
pub(super) fn long_held(
    program: &Program,
    graph: &CallGraph,
    effects: &Effects,
    guards: &[LeafCall],
) -> Vec<LeafCall> {
    let locks: Vec<Option<Lock>> = guards.iter().map(|&guard| lock(program, graph, guard)).collect();
    let mut held: FxHashSet<&Lock> = FxHashSet::default();
    for (&guard, lock) in guards.iter().zip(&locks) {
        if let Some(lock) = lock
            && waits_inside(program, graph, effects, guard)
        {
            held.insert(lock);
        }
    }
    let is_long = |lock: &Option<Lock>| lock.as_ref().is_none_or(|lock| held.contains(lock));
    guards.iter().zip(&locks).filter(|(_, lock)| is_long(lock)).map(|(guard, _)| *guard).collect()
}

/// The lock that a guard takes; `None` when the guard is no `with`, or the lock is made on the spot.
fn lock(program: &Program, graph: &CallGraph, guard: LeafCall) -> Option<Lock> {
    let edge = graph.edge(guard.edge);
    let facts = program.facts(edge.module);
    let site = &facts.sites[edge.site?];
    let taken = match site.kind {
        SiteKind::With { context, is_async: false } => context,
        SiteKind::Call { callee, .. } => match facts.values[callee] {
            Value::Attribute { base, .. } => base,
            _ => return None,
        },
        _ => return None,
    };
    let spelling = facts.spelling(taken)?;
    let class = spelling.contains('.').then(|| facts.functions[site.place.function].class).flatten();
    Some((edge.module, class, spelling))
}

/// Whether something blocks, or is awaited, while a guard holds its lock.
fn waits_inside(program: &Program, graph: &CallGraph, effects: &Effects, guard: LeafCall) -> bool {
    let taken = graph.edge(guard.edge);
    let facts = program.facts(taken.module);
    let Some(site) = taken.site else { return true };
    let blocks = |caller: NodeId, held: TextRange| {
        graph.outgoing(caller).any(|(id, edge)| {
            let is_inside = edge.range.start() >= held.start() && held.contains(edge.range.start());
            let is_run = edge.kind.runs_now() && edge.kind != EdgeKind::Await;
            // A sync wrapper waits for the coroutine that it runs.
            let waits = effects.leaf(id).is_some() || edge.kind == EdgeKind::RunLoop;
            is_inside && (waits || (is_run && effects.blocked(edge.callee).is_some()))
        })
    };
    let place = facts.sites[site].place;
    if let SiteKind::With { .. } = facts.sites[site].kind {
        let end = facts.statements[place.statement].range.end();
        let held = TextRange::new(taken.range.end(), end.max(taken.range.end()));
        return awaits_inside(facts, site) || blocks(taken.caller, held);
    }
    let released = lock(program, graph, guard).and_then(|(.., spelling)| released(facts, site, &spelling));
    if let Some(released) = released {
        return blocks(taken.caller, TextRange::new(taken.range.end(), released.max(taken.range.end())));
    }
    // Whoever releases it may do so in another method, so all of the class counts, and of the module for a global.
    let class = facts.functions[place.function].class;
    facts.functions.iter_enumerated().filter(|(_, function)| class.is_none() || function.class == class).any(
        |(id, function)| {
            function.traits.is_async
                || blocks(graph.function_node(program.function(taken.module, id)), function.range)
        },
    )
}

/// Where the function that takes a lock last releases it, if it does.
fn released(facts: &ModuleFacts, taken: SiteId, spelling: &str) -> Option<u32> {
    let (function, start) = (facts.sites[taken].place.function, facts.sites[taken].range.end());
    let calls = facts.sites.ids().filter(|&site| {
        let item = &facts.sites[site];
        item.place.function == function && item.range.start() >= start
    });
    let releases = calls.filter(|&site| {
        let callee = facts.call(site).map(|(callee, _)| facts.values[callee]);
        matches!(callee, Some(Value::Attribute { base, name })
            if facts.name(name) == well_known::RELEASE && facts.spelling(base).as_deref() == Some(spelling))
    });
    releases.map(|site| facts.sites[site].range.start()).max()
}

/// Whether the statement of a site, a `with`, has an `await` under it, that of a function defined there left out.
pub fn awaits_inside(facts: &ModuleFacts, site: SiteId) -> bool {
    let place = facts.sites[site].place;
    let statement = &facts.statements[place.statement];
    if !matches!(statement.kind, StatementKind::With { .. }) {
        return false;
    }
    let (first, end) = statement.sites;
    (first.index()..end.index()).map(SiteId::from_index).any(|other| {
        let item = &facts.sites[other];
        let awaits = match item.kind {
            SiteKind::Await { .. } => true,
            SiteKind::With { is_async, .. }
            | SiteKind::For { is_async, .. }
            | SiteKind::Comprehension { is_async, .. } => is_async,
            _ => false,
        };
        awaits && item.place.function == place.function && other != site
    })
}
