//! Which functions are converted: from the calls that block upwards, whole families at a time.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Id;
use crate::graph::{CallEdge, EdgeKind};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::families::{Families, families};
use crate::plan::imports::{Route, route};
use crate::plan::intrinsic::keep_reason;
use crate::plan::naming::{async_name, sync_name};
use crate::plan::sites::{Action, action_at, holds_lock};
use crate::plan::verdict::{KeepReason, Verdict};
use crate::rules::Rewrite;
use crate::semantic::{DefinitionKind, ImportKind, SiteId, SiteKind, well_known};

/// What becomes of one call in a coroutine function.
#[derive(Clone, Debug)]
pub(super) enum Planned {
    /// It is awaited under its async name.
    Await { route: Route },
    /// It is offloaded, under its own name.
    Offload,
    /// It is replaced by a library's equivalent.
    Replace(Box<Rewrite>),
}

/// The functions to convert, and what is planned at each site of every function that may await.
pub(super) struct Selection {
    pub(super) converted: FxHashSet<ProgramFunctionId>,
    /// Planned changes by module and site; only those in converted or already async functions count.
    pub(super) planned: FxHashMap<(ModuleId, SiteId), Planned>,
    reasons: FxHashMap<ProgramFunctionId, KeepReason>,
    /// Functions that call converted ones and stay sync.
    bridges: FxHashSet<ProgramFunctionId>,
}

impl Selection {
    /// Whether code of `function` may await once the plan is carried out.
    pub(super) fn is_async(&self, ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
        if self.converted.contains(&function) {
            return true;
        }
        let (module, local) = ctx.program.locate_function(function);
        let is_only = ctx.request.only.is_none() || is_asked_for(ctx, function);
        ctx.program.facts(module).functions[local].traits.is_async && is_only
    }
}

/// Chooses. The set of converted functions is the least one that holds every function with a call to
/// await, closed under callers and families.
pub(super) fn select(ctx: &Context<'_>) -> Selection {
    let families = families(ctx);
    let loops = functions_that_run_loops(ctx);
    let mut reasons: FxHashMap<ProgramFunctionId, KeepReason> = FxHashMap::default();
    for index in 0..ctx.program.function_count() {
        let function = ProgramFunctionId::from_index(index);
        let (module, local) = ctx.program.locate_function(function);
        if ctx.program.facts(module).functions[local].traits.is_async {
            continue;
        }
        if let Some(reason) = keep_reason(ctx, function) {
            reasons.insert(function, reason);
        } else if loops.contains(&function) {
            reasons.insert(function, KeepReason::RunsLoop);
        }
    }
    spread_to_families(ctx, &families, &mut reasons);
    let (actions, refusals) = actions(ctx);
    let mut converted: FxHashSet<ProgramFunctionId> = FxHashSet::default();
    loop {
        let before = converted.len();
        for &(module, site, ref action) in &actions {
            let function = caller(ctx, module, site);
            if reasons.contains_key(&function) || converted.contains(&function) || is_async_def(ctx, function)
            {
                continue;
            }
            if planned(ctx, &converted, module, site, action).is_some() {
                match families.of(function) {
                    Some(members) => converted.extend(members.iter().copied()),
                    None => {
                        converted.insert(function);
                    }
                }
            }
        }
        if converted.len() == before {
            break;
        }
    }
    let mut plans = FxHashMap::default();
    for (module, site, action) in &actions {
        if let Some(plan) = planned(ctx, &converted, *module, *site, action) {
            plans.insert((*module, *site), plan);
        }
    }
    for (function, reason) in refusals {
        reasons.entry(function).or_insert(reason);
    }
    let mut selection = Selection { converted, planned: plans, reasons, bridges: FxHashSet::default() };
    if ctx.request.only.is_some() {
        restrict(ctx, &families, &mut selection);
    }
    selection.bridges = bridges(ctx, &selection);
    selection
}

