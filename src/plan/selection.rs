//! Which functions are converted: from the calls that block upwards, whole families at a time.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Id;
use crate::graph::{CallEdge, EdgeKind};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::equivalent::Replacement;
use crate::plan::families::{Families, families};
use crate::plan::imports::{Route, route};
use crate::plan::intrinsic::keep_reason;
use crate::plan::offload::{may_run_in_thread, thread_local_modules};
use crate::plan::sites::{self, Action, action_at, holds_lock};
use crate::plan::verdict::{KeepReason, Verdict};
use crate::plan::within::Within;
use crate::rules::Severity;
use crate::semantic::{DefinitionKind, ImportKind, SiteId, SiteKind, well_known};

/// What becomes of one call in a coroutine function.
#[derive(Clone, Debug)]
pub(super) enum Planned {
    /// It is awaited under its async name.
    Await { route: Route },
    /// It is offloaded, under its own name.
    Offload,
    /// The project declares that it waits, under this spelling.
    Declared(String),
    /// It is replaced by a library's equivalent.
    Replace(Box<Replacement>),
}

/// The functions to convert, and what is planned at each site of every function that may await.
pub(super) struct Selection {
    pub(super) converted: FxHashSet<ProgramFunctionId>,
    /// Planned changes by module and site; only those in converted or already async functions count.
    pub(super) planned: FxHashMap<(ModuleId, SiteId), Planned>,
    reasons: FxHashMap<ProgramFunctionId, KeepReason>,
    /// Functions with something that the project declares to wait.
    declared: FxHashSet<ProgramFunctionId>,
    /// Functions that call converted ones and stay sync.
    bridges: FxHashSet<ProgramFunctionId>,
    /// What may change.
    pub(super) within: Within,
}

impl Selection {
    /// Whether code of `function` may await once the plan is carried out.
    pub(super) fn is_async(&self, ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
        if self.converted.contains(&function) {
            return true;
        }
        let (module, local) = ctx.program.locate_function(function);
        ctx.program.facts(module).functions[local].traits.is_async && self.within.has(ctx, function)
    }
}

/// Which functions may run in a thread, found when asked for.
struct Threads<'a> {
    local: FxHashSet<ModuleId>,
    reasons: &'a FxHashMap<ProgramFunctionId, KeepReason>,
    known: RefCell<FxHashMap<ProgramFunctionId, bool>>,
}

impl Threads<'_> {
    /// Whether all of `targets` may run in a thread.
    fn take(&self, ctx: &Context<'_>, targets: &[ProgramFunctionId]) -> bool {
        targets.iter().all(|&target| {
            if let Some(&known) = self.known.borrow().get(&target) {
                return known;
            }
            let may = may_run_in_thread(ctx, &self.local, target);
            self.known.borrow_mut().insert(target, may);
            may
        })
    }

    /// Whether all of `targets` block, are kept for a reason of their own, and may run in a thread.
    fn take_kept(&self, ctx: &Context<'_>, targets: &[ProgramFunctionId]) -> bool {
        let is_kept = targets.iter().all(|&target| {
            let blocks = ctx.effects.blocked(ctx.graph.function_node(target));
            let is_worth_it = blocks.is_some_and(|found| found.blocking.severity >= Severity::Medium);
            // A call of a generator function runs nothing; what goes through it does, wherever that is.
            let (module, local) = ctx.program.locate_function(target);
            let runs = !ctx.program.facts(module).functions[local].traits.is_generator;
            is_worth_it
                && runs
                && self.reasons.get(&target).is_some_and(|&reason| stays_callable(ctx, target, reason))
        });
        is_kept && self.take(ctx, targets)
    }
}

