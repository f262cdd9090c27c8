//! The command `explain`.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::cli::arguments::{EdgeFormat, ExplainArguments, GlobalArguments};
use crate::cli::exit::Outcome;
use crate::cli::knowledge::load_knowledge;
use crate::cli::options::configuration;
use crate::cli::project::{Project, file_view, is_blocking, summary};
use crate::cli::terminal::Terminal;
use crate::driver::{Analysis, find_functions, trace_ways};
use crate::graph::{
    CallEdge, Confidence, EdgeId, EdgeKind, GraphQuery, NodeId, Subgraph, open_calls, select, shortest_way,
};
use crate::report::{
    EdgeView, GraphView, find_topic, nearest_topic, write_edge_json, write_edge_text, write_topic,
};
use crate::rules::Knowledge;

/// Prints what something means, or why one function reaches another.
pub(crate) fn run_explain(
    arguments: &ExplainArguments,
    global: &GlobalArguments,
    terminal: Terminal,
    current_dir: impl FnOnce() -> Result<PathBuf>,
) -> Result<Outcome> {
    match (arguments.edge.as_deref(), arguments.words.as_slice()) {
        (Some([caller, callee]), _) => {
            explain_edge(arguments, global, terminal, &current_dir()?, (caller, callee))
        }
        (_, [topic]) => {
            let word = topic.to_string_lossy();
            // What a check means can be told in a folder that is gone.
            let knowledge = match current_dir() {
                Ok(folder) => {
                    let here = [PathBuf::from(".")];
                    let configuration = configuration(global, &arguments.imports, &folder, &here)?;
                    load_knowledge(&configuration, terminal, &folder)?
                }
                Err(_) => Cow::Borrowed(Knowledge::embedded()),
            };
            explain_topic(&knowledge, &word, terminal)
        }
        (_, _) => bail!("`explain` tells of one thing at a time: a check, a reason or a library"),
    }
}

/// Prints what one word means.
pub(crate) fn explain_topic(knowledge: &Knowledge, word: &str, terminal: Terminal) -> Result<Outcome> {
    let Some(topic) = find_topic(knowledge, word) else {
        match nearest_topic(knowledge, word) {
            Some(near) => bail!("nothing is called `{word}`; did you mean `{near}`?"),
            None => bail!("nothing is called `{word}`; give a check, a reason, a library or a callable"),
        }
    };
    terminal.styled(|out| write_topic(out, knowledge, topic))?;
    Ok(Outcome::Clean)
}

fn explain_edge(
    arguments: &ExplainArguments,
    global: &GlobalArguments,
    terminal: Terminal,
    current_dir: &Path,
    (caller, callee): (&str, &str),
) -> Result<Outcome> {
    let here = [PathBuf::from(".")];
    let paths = if arguments.words.is_empty() { &here } else { arguments.words.as_slice() };
    let configuration = configuration(global, &arguments.imports, current_dir, paths)?;
    let knowledge = load_knowledge(&configuration, terminal, current_dir)?;
    let knowledge = &*knowledge;
    let project =
        Project { paths, current_dir, configuration: &configuration, knowledge, least: Confidence::Probable };
    let analysis = project.analyse()?;
    terminal.warn(&analysis.warnings)?;
    terminal.note(&analysis.notes)?;
    let graph = &analysis.graph;
    let mut callers = find_functions(&analysis, caller)?;
    let callees = find_functions(&analysis, callee)?;
    callers.retain(|&node| graph.function(node).is_some());
    if callers.is_empty() {
        bail!("`{caller}` is not a function of the project, so what it reaches is not known");
    }
    let edges: Vec<EdgeId> = callers
        .iter()
        .flat_map(|&node| graph.outgoing(node))
        .filter(|(_, edge)| callees.contains(&edge.callee))
        .map(|(id, _)| id)
        .collect();
    let ways = if edges.is_empty() {
        Vec::new()
    } else {
        trace_ways(&analysis, knowledge, &callers, &callees).context("cannot trace the values")?
    };
    let runs = |_: EdgeId, edge: &CallEdge| edge.kind != EdgeKind::Reference;
    let is_run = edges.iter().any(|&id| runs(id, graph.edge(id)));
    // What is only passed on as a value may never run, so it is no way; a sure way is better than a short one.
    let is_sure = |id: EdgeId, edge: &CallEdge| runs(id, edge) && edge.confidence > Confidence::Possible;
    let way = |keeps: &dyn Fn(EdgeId, &CallEdge) -> bool| shortest_way(graph, &callers, &callees, keeps);
    let path = if is_run { None } else { way(&is_sure).or_else(|| way(&runs)) };
    let is_hidden = edges.is_empty() && path.is_none();
    let open = if is_hidden {
        open_calls(&analysis.program, graph, &|node| callers.contains(&node))
    } else {
        Vec::new()
    };
    let open_beyond = if is_hidden { beyond(&analysis, &callers) } else { (0, 0) };
    let view = GraphView {
        program: &analysis.program,
        graph,
        part: &Subgraph::default(),
        file: &|module| file_view(&analysis, analysis.program.modules[module].file),
        is_blocking: &|node| is_blocking(&analysis, node),
        summary: &summary(&analysis),
    };
    let report = EdgeView {
        graph: &view,
        caller,
        callee,
        edges: &edges,
        ways: &ways,
        path: path.as_deref(),
        open: &open,
        open_beyond,
    };
    write(arguments.format, terminal, &report)?;
    Ok(if is_hidden { Outcome::Found } else { Outcome::Clean })
}

fn write(format: EdgeFormat, terminal: Terminal, report: &EdgeView<'_>) -> io::Result<()> {
    match format {
        EdgeFormat::Text => terminal.styled(|out| write_edge_text(out, report)),
        EdgeFormat::Json => Terminal::plain(|out| write_edge_json(out, report)),
    }
}

/// How many calls are open in what `callers` reach, themselves left out, and in how many functions.
fn beyond(analysis: &Analysis, callers: &[NodeId]) -> (usize, usize) {
    let query =
        GraphQuery { from: callers, to: &[], depth: None, keeps_edge: &|_, _| true, keeps_node: &|_| false };
    let reached = select(&analysis.graph, &query).nodes;
    let is_beyond = |node: NodeId| reached.binary_search(&node).is_ok() && !callers.contains(&node);
    let open = open_calls(&analysis.program, &analysis.graph, &is_beyond);
    let mut functions: Vec<NodeId> = open.iter().map(|call| call.caller).collect();
    functions.sort_unstable();
    functions.dedup();
    (open.len(), functions.len())
}
