//! What an edge's confidence rests on: what else its place reaches, and what may be missing there.

use crate::base::Id;
use crate::graph::call_graph::CallGraph;
use crate::graph::edge::EdgeId;
use crate::graph::node::NodeId;
use crate::link::Program;
use crate::resolve::{EdgeKind, Unresolved};

/// What an edge's confidence rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grounds {
    /// What else runs at the same place, in the graph's order; overrides are not counted.
    pub others: Vec<NodeId>,
    /// Why the targets of the place may not be all.
    pub incomplete: Option<Unresolved>,
    /// Whether the edge rests on the declared type of the receiver, of which the callee's class is a subclass.
    pub is_override: bool,
}

/// What the confidence of `id` rests on.
pub fn grounds(program: &Program, graph: &CallGraph, id: EdgeId) -> Grounds {
    let edge = graph.edge(id);
    let mut others: Vec<NodeId> = graph
        .outgoing(edge.caller)
        .map(|(_, other)| other)
        .filter(|other| {
            other.module == edge.module
                && other.range == edge.range
                && other.site == edge.site
                && other.callee != edge.callee
        })
        .filter(|other| {
            (other.kind.runs_now() || other.kind == EdgeKind::RunLoop) && other.kind != EdgeKind::Override
        })
        .map(|other| other.callee)
        .collect();
    others.sort_unstable_by_key(|node| node.index());
    others.dedup();
    let site = edge.site.map(|site| program.site_index(edge.module, site));
    let incomplete = site.and_then(|site| graph.site(site)).and_then(|site| site.incomplete);
    Grounds { others, incomplete, is_override: edge.kind == EdgeKind::Override }
}
