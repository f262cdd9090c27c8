//! The change at a site, given which functions are converted.

use rustc_hash::FxHashSet;

use crate::base::{ConversionMode, Id, OffloadPolicy};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::consume::{Consumption, consumption, consumption_of};
use crate::plan::context::Context;
use crate::plan::equivalent::Replacement;
use crate::plan::form::{Form, async_name, form, name_beside_wrapper};
use crate::plan::imports::{Route, route};
use crate::plan::sites::{self, Action, action_at, holds_lock};
use crate::plan::step::Step;
use crate::plan::surroundings::{Change, collection, iteration, shows_names, unrolling};
use crate::plan::threads::Threads;
use crate::plan::unroll::unrolled;
use crate::plan::unthread::unthreaded;
use crate::semantic::{
    DefinitionKind, ImportKind, ModuleFacts, SiteId, SiteKind, StatementId, StatementKind, Value, ValueId,
    well_known,
};

/// What becomes of one site in a coroutine function.
#[derive(Clone, Debug)]
pub(super) enum Planned {
    /// It is awaited under its async name.
    Await { route: Route },
    /// It is awaited, and its async function is looked up when it is called: a test may have replaced the name.
    LookUp,
    /// `for` or `with` becomes async; the call that makes what it takes is renamed.
    Block {
        /// The call, and how its callee changes.
        renamed: Option<(SiteId, Route)>,
        /// Whether the loop may be left early, and what it goes through has to be closed then.
        closes: bool,
    },
    /// Items of what is iterable for `async for` only are collected for a builtin.
    Collect {
        /// What changes.
        changes: Vec<Change>,
    },
    /// A call of a generator function whose items something else than a `for` goes through.
    Gather {
        /// Its async name.
        route: Route,
        /// What changes around it.
        changes: Vec<Change>,
    },
    /// It is offloaded, under its own name.
    Offload,
    /// The coroutine for which it runs a loop is awaited.
    AwaitInstead,
    /// The project declares that it waits, under this spelling.
    Declared(String),
    /// It is replaced by a library's equivalent.
    Replace(Box<Replacement>),
}

/// What planning a site looks at.
pub(super) struct Planning<'a> {
    pub(super) ctx: &'a Context<'a>,
    pub(super) converted: &'a FxHashSet<ProgramFunctionId>,
    pub(super) threads: &'a Threads<'a>,
    /// Functions that leave a wrapper though the conversion is in place, since some code cannot wait for them.
    pub(super) wrapped: &'a FxHashSet<ProgramFunctionId>,
}

