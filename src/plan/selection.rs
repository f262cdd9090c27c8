//! Which functions are converted: from the calls that block upwards, whole families at a time.

use std::cell::RefCell;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{ConversionMode, Id};
use crate::graph::EdgeKind;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::cause::{Causes, is_kept_by_lock};
use crate::plan::context::Context;
use crate::plan::coroutine_run::left_with_loops;
use crate::plan::families::{Families, families};
use crate::plan::form::is_plain_iter;
use crate::plan::in_place::{iterators_of_converted, used_without_waiting};
use crate::plan::intrinsic::{keep_reason, may_wrap};
use crate::plan::loops::{functions_that_finalizers_run, functions_that_run_loops, with_callers};
use crate::plan::offload::thread_local_modules;
use crate::plan::planned::{Planned, Planning};
use crate::plan::replace::{Moves, moves};
use crate::plan::sites::{Action, action_at, called_functions};
use crate::plan::threads::Threads;
use crate::plan::verdict::{Cause, KeepReason, Verdict};
use crate::plan::within::Within;
use crate::rules::Severity;
use crate::semantic::SiteId;

/// The functions to convert, and what is planned at each site of every function that may await.
pub(super) struct Selection {
    pub(super) converted: FxHashSet<ProgramFunctionId>,
    /// Those that leave a wrapper though the conversion is in place.
    wrapped: FxHashSet<ProgramFunctionId>,
    /// Planned changes by module and site; only those in converted or already async functions count.
    pub(super) planned: FxHashMap<(ModuleId, SiteId), Planned>,
    /// What changes with the libraries that the project uses.
    pub(super) moves: Moves,
    reasons: FxHashMap<ProgramFunctionId, KeepReason>,
    families: Families,
    /// Functions with something that the project declares to wait.
    declared: FxHashSet<ProgramFunctionId>,
    /// Functions that call converted ones and stay sync.
    bridges: FxHashSet<ProgramFunctionId>,
    /// What may change.
    pub(super) within: Within,
}

impl Selection {
    fn causes_of(&self, ctx: &Context<'_>, function: ProgramFunctionId) -> Vec<Cause> {
        let Self { families, reasons, converted, .. } = self;
        Causes { ctx, families, reasons, converted }.of(function)
    }

    /// Whether a converted function gets another name, beside a wrapper that keeps its own.
    pub(super) fn leaves_wrapper(&self, ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
        ctx.mode() != ConversionMode::InPlace || self.wrapped.contains(&function)
    }

    /// Whether code of `function` may await once the plan is carried out.
    pub(super) fn is_async(&self, ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
        if self.converted.contains(&function) {
            return !is_plain_iter(ctx, function);
        }
        let (module, local) = ctx.program.locate_function(function);
        ctx.program.facts(module).functions[local].traits.is_async && self.within.has(ctx, function)
    }
}

