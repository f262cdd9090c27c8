//! Which functions block when they run, and through which edges.

use crate::base::{Id, IdVec};
use crate::graph::{CallGraph, Confidence, EdgeId, NodeId};
use crate::rules::Blocking;

/// A call of something outside the program that blocks, as its rule and its arguments say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LeafCall {
    /// The edge to it.
    pub edge: EdgeId,
    /// In which way it blocks.
    pub blocking: Blocking,
    /// Whether it surely blocks, or only with some arguments.
    pub confidence: Confidence,
}

/// Why a function blocks: the first edge of its shortest chain to a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// The edge by which it gets there.
    pub edge: EdgeId,
    /// In which way the leaf blocks.
    pub blocking: Blocking,
    /// How many edges from the function to the leaf; 1 when it calls the leaf itself.
    pub depth: u32,
    /// The lowest confidence on the chain.
    pub confidence: Confidence,
}

/// For every node, whether its code blocks the thread that runs it.
#[derive(Debug)]
pub struct Effects {
    blocked: IdVec<NodeId, Option<Blocked>>,
    leaves: Vec<LeafCall>,
}

impl Effects {
    /// Propagates from `leaves` to callers, by breadth-first search, so that each witness is shortest;
    /// of equally short ones the surest, then the first in source order. Edges for which `carries` is
    /// false pass nothing on.
    pub fn new(
        graph: &CallGraph,
        mut leaves: Vec<LeafCall>,
        least: Confidence,
        carries: impl Fn(EdgeId) -> bool,
    ) -> Self {
        leaves.sort_by_key(|leaf| leaf.edge);
        let mut blocked: IdVec<NodeId, Option<Blocked>> = IdVec::from_elem(None, graph.node_count());
        let mut frontier: Vec<NodeId> = Vec::new();
        for leaf in &leaves {
            let edge = graph.edge(leaf.edge);
            let confidence = leaf.confidence.min(edge.confidence);
            if confidence < least {
                continue;
            }
            let found = Blocked { edge: leaf.edge, blocking: leaf.blocking, depth: 1, confidence };
            let slot = &mut blocked[edge.caller];
            let is_better = slot.is_none_or(|known| {
                (confidence, leaf.blocking.severity) > (known.confidence, known.blocking.severity)
            });
            if slot.is_none() {
                frontier.push(edge.caller);
            }
            if is_better {
                *slot = Some(found);
            }
        }
        let mut depth = 1;
        while !frontier.is_empty() {
            depth += 1;
            let mut next = Vec::new();
            frontier.sort_unstable();
            for node in frontier {
                let Some(below) = blocked[node] else { continue };
                for (id, edge) in graph.incoming(node) {
                    let confidence = below.confidence.min(edge.confidence);
                    if confidence < least || !edge.kind.runs_now() || !carries(id) {
                        continue;
                    }
                    let slot = &mut blocked[edge.caller];
                    match slot {
                        None => next.push(edge.caller),
                        Some(known) if known.depth < depth || known.confidence >= confidence => continue,
                        Some(_) => {}
                    }
                    *slot = Some(Blocked { edge: id, blocking: below.blocking, depth, confidence });
                }
            }
            frontier = next;
        }
        Self { blocked, leaves }
    }

    /// Why `node` blocks, if it does.
    pub fn blocked(&self, node: NodeId) -> Option<&Blocked> {
        self.blocked[node].as_ref()
    }

    /// All blocking calls of things outside the program, in the order of their edges.
    pub fn leaves(&self) -> &[LeafCall] {
        &self.leaves
    }

    /// The leaf call on `edge`, if it is one.
    pub fn leaf(&self, edge: EdgeId) -> Option<&LeafCall> {
        self.leaves.binary_search_by_key(&edge, |leaf| leaf.edge).ok().map(|at| &self.leaves[at])
    }

    /// The edges from `node` to the leaf that makes it block, in order; empty when it does not.
    pub fn witness(&self, graph: &CallGraph, node: NodeId) -> Vec<EdgeId> {
        let mut chain = Vec::new();
        let mut current = node;
        while let Some(blocked) = self.blocked(current) {
            chain.push(blocked.edge);
            let callee = graph.edge(blocked.edge).callee;
            if blocked.depth <= 1 || callee.index() == current.index() {
                break;
            }
            current = callee;
        }
        chain
    }
}
