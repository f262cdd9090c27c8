//! Cycles: functions that reach each other, or themselves, with one way round for each group.

use std::collections::VecDeque;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use rustc_hash::FxHashMap;

use crate::base::Id;
use crate::graph::call_graph::CallGraph;
use crate::graph::edge::EdgeId;
use crate::graph::node::NodeId;

/// Functions of which each reaches each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cycle {
    /// The functions, in the graph's order; one that reaches itself may be alone.
    pub members: Vec<NodeId>,
    /// A shortest way from the first member back to it.
    pub way: Vec<EdgeId>,
}

/// Groups of functions that reach each other over `edges`, ordered by their first members.
/// `edges` are in the graph's order.
pub fn cycles(graph: &CallGraph, edges: &[EdgeId]) -> Vec<Cycle> {
    let next = Successors::new(graph, edges);
    let mut found: Vec<Cycle> = components(graph, edges)
        .into_iter()
        .filter_map(|mut members| {
            members.sort_unstable();
            let way = way_round(&next, &members)?;
            Some(Cycle { members, way })
        })
        .collect();
    found.sort_by_key(|cycle| cycle.members[0]);
    found
}

/// The edges that leave each node.
struct Successors {
    start: Vec<u32>,
    edges: Vec<(EdgeId, NodeId)>,
}

impl Successors {
    fn new(graph: &CallGraph, edges: &[EdgeId]) -> Self {
        let mut start = vec![0u32; graph.node_count() + 1];
        for &edge in edges {
            start[graph.edge(edge).caller.index() + 1] += 1;
        }
        for index in 1..start.len() {
            start[index] += start[index - 1];
        }
        Self { start, edges: edges.iter().map(|&id| (id, graph.edge(id).callee)).collect() }
    }

    fn of(&self, node: NodeId) -> &[(EdgeId, NodeId)] {
        &self.edges[self.start[node.index()] as usize..self.start[node.index() + 1] as usize]
    }
}

/// Strongly connected components. Of the two algorithms there are, this one needs no recursion: call chains are
/// as long as they like.
fn components(graph: &CallGraph, edges: &[EdgeId]) -> Vec<Vec<NodeId>> {
    let arrows = edges.iter().map(|&id| {
        let edge = graph.edge(id);
        (edge.caller.index() as u32, edge.callee.index() as u32)
    });
    let calls: DiGraph<(), ()> = DiGraph::from_edges(arrows);
    let groups = kosaraju_scc(&calls).into_iter();
    groups.map(|group| group.into_iter().map(|node| NodeId::from_index(node.index())).collect()).collect()
}

/// A shortest way from the first member back to it; `None` for one that does not reach itself.
fn way_round(next: &Successors, members: &[NodeId]) -> Option<Vec<EdgeId>> {
    let first = *members.first()?;
    let mut reached: FxHashMap<NodeId, (EdgeId, NodeId)> = FxHashMap::default();
    let mut waiting = VecDeque::from([first]);
    while let Some(node) = waiting.pop_front() {
        for &(edge, callee) in next.of(node) {
            if members.binary_search(&callee).is_err() || reached.contains_key(&callee) {
                continue;
            }
            reached.insert(callee, (edge, node));
            if callee == first {
                let mut way = vec![edge];
                let mut at = node;
                while at != first {
                    let (edge, before) = reached[&at];
                    way.push(edge);
                    at = before;
                }
                way.reverse();
                return Some(way);
            }
            waiting.push_back(callee);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    use crate::base::Id;
    use crate::graph::testing::graph_of;
    use crate::graph::{CallGraph, Cycle, EdgeId, NodeId, cycles};

    fn all_cycles(graph: &CallGraph) -> Vec<Cycle> {
        let edges: Vec<EdgeId> = graph.edges().map(|(id, _)| id).collect();
        cycles(graph, &edges)
    }

    fn check(arrows: &[(usize, usize)], expected: &[(&[usize], usize)]) {
        let found: Vec<(Vec<usize>, usize)> = all_cycles(&graph_of(8, arrows))
            .iter()
            .map(|cycle| (cycle.members.iter().map(|node| node.index()).collect(), cycle.way.len()))
            .collect();
        let expected: Vec<_> = expected.iter().map(|(members, way)| (members.to_vec(), *way)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn finds_groups_that_reach_themselves() {
        check(&[(0, 1), (1, 2), (2, 3)], &[]);
        check(&[(3, 3)], &[(&[3], 1)]);
        check(&[(0, 1), (1, 0), (1, 2)], &[(&[0, 1], 2)]);
        check(&[(5, 2), (2, 4), (4, 5), (4, 2), (1, 2), (6, 7), (7, 6)], &[(&[2, 4, 5], 2), (&[6, 7], 2)]);
        // Two ways round that share a function are one group.
        check(&[(0, 1), (1, 0), (1, 2), (2, 1)], &[(&[0, 1, 2], 2)]);
    }

    #[test]
    fn long_chains_need_no_stack() {
        let nodes = 200_000;
        let mut arrows: Vec<_> = (1..nodes).map(|node| (node - 1, node)).collect();
        arrows.push((nodes - 1, 0));
        let found = all_cycles(&graph_of(nodes, &arrows));
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].members.len(), found[0].way.len()), (nodes, nodes));
    }

    proptest! {
        #[test]
        fn agrees_with_reachability(arrows in vec((0..9usize, 0..9usize), 0..24)) {
            let graph = graph_of(9, &arrows);
            let mut reaches = [[false; 9]; 9];
            for &(from, to) in &arrows {
                reaches[from][to] = true;
            }
            for via in 0..9 {
                for from in 0..9 {
                    for to in 0..9 {
                        reaches[from][to] |= reaches[from][via] && reaches[via][to];
                    }
                }
            }
            let found = all_cycles(&graph);
            for (node, reached) in reaches.iter().enumerate() {
                let expected: Vec<usize> =
                    (0..9).filter(|&other| reached[other] && reaches[other][node]).collect();
                let group = found.iter().find(|cycle| cycle.members.contains(&NodeId::from_index(node)));
                let members: Vec<usize> =
                    group.map_or(Vec::new(), |group| group.members.iter().map(|node| node.index()).collect());
                prop_assert_eq!(members, expected);
            }
            for cycle in &found {
                let mut at = cycle.members[0];
                for &edge in &cycle.way {
                    prop_assert_eq!(graph.edge(edge).caller, at);
                    at = graph.edge(edge).callee;
                    prop_assert!(cycle.members.contains(&at));
                }
                prop_assert_eq!(at, cycle.members[0]);
            }
        }
    }
}