/// One member that must stay keeps its whole family.
fn spread_to_families(
    ctx: &Context<'_>,
    families: &Families,
    reasons: &mut FxHashMap<ProgramFunctionId, KeepReason>,
) {
    let mut spread = Vec::new();
    for index in 0..ctx.program.function_count() {
        let function = ProgramFunctionId::from_index(index);
        if reasons.contains_key(&function) {
            continue;
        }
        let Some(members) = families.of(function) else { continue };
        let is_kept = members.iter().any(|member| {
            let is_declared_async = is_async_def(ctx, *member);
            is_declared_async
                || reasons.get(member).is_some_and(|reason| *reason != KeepReason::CalledFromOutside)
        });
        if is_kept {
            spread.push(function);
        }
    }
    for function in spread {
        reasons.insert(function, KeepReason::OverrideFamily);
    }
}

type Actions = Vec<(ModuleId, SiteId, Action)>;

/// What can be done at every call of the program, and why nothing can where something blocks.
fn actions(ctx: &Context<'_>) -> (Actions, Vec<(ProgramFunctionId, KeepReason)>) {
    let mut actions = Vec::new();
    let mut refusals = Vec::new();
    for module in ctx.program.modules.ids() {
        for (site, item) in ctx.program.facts(module).sites.iter_enumerated() {
            if !matches!(item.kind, SiteKind::Call { .. }) {
                continue;
            }
            match action_at(ctx, module, site) {
                Ok(Some(action)) => actions.push((module, site, action)),
                Ok(None) => {}
                Err(reason) => refusals.push((caller(ctx, module, site), reason)),
            }
        }
    }
    (actions, refusals)
}

