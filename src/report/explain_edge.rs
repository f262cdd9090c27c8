//! Why one function reaches another: every place with its grounds, and the way of what is called.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::graph::{CallEdge, Confidence, EdgeId, EdgeKind, Grounds, Node, OpenCall, Unresolved, grounds};
use crate::report::graph_cycles::hop_json;
use crate::report::graph_unresolved::{open_call_json, write_open_call};
use crate::report::graph_view::{GraphView, Spot};
use crate::report::style::{BOLD, DIM};
use crate::report::summary::{counted, grouped};
use crate::resolve::{ReachTarget, Way, WayStep};

/// Number of the schema.
const VERSION: u32 = 1;

/// How many other targets are named.
const NAMED: usize = 5;

/// What is known of the ways from one function to another.
pub struct EdgeView<'a> {
    /// The graph.
    pub graph: &'a GraphView<'a>,
    /// The caller as it was asked for.
    pub caller: &'a str,
    /// The callee as it was asked for.
    pub callee: &'a str,
    /// Every edge between them.
    pub edges: &'a [EdgeId],
    /// How the callee came to the places of the edges.
    pub ways: &'a [Way],
    /// A shortest way, when no edge between them runs anything.
    pub path: Option<&'a [EdgeId]>,
    /// Calls of the caller that may hide a way, when none is known.
    pub open: &'a [OpenCall],
    /// How many such calls there are in functions that the caller reaches, and how many functions those are.
    pub open_beyond: (usize, usize),
}

/// Writes what is known, for people.
pub fn write_edge_text(out: &mut dyn Write, view: &EdgeView<'_>) -> io::Result<()> {
    let (caller, callee) = (view.caller, view.callee);
    if !view.edges.is_empty() {
        let edges = counted(view.edges.len(), "edge");
        writeln!(out, "{BOLD}`{caller}` reaches `{callee}` by {edges}.{BOLD:#}")?;
    }
    let place = |id: EdgeId| {
        let edge = view.graph.graph.edge(id);
        (edge.module, edge.range)
    };
    for group in view.edges.chunk_by(|&left, &right| place(left) == place(right)) {
        write_place(out, view, group[0])?;
        for &id in group {
            write_edge(out, view, id)?;
        }
    }
    if !view.edges.is_empty() && view.path.is_some() {
        writeln!(out)?;
    }
    match view.path {
        Some(path) => {
            let calls = counted(path.len(), "edge");
            let direct = if view.edges.is_empty() {
                format!("No place in `{caller}` reaches `{callee}` itself; a shortest way has {calls}:")
            } else {
                format!("Nothing runs `{callee}` there; a shortest way to where it runs has {calls}:")
            };
            writeln!(out, "{BOLD}{direct}{BOLD:#}")?;
            for (index, &id) in path.iter().enumerate() {
                let edge = view.graph.graph.edge(id);
                let place = view.graph.place(edge);
                let source = view.graph.source(edge.module, &place);
                writeln!(
                    out,
                    "  {}. {place}  {}  {} {}  {DIM}{}{DIM:#}  {source}",
                    index + 1,
                    view.graph.name(edge.caller),
                    edge.kind,
                    view.graph.name(edge.callee),
                    edge.confidence
                )?;
            }
            Ok(())
        }
        None if view.edges.is_empty() => write_no_way(out, view),
        None => Ok(()),
    }
}

/// Writes one object.
pub fn write_edge_json(out: &mut dyn Write, view: &EdgeView<'_>) -> io::Result<()> {
    let edges: Vec<Value> = view.edges.iter().map(|&id| edge_json(view, id)).collect();
    let path = view.path.map(|path| path.iter().map(|&id| hop_json(view.graph, id)).collect::<Vec<_>>());
    let open: Vec<Value> = view.open.iter().map(|call| open_call_json(view.graph, call)).collect();
    let report = json!({
        "version": VERSION,
        "caller": view.caller,
        "callee": view.callee,
        "edges": edges,
        "path": path,
        "unresolved": open,
        "unresolved_beyond": { "calls": view.open_beyond.0, "functions": view.open_beyond.1 },
    });
    let text = serde_json::to_string_pretty(&report).map_err(io::Error::other)?;
    writeln!(out, "{text}")
}

fn write_place(out: &mut dyn Write, view: &EdgeView<'_>, id: EdgeId) -> io::Result<()> {
    let edge = view.graph.graph.edge(id);
    let place = view.graph.place(edge);
    let source = view.graph.source(edge.module, &place);
    writeln!(out, "\n{BOLD}{place}{BOLD:#}  {source}")
}

