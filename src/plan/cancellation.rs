//! Clauses around a wait that would keep the cancellation of the task.

use crate::base::{DEFAULT_TARGET, Id};
use crate::link::{ModuleId, Static, evaluate};
use crate::plan::context::Context;
use crate::plan::step::Step;
use crate::semantic::{
    Block, DefinitionKind, ModuleFacts, NameUse, SiteId, SiteKind, StatementId, StatementKind, Value,
    ValueId, well_known,
};

/// What a clause does with the cancellation of the task.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Catch {
    /// It lets it through, or is not asked.
    Nothing,
    /// It names it, so that whoever wrote it thought of it.
    Named,
    /// It catches it with everything else.
    Everything,
}

/// The steps that let a cancellation through the clauses around the wait at `site`.
pub(super) fn let_through(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> Vec<Step> {
    let facts = ctx.program.facts(module);
    let mut steps = Vec::new();
    let mut below = facts.sites[site].place.statement;
    while let Some(parent) = facts.statements[below].parent {
        let is_guarded = facts.statements[parent].kind == StatementKind::Try
            && facts.statements[below].block == Block::Body;
        if is_guarded && let Some(handler) = swallowing_clause(ctx, module, parent) {
            steps.push(Step::LetCancelThrough { site: facts.statements[parent].sites.0, handler });
        }
        below = parent;
    }
    steps
}

/// The clause of a `try` that takes a cancellation and does not raise it again.
fn swallowing_clause(ctx: &Context<'_>, module: ModuleId, statement: StatementId) -> Option<StatementId> {
    let facts = ctx.program.facts(module);
    let handlers =
        children(facts, statement).filter(|&child| facts.statements[child].block == Block::Handler);
    for handler in handlers {
        match catches(ctx, module, caught_class(facts, handler)) {
            Catch::Nothing => {}
            Catch::Named => return None,
            Catch::Everything => return (!raises_again(facts, handler)).then_some(handler),
        }
    }
    None
}

fn catches(ctx: &Context<'_>, module: ModuleId, class: Option<ValueId>) -> Catch {
    let Some(class) = class else { return Catch::Everything };
    let facts = ctx.program.facts(module);
    if let Value::Tuple(operands) = facts.values[class] {
        let all: Vec<Catch> =
            facts.operands(operands).iter().map(|&class| catches(ctx, module, Some(class))).collect();
        return [Catch::Named, Catch::Everything]
            .into_iter()
            .find(|wanted| all.contains(wanted))
            .unwrap_or(Catch::Nothing);
    }
    let Static::External(name) = evaluate(ctx.program, module, class) else { return Catch::Nothing };
    // Up to Python 3.7 a cancellation was an `Exception`.
    let target = ctx.request.settings.target_version.unwrap_or(DEFAULT_TARGET);
    match &*name {
        well_known::BASE_EXCEPTION => Catch::Everything,
        well_known::EXCEPTION if target < (3, 8) => Catch::Everything,
        name if name.ends_with(well_known::CANCELLED_SUFFIX) => Catch::Named,
        _ => Catch::Nothing,
    }
}

/// Whether a clause ends with a bare `raise`, or raises what it caught, whatever happens before.
fn raises_again(facts: &ModuleFacts, handler: StatementId) -> bool {
    children(facts, handler).last().is_some_and(|last| {
        let item = &facts.statements[last];
        let mut sites = (item.sites.0.index()..item.sites.1.index()).map(SiteId::from_index);
        item.kind == StatementKind::Raise
            && sites.all(|site| match facts.sites[site].kind {
                SiteKind::Raise { exception } => is_caught(facts, exception),
                _ => false,
            })
    })
}

/// Whether a value is what an `except` clause caught, under its name.
fn is_caught(facts: &ModuleFacts, value: ValueId) -> bool {
    let Value::Name { reference: NameUse::Reaching(definition), .. } = facts.values[value] else {
        return false;
    };
    match facts.definitions[definition].kind {
        DefinitionKind::Value(value) => matches!(facts.values[value], Value::Caught(_)),
        _ => false,
    }
}

/// Statements of the blocks of another, those nested deeper left out.
fn children(facts: &ModuleFacts, parent: StatementId) -> impl Iterator<Item = StatementId> + '_ {
    let end = facts.statements[parent].end;
    let mut next = StatementId::from_index(parent.index() + 1);
    std::iter::from_fn(move || {
        let found = Some(next).filter(|&found| found < end)?;
        next = facts.statements[found].end;
        Some(found)
    })
}

/// The class of an `except` clause; `None` catches everything.
fn caught_class(facts: &ModuleFacts, handler: StatementId) -> Option<ValueId> {
    let (first, end) = facts.statements[handler].values;
    let body = children(facts, handler).next().map(|child| facts.statements[child].values.0);
    let last = (first.index()..body.unwrap_or(end).index()).map(ValueId::from_index).next_back()?;
    Some(if let Value::Caught(class) = facts.values[last] { class } else { last })
}
