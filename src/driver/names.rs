//! Finds functions by the names that a user types.

use crate::driver::analysis::Analysis;
use crate::graph::{Node, NodeId};

/// A name that nothing has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no function is called `{name}`{}", suggestion.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
pub struct UnknownFunction {
    /// What was asked for.
    pub name: String,
    /// The name that is nearest, if one is near.
    pub suggestion: Option<String>,
}

/// The nodes whose dotted name is `name` or ends with it after a dot; exact names exclude others.
pub fn find_functions(analysis: &Analysis, name: &str) -> Result<Vec<NodeId>, UnknownFunction> {
    let names: Vec<(NodeId, String)> =
        analysis.graph.nodes().map(|(id, node)| (id, node_name(analysis, node))).collect();
    let nodes = |matches: &dyn Fn(&str) -> bool| -> Vec<NodeId> {
        names.iter().filter(|(_, known)| matches(known)).map(|(id, _)| *id).collect()
    };
    let exact = nodes(&|known| known == name);
    if !exact.is_empty() {
        return Ok(exact);
    }
    let ending = format!(".{name}");
    let found = nodes(&|known| known.ends_with(&ending));
    // A short name means something of the project, and something installed only when that is all there is.
    let is_installed = |&node: &NodeId| {
        analysis
            .graph
            .function(node)
            .is_some_and(|function| analysis.program.is_third_party_function(function))
    };
    let (installed, own): (Vec<NodeId>, Vec<NodeId>) = found.into_iter().partition(is_installed);
    if !own.is_empty() || !installed.is_empty() {
        return Ok(if own.is_empty() { installed } else { own });
    }
    let suggestion = nearest_name(names.iter().map(|(_, known)| known.as_str()), name);
    Err(UnknownFunction { name: name.to_owned(), suggestion })
}

fn node_name(analysis: &Analysis, node: &Node) -> String {
    match node {
        Node::Function(function) => analysis.program.function_name(*function),
        Node::External(name) => name.to_string(),
    }
}

/// The known name, or its end, that is most alike.
pub(crate) fn nearest_name<'a>(names: impl Iterator<Item = &'a str>, name: &str) -> Option<String> {
    const NEAR: f64 = 0.85;
    let parts = name.split('.').count();
    let mut best: Option<(f64, &str)> = None;
    for known in names {
        let start = known.rmatch_indices('.').nth(parts - 1).map_or(0, |(at, _)| at + 1);
        let score = strsim::jaro_winkler(name, &known[start..]);
        if score >= NEAR && best.is_none_or(|(best, _)| score > best) {
            best = Some((score, known));
        }
    }
    best.map(|(_, known)| known.to_owned())
}
