//! Graphs for tests.

use crate::base::Id;
use crate::graph::{CallEdge, CallGraph, Confidence, EdgeKind, NodeId};
use crate::link::ModuleId;
use crate::text::TextRange;

/// A graph of so many functions, with a certain call for each pair of caller and callee.
pub(crate) fn graph_of(nodes: usize, arrows: &[(usize, usize)]) -> CallGraph {
    let edge = |&(caller, callee): &(usize, usize)| CallEdge {
        caller: NodeId::from_index(caller),
        callee: NodeId::from_index(callee),
        module: ModuleId::from_index(0),
        site: None,
        range: TextRange::empty(0),
        kind: EdgeKind::Call,
        confidence: Confidence::Definite,
    };
    let edges = arrows.iter().map(edge).collect();
    CallGraph::new(nodes, Vec::new(), edges, |_| None, Vec::new(), Vec::new())
}
