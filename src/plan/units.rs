//! Divides what a plan changes into units, in an order in which each needs only those before it.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::ConversionMode;
use crate::graph::CallEdge;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::components::components;
use crate::plan::context::Context;
use crate::plan::families::families;
use crate::plan::owner::owner;
use crate::plan::request::Plan;
use crate::plan::step::{StepKind, StepPlace};
use crate::plan::unit::{Frontier, FrontierSide, Unit};
use crate::plan::verdict::Verdict;
use crate::semantic::{FunctionKind, SiteId};
use crate::text::TextRange;

/// The functions that a plan changes, in units, leaves first.
pub(super) fn units(ctx: &Context<'_>, plan: &Plan) -> Vec<Unit> {
    let work = Work::read(ctx, plan);
    let order: Vec<ProgramFunctionId> = work.functions.keys().copied().collect();
    let position: FxHashMap<ProgramFunctionId, u32> =
        order.iter().zip(0..).map(|(&function, index)| (function, index)).collect();
    let needs = needs(ctx, &work);
    let mut arrows: Vec<(u32, u32)> =
        needs.iter().map(|(caller, callee)| (position[caller], position[callee])).collect();
    let families = families(ctx);
    for (&function, index) in order.iter().zip(0..) {
        for other in families.of(function).unwrap_or_default().iter().filter_map(|other| position.get(other))
        {
            arrows.push((index, *other));
        }
    }
    if ctx.request.settings.conversion.mode == ConversionMode::InPlace {
        // No wrapper is left for a caller that has not changed yet.
        let back: Vec<(u32, u32)> = arrows.iter().map(|&(caller, callee)| (callee, caller)).collect();
        arrows.extend(back);
    }
    for group in &plan.together {
        let members: Vec<u32> = group.iter().filter_map(|function| position.get(function).copied()).collect();
        for pair in members.windows(2) {
            arrows.extend([(pair[0], pair[1]), (pair[1], pair[0])]);
        }
    }
    let groups = components(order.len(), &arrows);
    let mut unit_of: FxHashMap<ProgramFunctionId, usize> = FxHashMap::default();
    for (index, group) in groups.iter().enumerate() {
        unit_of.extend(group.iter().map(|&member| (order[member as usize], index)));
    }
    let mut units: Vec<Unit> = groups.iter().map(|group| work.unit(group, &order)).collect();
    for (caller, callee) in &needs {
        let (from, to) = (unit_of[caller], unit_of[callee]);
        if from != to {
            units[from].needs.push(to);
        }
    }
    add_frontiers(ctx, plan, &unit_of, &mut units);
    for unit in &mut units {
        unit.needs.sort_unstable();
        unit.needs.dedup();
        unit.frontier.sort_unstable();
        unit.frontier.dedup();
    }
    units
}

/// What happens in a function.
#[derive(Clone, Copy, Default)]
struct Changes {
    is_converted: bool,
    awaits: usize,
    offloads: usize,
    replaced: usize,
}

/// What a plan does, by function.
struct Work {
    functions: BTreeMap<ProgramFunctionId, Changes>,
    sites: FxHashSet<(ModuleId, SiteId)>,
    ranges: FxHashSet<(ModuleId, TextRange)>,
}

impl Work {
    fn read(ctx: &Context<'_>, plan: &Plan) -> Self {
        let mut functions: BTreeMap<ProgramFunctionId, Changes> = plan
            .verdicts
            .iter()
            .filter(|(_, verdict)| *verdict == Verdict::Convert)
            .map(|&(function, _)| (function, Changes { is_converted: true, ..Changes::default() }))
            .collect();
        let mut sites = FxHashSet::default();
        let mut ranges = FxHashSet::default();
        for (module, change) in &plan.files {
            let facts = ctx.program.facts(*module);
            for step in &change.steps {
                let (place, kind) = step.outline();
                if let StepPlace::Site(site) = place {
                    sites.insert((*module, site));
                    ranges.insert((*module, facts.sites[site].range));
                }
                let Some(owner) = owner(facts, step) else { continue };
                let changes = functions.entry(ctx.program.function(*module, owner)).or_default();
                match kind {
                    StepKind::Definition => changes.is_converted = true,
                    StepKind::Await => changes.awaits += 1,
                    StepKind::Offload => changes.offloads += 1,
                    StepKind::Replace => changes.replaced += 1,
                    StepKind::Other => {}
                }
            }
        }
        Self { functions, sites, ranges }
    }