fn write_edge(out: &mut dyn Write, view: &EdgeView<'_>, id: EdgeId) -> io::Result<()> {
    let graph = view.graph;
    let edge = graph.graph.edge(id);
    writeln!(
        out,
        "  {} from `{}` to `{}`, {}: {}",
        edge.kind,
        graph.name(edge.caller),
        graph.name(edge.callee),
        edge.confidence,
        why(view, id, edge)
    )?;
    let Some(way) = way(view, edge) else { return Ok(()) };
    let spots: Vec<String> = way.steps.iter().map(|step| place_of(view, step).to_string()).collect();
    let width = spots.iter().map(|spot| spot.chars().count()).max().unwrap_or(0);
    for (step, spot) in way.steps.iter().zip(&spots) {
        let source = graph.source(step.module, &place_of(view, step));
        writeln!(out, "    {:<13}  {DIM}{spot:<width$}{DIM:#}  {source}", step.kind.as_str())?;
    }
    Ok(())
}

fn place_of<'a>(view: &EdgeView<'a>, step: &WayStep) -> Spot<'a> {
    view.graph.spot(step.module, step.range.start())
}

/// What the confidence of an edge rests on, in words.
fn why(view: &EdgeView<'_>, id: EdgeId, edge: &CallEdge) -> String {
    if edge.kind == EdgeKind::Reference {
        return "it is passed on as a value, for others to call".to_owned();
    }
    let Grounds { others, incomplete, is_override } = grounds(view.graph.program, view.graph.graph, id);
    let mut reasons = Vec::new();
    if is_override {
        reasons.push("the callee overrides a method of the receiver's declared type".to_owned());
    }
    if !others.is_empty() {
        let mut names: Vec<String> =
            others.iter().take(NAMED).map(|&node| format!("`{}`", view.graph.name(node))).collect();
        if others.len() > NAMED {
            names.push(format!("{} more", grouped(others.len() - NAMED)));
        }
        reasons.push(format!("the same place can also reach {}", names.join(", ")));
    }
    if let Some(reason) = incomplete {
        reasons.push(format!("something else may be meant as well ({})", reason.as_str()));
    }
    if reasons.is_empty() {
        return match edge.confidence {
            Confidence::Definite => "nothing else can be meant".to_owned(),
            Confidence::Probable | Confidence::Possible => "not all could be worked out".to_owned(),
        };
    }
    reasons.join("; ")
}

fn way<'a>(view: &EdgeView<'a>, edge: &CallEdge) -> Option<&'a Way> {
    let graph = view.graph.graph;
    let target = match graph.node(edge.callee) {
        Node::Function(function) => ReachTarget::Function(*function),
        Node::External(name) => ReachTarget::External((**name).into()),
    };
    let caller = graph.function(edge.caller)?;
    view.ways.iter().find(|way| {
        way.caller == caller
            && way.module == edge.module
            && way.range == edge.range
            && way.kind == edge.kind
            && way.target == target
    })
}

fn write_no_way(out: &mut dyn Write, view: &EdgeView<'_>) -> io::Result<()> {
    let (caller, callee) = (view.caller, view.callee);
    writeln!(out, "{BOLD}No way is known from `{caller}` to `{callee}`.{BOLD:#}")?;
    if view.open.is_empty() {
        writeln!(out, "Every call in `{caller}` is resolved.")?;
    } else {
        writeln!(out, "Calls in `{caller}` that are not resolved, and may hide one:")?;
        for call in view.open {
            write_open_call(out, view.graph, call)?;
        }
    }
    let (calls, functions) = view.open_beyond;
    if calls > 0 {
        writeln!(
            out,
            "{} more in {} that it reaches: `asyncshift graph --unresolved --from {caller}` lists them.",
            grouped(calls),
            counted(functions, "function")
        )?;
    }
    Ok(())
}

fn edge_json(view: &EdgeView<'_>, id: EdgeId) -> Value {
    let graph = view.graph;
    let edge = graph.graph.edge(id);
    let place = graph.place(edge);
    let Grounds { others, incomplete, is_override } = grounds(graph.program, graph.graph, id);
    let others: Vec<String> = others.into_iter().map(|node| graph.name(node)).collect();
    let steps: Vec<Value> = way(view, edge)
        .iter()
        .flat_map(|way| &way.steps)
        .map(|step| {
            let place = place_of(view, step);
            let source = graph.source(step.module, &place);
            json!({
                "kind": step.kind.as_str(),
                "file": place.path,
                "line": place.line,
                "column": place.column,
                "source": source,
            })
        })
        .collect();
    let mut value = hop_json(graph, id);
    value["source"] = json!(graph.source(edge.module, &place));
    value["why"] = json!({
        "text": why(view, id, edge),
        "other_targets": others,
        "incomplete": incomplete.map(Unresolved::as_str),
        "override": is_override,
    });
    value["way"] = json!(steps);
    value
}