impl Planning<'_> {
    /// The change at a site; `None` while it cannot be made.
    pub(super) fn at(&self, module: ModuleId, site: SiteId, action: &Action) -> Option<Planned> {
        match action {
            Action::Offload => {
                let may = self.may_offload() && can_spell_offload(self.ctx, module);
                may.then_some(Planned::Offload)
            }
            Action::Declared(spelling) => Some(Planned::Declared(spelling.clone())),
            Action::Replace(rewrite) => Some(Planned::Replace(rewrite.clone())),
            Action::Open { functions, is_blocking } => self.open(module, site, functions, *is_blocking),
            Action::Call(targets) => self.call(module, site, targets, false),
            Action::Wrapped(targets) => self.call(module, site, targets, true),
            Action::Unroll(targets) => self.unroll(module, site, targets),
            Action::Unthread(targets) => self.unthread(module, site, targets),
            Action::RunLoop => Some(Planned::AwaitInstead),
            Action::Iterate(targets) => self.iterate(module, site, targets),
            Action::Enter(targets) => self.enter(module, site, targets),
            Action::Collect(targets) => self.collect(module, site, targets),
        }
    }

    fn may_offload(&self) -> bool {
        self.ctx.request.settings.conversion.offload != OffloadPolicy::Never
    }

    /// Whether the old names lead to converted code.
    fn has_wrappers(&self) -> bool {
        self.ctx.mode() == ConversionMode::Wrapper
    }

    fn is_in_place(&self) -> bool {
        self.ctx.mode() == ConversionMode::InPlace
    }

    fn call(
        &self,
        module: ModuleId,
        site: SiteId,
        targets: &[ProgramFunctionId],
        is_wrapped: bool,
    ) -> Option<Planned> {
        let ctx = self.ctx;
        let facts = ctx.program.facts(module);
        // Making a generator or a context manager waits for nothing; who goes through it does.
        if targets.iter().any(|&target| form(ctx, target) != Form::Coroutine) {
            return self.gather(module, site, targets, is_wrapped);
        }
        if !self.is_in_place() && holds_lock(ctx, module, facts.sites[site].place.statement) {
            return None;
        }
        let is_plain = sites::has_plain_callee(facts, site);
        if !is_wrapped && !self.are_async(targets) {
            if targets.iter().any(|target| self.converted.contains(target)) {
                let may_look_up = is_plain && self.has_wrappers() && !sites::is_asked_of_super(facts, site);
                return may_look_up.then_some(Planned::LookUp);
            }
            // What is installed is offloaded wherever it is called, as are the library calls that rules know.
            let is_installed = targets.iter().all(|&target| ctx.program.is_third_party_function(target));
            let function = ctx.program.function(module, facts.sites[site].place.function);
            let is_due = is_installed || !ctx.is_async(function);
            let may_offload = self.may_offload()
                && is_due
                && is_plain
                && can_spell_offload(ctx, module)
                && !self.is_in_place();
            return (may_offload && self.threads.take_kept(ctx, targets)).then_some(Planned::Offload);
        }
        let plan = self.route(module, site, targets, is_wrapped).map(|route| Planned::Await { route });
        let is_replaced = plan.is_some() && self.is_patched(facts, site, targets, is_wrapped);
        let is_unnamed = plan.is_none() && !is_wrapped && is_plain;
        // `super().f` looked up by its receiver would be the override that asks for it.
        let may_look_up = self.has_wrappers() && !sites::is_asked_of_super(facts, site);
        if may_look_up && (is_replaced || is_unnamed) {
            // What is called has to be found through the sync name: a test replaces it, or no async one leads there.
            return Some(Planned::LookUp);
        }
        plan
    }

    /// A call of generator functions whose items are collected, or taken one by one by a builtin.
    fn gather(
        &self,
        module: ModuleId,
        site: SiteId,
        targets: &[ProgramFunctionId],
        is_wrapped: bool,
    ) -> Option<Planned> {
        let ctx = self.ctx;
        let facts = ctx.program.facts(module);
        let is_generator =
            |&target: &ProgramFunctionId| form(ctx, target) == Form::Generator && !is_special(ctx, target);
        // Who goes through them with `for` is asked at the `for`.
        let found = consumption(ctx, module, site);
        let is_block = matches!(
            found,
            Consumption::For { .. } | Consumption::Clause { .. } | Consumption::Delegated { .. }
        );
        // What is not gone through to its end would be closed later than before.
        let is_whole = matches!(found, Consumption::Collected { .. } | Consumption::Spread);
        let is_late = !is_whole && targets.iter().any(|&target| cleans_up(ctx, target));
        let may = !is_block
            && !is_late
            && targets.iter().all(is_generator)
            && (is_wrapped || self.are_async(targets))
            && (self.is_in_place() || !holds_lock(ctx, module, facts.sites[site].place.statement))
            && !self.is_patched(facts, site, targets, is_wrapped);
        if !may {
            return None;
        }
        let route = self.route(module, site, targets, is_wrapped)?;
        let changes = iteration(ctx, module, site, route.callee())?;
        Some(Planned::Gather { route, changes })
    }

    /// A builtin that goes through something which is no call of a generator function: that one is gathered.
    fn collect(&self, module: ModuleId, site: SiteId, targets: &[ProgramFunctionId]) -> Option<Planned> {
        let ctx = self.ctx;
        let facts = ctx.program.facts(module);
        let may = self.are_async(targets)
            && (self.is_in_place() || targets.iter().all(|&target| is_special(ctx, target)))
            && self.gathered_at(module, site).is_none()
            && (self.is_in_place() || !holds_lock(ctx, module, facts.sites[site].place.statement));
        if !may {
            return None;
        }
        collection(ctx, module, site).map(|changes| Planned::Collect { changes })
    }

    /// The call of generator functions whose items the builtin at `site` gets, if they are gathered.
    pub(super) fn gathered_at(&self, module: ModuleId, site: SiteId) -> Option<SiteId> {
        let facts = self.ctx.program.facts(module);
        let (_, arguments) = facts.call(site)?;
        arguments.iter().find_map(|argument| {
            let Value::Call(maker) = facts.values[argument.value] else { return None };
            let action = action_at(self.ctx, module, maker).ok()??;
            matches!(self.at(module, maker, &action), Some(Planned::Gather { .. })).then_some(maker)
        })
    }

    /// `await asyncio.to_thread(f)` where `f` is converted.
    fn unthread(&self, module: ModuleId, site: SiteId, targets: &[ProgramFunctionId]) -> Option<Planned> {
        let ctx = self.ctx;
        let (function, _) = unthreaded(ctx, module, site)?;
        let may = targets.iter().all(|&target| form(ctx, target) == Form::Coroutine)
            && self.are_async(targets)
            && targets.iter().all(|&target| !ctx.is_patched(ctx.function_text(target)));
        let route = self.route_from(module, site, function, targets, false).filter(|_| may)?;
        let step = Step::Unthread { site, callee: route.callee() };
        Some(Planned::Gather { route, changes: vec![Change::Step(step)] })
    }

    /// A call of `map` or `filter` whose result is used up at once.
    fn unroll(&self, module: ModuleId, site: SiteId, targets: &[ProgramFunctionId]) -> Option<Planned> {
        let ctx = self.ctx;
        let facts = ctx.program.facts(module);
        let call = unrolled(ctx, module, site)?;
        let name = facts.name(match facts.values[call.function] {
            Value::Name { name, .. } | Value::Attribute { name, .. } => name,
            _ => return None,
        });
        let may = targets.iter().all(|&target| form(ctx, target) == Form::Coroutine)
            && self.are_async(targets)
            && (self.is_in_place() || !ctx.is_patched(name))
            && (self.is_in_place() || !holds_lock(ctx, module, facts.sites[site].place.statement));
        if !may {
            return None;
        }
        let route = self.route_from(module, site, call.function, targets, false)?;
        let changes = unrolling(ctx, module, site, route.callee(), call.filters)?;
        Some(Planned::Gather { route, changes })
    }

    /// A call that reaches functions of the program and perhaps others: what is async is found out when it is called.
    fn open(
        &self,
        module: ModuleId,
        site: SiteId,
        functions: &[ProgramFunctionId],
        is_blocking: bool,
    ) -> Option<Planned> {
        let ctx = self.ctx;
        let is_coroutine = |&target: &ProgramFunctionId| form(ctx, target) == Form::Coroutine;
        let is_super = sites::is_asked_of_super(ctx.program.facts(module), site);
        if !self.has_wrappers() || is_super || !functions.iter().all(is_coroutine) {
            return None;
        }
        if functions.iter().any(|target| self.converted.contains(target)) {
            return Some(Planned::LookUp);
        }
        let may_offload = is_blocking && self.may_offload() && can_spell_offload(ctx, module);
        (may_offload && self.threads.take(ctx, functions)).then_some(Planned::Offload)
    }

    /// Whether all of `targets` are converted; in place, those that are async already count.
    fn are_async(&self, targets: &[ProgramFunctionId]) -> bool {
        let counts = |target: &ProgramFunctionId| {
            self.converted.contains(target) || (self.is_in_place() && self.ctx.is_async(*target))
        };
        targets.iter().all(counts) && targets.iter().any(|target| self.converted.contains(target))
    }

    fn is_patched(
        &self,
        facts: &ModuleFacts,
        site: SiteId,
        targets: &[ProgramFunctionId],
        is_wrapped: bool,
    ) -> bool {
        let ctx = self.ctx;
        if !self.has_wrappers() {
            return false;
        }
        let Some(&first) = targets.first() else { return false };
        let name = ctx.function_text(first);
        let known_as = if is_wrapped { ctx.affix.remove(name).unwrap_or_default() } else { name.to_owned() };
        ctx.is_patched(&known_as) || sites::callee_names(facts, site).any(|name| ctx.is_patched(name))
    }

    /// How the call at `site` reaches all of `targets` under one async name.
    fn route(
        &self,
        module: ModuleId,
        site: SiteId,
        targets: &[ProgramFunctionId],
        is_wrapped: bool,
    ) -> Option<Route> {
        let SiteKind::Call { callee, .. } = self.ctx.program.facts(module).sites[site].kind else {
            return None;
        };
        self.route_from(module, site, callee, targets, is_wrapped)
    }

    /// How `callee`, which is called at `site`, reaches all of `targets` under one async name.
    fn route_from(
        &self,
        module: ModuleId,
        site: SiteId,
        callee: ValueId,
        targets: &[ProgramFunctionId],
        is_wrapped: bool,
    ) -> Option<Route> {
        let ctx = self.ctx;
        let facts = ctx.program.facts(module);
        let name = ctx.function_text(*targets.first()?);
        if !self.leaves_wrapper(targets) {
            return Some(in_place_route(ctx, facts, callee, name));
        }
        if self.is_in_place() && !targets.iter().all(|target| self.wrapped.contains(target)) {
            return None;
        }
        let wanted = if is_wrapped { name.to_owned() } else { name_beside_wrapper(ctx, name) };
        let scope = facts.functions[facts.sites[site].place.function].scope;
        let mut found: Option<Route> = None;
        for &target in targets {
            let next = route(ctx, module, scope, callee, target, &wanted)?;
            if found.as_ref().is_some_and(|known| *known != next) {
                return None;
            }
            found = Some(next);
        }
        found
    }

    /// Whether some of `targets` get another name, beside a wrapper that keeps theirs.
    fn leaves_wrapper(&self, targets: &[ProgramFunctionId]) -> bool {
        !self.is_in_place() || targets.iter().any(|target| self.wrapped.contains(target))
    }

    /// `for x in f():` and `for x in value:`.
    fn iterate(&self, module: ModuleId, site: SiteId, targets: &[ProgramFunctionId]) -> Option<Planned> {
        let ctx = self.ctx;
        if !self.are_async(targets) {
            return None;
        }
        let facts = ctx.program.facts(module);
        let (SiteKind::For { iterable, .. }
        | SiteKind::Comprehension { iterable, .. }
        | SiteKind::YieldFrom { iterable }) = facts.sites[site].kind
        else {
            return None;
        };
        let (made, special): (Vec<ProgramFunctionId>, Vec<ProgramFunctionId>) = targets
            .iter()
            .partition(|&&target| form(ctx, target) == Form::Generator && !is_special(ctx, target));
        let is_left = self.leaves_early(module, site) && targets.iter().any(|&target| cleans_up(ctx, target));
        let is_made_here = special.is_empty() && matches!(facts.values[iterable], Value::Call(_));
        let is_statement = matches!(facts.sites[site].kind, SiteKind::For { .. });
        let closes = is_left && is_made_here && is_statement;
        if closes && shows_names(facts, site) {
            return None;
        }
        if is_left && !closes && !self.is_in_place() {
            return None;
        }
        if !self.leaves_wrapper(&made) {
            return Some(Planned::Block { renamed: None, closes });
        }
        match (made.as_slice(), special.as_slice()) {
            ([], [_, ..]) => Some(Planned::Block { renamed: None, closes }),
            ([_, ..], []) => self.renamed_maker(module, iterable, &made, closes),
            _ => None,
        }
    }

    /// Whether what goes through the iterable at `site` can end before the iterable does.
    fn leaves_early(&self, module: ModuleId, site: SiteId) -> bool {
        let facts = self.ctx.program.facts(module);
        let statement = facts.sites[site].place.statement;
        match facts.sites[site].kind {
            SiteKind::For { .. } => facts.leaves_early(statement),
            SiteKind::Comprehension { is_lazy: true, .. } => {
                !facts.comprehension_of(site).is_some_and(|whole| {
                    let used = consumption_of(self.ctx, module, whole.value, statement);
                    matches!(used, Consumption::Collected { .. } | Consumption::Spread)
                })
            }
            _ => false,
        }
    }

    /// One item of `with f() as x:` or `with value:`; all items of the statement must become async.
    fn enter(&self, module: ModuleId, site: SiteId, targets: &[ProgramFunctionId]) -> Option<Planned> {
        let planned = self.enter_item(module, site, targets)?;
        let facts = self.ctx.program.facts(module);
        let statement = facts.sites[site].place.statement;
        let others = items_of_with(facts, statement).filter(|&other| other != site);
        for other in others {
            let may = match action_at(self.ctx, module, other) {
                Ok(Some(Action::Enter(targets))) => self.enter_item(module, other, &targets).is_some(),
                Ok(Some(Action::Declared(_))) => true,
                _ => false,
            };
            if !may {
                return None;
            }
        }
        Some(planned)
    }

    fn enter_item(&self, module: ModuleId, site: SiteId, targets: &[ProgramFunctionId]) -> Option<Planned> {
        let ctx = self.ctx;
        if !self.are_async(targets) {
            return None;
        }
        let facts = ctx.program.facts(module);
        let SiteKind::With { context, .. } = facts.sites[site].kind else { return None };
        if !self.leaves_wrapper(targets) || targets.iter().all(|&target| is_special(ctx, target)) {
            return Some(Planned::Block { renamed: None, closes: false });
        }
        let is_manager = |&target: &ProgramFunctionId| form(ctx, target) == Form::Manager;
        if targets.iter().all(is_manager) {
            self.renamed_maker(module, context, targets, false)
        } else {
            None
        }
    }

    /// The call that makes the generator or context manager, under its async name.
    fn renamed_maker(
        &self,
        module: ModuleId,
        value: ValueId,
        targets: &[ProgramFunctionId],
        closes: bool,
    ) -> Option<Planned> {
        let ctx = self.ctx;
        let facts = ctx.program.facts(module);
        let Value::Call(call) = facts.values[value] else { return None };
        let Ok(Some(Action::Call(called))) = action_at(ctx, module, call) else { return None };
        let is_same = called.iter().all(|target| targets.contains(target));
        if !is_same || self.is_patched(facts, call, targets, false) {
            return None;
        }
        let route = self.route(module, call, &called, false)?;
        Some(Planned::Block { renamed: Some((call, route)), closes })
    }
}