fn caller(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> ProgramFunctionId {
    ctx.program.function(module, ctx.program.facts(module).sites[site].place.function)
}

fn is_async_def(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    ctx.program.facts(module).functions[local].traits.is_async
}

/// The change at a site, given which functions are converted; `None` while it cannot be made.
fn planned(
    ctx: &Context<'_>,
    converted: &FxHashSet<ProgramFunctionId>,
    module: ModuleId,
    site: SiteId,
    action: &Action,
) -> Option<Planned> {
    let facts = ctx.program.facts(module);
    let (targets, is_wrapped) = match action {
        Action::Offload => return can_spell_offload(ctx, module).then_some(Planned::Offload),
        Action::Replace(rewrite) => return Some(Planned::Replace(rewrite.clone())),
        Action::Call(targets) => (targets, false),
        Action::Wrapped(targets) => (targets, true),
    };
    if !is_wrapped && !targets.iter().all(|target| converted.contains(target)) {
        return None;
    }
    if holds_lock(ctx, module, facts.sites[site].place.statement) {
        return None;
    }
    let first = *targets.first()?;
    let name = ctx.function_text(first);
    let wanted = if is_wrapped { name.to_owned() } else { async_name(name, ctx.prefix()) };
    let known_as = if is_wrapped { sync_name(name, ctx.prefix())? } else { name.to_owned() };
    let SiteKind::Call { callee, .. } = facts.sites[site].kind else { return None };
    if ctx.is_patched(&known_as) {
        // A test replaces the sync name, so that name must be what is called.
        return can_spell_offload(ctx, module).then_some(Planned::Offload);
    }
    let scope = facts.functions[facts.sites[site].place.function].scope;
    let mut found: Option<Route> = None;
    for &target in targets {
        let next = route(ctx, module, scope, callee, target, &wanted)?;
        if found.as_ref().is_some_and(|known| *known != next) {
            return None;
        }
        found = Some(next);
    }
    found.map(|route| Planned::Await { route })
}

/// Whether `asyncio` can be imported under its own name in a module.
fn can_spell_offload(ctx: &Context<'_>, module: ModuleId) -> bool {
    let root = well_known::TO_THREAD.split('.').next().unwrap_or_default();
    let Some(symbol) = ctx.program.names.get(root) else { return true };
    let Some(binding) = ctx.program.global(module, symbol) else { return true };
    let facts = ctx.program.facts(module);
    facts.versions(binding).all(|version| match facts.definitions[version].kind {
        DefinitionKind::Import(import) => matches!(
            facts.imports[import].kind,
            ImportKind::Module { module, renamed: false } if facts.name(module).split('.').next() == Some(root)
        ),
        _ => false,
    })
}

/// Functions that start an event loop of their own, directly or through what they call: they cannot
/// run inside another loop.
fn functions_that_run_loops(ctx: &Context<'_>) -> FxHashSet<ProgramFunctionId> {
    let mut found = FxHashSet::default();
    let mut stack: Vec<ProgramFunctionId> = Vec::new();
    for (_, edge) in ctx.graph.edges() {
        let is_foreign_loop = edge.kind == EdgeKind::RunLoop && !is_wrapper_call(ctx, edge);
        if is_foreign_loop
            && let Some(function) = ctx.graph.function(edge.caller)
            && found.insert(function)
        {
            stack.push(function);
        }
    }
    while let Some(function) = stack.pop() {
        for (_, edge) in ctx.graph.incoming(ctx.graph.function_node(function)) {
            if edge.kind.runs_now()
                && let Some(caller) = ctx.graph.function(edge.caller)
                && found.insert(caller)
            {
                stack.push(caller);
            }
        }
    }
    found
}

/// A call of a sync wrapper, which can run inside another loop.
fn is_wrapper_call(ctx: &Context<'_>, edge: &CallEdge) -> bool {
    let Some(site) = edge.site else { return false };
    let resolution = ctx.graph.site(ctx.program.site_index(edge.module, site));
    resolution.is_some_and(|resolution| {
        resolution.edges.iter().all(|&id| {
            let other = ctx.graph.edge(id);
            other.range != edge.range || other.kind == EdgeKind::RunLoop
        })
    })
}

/// Sync functions that call converted ones.
fn bridges(ctx: &Context<'_>, selection: &Selection) -> FxHashSet<ProgramFunctionId> {
    let mut bridges = FxHashSet::default();
    for &function in &selection.converted {
        for (_, edge) in ctx.graph.incoming(ctx.graph.function_node(function)) {
            if edge.kind == EdgeKind::Call
                && let Some(caller) = ctx.graph.function(edge.caller)
                && !selection.converted.contains(&caller)
            {
                bridges.insert(caller);
            }
        }
    }
    bridges
}

fn is_asked_for(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    ctx.request.only.is_some_and(|only| {
        let name = ctx.program.function_name(function);
        name == only || name.strip_suffix(only).is_some_and(|before| before.ends_with('.'))
    })
}

/// Keeps only what the asked-for function needs.
fn restrict(ctx: &Context<'_>, families: &Families, selection: &mut Selection) {
    let mut needed: FxHashSet<ProgramFunctionId> = FxHashSet::default();
    let mut stack: Vec<ProgramFunctionId> = (0..ctx.program.function_count())
        .map(ProgramFunctionId::from_index)
        .filter(|&function| is_asked_for(ctx, function))
        .collect();
    while let Some(function) = stack.pop() {
        let is_new = needed.insert(function);
        if !is_new || !(selection.converted.contains(&function) || is_async_def(ctx, function)) {
            continue;
        }
        stack.extend(families.of(function).unwrap_or_default());
        for (_, edge) in ctx.graph.outgoing(ctx.graph.function_node(function)) {
            let is_planned = edge.site.is_some_and(|site| {
                matches!(selection.planned.get(&(edge.module, site)), Some(Planned::Await { .. }))
            });
            if let Some(callee) = ctx.graph.function(edge.callee).filter(|_| is_planned) {
                stack.push(callee);
            }
        }
    }
    selection.converted.retain(|function| needed.contains(function));
}

/// Every function that blocks, with what becomes of it.
pub(super) fn verdicts(ctx: &Context<'_>, selection: &Selection) -> Vec<(ProgramFunctionId, Verdict)> {
    let mut verdicts = Vec::new();
    for index in 0..ctx.program.function_count() {
        let function = ProgramFunctionId::from_index(index);
        if selection.converted.contains(&function) {
            verdicts.push((function, Verdict::Convert));
            continue;
        }
        let module = ctx.module_of(function);
        let blocks = ctx.effects.blocked(ctx.graph.function_node(function)).is_some();
        let is_in_view = (ctx.request.is_selected)(module) && !is_async_def(ctx, function);
        let is_asked = ctx.request.only.is_none() || is_asked_for(ctx, function);
        if !blocks || !is_in_view || !is_asked {
            continue;
        }
        let reason = selection.reasons.get(&function).copied().unwrap_or(KeepReason::NothingToAwait);
        let verdict = if selection.bridges.contains(&function) {
            Verdict::Bridge(reason)
        } else {
            Verdict::Keep(reason)
        };
        verdicts.push((function, verdict));
    }
    verdicts
}
