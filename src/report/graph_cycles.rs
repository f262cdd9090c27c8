//! Functions that reach themselves: each group with one way round.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::graph::{Cycle, EdgeId};
use crate::report::graph_view::GraphView;
use crate::report::json::coverage_json;
use crate::report::style::{BOLD, DIM};
use crate::report::summary::{counted, write_coverage};

/// Number of the schema.
const VERSION: u32 = 1;

/// Writes each group's functions, a way round below them, and the summary.
pub fn write_cycles_text(out: &mut dyn Write, view: &GraphView<'_>, cycles: &[Cycle]) -> io::Result<()> {
    for cycle in cycles {
        writeln!(out, "{BOLD}cycle of {}{BOLD:#}", counted(cycle.members.len(), "function"))?;
        for &member in &cycle.members {
            let color = if view.is_async(member) { "async " } else { "" };
            let place = view.definition(member);
            let place = place.map(|place| format!("{}:{}", place.path, place.line)).unwrap_or_default();
            writeln!(out, "    {color}{}  {DIM}{place}{DIM:#}", view.name(member))?;
        }
        writeln!(out, "  {DIM}one way round:{DIM:#}")?;
        for (index, &id) in cycle.way.iter().enumerate() {
            let edge = view.graph.edge(id);
            writeln!(
                out,
                "    {}. {}  {} {}  {DIM}{} {}{DIM:#}",
                index + 1,
                view.name(edge.caller),
                edge.kind,
                view.name(edge.callee),
                edge.confidence,
                view.place(edge)
            )?;
        }
    }
    writeln!(out, "{BOLD}{}.{BOLD:#}", counted(cycles.len(), "cycle"))?;
    write_coverage(out, view.summary)
}

/// Writes one object, a cycle a line.
pub fn write_cycles_json(out: &mut dyn Write, view: &GraphView<'_>, cycles: &[Cycle]) -> io::Result<()> {
    writeln!(out, "{{\n  \"version\": {VERSION},\n  \"cycles\": [")?;
    for (index, cycle) in cycles.iter().enumerate() {
        let comma = if index + 1 == cycles.len() { "" } else { "," };
        let members: Vec<Value> = cycle
            .members
            .iter()
            .map(|&member| {
                let place = view.definition(member);
                json!({
                    "name": view.name(member),
                    "file": place.as_ref().map(|place| place.path),
                    "line": place.as_ref().map(|place| place.line),
                    "async": view.is_async(member),
                })
            })
            .collect();
        let way: Vec<Value> = cycle.way.iter().map(|&id| hop_json(view, id)).collect();
        writeln!(out, "    {}{comma}", json!({ "members": members, "way": way }))?;
    }
    writeln!(out, "  ],\n  \"summary\": {}\n}}", coverage_json(view.summary))
}

/// An edge with its place.
pub(crate) fn hop_json(view: &GraphView<'_>, id: EdgeId) -> Value {
    let edge = view.graph.edge(id);
    let place = view.place(edge);
    json!({
        "caller": view.name(edge.caller),
        "callee": view.name(edge.callee),
        "kind": edge.kind.as_str(),
        "confidence": edge.confidence.as_str(),
        "file": place.path,
        "line": place.line,
        "column": place.column,
    })
}