/// In place only special methods get another name.
fn in_place_route(ctx: &Context<'_>, facts: &ModuleFacts, callee: ValueId, name: &str) -> Route {
    let written = match facts.values[callee] {
        Value::Name { name, .. } | Value::Attribute { name, .. } => facts.name(name),
        _ => "",
    };
    let renamed = if written == name { async_name(ctx, name) } else { written.to_owned() };
    Route { renamed, imports: Vec::new() }
}

fn is_special(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    well_known::is_dunder(ctx.function_text(function))
}

/// The items of a `with` statement.
pub(super) fn items_of_with(
    facts: &ModuleFacts,
    statement: StatementId,
) -> impl Iterator<Item = SiteId> + '_ {
    let (first, end) = facts.statements[statement].sites;
    (first.index()..end.index()).map(SiteId::from_index).filter(move |&site| {
        let item = &facts.sites[site];
        item.place.statement == statement && matches!(item.kind, SiteKind::With { .. })
    })
}

/// Whether a generator has something to do when it is closed: then it matters when that happens.
fn cleans_up(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let item = &facts.functions[local];
    let first = item.first_statement.index();
    item.traits.is_generator
        && (first..first + item.statements as usize).map(StatementId::from_index).any(|statement| {
            matches!(facts.statements[statement].kind, StatementKind::Try | StatementKind::With { .. })
        })
}

/// Whether `asyncio` can be imported under its own name in a module.
pub(super) fn can_spell_offload(ctx: &Context<'_>, module: ModuleId) -> bool {
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
