//! What can be done at a call site once the function around it is a coroutine function.

use crate::base::Id;
use crate::graph::EdgeKind;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::coroutine_run::coroutine_run;
use crate::plan::equivalent::{Replacement, drop_in};
use crate::plan::surroundings::surroundings;
use crate::plan::unroll::unrolled;
use crate::plan::unthread::unthreaded;
use crate::plan::verdict::KeepReason;
use crate::rules::{Blocking, Category, Offload, Severity};
use crate::semantic::{
    DefinitionKind, ModuleFacts, NameUse, SiteId, SiteKind, StatementId, StatementKind, Value, ValueId,
    well_known,
};

/// What becomes of a call in a coroutine function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Action {
    /// It calls functions of the program, all of which may become coroutine functions.
    Call(Vec<ProgramFunctionId>),
    /// It calls the sync wrappers of coroutine functions.
    Wrapped(Vec<ProgramFunctionId>),
    /// It calls functions of the program, and perhaps other things, which block or not.
    Open {
        /// The functions of the program.
        functions: Vec<ProgramFunctionId>,
        /// Whether something among the others blocks that may run in a thread.
        is_blocking: bool,
    },
    /// It blocks, and has a drop-in async equivalent.
    Replace(Box<Replacement>),
    /// It blocks, and may run in a thread.
    Offload,
    /// The project declares that it waits; the async spelling.
    Declared(String),
    /// `map` or `filter` calls functions of the program.
    Unroll(Vec<ProgramFunctionId>),
    /// It gives functions of the program to a thread, which can be awaited instead.
    Unthread(Vec<ProgramFunctionId>),
    /// It runs a loop for one coroutine.
    RunLoop,
    /// It goes through what these functions of the program make, or through their instances.
    Iterate(Vec<ProgramFunctionId>),
    /// It gives its argument to a builtin that goes through what these functions make, or through their instances.
    Collect(Vec<ProgramFunctionId>),
    /// It enters what these functions of the program make, or their instances.
    Enter(Vec<ProgramFunctionId>),
}

/// Why nothing can be done at a call site that blocks.
pub(super) type Refused = KeepReason;

/// What can be done at `site`; `Ok(None)` when nothing needs to be.
pub(super) fn action_at(
    ctx: &Context<'_>,
    module: ModuleId,
    site: SiteId,
) -> Result<Option<Action>, Refused> {
    let facts = ctx.program.facts(module);
    let item = &facts.sites[site];
    if let Some(spelling) = ctx.leaves.at(facts, site) {
        let may_await = can_await(ctx, module, site);
        let is_whole = !matches!(item.kind, SiteKind::With { .. })
            || is_declared_whole(ctx, module, item.place.statement);
        return Ok(
            (may_await && is_whole && !facts.is_awaited(site)).then(|| Action::Declared(spelling.to_owned()))
        );
    }
    let SiteKind::Call { callee, .. } = item.kind else { return Ok(block_at(ctx, module, site)) };
    if ctx.is_on_other_loop(module) {
        return Err(KeepReason::OtherLoop);
    }
    if coroutine_run(ctx, module, site).is_some() {
        return Ok(Some(Action::RunLoop));
    }
    if let Some((_, targets)) = unthreaded(ctx, module, site) {
        return Ok(Some(Action::Unthread(targets)));
    }
    if let Some(unrolled) = unrolled(ctx, module, site) {
        return Ok(can_await(ctx, module, site).then_some(Action::Unroll(unrolled.targets)));
    }
    let index = ctx.program.site_index(module, site);
    let Some(resolution) = ctx.graph.site(index) else { return Ok(None) };
    let mut functions = Vec::new();
    let mut wrapped = Vec::new();
    let mut leaf = None;
    let mut is_other = false;
    let mut iterated = Vec::new();
    for &id in &resolution.edges {
        let edge = ctx.graph.edge(id);
        if edge.range != item.range {
            continue;
        }
        match (ctx.graph.function(edge.callee), edge.kind) {
            // A test's own function is there because the test replaces a name with it.
            (Some(function), _) if ctx.program.modules[ctx.module_of(function)].is_test => {}
            (Some(function), EdgeKind::Call | EdgeKind::Override) => functions.push(function),
            (Some(function), EdgeKind::RunLoop) => wrapped.push(function),
            (Some(function), EdgeKind::Iterate) => iterated.push(function),
            (None, EdgeKind::Call) => match ctx.effects.leaf(id) {
                Some(found) => {
                    leaf = Some((found.blocking, ctx.graph.external_name(edge.callee).unwrap_or_default()));
                }
                None => is_other = true,
            },
            _ => {}
        }
    }
    // In a closed world what is not known is taken to go with what is.
    let is_trusted = ctx.is_closed() && !functions.is_empty();
    let is_incomplete = (is_other || resolution.incomplete.is_some()) && !is_trusted;
    let can_await = can_await(ctx, module, site);
    if !functions.is_empty() && leaf.is_none() && wrapped.is_empty() && !is_incomplete {
        return Ok((can_await && !facts.is_awaited(site)).then_some(Action::Call(functions)));
    }
    if !wrapped.is_empty() && functions.is_empty() && leaf.is_none() && !is_incomplete {
        return Ok((can_await && !facts.is_awaited(site)).then_some(Action::Wrapped(wrapped)));
    }
    let at_leaf = leaf.map(|(blocking, name)| leaf_action(ctx, module, site, blocking, name, is_incomplete));
    if !functions.is_empty() && wrapped.is_empty() && is_plain_callee(facts, callee) {
        let is_blocking = matches!(at_leaf, Some(Ok(Some(Action::Offload))));
        let is_locked = holds_lock(ctx, module, item.place.statement);
        let may_await = can_await && !is_locked && !facts.is_awaited(site);
        return Ok(may_await.then_some(Action::Open { functions, is_blocking }));
    }
    if !functions.is_empty() || !wrapped.is_empty() {
        return if at_leaf.is_some() { Err(KeepReason::NothingToAwait) } else { Ok(None) };
    }
    let may_collect = at_leaf.is_none() && !iterated.is_empty();
    at_leaf.unwrap_or(Ok(may_collect.then_some(Action::Collect(iterated))))
}

