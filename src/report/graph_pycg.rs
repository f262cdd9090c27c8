//! The adjacency list that call-graph benchmarks use, with their names for builtins.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use serde_json::json;

use crate::graph::{CallEdge, Confidence, EdgeKind, NodeId};
use crate::report::graph_view::GraphView;

/// Writes definite and probable calls; every node is also a key.
pub fn write_graph_pycg(out: &mut dyn Write, view: &GraphView<'_>) -> io::Result<()> {
    let mut graph: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for &node in &view.part.nodes {
        if view.graph.function(node).is_some() {
            graph.entry(view.name(node)).or_default();
        }
    }
    for &id in &view.part.edges {
        let edge = view.graph.edge(id);
        if !is_drawn(view, edge) {
            continue;
        }
        let callee = name(view, edge.callee);
        graph.entry(callee.clone()).or_default();
        graph.entry(name(view, edge.caller)).or_default().insert(callee);
    }
    writeln!(out, "{{")?;
    let last = graph.len().saturating_sub(1);
    for (index, (caller, callees)) in graph.iter().enumerate() {
        let comma = if index == last { "" } else { "," };
        writeln!(out, "  {}: {}{comma}", json!(caller), json!(callees))?;
    }
    writeln!(out, "}}")
}

/// What the names of builtins start with.
const BUILTINS: &str = "builtins.";

/// Calls and what amounts to one. What the interpreter or a thread calls counts between functions of the program.
fn is_drawn(view: &GraphView<'_>, edge: &CallEdge) -> bool {
    let is_internal = view.graph.function(edge.callee).is_some();
    let is_call = match edge.kind {
        EdgeKind::Call | EdgeKind::Await | EdgeKind::Iterate | EdgeKind::Enter | EdgeKind::Override => true,
        // `@staticmethod` and its like are part of how a method is declared.
        EdgeKind::Decorate => is_internal || !view.name(edge.callee).starts_with(BUILTINS),
        EdgeKind::Implicit | EdgeKind::Offload | EdgeKind::RunLoop | EdgeKind::Schedule => is_internal,
        EdgeKind::Reference => false,
    };
    is_call && edge.confidence > Confidence::Possible
}

fn name(view: &GraphView<'_>, node: NodeId) -> String {
    let name = view.name(node);
    if view.graph.function(node).is_some() {
        return name;
    }
    match name.strip_prefix(BUILTINS) {
        None => name,
        Some(builtin) => {
            let method = builtin.split_once('.').and_then(|(class, method)| Some((literal(class)?, method)));
            match method {
                Some((class, method)) => format!("<**{class}**>.{method}"),
                None => format!("<builtin>.{builtin}"),
            }
        }
    }
}

/// The benchmark's name for the type of a literal.
fn literal(class: &str) -> Option<&'static str> {
    Some(match class {
        "str" => "PyStr",
        "bytes" => "PyBytes",
        "dict" => "PyDict",
        "list" => "PyList",
        "tuple" => "PyTuple",
        "set" => "PySet",
        "bool" => "PyBool",
        "int" | "float" | "complex" => "PyNum",
        _ => return None,
    })
}