    fn unit(&self, group: &[u32], order: &[ProgramFunctionId]) -> Unit {
        let mut unit = Unit::default();
        for &member in group {
            let function = order[member as usize];
            let changes = self.functions[&function];
            unit.awaits += changes.awaits;
            unit.offloads += changes.offloads;
            unit.replaced += changes.replaced;
            if changes.is_converted {
                unit.converted.push(function);
            } else {
                unit.edited.push(function);
            }
        }
        unit
    }

    /// Whether something changes at the place of an edge.
    fn changes(&self, edge: &CallEdge) -> bool {
        match edge.site {
            Some(site) => {
                self.sites.contains(&(edge.module, site)) || self.ranges.contains(&(edge.module, edge.range))
            }
            // Attribute reads and operators are no sites.
            None => true,
        }
    }
}

/// Which changed functions reach which converted ones at a place that changes, each pair once.
fn needs(ctx: &Context<'_>, work: &Work) -> BTreeSet<(ProgramFunctionId, ProgramFunctionId)> {
    let mut needs = BTreeSet::new();
    for (_, edge) in ctx.graph.edges() {
        let Some(callee) = ctx.graph.function(edge.callee) else { continue };
        let is_converted = work.functions.get(&callee).is_some_and(|changes| changes.is_converted);
        if !is_converted || !edge.kind.runs_now() || !work.changes(edge) {
            continue;
        }
        let caller = ctx.graph.function(edge.caller).and_then(|caller| definition(ctx, caller));
        needs.extend(
            caller.filter(|caller| work.functions.contains_key(caller)).map(|caller| (caller, callee)),
        );
    }
    needs
}

/// The `def` to which code belongs: a lambda's is that of the function around it.
fn definition(ctx: &Context<'_>, function: ProgramFunctionId) -> Option<ProgramFunctionId> {
    let (module, mut local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    loop {
        match facts.functions[local].kind {
            FunctionKind::Def => return Some(ctx.program.function(module, local)),
            FunctionKind::Lambda => local = facts.functions[local].parent,
            FunctionKind::Module => return None,
        }
    }
}

fn add_frontiers(
    ctx: &Context<'_>,
    plan: &Plan,
    unit_of: &FxHashMap<ProgramFunctionId, usize>,
    units: &mut [Unit],
) {
    let stays = |function: ProgramFunctionId| {
        let found = plan.verdicts.binary_search_by_key(&function, |(known, _)| *known).ok()?;
        match plan.verdicts[found].1 {
            Verdict::Keep(reason) | Verdict::Bridge(reason) => Some(reason),
            Verdict::Convert => None,
        }
    };
    for (_, edge) in ctx.graph.edges() {
        let (Some(caller), Some(callee)) = (ctx.graph.function(edge.caller), ctx.graph.function(edge.callee))
        else {
            continue;
        };
        if !edge.kind.runs_now() {
            continue;
        }
        if let (Some(&unit), Some(reason)) = (unit_of.get(&callee), stays(caller)) {
            units[unit].frontier.push(Frontier { side: FrontierSide::Caller, function: caller, reason });
        }
        if let (Some(&unit), Some(reason)) = (unit_of.get(&caller), stays(callee)) {
            units[unit].frontier.push(Frontier { side: FrontierSide::Callee, function: callee, reason });
        }
    }
}