/// What can be done at a call of a library that blocks.
fn leaf_action(
    ctx: &Context<'_>,
    module: ModuleId,
    site: SiteId,
    blocking: Blocking,
    name: &str,
    is_incomplete: bool,
) -> Result<Option<Action>, Refused> {
    let facts = ctx.program.facts(module);
    let item = &facts.sites[site];
    let SiteKind::Call { callee, .. } = item.kind else { return Ok(None) };
    if blocking.severity < Severity::Medium && !ctx.request.settings.conversion.disk {
        return Err(KeepReason::Cheap);
    }
    if blocking.category == Category::Lock {
        return Err(KeepReason::HoldsLock);
    }
    if !can_await(ctx, module, site) {
        return Err(KeepReason::NothingToAwait);
    }
    if holds_lock(ctx, module, item.place.statement) {
        return Err(KeepReason::HoldsLock);
    }
    if !is_plain_callee(facts, callee) {
        return Err(KeepReason::NothingToAwait);
    }
    let Some(rule) = ctx.request.knowledge.function(name) else {
        return Ok(Some(Action::Offload));
    };
    // What else may be called there is called in the thread as well; an equivalent would not be.
    if let Some(replacement) = drop_in(ctx, facts, site, rule).filter(|_| !is_incomplete) {
        return Ok(Some(Action::Replace(Box::new(replacement))));
    }
    // What blocks is going through the result, and a thread that only makes it would change nothing.
    if rule.is_lazy {
        return Err(KeepReason::NothingToAwait);
    }
    match rule.offload {
        Offload::Safe => Ok(Some(Action::Offload)),
        Offload::Review(_) | Offload::Never(_) => Err(KeepReason::ThreadBound),
    }
}

