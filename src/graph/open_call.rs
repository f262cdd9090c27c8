//! Calls of which not everything is known: without a target, with targets that may not be all, or merely named.

use crate::base::Id;
use crate::graph::call_graph::{CallGraph, Known};
use crate::graph::node::NodeId;
use crate::link::{ModuleId, Program};
use crate::resolve::{Confidence, Unresolved};
use crate::semantic::SiteId;

/// A call of which not everything is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenCall {
    /// Its module.
    pub module: ModuleId,
    /// Its site there.
    pub site: SiteId,
    /// The function whose code it is.
    pub caller: NodeId,
    /// What is missing.
    pub gap: Gap,
}

/// What is missing at a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gap {
    /// It has no target, or none that is more than possible.
    NoTarget(Unresolved),
    /// It has targets, which may not be all.
    MoreTargets(Unresolved),
    /// It has no better target than this name of something foreign without rules.
    NamedOnly(Box<str>),
}

/// The calls, in the functions that `is_wanted` says, of which not everything is known, ordered by
/// module and place. Those of a whole program are as many as its coverage counts.
pub fn open_calls(program: &Program, graph: &CallGraph, is_wanted: &dyn Fn(NodeId) -> bool) -> Vec<OpenCall> {
    let mut open = Vec::new();
    for &(index, known) in graph.calls() {
        let Some(gap) = gap(graph, index, known) else { continue };
        let (module, site) = program.locate_site(index);
        let function = program.facts(module).sites[site].place.function;
        let caller = graph.function_node(program.function(module, function));
        if is_wanted(caller) {
            open.push(OpenCall { module, site, caller, gap });
        }
    }
    open.sort_by_key(|call| {
        let range = program.facts(call.module).sites[call.site].range;
        (call.module, range.start(), range.end(), call.site.index())
    });
    open
}

fn gap(graph: &CallGraph, index: usize, known: Known) -> Option<Gap> {
    let resolution = graph.site(index);
    let reason = resolution.and_then(|resolution| resolution.incomplete);
    let edges = || resolution.iter().flat_map(|resolution| &resolution.edges).map(|&id| graph.edge(id));
    match known {
        Known::Resolved => reason.map(Gap::MoreTargets),
        Known::Named => {
            let name = edges().find_map(|edge| graph.external_name(edge.callee)).unwrap_or_default();
            Some(Gap::NamedOnly(name.into()))
        }
        Known::Nothing => {
            let is_dispatch = edges().any(|edge| edge.confidence == Confidence::Possible);
            let silent = if is_dispatch { Unresolved::TooMany } else { Unresolved::NotCallable };
            Some(Gap::NoTarget(reason.unwrap_or(silent)))
        }
    }
}
