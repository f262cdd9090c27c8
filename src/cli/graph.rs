//! The command `graph`.

use std::io;
use std::path::Path;

use anyhow::{Result, bail};

use crate::base::IdVec;
use crate::cli::arguments::{GlobalArguments, GraphArguments, GraphFormat};
use crate::cli::exit::Outcome;
use crate::cli::knowledge::load_knowledge;
use crate::cli::options::configuration;
use crate::cli::project::{Project, file_view, is_blocking, summary};
use crate::cli::terminal::Terminal;
use crate::driver::{Analysis, find_functions};
use crate::graph::{CallEdge, Confidence, EdgeId, GraphQuery, NodeId, Subgraph, cycles, open_calls, select};
use crate::report::{
    GraphView, write_cycles_json, write_cycles_text, write_graph_dot, write_graph_json, write_graph_mermaid,
    write_graph_pycg, write_graph_text, write_unresolved_json, write_unresolved_text,
};

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
    check_format(arguments)?;
    let configuration = configuration(global, &arguments.imports, current_dir, &arguments.paths)?;
    let knowledge = load_knowledge(&configuration, terminal, current_dir)?;
    let knowledge = &*knowledge;
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
        is_blocking: &|node| is_blocking(&analysis, node),
        summary: &summary(&analysis),
    };
    if arguments.unresolved {
        write_unresolved(arguments, &analysis, &view, terminal)?;
    } else if arguments.cycles {
        write_cycles(arguments, &view, terminal)?;
    } else {
        write_graph(arguments.format, &view, terminal)?;
    }
    Ok(Outcome::Clean)
}

/// Not every view has every format.
fn check_format(arguments: &GraphArguments) -> Result<()> {
    let view = match (arguments.unresolved, arguments.cycles) {
        (true, _) => "--unresolved",
        (_, true) => "--cycles",
        (false, false) => return Ok(()),
    };
    match arguments.format {
        GraphFormat::Text | GraphFormat::Json => Ok(()),
        GraphFormat::Dot | GraphFormat::Mermaid | GraphFormat::Pycg => {
            bail!("`{view}` is printed as text or json")
        }
    }
}

fn write_graph(format: GraphFormat, view: &GraphView<'_>, terminal: Terminal) -> io::Result<()> {
    match format {
        GraphFormat::Text => terminal.styled(|out| write_graph_text(out, view)),
        GraphFormat::Json => Terminal::plain(|out| write_graph_json(out, view)),
        GraphFormat::Dot => Terminal::plain(|out| write_graph_dot(out, view)),
        GraphFormat::Mermaid => Terminal::plain(|out| write_graph_mermaid(out, view)),
        GraphFormat::Pycg => Terminal::plain(|out| write_graph_pycg(out, view)),
    }
}

/// Cycles of what runs at once, within the part; an edge that is only possible makes none.
fn write_cycles(arguments: &GraphArguments, view: &GraphView<'_>, terminal: Terminal) -> io::Result<()> {
    let is_sure = |edge: &CallEdge| edge.kind.runs_now() && edge.confidence > Confidence::Possible;
    let edges: Vec<EdgeId> =
        view.part.edges.iter().copied().filter(|&id| is_sure(view.graph.edge(id))).collect();
    let cycles = cycles(view.graph, &edges);
    match arguments.format {
        GraphFormat::Json => Terminal::plain(|out| write_cycles_json(out, view, &cycles)),
        _ => terminal.styled(|out| write_cycles_text(out, view, &cycles)),
    }
}

/// Open calls of the selected files, or of the functions on the ways that were asked for.
fn write_unresolved(
    arguments: &GraphArguments,
    analysis: &Analysis,
    view: &GraphView<'_>,
    terminal: Terminal,
) -> io::Result<()> {
    let is_anchored = !arguments.from.is_empty() || !arguments.to.is_empty();
    let is_wanted = |node: NodeId| {
        if is_anchored { view.part.nodes.binary_search(&node).is_ok() } else { is_selected(analysis, node) }
    };
    let calls = open_calls(view.program, view.graph, &is_wanted);
    match arguments.format {
        GraphFormat::Json => Terminal::plain(|out| write_unresolved_json(out, view, &calls)),
        _ => terminal.styled(|out| write_unresolved_text(out, view, &calls)),
    }
}

/// Whether a node is a function of the selected files.
fn is_selected(analysis: &Analysis, node: NodeId) -> bool {
    let function = analysis.graph.function(node);
    function.is_some_and(|function| analysis.is_selected(analysis.program.locate_function(function).0))
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
    let reached = reached_by_project(analysis, &from);
    let keeps_edge = |id: EdgeId, edge: &CallEdge| {
        let is_wanted = if is_anchored { reached[edge.caller] } else { is_selected(analysis, edge.caller) };
        let is_blocking = edge.kind.runs_now()
            && (analysis.effects.leaf(id).is_some() || analysis.effects.blocked(edge.callee).is_some());
        is_wanted && (!arguments.blocking || is_blocking)
    };
    let query = GraphQuery {
        from: &from,
        to: &to,
        depth: arguments.depth,
        keeps_edge: &keeps_edge,
        keeps_node: &|node| !arguments.blocking && is_selected(analysis, node),
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
