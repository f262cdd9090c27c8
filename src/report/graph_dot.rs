//! A call graph as a picture, in the language of Graphviz.

use std::io::{self, Write};

use crate::base::Id;
use crate::graph::Confidence;
use crate::report::graph_view::GraphView;

/// Writes a `digraph`: async functions are filled, what blocks has a red border, what is outside is dotted, what does not run at once is dashed.
pub fn write_graph_dot(out: &mut dyn Write, view: &GraphView<'_>) -> io::Result<()> {
    writeln!(out, "digraph calls {{\n  rankdir=LR;\n  node [shape=box, fontname=\"monospace\"];")?;
    for &node in &view.part.nodes {
        let style = match view.function(node) {
            None => ", style=dotted",
            Some((_, function)) if function.traits.is_async => ", style=filled, fillcolor=lightblue",
            Some(_) => "",
        };
        let border = if (view.is_blocking)(node) { ", color=red" } else { "" };
        writeln!(out, "  n{} [label={}{style}{border}];", node.index(), quoted(&view.name(node)))?;
    }
    for (caller, callee, kind, confidence) in view.arrows() {
        let line = if kind.runs_now() { "solid" } else { "dashed" };
        let color = if confidence == Confidence::Possible { "gray" } else { "black" };
        writeln!(
            out,
            "  n{} -> n{} [label={}, style={line}, color={color}];",
            caller.index(),
            callee.index(),
            quoted(kind.as_str())
        )?;
    }
    writeln!(out, "}}")
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
