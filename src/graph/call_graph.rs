//! Nodes and edges in dense, ordered tables, with both directions indexed.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::base::{Id, IdVec};
use crate::graph::edge::{CallEdge, EdgeId};
use crate::graph::node::{Node, NodeId};
use crate::link::ProgramFunctionId;
use crate::resolve::Unresolved;

/// What is known of one call site.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SiteResolution {
    /// Edges that leave from it.
    pub edges: Vec<EdgeId>,
    /// Whether something could be missing, and why.
    pub incomplete: Option<Unresolved>,
}

/// The best that is known of a call site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// No target, or none that is more than possible.
    Nothing,
    /// No better target than the name of something foreign.
    Named,
    /// A target in the program, in `rules/` or among the builtins.
    Resolved,
}

/// How many call sites there are and how many are resolved, the three kinds of target apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Call sites in all.
    pub calls: usize,
    /// With a target in the program, in `rules/` or among the builtins, `Definite` or `Probable`.
    pub resolved: usize,
    /// With no better target than the name of something foreign.
    pub named: usize,
    /// With none.
    pub unresolved: usize,
}

impl Coverage {
    /// Counts call sites by what is known of them.
    pub fn of(calls: &[(usize, Known)]) -> Self {
        let mut coverage = Self { calls: calls.len(), ..Self::default() };
        for (_, known) in calls {
            match known {
                Known::Resolved => coverage.resolved += 1,
                Known::Named => coverage.named += 1,
                Known::Nothing => coverage.unresolved += 1,
            }
        }
        coverage
    }

    /// Resolved calls in percent of all that are not merely named; 100 when there are none.
    pub fn percent(&self) -> f64 {
        percent(self.resolved, self.calls - self.named)
    }

    /// Resolved calls in percent of all, those that are merely named included; 100 when there are none.
    pub fn percent_of_all(&self) -> f64 {
        percent(self.resolved, self.calls)
    }
}

/// The call graph. Edges are sorted by caller, place, callee and kind, without repetitions.
#[derive(Debug, Default)]
pub struct CallGraph {
    nodes: IdVec<NodeId, Node>,
    edges: IdVec<EdgeId, CallEdge>,
    external: FxHashMap<Box<str>, NodeId>,
    out_start: Vec<u32>,
    incoming: Vec<EdgeId>,
    in_start: Vec<u32>,
    sites: FxHashMap<usize, SiteResolution>,
    calls: Vec<(usize, Known)>,
    functions: usize,
}

impl CallGraph {
    /// Builds the tables. `external` are the names of nodes outside the program; an edge's callee is
    /// a function's index, or `functions` plus the index of a name. `unresolved` are call sites, by
    /// their position in the program, whose targets may not be all. `calls` is what is known of every
    /// call site, by position.
    pub fn new(
        functions: usize,
        external: Vec<Box<str>>,
        mut edges: Vec<CallEdge>,
        site_index: impl Fn(&CallEdge) -> Option<usize>,
        unresolved: Vec<(usize, Unresolved)>,
        calls: Vec<(usize, Known)>,
    ) -> Self {
        let mut graph = Self { calls, functions, ..Self::default() };
        for index in 0..functions {
            graph.nodes.push(Node::Function(ProgramFunctionId::from_index(index)));
        }
        for name in external {
            let node = graph.nodes.push(Node::External(name.clone()));
            graph.external.insert(name, node);
        }
        edges.sort_by(|a, b| {
            let key = |edge: &CallEdge| (edge.caller, edge.module, edge.range, edge.callee, edge.kind);
            key(a).cmp(&key(b)).then(b.confidence.cmp(&a.confidence))
        });
        edges.dedup_by(|a, b| {
            a.caller == b.caller
                && a.range == b.range
                && a.callee == b.callee
                && a.kind == b.kind
                && a.module == b.module
        });
        graph.edges = IdVec::from(edges);
        let nodes = graph.nodes.len();
        graph.out_start = starts(nodes, graph.edges.iter().map(|edge| edge.caller));
        graph.in_start = starts(nodes, graph.edges.iter().map(|edge| edge.callee));
        let mut next = graph.in_start.clone();
        graph.incoming = vec![EdgeId::from_index(0); graph.edges.len()];
        for (id, edge) in graph.edges.iter_enumerated() {
            let slot = &mut next[edge.callee.index()];
            graph.incoming[*slot as usize] = id;
            *slot += 1;
            if let Some(site) = site_index(edge) {
                graph.sites.entry(site).or_default().edges.push(id);
            }
        }
        for (site, reason) in unresolved {
            graph.sites.entry(site).or_default().incomplete = Some(reason);
        }
        graph
    }

