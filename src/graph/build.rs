//! From what the solver found to nodes and edges.

use rustc_hash::FxHashMap;

use crate::base::Id;
use crate::graph::call_graph::{CallGraph, Known};
use crate::graph::edge::CallEdge;
use crate::graph::node::NodeId;
use crate::link::Program;
use crate::resolve::{Confidence, ReachTarget, Resolution, Unresolved};
use crate::rules::Knowledge;
use crate::semantic::{Enclosing, SiteKind, well_known};

/// The call graph of a solved program.
pub fn build(program: &Program, resolution: &Resolution, knowledge: &Knowledge) -> CallGraph {
    let mut names: Vec<Box<str>> = resolution
        .reaches
        .iter()
        .filter_map(|reach| match &reach.target {
            ReachTarget::External(name) => Some(name.clone()),
            ReachTarget::Function(_) => None,
        })
        .collect();
    names.sort_unstable();
    names.dedup();
    let functions = program.function_count();
    let ids: FxHashMap<&str, NodeId> = names
        .iter()
        .enumerate()
        .map(|(index, name)| (&**name, NodeId::from_index(functions + index)))
        .collect();
    let mut edges = Vec::with_capacity(resolution.reaches.len());
    for reach in &resolution.reaches {
        let callee = match &reach.target {
            ReachTarget::Function(function) => NodeId::from_index(function.index()),
            ReachTarget::External(name) => ids[&**name],
        };
        edges.push(CallEdge {
            caller: NodeId::from_index(program.function(reach.module, reach.caller).index()),
            callee,
            module: reach.module,
            site: reach.site,
            range: reach.range,
            kind: reach.kind,
            confidence: reach.confidence,
        });
    }
    let calls = call_sites(program, resolution, knowledge);
    let site_index = |edge: &CallEdge| edge.site.map(|site| program.site_index(edge.module, site));
    CallGraph::new(functions, names.clone(), edges, site_index, resolution.incomplete.clone(), calls)
}

/// Every call site with the best that is known of it.
fn call_sites(program: &Program, resolution: &Resolution, knowledge: &Knowledge) -> Vec<(usize, Known)> {
    let mut known = vec![Known::Nothing; program.site_count()];
    for reach in &resolution.reaches {
        let Some(site) = reach.site else { continue };
        let slot = &mut known[program.site_index(reach.module, site)];
        let found = match &reach.target {
            ReachTarget::Function(_) if reach.confidence > Confidence::Possible => Known::Resolved,
            ReachTarget::Function(_) => Known::Nothing,
            ReachTarget::External(name) => {
                if name.starts_with(well_known::BUILTINS_PREFIX)
                    || knowledge.function(name).is_some()
                    || knowledge.class(name).is_some()
                    || knowledge.decorator(name).is_some()
                {
                    Known::Resolved
                } else {
                    Known::Named
                }
            }
        };
        *slot = (*slot).max(found);
    }
    let mut constructed = vec![false; program.site_count()];
    for &site in &resolution.constructions {
        constructed[site] = true;
    }
    let mut calls = Vec::new();
    for module in program.modules.ids() {
        for (site, item) in program.facts(module).sites.iter_enumerated() {
            if !matches!(item.kind, SiteKind::Call { .. }) || item.place.enclosing.has(Enclosing::ANNOTATION)
            {
                continue;
            }
            let index = program.site_index(module, site);
            calls.push((index, if constructed[index] { Known::Resolved } else { known[index] }));
        }
    }
    calls
}

/// Reasons why call sites are unresolved, counted, in the order of the reasons.
pub fn unresolved_by_reason(resolution: &Resolution) -> Vec<(Unresolved, usize)> {
    Unresolved::ALL
        .iter()
        .map(|&reason| (reason, resolution.incomplete.iter().filter(|(_, found)| *found == reason).count()))
        .filter(|(_, count)| *count > 0)
        .collect()
}
