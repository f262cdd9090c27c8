//! A call graph for programs: nodes and edges, each with its places.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::graph::{Confidence, EdgeId, EdgeKind, NodeId};
use crate::report::graph_view::GraphView;
use crate::report::json::coverage_json;

/// Number of the schema.
const VERSION: u32 = 1;

/// Writes one object. A node's `id` is its dotted name, with `@line` behind it where two share one.
pub fn write_graph_json(out: &mut dyn Write, view: &GraphView<'_>) -> io::Result<()> {
    let ids = ids(view);
    writeln!(out, "{{\n  \"version\": {VERSION},\n  \"nodes\": [")?;
    for (index, node) in view.part.nodes.iter().enumerate() {
        let comma = if index + 1 == view.part.nodes.len() { "" } else { "," };
        writeln!(out, "    {}{comma}", node_json(view, *node, &ids[node]))?;
    }
    writeln!(out, "  ],\n  \"edges\": [")?;
    let mut edges: Vec<(Key, EdgeId)> = view.part.edges.iter().map(|&id| (key(view, id), id)).collect();
    edges.sort_unstable();
    let mut groups = edges.chunk_by(|left, right| left.0 == right.0).peekable();
    while let Some(group) = groups.next() {
        let comma = if groups.peek().is_none() { "" } else { "," };
        writeln!(out, "    {}{comma}", edge_json(view, &ids, group))?;
    }
    writeln!(out, "  ],\n  \"summary\": {}\n}}", coverage_json(view.summary))
}

/// The surest comes first.
type Key = (NodeId, NodeId, EdgeKind, std::cmp::Reverse<Confidence>);

fn key(view: &GraphView<'_>, id: EdgeId) -> Key {
    let edge = view.graph.edge(id);
    (edge.caller, edge.callee, edge.kind, std::cmp::Reverse(edge.confidence))
}

/// One edge with the places of all that differ in nothing else.
fn edge_json(view: &GraphView<'_>, ids: &BTreeMap<NodeId, String>, group: &[(Key, EdgeId)]) -> Value {
    let Some(((caller, callee, kind, confidence), _)) = group.first() else { return Value::Null };
    let site = |id: EdgeId| {
        let place = view.place(view.graph.edge(id));
        json!({ "file": place.path, "line": place.line, "column": place.column })
    };
    let sites: Vec<Value> = group.iter().map(|&(_, id)| site(id)).collect();
    json!({
        "caller": ids[caller],
        "callee": ids[callee],
        "kind": kind.as_str(),
        "confidence": confidence.0.as_str(),
        "sites": sites,
    })
}

fn node_json(view: &GraphView<'_>, node: NodeId, id: &str) -> Value {
    let place = view.definition(node);
    json!({
        "id": id,
        "name": view.name(node),
        "kind": view.kind(node),
        "file": place.as_ref().map(|place| place.path),
        "line": place.as_ref().map(|place| place.line),
        "async": view.is_async(node),
        "third_party": view.is_third_party(node),
    })
}

fn ids(view: &GraphView<'_>) -> BTreeMap<NodeId, String> {
    let mut by_name: BTreeMap<String, Vec<NodeId>> = BTreeMap::new();
    for &node in &view.part.nodes {
        by_name.entry(view.name(node)).or_default().push(node);
    }
    let mut ids = BTreeMap::new();
    for (name, nodes) in by_name {
        let is_shared = nodes.len() > 1;
        for node in nodes {
            let line = view.definition(node).filter(|_| is_shared).map(|place| format!("@{}", place.line));
            ids.insert(node, format!("{name}{}", line.unwrap_or_default()));
        }
    }
    ids
}
