//! What must change around a place so that code there may wait: comprehensions and generator expressions.

use rustc_hash::FxHashSet;

use crate::base::Id;
use crate::link::ModuleId;
use crate::plan::consume::{Consumption, by_call, consumption, consumption_of};
use crate::plan::context::Context;
use crate::plan::step::{Callee, Collected, Step};
use crate::semantic::{
    Clauses, ComprehensionKind, DefinitionId, Enclosing, FunctionId, ModuleFacts, SiteId, SiteKind,
    StatementId, Value, ValueId,
};
use crate::text::TextRange;

/// What added code calls one of what it goes through.
pub(super) const ITEM: &str = "item";
/// What added code calls an async generator.
pub(super) const ITEMS: &str = "items";

/// A change around a call that waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Change {
    /// A step that needs no import.
    Step(Step),
    /// A builtin gives way to the runtime's async twin, which is awaited.
    AwaitTwin {
        /// The call of the builtin.
        call: SiteId,
        /// The twin's name.
        twin: &'static str,
    },
    /// A builtin gives way to the runtime's async twin, which `async for` goes through.
    IterateTwin {
        /// The call of the builtin.
        call: SiteId,
        /// The twin's name.
        twin: &'static str,
    },
    /// A loop that may be left early goes through its iterable inside `async with aclosing(…)`.
    Close {
        /// The loop.
        site: SiteId,
    },
}