/// Whether a function that is kept for `reason` can be handed to a thread under its name.
fn stays_callable(ctx: &Context<'_>, function: ProgramFunctionId, reason: KeepReason) -> bool {
    match reason {
        KeepReason::Decorated
        | KeepReason::Redefined
        | KeepReason::NameTaken
        | KeepReason::HoldsLock
        | KeepReason::OverrideFamily
        | KeepReason::Nested => true,
        KeepReason::SpecialMethod => ctx.function_text(function) == well_known::CALL,
        KeepReason::ThirdParty => {
            let name = ctx.function_text(function);
            !well_known::is_dunder(name) || name == well_known::CALL
        }
        KeepReason::ModuleLevel
        | KeepReason::Lambda
        | KeepReason::Property
        | KeepReason::Generator
        | KeepReason::ForeignOverride
        | KeepReason::Test
        | KeepReason::BuildScript
        | KeepReason::NothingToAwait
        | KeepReason::CalleeKept
        | KeepReason::ThreadBound
        | KeepReason::InspectsNamespace
        | KeepReason::CalledFromOutside
        | KeepReason::Finalizer
        | KeepReason::NotSelected
        | KeepReason::BrokenFile
        | KeepReason::Cheap
        | KeepReason::RunsLoop
        | KeepReason::OtherLoop
        | KeepReason::RewriteFailed
        | KeepReason::VerificationFailed
        | KeepReason::Declined => false,
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
        } else if finalizers.contains(&function) {
            reasons.insert(function, KeepReason::Finalizer);
        } else if loops.contains(&function) {
            reasons.insert(function, KeepReason::RunsLoop);
        }
    }
    spread_to_families(ctx, &families, &mut reasons);
    let (actions, refusals) = actions(ctx);
    let threads = Threads { local: thread_local_modules(ctx), reasons: &reasons, known: RefCell::default() };
    let mut converted: FxHashSet<ProgramFunctionId> = FxHashSet::default();
    loop {
        let before = converted.len();
        for &(module, site, ref action) in &actions {
            let function = caller(ctx, module, site);
            if reasons.contains_key(&function) || converted.contains(&function) || ctx.is_async(function) {
                continue;
            }
            if planned(ctx, &converted, &threads, module, site, action).is_some() {
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
        if let Some(plan) = planned(ctx, &converted, &threads, *module, *site, action) {
            plans.insert((*module, *site), plan);
        }
    }
    for (function, reason) in refusals {
        reasons.entry(function).or_insert(reason);
    }
    let is_declared = |action: &Action| matches!(action, Action::Declared(_));
    let declared = actions.iter().filter(|(_, _, action)| is_declared(action));
    let declared = declared.map(|&(module, site, _)| caller(ctx, module, site)).collect();
    let mut selection = Selection {
        declared,
        converted,
        planned: plans,
        reasons,
        bridges: FxHashSet::default(),
        within: Within::default(),
    };
    let is_planned = |module, site| selection.planned.contains_key(&(module, site));
    selection.within = Within::new(ctx, &families, &selection.converted, &is_planned);
    let Selection { converted, within, .. } = &mut selection;
    converted.retain(|&function| within.has(ctx, function));
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
            let is_declared_async = ctx.is_async(*member);
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
    for module in ctx.program.modules.ids().filter(|&module| !ctx.program.is_third_party(module)) {
        for (site, item) in ctx.program.facts(module).sites.iter_enumerated() {
            let is_candidate = match item.kind {
                SiteKind::Call { .. } => true,
                SiteKind::With { .. } | SiteKind::For { .. } | SiteKind::Comprehension { .. } => {
                    ctx.leaves.at(ctx.program.facts(module), site).is_some()
                }
                _ => false,
            };
            if !is_candidate {
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

/// The change at a site, given which functions are converted; `None` while it cannot be made.
fn planned(
    ctx: &Context<'_>,
    converted: &FxHashSet<ProgramFunctionId>,
    threads: &Threads<'_>,
    module: ModuleId,
    site: SiteId,
    action: &Action,
) -> Option<Planned> {
    let facts = ctx.program.facts(module);
    let (targets, is_wrapped) = match action {
        Action::Offload => return can_spell_offload(ctx, module).then_some(Planned::Offload),
        Action::Declared(spelling) => return Some(Planned::Declared(spelling.clone())),
        Action::Replace(rewrite) => return Some(Planned::Replace(rewrite.clone())),
        Action::Call(targets) => (targets, false),
        Action::Wrapped(targets) => (targets, true),
    };
    if holds_lock(ctx, module, facts.sites[site].place.statement) {
        return None;
    }
    let is_plain = sites::has_plain_callee(facts, site);
    if !is_wrapped && !targets.iter().all(|target| converted.contains(target)) {
        // What is installed is offloaded wherever it is called, as are the library calls that rules know.
        let is_installed = targets.iter().all(|&target| ctx.program.is_third_party_function(target));
        let is_due = is_installed || !ctx.is_async(caller(ctx, module, site));
        let may_offload = is_due && is_plain && can_spell_offload(ctx, module);
        return (may_offload && threads.take_kept(ctx, targets)).then_some(Planned::Offload);
    }
    let first = *targets.first()?;
    let name = ctx.function_text(first);
    let wanted = if is_wrapped { name.to_owned() } else { ctx.affix.add(name) };
    let known_as = if is_wrapped { ctx.affix.remove(name)? } else { name.to_owned() };
    let SiteKind::Call { callee, .. } = facts.sites[site].kind else { return None };
    let is_patched =
        ctx.is_patched(&known_as) || sites::callee_name(facts, site).is_some_and(|name| ctx.is_patched(name));
    if is_patched {
        // A test replaces the sync name, so that name must be what is called.
        let may_offload = is_plain && can_spell_offload(ctx, module) && threads.take(ctx, targets);
        return may_offload.then_some(Planned::Offload);
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

/// Functions that work with an event loop themselves, directly or through what they call: one that
/// runs a loop cannot run inside another, and one that schedules on the running loop would find the
/// wrapper's instead.
fn functions_that_run_loops(ctx: &Context<'_>) -> FxHashSet<ProgramFunctionId> {
    let mut found = FxHashSet::default();
    let mut stack: Vec<ProgramFunctionId> = Vec::new();
    for (_, edge) in ctx.graph.edges() {
        let uses_loop = match edge.kind {
            EdgeKind::RunLoop => !is_wrapper_call(ctx, edge),
            EdgeKind::Schedule => true,
            _ => ctx
                .graph
                .external_name(edge.callee)
                .is_some_and(|name| name.starts_with(well_known::ASYNCIO_PREFIX)),
        };
        let is_sync = ctx.graph.function(edge.caller).is_some_and(|function| !ctx.is_async(function));
        if uses_loop
            && is_sync
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
                && !ctx.is_async(caller)
                && found.insert(caller)
            {
                stack.push(caller);
            }
        }
    }
    found
}

/// Functions that run when an object is collected, a signal arrives or the interpreter ends: `__del__`,
/// handlers, and what they call.
fn functions_that_finalizers_run(ctx: &Context<'_>) -> FxHashSet<ProgramFunctionId> {
    let handlers =
        ctx.graph.edges().filter(|(_, edge)| is_handed_to_finalizer(ctx, edge)).map(|(_, edge)| edge.callee);
    let handlers = handlers.filter_map(|node| ctx.graph.function(node));
    let methods = (0..ctx.program.function_count()).map(ProgramFunctionId::from_index);
    let methods = methods.filter(|&function| ctx.function_text(function) == well_known::DEL);
    let mut stack: Vec<ProgramFunctionId> = methods.chain(handlers).collect();
    let mut found = FxHashSet::default();
    while let Some(function) = stack.pop() {
        if found.insert(function) {
            let edges = ctx.graph.outgoing(ctx.graph.function_node(function));
            let run = edges.filter(|(_, edge)| edge.kind.runs_now());
            stack.extend(run.filter_map(|(_, edge)| ctx.graph.function(edge.callee)));
        }
    }
    found
}

/// Whether an edge stands for a function that is registered to run at the end or on a signal.
fn is_handed_to_finalizer(ctx: &Context<'_>, edge: &CallEdge) -> bool {
    let Some(site) = edge.site.filter(|_| edge.kind == EdgeKind::Reference) else { return false };
    let resolution = ctx.graph.site(ctx.program.site_index(edge.module, site));
    resolution.is_some_and(|resolution| {
        resolution.edges.iter().any(|&id| {
            let name = ctx.graph.external_name(ctx.graph.edge(id).callee);
            name.is_some_and(|name| {
                well_known::FINALIZER_MODULES.iter().any(|module| name.starts_with(module))
            })
        })
    })
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
        let verdict = if selection.bridges.contains(&function) {
            Verdict::Bridge(reason)
        } else {
            Verdict::Keep(reason)
        };
        verdicts.push((function, verdict));
    }
    verdicts
}