    /// All nodes in order.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeId, &Node)> {
        self.nodes.iter_enumerated()
    }

    /// How many nodes there are.
    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// A node.
    pub fn node(&self, node: NodeId) -> &Node {
        &self.nodes[node]
    }

    /// The node of a function.
    pub fn function_node(&self, function: ProgramFunctionId) -> NodeId {
        NodeId::from_index(function.index())
    }

    /// The function of a node, if it is one of the program's.
    pub fn function(&self, node: NodeId) -> Option<ProgramFunctionId> {
        (node.index() < self.functions).then(|| ProgramFunctionId::from_index(node.index()))
    }

    /// The name of a node outside the program.
    pub fn external_name(&self, node: NodeId) -> Option<&str> {
        match &self.nodes[node] {
            Node::External(name) => Some(name),
            Node::Function(_) => None,
        }
    }

    /// The node of a name outside the program.
    pub fn external(&self, name: &str) -> Option<NodeId> {
        self.external.get(name).copied()
    }

    /// All edges in order.
    pub fn edges(&self) -> impl Iterator<Item = (EdgeId, &CallEdge)> {
        self.edges.iter_enumerated()
    }

    /// How many edges there are.
    pub fn edge_count(&self) -> usize {
        self.edges.len()
    }

    /// An edge.
    pub fn edge(&self, edge: EdgeId) -> &CallEdge {
        &self.edges[edge]
    }

    /// Edges that leave `node`, in source order.
    pub fn outgoing(&self, node: NodeId) -> impl Iterator<Item = (EdgeId, &CallEdge)> {
        let (start, end) = (self.out_start[node.index()] as usize, self.out_start[node.index() + 1] as usize);
        (start..end).map(|index| {
            let id = EdgeId::from_index(index);
            (id, &self.edges[id])
        })
    }

    /// Edges that reach `node`, in order of their callers.
    pub fn incoming(&self, node: NodeId) -> impl Iterator<Item = (EdgeId, &CallEdge)> {
        let (start, end) = (self.in_start[node.index()] as usize, self.in_start[node.index() + 1] as usize);
        self.incoming[start..end].iter().map(|&id| (id, &self.edges[id]))
    }

    /// What is known of a site, by its position in the program; `None` when nothing leaves from it
    /// and nothing is missing.
    pub fn site(&self, index: usize) -> Option<&SiteResolution> {
        self.sites.get(&index)
    }

    /// Call sites and how many of them are resolved.
    pub fn coverage(&self) -> Coverage {
        Coverage::of(&self.calls)
    }

    /// All call sites, by their positions in the program, and the best that is known of each.
    pub fn calls(&self) -> &[(usize, Known)] {
        &self.calls
    }
}

fn percent(part: usize, whole: usize) -> f64 {
    if whole == 0 { 100.0 } else { 100.0 * part as f64 / whole as f64 }
}

/// Start of each node's run in a table sorted by node; one more entry than nodes.
fn starts(nodes: usize, keys: impl Iterator<Item = NodeId>) -> Vec<u32> {
    let mut starts = vec![0u32; nodes + 1];
    for key in keys {
        starts[key.index() + 1] += 1;
    }
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    starts
}
