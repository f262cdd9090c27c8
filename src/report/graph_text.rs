//! A call graph for people: each caller with what it reaches below it.

use std::io::{self, Write};

use crate::base::Id;
use crate::report::graph_view::GraphView;
use crate::report::style::{BOLD, DIM};
use crate::report::summary::{counted, write_coverage};

/// Writes callers in order, their edges indented, and the summary.
pub fn write_graph_text(out: &mut dyn Write, view: &GraphView<'_>) -> io::Result<()> {
    let mut edges = view.part.edges.iter().map(|&id| view.graph.edge(id)).peekable();
    for &node in &view.part.nodes {
        let Some(place) = view.definition(node) else { continue };
        let color = if view.is_async(node) { "async " } else { "" };
        writeln!(out, "{color}{BOLD}{}{BOLD:#}  {DIM}{}:{}{DIM:#}", view.name(node), place.path, place.line)?;
        while let Some(edge) = edges.next_if(|edge| edge.caller.index() <= node.index()) {
            let place = view.place(edge);
            writeln!(
                out,
                "    {} {}  {DIM}{} {place}{DIM:#}",
                edge.kind,
                view.name(edge.callee),
                edge.confidence
            )?;
        }
    }
    writeln!(
        out,
        "{BOLD}{}, {}.{BOLD:#}",
        counted(view.part.nodes.len(), "node"),
        counted(view.part.edges.len(), "edge")
    )?;
    write_coverage(out, view.summary)
}