/// What must change so that the code of a coroutine function may wait at `site`; `None` when it may not.
pub(super) fn surroundings(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> Option<Vec<Change>> {
    let facts = ctx.program.facts(module);
    let mut changes = Vec::new();
    wait_at(ctx, module, site, false, &mut changes)?;
    if let SiteKind::Comprehension { .. } = facts.sites[site].kind {
        let statement = facts.sites[site].place.statement;
        wait_inside(ctx, module, facts.comprehension_of(site)?, statement, &mut changes)?;
    }
    Some(changes)
}

/// What must change so that code may wait at `site`; `is_eager` when an async comprehension is to stand there.
fn wait_at(
    ctx: &Context<'_>,
    module: ModuleId,
    site: SiteId,
    is_eager: bool,
    acc: &mut Vec<Change>,
) -> Option<()> {
    let item = &ctx.program.facts(module).sites[site];
    let stands_in =
        |constructs: &[Enclosing]| constructs.iter().any(|&found| item.place.enclosing.has(found));
    // Before 3.9 a decorator was a dotted name, perhaps called.
    let is_early_decorator = stands_in(&[Enclosing::DECORATOR]) && !is_at_least(ctx, (3, 9));
    if is_early_decorator || stands_in(&[Enclosing::CLASS_BODY, Enclosing::ANNOTATION, Enclosing::TYPE_ALIAS])
    {
        return None;
    }
    if !stands_in(&[Enclosing::GENERATOR, Enclosing::COMPREHENSION]) {
        return Some(());
    }
    wait_around(ctx, module, item.range, item.place.statement, is_eager, acc)
}

/// What must change so that the items of what the call at `site` returns can be waited for; `None` when that
/// cannot be. The call itself becomes one of an async generator function, `callee`.
pub(super) fn iteration(
    ctx: &Context<'_>,
    module: ModuleId,
    site: SiteId,
    callee: Callee,
) -> Option<Vec<Change>> {
    let facts = ctx.program.facts(module);
    let statement = facts.sites[site].place.statement;
    if shows_names(facts, site) {
        return None;
    }
    // Where its first item is waited for is where the iterable is consumed, and that is checked below.
    let mut changes = vec![Change::Step(Step::Call { site, callee })];
    match consumption(ctx, module, site) {
        Consumption::Collected { call, display } => {
            wait_at(ctx, module, call, true, &mut changes)?;
            let instead_of = display.map(|kind| (call, kind));
            let item = fresh_name(facts, facts.statements[statement].function, ITEM);
            changes.push(Change::Step(Step::Collect {
                around: site,
                what: Collected::Call { site, item },
                instead_of,
            }));
        }
        Consumption::Spread => {
            wait_at(ctx, module, site, true, &mut changes)?;
            let item = fresh_name(facts, facts.statements[statement].function, ITEM);
            changes.push(Change::Step(Step::Collect {
                around: site,
                what: Collected::Call { site, item },
                instead_of: None,
            }));
        }
        consumption => consume(ctx, module, &consumption, statement, &mut changes)?,
    }
    Some(changes)
}

/// What must change so that a builtin gets the items of its first argument, which is iterable for `async for`
/// only; `None` when the builtin does not go through all of it at once.
pub(super) fn collection(ctx: &Context<'_>, module: ModuleId, call: SiteId) -> Option<Vec<Change>> {
    let facts = ctx.program.facts(module);
    let (_, arguments) = facts.call(call).filter(|_| !shows_names(facts, call))?;
    let value = arguments.first()?.value;
    let Consumption::Collected { display, .. } = by_call(ctx, module, call, 0) else { return None };
    let mut changes = Vec::new();
    wait_at(ctx, module, call, true, &mut changes)?;
    let item = fresh_name(facts, facts.sites[call].place.function, ITEM);
    let instead_of = display.map(|kind| (call, kind));
    changes.push(Change::Step(Step::Collect {
        around: call,
        what: Collected::Value { value, item },
        instead_of,
    }));
    Some(changes)
}

/// What must change so that the call of `map` or `filter` at `site` becomes a comprehension that waits for what
/// `callee` gives; `None` when its result is not used up at once.
pub(super) fn unrolling(
    ctx: &Context<'_>,
    module: ModuleId,
    site: SiteId,
    callee: Callee,
    filters: bool,
) -> Option<Vec<Change>> {
    let facts = ctx.program.facts(module);
    let statement = facts.sites[site].place.statement;
    if shows_names(facts, site) {
        return None;
    }
    let item = fresh_name(facts, facts.statements[statement].function, ITEM);
    let mut changes = Vec::new();
    let (display, instead_of) = match consumption(ctx, module, site) {
        Consumption::Collected { call, display } => {
            wait_at(ctx, module, call, true, &mut changes)?;
            (display.unwrap_or(ComprehensionKind::List), display.map(|_| call))
        }
        Consumption::Spread => {
            wait_at(ctx, module, site, true, &mut changes)?;
            (ComprehensionKind::List, None)
        }
        consumption => {
            consume(ctx, module, &consumption, statement, &mut changes)?;
            (ComprehensionKind::Generator, None)
        }
    };
    changes.push(Change::Step(Step::Unroll { site, callee, item, filters, display, instead_of }));
    Some(changes)
}

/// What must change around a comprehension that waits.
fn wait_inside(
    ctx: &Context<'_>,
    module: ModuleId,
    clauses: &Clauses,
    statement: StatementId,
    acc: &mut Vec<Change>,
) -> Option<()> {
    let facts = ctx.program.facts(module);
    let range = facts.value_ranges[clauses.value];
    if facts.comprehension_kind(clauses.value)? != ComprehensionKind::Generator {
        return wait_around(ctx, module, range, statement, true, acc);
    }
    let consumption = consumption_of(ctx, module, clauses.value, statement);
    let collected = Collected::Generator { value: clauses.value };
    let around = *clauses.sites.first()?;
    match consumption {
        Consumption::Collected { call, display } => {
            let instead_of = display.map(|kind| (call, kind));
            acc.push(Change::Step(Step::Collect { around, what: collected, instead_of }));
            wait_around(ctx, module, range, statement, true, acc)
        }
        Consumption::Spread => {
            acc.push(Change::Step(Step::Collect { around, what: collected, instead_of: None }));
            wait_around(ctx, module, range, statement, true, acc)
        }
        consumption => consume(ctx, module, &consumption, statement, acc),
    }
}

/// What must change so that a consumer that goes through an iterable step by step can wait for its items.
fn consume(
    ctx: &Context<'_>,
    module: ModuleId,
    consumption: &Consumption,
    statement: StatementId,
    acc: &mut Vec<Change>,
) -> Option<()> {
    let facts = ctx.program.facts(module);
    match *consumption {
        Consumption::For { site, leaves_early: true } => {
            if shows_names(facts, site) {
                return None;
            }
            // What is left early ends when its last reference goes, an async generator some time later.
            acc.push(Change::Close { site });
            Some(())
        }
        Consumption::For { site, leaves_early: false } => {
            acc.push(Change::Step(Step::AsyncFor { site }));
            Some(())
        }
        Consumption::Clause { site } => {
            acc.push(Change::Step(Step::AsyncFor { site }));
            wait_inside(ctx, module, facts.comprehension_of(site)?, statement, acc)
        }
        Consumption::ShortCircuit { call, twin } => {
            acc.push(Change::AwaitTwin { call, twin });
            wait_around(ctx, module, facts.sites[call].range, statement, false, acc)
        }
        Consumption::Passed { call, twin } => {
            let next = self::consumption(ctx, module, call);
            // The twin's own call may not be collected: its arguments need not be async all.
            let is_stepwise = matches!(next, Consumption::For { .. } | Consumption::Clause { .. });
            if !is_stepwise {
                return None;
            }
            acc.push(Change::IterateTwin { call, twin });
            consume(ctx, module, &next, statement, acc)
        }
        Consumption::Delegated { site } => {
            let item = fresh_name(facts, facts.statements[statement].function, ITEM);
            acc.push(Change::Step(Step::Delegate { site, item, is_async: true }));
            Some(())
        }
        Consumption::Collected { .. }
        | Consumption::Spread
        | Consumption::Advanced { .. }
        | Consumption::Dropped
        | Consumption::Unknown => None,
    }
}

/// What must change around an expression at `range` that waits; `is_eager` for an async comprehension.
fn wait_around(
    ctx: &Context<'_>,
    module: ModuleId,
    range: TextRange,
    statement: StatementId,
    is_eager: bool,
    acc: &mut Vec<Change>,
) -> Option<()> {
    let facts = ctx.program.facts(module);
    let Some(around) = facts.comprehension_around(range, statement) else { return Some(()) };
    // Before 3.11 an async comprehension may not stand inside a comprehension.
    if is_eager && !is_at_least(ctx, (3, 11)) {
        return None;
    }
    wait_inside(ctx, module, around, statement, acc)
}

fn is_at_least(ctx: &Context<'_>, version: (u8, u8)) -> bool {
    ctx.request.settings.target_version.is_some_and(|target| target >= version)
}

/// Whether the function around `site` reads its own names by `locals()`, where an added one would show.
pub(super) fn shows_names(facts: &ModuleFacts, site: SiteId) -> bool {
    facts.functions[facts.sites[site].place.function].traits.inspects_namespace
}

/// A name like `wanted` that neither `function` nor what is nested in it uses.
pub(super) fn fresh_name(facts: &ModuleFacts, function: FunctionId, wanted: &str) -> String {
    let is_inside = |mut inner: FunctionId| loop {
        if inner == function {
            return true;
        }
        if inner == facts.module_function() {
            return false;
        }
        inner = facts.functions[inner].parent;
    };
    let mut used: FxHashSet<&str> = FxHashSet::default();
    for (_, item) in facts.functions.iter_enumerated().filter(|(inner, _)| is_inside(*inner)) {
        let values = (item.first_value.index()..item.end_value.index()).map(ValueId::from_index);
        used.extend(values.filter_map(|value| match facts.values[value] {
            Value::Name { name, .. } => Some(facts.name(name)),
            _ => None,
        }));
        let first = item.first_statement.index();
        let statements = first..first + item.statements as usize;
        for statement in statements.map(StatementId::from_index) {
            let (first, end) = facts.statements[statement].definitions;
            let definitions = (first.index()..end.index()).map(DefinitionId::from_index);
            used.extend(definitions.map(|id| facts.name(facts.bindings[facts.definitions[id].binding].name)));
        }
        let parameters =
            item.parameters.iter().map(|parameter| facts.definitions[parameter.definition].binding);
        used.extend(parameters.map(|binding| facts.name(facts.bindings[binding].name)));
    }
    let mut name = wanted.to_owned();
    let mut count = 1;
    while used.contains(name.as_str()) {
        count += 1;
        name = format!("{wanted}_{count}");
    }
    name
}
