//! Parts of a call graph: what is reached from some nodes, what reaches others, and the ways between.

use std::collections::VecDeque;

use crate::base::IdVec;
use crate::graph::call_graph::CallGraph;
use crate::graph::edge::{CallEdge, EdgeId};
use crate::graph::node::NodeId;

/// What to keep of a call graph.
pub struct GraphQuery<'a> {
    /// Only what is reached from one of these; all when empty.
    pub from: &'a [NodeId],
    /// Only what reaches one of these; all when empty.
    pub to: &'a [NodeId],
    /// Only ways of at most so many edges, counted from `from`, or else to `to`.
    pub depth: Option<u32>,
    /// Edges that count.
    pub keeps_edge: &'a dyn Fn(EdgeId, &CallEdge) -> bool,
    /// Nodes that are kept without an edge, when neither `from` nor `to` is given.
    pub keeps_node: &'a dyn Fn(NodeId) -> bool,
}

/// A part of a call graph, in the graph's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Subgraph {
    /// Its nodes.
    pub nodes: Vec<NodeId>,
    /// Its edges, whose ends are among the nodes.
    pub edges: Vec<EdgeId>,
}

/// The part that a query asks for.
pub fn select(graph: &CallGraph, query: &GraphQuery<'_>) -> Subgraph {
    let after = (!query.from.is_empty()).then(|| distances(graph, query, query.from, Direction::Forward));
    let before = (!query.to.is_empty()).then(|| distances(graph, query, query.to, Direction::Backward));
    let distance = |known: &Option<Distances>, node: NodeId| match known {
        Some(known) => known[node],
        None => Some(0),
    };
    let mut is_kept: IdVec<NodeId, bool> = IdVec::from_elem(false, graph.node_count());
    let mut edges = Vec::new();
    for (id, edge) in graph.edges() {
        let (Some(start), Some(end)) = (distance(&after, edge.caller), distance(&before, edge.callee)) else {
            continue;
        };
        let is_near = query.depth.is_none_or(|depth| start + 1 + end <= depth);
        if is_near && (query.keeps_edge)(id, edge) {
            edges.push(id);
            is_kept[edge.caller] = true;
            is_kept[edge.callee] = true;
        }
    }
    // A function that is asked about is shown even when it reaches nothing; between two only the ways count.
    if query.from.is_empty() || query.to.is_empty() {
        for &node in query.from.iter().chain(query.to) {
            is_kept[node] = true;
        }
    }
    let is_whole = query.from.is_empty() && query.to.is_empty();
    let nodes =
        is_kept.ids().filter(|&node| is_kept[node] || (is_whole && (query.keeps_node)(node))).collect();
    Subgraph { nodes, edges }
}

/// A shortest way of edges that count, from one of `from` to one of `to`; `None` when there is none.
pub fn shortest_way(
    graph: &CallGraph,
    from: &[NodeId],
    to: &[NodeId],
    keeps_edge: &dyn Fn(EdgeId, &CallEdge) -> bool,
) -> Option<Vec<EdgeId>> {
    let mut before: IdVec<NodeId, Option<EdgeId>> = IdVec::from_elem(None, graph.node_count());
    let mut waiting: VecDeque<NodeId> = from.iter().copied().collect();
    while let Some(node) = waiting.pop_front() {
        for (id, edge) in graph.outgoing(node) {
            if before[edge.callee].is_some() || !keeps_edge(id, edge) {
                continue;
            }
            before[edge.callee] = Some(id);
            if to.contains(&edge.callee) {
                return Some(way_to(graph, &before, from, id));
            }
            if !from.contains(&edge.callee) {
                waiting.push_back(edge.callee);
            }
        }
    }
    None
}

/// Edges up to `last`, read back to where they began.
fn way_to(
    graph: &CallGraph,
    before: &IdVec<NodeId, Option<EdgeId>>,
    from: &[NodeId],
    last: EdgeId,
) -> Vec<EdgeId> {
    let mut way = vec![last];
    let mut at = graph.edge(last).caller;
    while !from.contains(&at) {
        let Some(id) = before[at] else { break };
        way.push(id);
        at = graph.edge(id).caller;
    }
    way.reverse();
    way
}

type Distances = IdVec<NodeId, Option<u32>>;

#[derive(Clone, Copy)]
enum Direction {
    Forward,
    Backward,
}

fn distances(graph: &CallGraph, query: &GraphQuery<'_>, start: &[NodeId], direction: Direction) -> Distances {
    let mut found: Distances = IdVec::from_elem(None, graph.node_count());
    let mut waiting: VecDeque<(NodeId, u32)> = VecDeque::new();
    for &node in start {
        found[node] = Some(0);
        waiting.push_back((node, 0));
    }
    while let Some((node, distance)) = waiting.pop_front() {
        let mut visit = |id: EdgeId, edge: &CallEdge, next: NodeId| {
            if found[next].is_none() && (query.keeps_edge)(id, edge) {
                found[next] = Some(distance + 1);
                waiting.push_back((next, distance + 1));
            }
        };
        match direction {
            Direction::Forward => graph.outgoing(node).for_each(|(id, edge)| visit(id, edge, edge.callee)),
            Direction::Backward => graph.incoming(node).for_each(|(id, edge)| visit(id, edge, edge.caller)),
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::base::Id;
    use crate::graph::testing::graph_of;
    use crate::graph::{CallGraph, GraphQuery, NodeId, select, shortest_way};

    /// `0 -> 1 -> 2 -> 3`, and `4 -> 2`.
    fn graph() -> CallGraph {
        graph_of(6, &[(0, 1), (1, 2), (2, 3), (4, 2)])
    }

    fn check(from: &[usize], to: &[usize], depth: Option<u32>, expected: &[usize]) {
        let nodes = |ids: &[usize]| ids.iter().map(|&id| NodeId::from_index(id)).collect::<Vec<_>>();
        let (from, to) = (nodes(from), nodes(to));
        let query =
            GraphQuery { from: &from, to: &to, depth, keeps_edge: &|_, _| true, keeps_node: &|_| true };
        let found: Vec<usize> = select(&graph(), &query).nodes.into_iter().map(Id::index).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn selects_what_is_on_the_way() {
        check(&[], &[], None, &[0, 1, 2, 3, 4, 5]);
        check(&[1], &[], None, &[1, 2, 3]);
        check(&[], &[2], None, &[0, 1, 2, 4]);
        check(&[0], &[2], None, &[0, 1, 2]);
        check(&[0], &[], Some(1), &[0, 1]);
        check(&[], &[3], Some(2), &[1, 2, 3, 4]);
        check(&[0], &[3], Some(2), &[]);
        check(&[3], &[0], None, &[]);
        check(&[5], &[], None, &[5]);
    }

    #[test]
    fn finds_shortest_ways() {
        let way = |from: &[usize], to: usize| {
            let from: Vec<NodeId> = from.iter().map(|&id| NodeId::from_index(id)).collect();
            let found = shortest_way(&graph(), &from, &[NodeId::from_index(to)], &|_, _| true)?;
            Some(found.into_iter().map(|id| graph().edge(id).caller.index()).collect::<Vec<_>>())
        };
        assert_eq!(way(&[0], 3), Some(vec![0, 1, 2]));
        assert_eq!(way(&[0, 4], 3), Some(vec![4, 2]));
        assert_eq!(way(&[0], 4), None);
        assert_eq!(way(&[3], 3), None);
    }
}
