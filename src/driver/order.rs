//! The order in which changed files are written: files that define before files that call.

use std::collections::BTreeSet;

use crate::graph::CallGraph;
use crate::link::{ModuleId, Program};

/// `changed` in an order in which a module comes after those that it calls; cycles keep the modules' order.
pub(crate) fn definers_first(program: &Program, graph: &CallGraph, changed: &[ModuleId]) -> Vec<ModuleId> {
    let wanted: BTreeSet<ModuleId> = changed.iter().copied().collect();
    let mut calls: Vec<(ModuleId, ModuleId)> = graph
        .edges()
        .filter_map(|(_, edge)| {
            let callee = program.locate_function(graph.function(edge.callee)?).0;
            let is_between =
                callee != edge.module && wanted.contains(&edge.module) && wanted.contains(&callee);
            is_between.then_some((edge.module, callee))
        })
        .collect();
    calls.sort_unstable();
    calls.dedup();
    let mut order = Vec::with_capacity(wanted.len());
    let mut seen = BTreeSet::new();
    for &module in &wanted {
        visit(module, &calls, &mut seen, &mut order);
    }
    order
}

/// Depth first without recursion: a chain of modules may be long.
fn visit(
    start: ModuleId,
    calls: &[(ModuleId, ModuleId)],
    seen: &mut BTreeSet<ModuleId>,
    order: &mut Vec<ModuleId>,
) {
    if !seen.insert(start) {
        return;
    }
    let first_call = |module: ModuleId| calls.partition_point(|(caller, _)| *caller < module);
    let mut stack = vec![(start, first_call(start))];
    while let Some((module, next)) = stack.pop() {
        match calls.get(next) {
            Some(&(caller, callee)) if caller == module => {
                stack.push((module, next + 1));
                if seen.insert(callee) {
                    stack.push((callee, first_call(callee)));
                }
            }
            Some(_) | None => order.push(module),
        }
    }
}