/// Chooses. The set of converted functions is the least one that holds every function with a call to
/// await, closed under callers and families.
pub(super) fn select(ctx: &Context<'_>) -> Selection {
    let families = families(ctx);
    let loops = functions_that_run_loops(ctx);
    let finalizers = functions_that_finalizers_run(ctx);
    let mut reasons: FxHashMap<ProgramFunctionId, KeepReason> = FxHashMap::default();
    for index in 0..ctx.program.function_count() {
        let function = ProgramFunctionId::from_index(index);
        if ctx.is_async(function) {
            continue;
        }
        if let Some(reason) = keep_reason(ctx, function) {
            reasons.insert(function, reason);
        } else if let Some(&reason) = ctx.request.scope.dropped.get(&function) {
            reasons.insert(function, reason);
        } else if ctx.is_closed() && ctx.mode() == ConversionMode::InPlace {
            // Who finalizes, or runs a loop, changes with the rest.
        } else if finalizers.contains(&function) {
            reasons.insert(function, KeepReason::Finalizer);
        } else if loops.contains(&function) {
            reasons.insert(function, KeepReason::RunsLoop);
        }
    }
    spread_to_families(ctx, &families, &mut reasons);
    let (all_actions, all_refusals) = actions(ctx);
    let mut wrapped: FxHashSet<ProgramFunctionId> = FxHashSet::default();
    let (converted, plans, moves, refusals, actions) = loop {
        let moves = moves(ctx, &reasons);
        let actions: Actions =
            all_actions.iter().filter(|(module, site, _)| !moves.owns(*module, *site)).cloned().collect();
        let refusals: Vec<_> =
            all_refusals.iter().filter(|(module, site, _)| !moves.owns(*module, *site)).copied().collect();
        // What a library that moves calls may be a coroutine function.
        let reasons_left: FxHashMap<ProgramFunctionId, KeepReason> = reasons
            .iter()
            .filter(|(function, _)| !moves.registered.contains(function))
            .map(|(function, reason)| (*function, *reason))
            .collect();
        let threads =
            Threads { local: thread_local_modules(ctx), reasons: &reasons_left, known: RefCell::default() };
        let converted = grow(ctx, &families, &threads, &actions, &moves, &wrapped);
        let planning = Planning { ctx, converted: &converted, threads: &threads, wrapped: &wrapped };
        let mut stuck: Vec<(ProgramFunctionId, KeepReason)> = match ctx.mode() {
            ConversionMode::InPlace => used_without_waiting(&planning)
                .into_iter()
                .map(|function| (function, KeepReason::CalledFromSync))
                .collect(),
            ConversionMode::Wrapper | ConversionMode::Twin => Vec::new(),
        };
        let runs_anyway = ctx.is_closed() && ctx.mode() == ConversionMode::InPlace;
        let runners = if runs_anyway {
            FxHashSet::default()
        } else {
            with_callers(ctx, left_with_loops(ctx, &converted))
        };
        let unknown = (0..ctx.program.function_count()).map(ProgramFunctionId::from_index);
        let unknown =
            unknown.filter(|function| runners.contains(function) && !reasons.contains_key(function));
        stuck.extend(unknown.map(|function| (function, KeepReason::RunsLoop)));
        if stuck.is_empty() {
            let plans: FxHashMap<(ModuleId, SiteId), Planned> = actions
                .iter()
                .filter_map(|(module, site, action)| {
                    planning.at(*module, *site, action).map(|plan| ((*module, *site), plan))
                })
                .collect();
            break (converted, plans, moves, refusals, actions);
        }
        for (function, reason) in stuck {
            let alone = [function];
            let members = families.of(function).unwrap_or(&alone);
            if reason == KeepReason::CalledFromSync && members.iter().all(|&member| may_wrap(ctx, member)) {
                wrapped.extend(members);
            } else {
                reasons.insert(function, reason);
            }
        }
        spread_to_families(ctx, &families, &mut reasons);
    };
    for (module, site, reason) in refusals {
        let function = caller(ctx, module, site);
        reasons.entry(function).or_insert(reason);
    }
    let is_declared = |action: &Action| matches!(action, Action::Declared(_));
    let declared = actions.iter().filter(|(_, _, action)| is_declared(action));
    let declared = declared.map(|&(module, site, _)| caller(ctx, module, site)).collect();
    let mut selection = Selection {
        families,
        declared,
        converted,
        wrapped,
        planned: plans,
        moves,
        reasons,
        bridges: FxHashSet::default(),
        within: Within::default(),
    };
    let is_planned = |module, site| selection.planned.contains_key(&(module, site));
    selection.within = Within::new(ctx, &selection.families, &selection.converted, &is_planned);
    let Selection { converted, within, .. } = &mut selection;
    converted.retain(|&function| within.has(ctx, function));
    selection.bridges = bridges(ctx, &selection);
    selection
}

/// The least set that holds every function with something to wait for, closed under callers and families.
fn grow(
    ctx: &Context<'_>,
    families: &Families,
    threads: &Threads<'_>,
    actions: &Actions,
    moves: &Moves,
    wrapped: &FxHashSet<ProgramFunctionId>,
) -> FxHashSet<ProgramFunctionId> {
    let mut converted: FxHashSet<ProgramFunctionId> = FxHashSet::default();
    let is_open = |function: &ProgramFunctionId, converted: &FxHashSet<ProgramFunctionId>| {
        !threads.reasons.contains_key(function) && !converted.contains(function) && !ctx.is_async(*function)
    };
    let add = |function: ProgramFunctionId, converted: &mut FxHashSet<ProgramFunctionId>| match families
        .of(function)
    {
        Some(members) => converted.extend(
            members.iter().copied().filter(|member| threads.reasons.get(member) != Some(&KeepReason::Test)),
        ),
        None => {
            converted.insert(function);
        }
    };
    for &function in &moves.functions {
        if is_open(&function, &converted) {
            add(function, &mut converted);
        }
    }
    loop {
        let before = converted.len();
        for &(module, site, ref action) in actions {
            // Without wrappers, functions that are called at one place have one colour.
            let together = match action {
                Action::Call(targets) | Action::Iterate(targets) | Action::Enter(targets)
                    if targets.iter().any(|target| converted.contains(target)) =>
                {
                    targets.clone()
                }
                Action::Declared(_) => called_functions(ctx, module, site),
                _ => Vec::new(),
            };
            for target in together {
                if ctx.mode() == ConversionMode::InPlace && is_open(&target, &converted) {
                    add(target, &mut converted);
                }
            }
            let function = caller(ctx, module, site);
            if !is_open(&function, &converted) || is_plain_iter(ctx, function) {
                continue;
            }
            let planning = Planning { ctx, converted: &converted, threads, wrapped };
            // That a loop is run is no reason to convert what runs it.
            if !matches!(action, Action::RunLoop) && planning.at(module, site, action).is_some() {
                add(function, &mut converted);
            }
        }
        if ctx.mode() == ConversionMode::InPlace {
            for function in iterators_of_converted(ctx, &converted) {
                if is_open(&function, &converted) {
                    add(function, &mut converted);
                }
            }
        }
        if converted.len() == before {
            return converted;
        }
    }
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
            let is_declared_async = ctx.is_async(*member);
            is_declared_async || reasons.get(member).is_some_and(|reason| spreads(ctx, *member, *reason))
        });
        if is_kept {
            spread.push(function);
        }
    }
    for function in spread {
        reasons.insert(function, KeepReason::OverrideFamily);
    }
}

