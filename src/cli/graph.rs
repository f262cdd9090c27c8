//! The command `graph`.

use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};

use crate::base::IdVec;
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
    let configuration = configuration(global, &arguments.imports, current_dir, &arguments.paths)?;
    let project = Project {
        paths: &arguments.paths,
        current_dir,
        configuration: &configuration,
        knowledge,
        least: Confidence::Probable,
    };
    let analysis = project.analyse()?;
    terminal.warn(&analysis.warnings)?;
    terminal.note(&analysis.notes)?;
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
    let reached = reached_by_project(analysis, &from);
    let keeps_edge = |id: EdgeId, edge: &CallEdge| {
        let is_wanted = if is_anchored { reached[edge.caller] } else { is_selected(edge.caller) };
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

/// What the project or one of `from` reaches: of installed code, only that is shown.
fn reached_by_project(analysis: &Analysis, from: &[NodeId]) -> IdVec<NodeId, bool> {
    let graph = &analysis.graph;
    let mut reached = IdVec::from_elem(false, graph.node_count());
    let is_own = |node: NodeId| {
        let function = graph.function(node);
        function.is_none_or(|function| !analysis.program.is_third_party_function(function))
    };
    let own = graph.nodes().map(|(node, _)| node).filter(|&node| is_own(node));
    let mut waiting: Vec<NodeId> = own.chain(from.iter().copied()).collect();
    while let Some(node) = waiting.pop() {
        if !reached[node] {
            reached[node] = true;
            waiting.extend(graph.outgoing(node).map(|(_, edge)| edge.callee));
        }
    }
    reached
}
