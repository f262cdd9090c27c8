//! Tells coroutines that have the event loop for themselves: those of a program that only waits for its one task.

use rustc_hash::FxHashSet;

use crate::check::request::CheckRequest;
use crate::graph::{EdgeKind, NodeId};

/// Coroutines that only `main` leads to, where nothing else is on the loop. Whoever blocks there makes nobody wait.
pub(super) struct MainOnly {
    nodes: FxHashSet<NodeId>,
}

impl MainOnly {
    /// Looks at what each call that runs a loop to its end leads to.
    pub(super) fn new(request: &CheckRequest<'_>) -> Self {
        let mut alone: FxHashSet<NodeId> = FxHashSet::default();
        let mut shared: FxHashSet<NodeId> = FxHashSet::default();
        let mut mains: Vec<NodeId> = request
            .graph
            .edges()
            .filter(|(_, edge)| {
                edge.kind == EdgeKind::RunLoop && !request.program.is_third_party(edge.module)
            })
            .map(|(_, edge)| edge.callee)
            .collect();
        mains.sort_unstable();
        mains.dedup();
        for main in mains {
            let (reached, is_shared) = reach(request, main);
            if is_shared { shared.extend(reached) } else { alone.extend(reached) }
        }
        alone.retain(|&node| !shared.contains(&node) && is_only_awaited(request, node));
        Self { nodes: alone }
    }

    /// Whether this function has the loop for itself.
    pub(super) fn has(&self, node: NodeId) -> bool {
        self.nodes.contains(&node)
    }
}

/// Functions that run on the loop of a `main`, and whether something else does as well.
fn reach(request: &CheckRequest<'_>, main: NodeId) -> (Vec<NodeId>, bool) {
    let mut seen: FxHashSet<NodeId> = FxHashSet::default();
    let mut order = vec![main];
    let mut is_shared = false;
    seen.insert(main);
    let mut next = 0;
    while let Some(&node) = order.get(next) {
        next += 1;
        for (_, edge) in request.graph.outgoing(node) {
            // A function that is handed on may be called by anybody, at any time.
            is_shared |= matches!(edge.kind, EdgeKind::Schedule | EdgeKind::Reference);
            // What nobody described can serve whom it likes.
            let is_foreign = request.graph.function(edge.callee).is_none();
            let is_unknown = request
                .graph
                .external_name(edge.callee)
                .is_some_and(|name| request.knowledge.function(name).is_none());
            is_shared |= is_foreign && is_unknown && edge.kind == EdgeKind::Await;
            let is_on = edge.kind.runs_now() && !is_foreign;
            if is_on && seen.insert(edge.callee) {
                order.push(edge.callee);
            }
        }
    }
    (order, is_shared)
}

/// Whether nobody hands the function on or registers it: its callers are those that are known.
fn is_only_awaited(request: &CheckRequest<'_>, node: NodeId) -> bool {
    let mut incoming = request.graph.incoming(node).peekable();
    incoming.peek().is_some()
        && incoming.all(|(_, edge)| edge.kind.runs_now() || edge.kind == EdgeKind::RunLoop)
}