/// Whether a method that is kept keeps those it overrides and is overridden by. What a test overrides is called
/// under its sync name.
fn spreads(ctx: &Context<'_>, member: ProgramFunctionId, reason: KeepReason) -> bool {
    let is_test = reason == KeepReason::Test && !ctx.is_closed() && ctx.mode() == ConversionMode::Wrapper;
    !is_test && reason != KeepReason::CalledFromOutside && !ctx.is_async(member)
}

type Actions = Vec<(ModuleId, SiteId, Action)>;

/// What can be done at every call of the program, and why nothing can where something blocks.
fn actions(ctx: &Context<'_>) -> (Actions, Vec<(ModuleId, SiteId, KeepReason)>) {
    let mut actions = Vec::new();
    let mut refusals = Vec::new();
    for module in ctx.program.modules.ids().filter(|&module| !ctx.program.is_third_party(module)) {
        for site in ctx.program.facts(module).sites.ids() {
            match action_at(ctx, module, site) {
                Ok(Some(action)) => actions.push((module, site, action)),
                Ok(None) => {}
                Err(reason) => refusals.push((module, site, reason)),
            }
        }
    }
    (actions, refusals)
}

fn caller(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> ProgramFunctionId {
    ctx.program.function(module, ctx.program.facts(module).sites[site].place.function)
}

/// Sync functions that call converted ones.
fn bridges(ctx: &Context<'_>, selection: &Selection) -> FxHashSet<ProgramFunctionId> {
    let mut bridges = FxHashSet::default();
    for (_, edge) in ctx.graph.edges() {
        let is_converted = |function: &ProgramFunctionId| selection.converted.contains(function);
        if edge.kind == EdgeKind::Call
            && ctx.graph.function(edge.callee).as_ref().is_some_and(is_converted)
            && let Some(caller) = ctx.graph.function(edge.caller).filter(|caller| !is_converted(caller))
        {
            bridges.insert(caller);
        }
    }
    bridges
}

/// The reason of a function that could be converted if there were something to await in it.
fn derived_reason(ctx: &Context<'_>, selection: &Selection, function: ProgramFunctionId) -> KeepReason {
    let Some(blocked) = ctx.effects.blocked(ctx.graph.function_node(function)) else {
        return KeepReason::NothingToAwait;
    };
    let callee = ctx.graph.function(ctx.graph.edge(blocked.edge).callee);
    if blocked.blocking.severity < Severity::Medium {
        KeepReason::Cheap
    } else if callee.is_some_and(|callee| !selection.converted.contains(&callee)) {
        KeepReason::CalleeKept
    } else {
        KeepReason::NothingToAwait
    }
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
        let blocks = ctx.effects.blocked(ctx.graph.function_node(function)).is_some()
            || selection.declared.contains(&function);
        let is_in_view = (ctx.request.is_selected)(module) && !ctx.is_async(function);
        if !blocks || !is_in_view || !ctx.request.scope.targets.ask_for(function) {
            continue;
        }
        let reason = selection
            .reasons
            .get(&function)
            .copied()
            .unwrap_or_else(|| derived_reason(ctx, selection, function));
        let is_locked = reason == KeepReason::NothingToAwait
            && is_kept_by_lock(&selection.causes_of(ctx, function), function);
        let reason = if is_locked { KeepReason::HoldsLock } else { reason };
        let verdict = if selection.bridges.contains(&function) {
            Verdict::Bridge(reason)
        } else {
            Verdict::Keep(reason)
        };
        verdicts.push((function, verdict));
    }
    verdicts
}

/// What in the end keeps each function that has no reason of its own.
pub(super) fn causes(
    ctx: &Context<'_>,
    selection: &Selection,
    verdicts: &[(ProgramFunctionId, Verdict)],
) -> BTreeMap<ProgramFunctionId, Vec<Cause>> {
    let kept = verdicts.iter().filter(|(_, verdict)| *verdict != Verdict::Convert);
    let all = kept.map(|&(function, _)| (function, selection.causes_of(ctx, function)));
    all.filter(|(function, found)| found.iter().any(|cause| cause.function != *function)).collect()
}
