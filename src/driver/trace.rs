//! Solves an analysed project once more, to tell how functions came to where they are reached.

use crate::driver::analyse::in_pool;
use crate::driver::analysis::Analysis;
use crate::driver::error::DriverError;
use crate::graph::{Node, NodeId};
use crate::link::ProgramFunctionId;
use crate::resolve::{ReachTarget, ResolveOptions, TraceRequest, Way, trace};
use crate::rules::Knowledge;

/// How each of `callees` came to each place in one of `callers` that reaches it.
pub fn trace_ways(
    analysis: &Analysis,
    knowledge: &Knowledge,
    callers: &[NodeId],
    callees: &[NodeId],
) -> Result<Vec<Way>, DriverError> {
    let callers: Vec<ProgramFunctionId> =
        callers.iter().filter_map(|&node| analysis.graph.function(node)).collect();
    let callees: Vec<ReachTarget> = callees
        .iter()
        .map(|&node| match analysis.graph.node(node) {
            Node::Function(function) => ReachTarget::Function(*function),
            Node::External(name) => ReachTarget::External((**name).into()),
        })
        .collect();
    let request = TraceRequest { callers: &callers, callees: &callees };
    let options = ResolveOptions::default();
    in_pool(Some(1), || trace(&analysis.program, &analysis.hierarchy, knowledge, options, &request))
}