/// Whether `await` is allowed where a site stands, in a coroutine function, once its surroundings follow.
fn can_await(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> bool {
    surroundings(ctx, module, site).is_some()
}

/// The functions of the program that a call which is declared to wait may reach.
pub(super) fn called_functions(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> Vec<ProgramFunctionId> {
    let Some(resolution) = ctx.graph.site(ctx.program.site_index(module, site)) else { return Vec::new() };
    let range = ctx.program.facts(module).sites[site].range;
    let edges = resolution.edges.iter().map(|&id| ctx.graph.edge(id)).filter(|edge| edge.range == range);
    let called = edges.filter(|edge| matches!(edge.kind, EdgeKind::Call | EdgeKind::Override));
    called.filter_map(|edge| ctx.graph.function(edge.callee)).collect()
}

/// What can be done at a `for` or `with`.
fn block_at(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> Option<Action> {
    let facts = ctx.program.facts(module);
    let item = &facts.sites[site];
    let wanted = match item.kind {
        SiteKind::With { is_async: false, .. } => EdgeKind::Enter,
        SiteKind::For { is_async: false, .. } | SiteKind::YieldFrom { .. } => EdgeKind::Iterate,
        SiteKind::Comprehension { is_async: false, .. } => EdgeKind::Iterate,
        _ => return None,
    };
    if ctx.is_on_other_loop(module) || !can_await(ctx, module, site) {
        return None;
    }
    let resolution = ctx.graph.site(ctx.program.site_index(module, site))?;
    let mut functions = Vec::new();
    let mut is_mixed = resolution.incomplete.is_some();
    for &id in &resolution.edges {
        let edge = ctx.graph.edge(id);
        match ctx.graph.function(edge.callee) {
            Some(function) if ctx.program.modules[ctx.module_of(function)].is_test => {}
            Some(function) if edge.kind == wanted => functions.push(function),
            _ => is_mixed = true,
        }
    }
    functions.sort_unstable();
    functions.dedup();
    if functions.is_empty() || (is_mixed && !ctx.is_closed()) {
        return None;
    }
    Some(if wanted == EdgeKind::Enter { Action::Enter(functions) } else { Action::Iterate(functions) })
}

/// Whether every item of a `with` statement is declared to wait.
fn is_declared_whole(ctx: &Context<'_>, module: ModuleId, statement: StatementId) -> bool {
    let facts = ctx.program.facts(module);
    let (first, end) = facts.statements[statement].sites;
    (first.index()..end.index()).map(SiteId::from_index).all(|site| {
        let item = &facts.sites[site];
        let is_other = item.place.statement != statement || !matches!(item.kind, SiteKind::With { .. });
        is_other || ctx.leaves.at(facts, site).is_some()
    })
}

/// Whether the callee of a call is a name or attribute, which may be moved into an argument.
pub(super) fn has_plain_callee(facts: &ModuleFacts, site: SiteId) -> bool {
    facts.call(site).is_some_and(|(callee, _)| is_plain_callee(facts, callee))
}

/// The identifiers of the callee of a call, last one first: `pull` and `_cache` of `self._cache.pull()`. A name
/// that others are attributes of is not among them, but those of what it was given are.
pub(super) fn callee_names(facts: &ModuleFacts, site: SiteId) -> impl Iterator<Item = &str> {
    let mut next = facts.call(site).map(|(callee, _)| callee);
    let mut is_last = true;
    std::iter::from_fn(move || {
        // A local name stands for what it was given: `cache = self._cache`.
        if let Value::Name { reference: NameUse::Reaching(definition), .. } = facts.values[next?]
            && let DefinitionKind::Value(value) = facts.definitions[definition].kind
            && !is_last
        {
            next = Some(value);
        }
        let (name, base) = match facts.values[next?] {
            Value::Attribute { name, base } => (name, Some(base)),
            Value::Name { name, .. } if is_last => (name, None),
            _ => return None,
        };
        is_last = false;
        next = base;
        Some(facts.name(name))
    })
}

/// Whether the callee of a call is an attribute of `super()`.
pub(super) fn is_asked_of_super(facts: &ModuleFacts, site: SiteId) -> bool {
    let Some((callee, _)) = facts.call(site) else { return false };
    let Value::Attribute { base, .. } = facts.values[callee] else { return false };
    let Value::Call(made) = facts.values[base] else { return false };
    facts.call(made).and_then(|(callee, _)| facts.spelling(callee)).as_deref() == Some(well_known::SUPER)
}

fn is_plain_callee(facts: &ModuleFacts, callee: ValueId) -> bool {
    matches!(facts.values[callee], Value::Name { .. } | Value::Attribute { .. })
}

/// Whether a statement stands inside a `with` over a lock of threads.
pub(super) fn holds_lock(ctx: &Context<'_>, module: ModuleId, statement: StatementId) -> bool {
    let facts = ctx.program.facts(module);
    let mut next = Some(statement);
    while let Some(id) = next {
        let item = &facts.statements[id];
        if matches!(item.kind, StatementKind::With { is_async: false }) && enters_lock(ctx, module, id) {
            return true;
        }
        next = item.parent;
    }
    false
}

/// Whether a statement enters a lock of threads.
pub(super) fn enters_lock(ctx: &Context<'_>, module: ModuleId, statement: StatementId) -> bool {
    let facts = ctx.program.facts(module);
    let (first, end) = facts.statements[statement].sites;
    (first.index()..end.index())
        .map(SiteId::from_index)
        .filter(|&id| {
            let site = &facts.sites[id];
            site.place.statement == statement && matches!(site.kind, SiteKind::With { .. })
        })
        .filter_map(|id| ctx.graph.site(ctx.program.site_index(module, id)))
        .flat_map(|resolution| &resolution.edges)
        .any(|&edge| ctx.effects.leaf(edge).is_some_and(|leaf| leaf.blocking.category == Category::Lock))
}
