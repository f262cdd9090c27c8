//! The command `graph`.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};

use crate::cli::arguments::{GlobalArguments, GraphArguments, GraphFormat};
use crate::cli::exit::Outcome;
use crate::cli::options::configuration;
use crate::cli::project::{Project, file_view, summary};
use crate::cli::terminal::Terminal;
use crate::driver::{Analysis, find_functions};
use crate::graph::{CallEdge, Confidence, EdgeId, GraphQuery, NodeId, Subgraph, select};
use crate::report::{GraphView, write_graph_dot, write_graph_json, write_graph_pycg, write_graph_text};
use crate::rules::Knowledge;

/// Prints a call graph.
pub(crate) fn run_graph(
    arguments: &GraphArguments,
    global: &GlobalArguments,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Outcome> {
    let is_anchored = !arguments.from.is_empty() || !arguments.to.is_empty();
    if arguments.depth.is_some() && !is_anchored {
        bail!("`--depth` counts from a function: give it with `--from` or `--to`");
    }
    let knowledge = Knowledge::embedded();
    let configuration = configuration(global, current_dir, &arguments.paths)?;
    let project = Project {
        paths: &arguments.paths,
        current_dir,
        configuration: &configuration,
        knowledge,
        least: Confidence::Probable,
    };
    let analysis = project.analyse()?;
    terminal.warn(&analysis.warnings)?;
    let part = part(arguments, &analysis)?;
    let view = GraphView {
        program: &analysis.program,
        graph: &analysis.graph,
        part: &part,
        file: &|module| file_view(&analysis, analysis.program.modules[module].file),
        summary: &summary(&analysis),
    };
    match arguments.format {
        GraphFormat::Text => terminal.styled(|out| write_graph_text(out, &view))?,
        GraphFormat::Json => Terminal::plain(|out| write_graph_json(out, &view))?,
        GraphFormat::Dot => Terminal::plain(|out: &mut dyn Write| write_graph_dot(out, &view))?,
        GraphFormat::Pycg => Terminal::plain(|out| write_graph_pycg(out, &view))?,
    }
    Ok(Outcome::Clean)
}

/// The part that was asked for. Ways between named functions are shown whole, also through other files.
fn part(arguments: &GraphArguments, analysis: &Analysis) -> Result<Subgraph> {
    let mut from = Vec::new();
    for name in &arguments.from {
        from.extend(find_functions(analysis, name)?);
    }
    let mut to = Vec::new();
    for name in &arguments.to {
        to.extend(find_functions(analysis, name)?);
    }
    let is_anchored = !from.is_empty() || !to.is_empty();
    let is_selected = |node: NodeId| {
        analysis
            .graph
            .function(node)
            .is_some_and(|function| analysis.is_selected(analysis.program.locate_function(function).0))
    };
    let keeps_edge = |id: EdgeId, edge: &CallEdge| {
        let is_wanted = is_anchored || is_selected(edge.caller);
        let is_blocking = edge.kind.runs_now()
            && (analysis.effects.leaf(id).is_some() || analysis.effects.blocked(edge.callee).is_some());
        is_wanted && (!arguments.blocking || is_blocking)
    };
    let query = GraphQuery {
        from: &from,
        to: &to,
        depth: arguments.depth,
        keeps_edge: &keeps_edge,
        keeps_node: &|node| !arguments.blocking && is_selected(node),
    };
    Ok(select(&analysis.graph, &query))
}
