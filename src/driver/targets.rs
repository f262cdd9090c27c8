//! From the names that a user types to the functions that `fix` may change.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use thiserror::Error;

use crate::base::Id;
use crate::driver::analysis::Analysis;
use crate::driver::names::{UnknownFunction, find_functions, nearest_name};
use crate::graph::{CallEdge, NodeId};
use crate::link::ProgramFunctionId;
use crate::plan::Targets;

/// What a user asks for; all of it counts, and nothing at all means everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TargetNames {
    /// Functions.
    pub functions: Vec<String>,
    /// Functions with all that they reach.
    pub entries: Vec<String>,
    /// Modules and packages.
    pub modules: Vec<String>,
    /// What async code reaches today.
    pub async_callers: bool,
}

/// A name that nothing has.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum UnknownTarget {
    /// No function has it.
    #[error(transparent)]
    Function(#[from] UnknownFunction),
    /// No module has it.
    #[error("no module is called `{name}`{}", suggestion.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Module {
        /// What was asked for.
        name: String,
        /// The name that is nearest, if one is near.
        suggestion: Option<String>,
    },
}

/// The functions that some names stand for.
pub fn find_targets(analysis: &Analysis, names: &TargetNames) -> Result<Targets, UnknownTarget> {
    if *names == TargetNames::default() {
        return Ok(Targets::All);
    }
    let mut found: BTreeSet<ProgramFunctionId> = BTreeSet::new();
    for name in &names.functions {
        let nodes = find_functions(analysis, name)?;
        found.extend(nodes.into_iter().filter_map(|node| analysis.graph.function(node)));
    }
    let mut entries = Vec::new();
    for name in &names.entries {
        entries.extend(find_functions(analysis, name)?);
    }
    found.extend(reached(analysis, entries, |_| true));
    for name in &names.modules {
        found.extend(functions_of(analysis, name)?);
    }
    if names.async_callers {
        found.extend(reached(analysis, async_functions(analysis), |edge| edge.kind.runs_now()));
    }
    Ok(Targets::Needed(found))
}

/// The functions among `from` and what they reach over edges that count.
fn reached(
    analysis: &Analysis,
    from: Vec<NodeId>,
    counts: impl Fn(&CallEdge) -> bool,
) -> impl Iterator<Item = ProgramFunctionId> {
    let mut seen: FxHashSet<NodeId> = FxHashSet::default();
    let mut order = Vec::new();
    let mut waiting = from;
    while let Some(node) = waiting.pop() {
        if seen.insert(node) {
            order.extend(analysis.graph.function(node));
            let edges = analysis.graph.outgoing(node).filter(|(_, edge)| counts(edge));
            waiting.extend(edges.map(|(_, edge)| edge.callee));
        }
    }
    order.into_iter()
}

/// The project's async functions, those of tests left out.
fn async_functions(analysis: &Analysis) -> Vec<NodeId> {
    let program = &analysis.program;
    let functions = (0..program.function_count()).map(ProgramFunctionId::from_index);
    let is_wanted = |&function: &ProgramFunctionId| {
        let (module, local) = program.locate_function(function);
        let item = &program.modules[module];
        let is_own = !item.is_third_party && !item.is_test;
        is_own && program.facts(module).functions[local].traits.is_async
    };
    functions.filter(is_wanted).map(|function| analysis.graph.function_node(function)).collect()
}

/// The functions of a module, or of all modules of a package.
fn functions_of(analysis: &Analysis, name: &str) -> Result<Vec<ProgramFunctionId>, UnknownTarget> {
    let program = &analysis.program;
    let is_inside =
        |known: &str| known.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
    let mut functions = Vec::new();
    let mut is_known = false;
    for (id, module) in program.modules.iter_enumerated() {
        if !module.is_third_party && is_inside(&module.name) {
            is_known = true;
            functions.extend(module.facts.functions.ids().map(|function| program.function(id, function)));
        }
    }
    if is_known {
        return Ok(functions);
    }
    let own = program.modules.iter().filter(|module| !module.is_third_party);
    let suggestion = nearest_name(own.map(|module| &*module.name), name);
    Err(UnknownTarget::Module { name: name.to_owned(), suggestion })
}
