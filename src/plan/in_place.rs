//! Conversion in place has no wrappers: whoever uses a converted function has to wait for it.

use rustc_hash::FxHashSet;

use crate::base::Id;
use crate::graph::{CallEdge, EdgeKind};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::form::{Form, form, is_plain_iter};
use crate::plan::planned::Planning;
use crate::plan::sites::{Action, action_at};
use crate::semantic::{ModuleFacts, SiteId, Value, ValueId, well_known};

/// Converted functions that some code uses which cannot wait for them.
pub(super) fn used_without_waiting(planning: &Planning<'_>) -> Vec<ProgramFunctionId> {
    let ctx = planning.ctx;
    let mut found: Vec<ProgramFunctionId> = planning
        .converted
        .iter()
        .copied()
        .filter(|&function| {
            let mut edges = ctx.graph.incoming(ctx.graph.function_node(function));
            edges.any(|(_, edge)| !is_waited_for(planning, function, edge))
        })
        .collect();
    found.sort_unstable();
    found
}

fn is_waited_for(planning: &Planning<'_>, function: ProgramFunctionId, edge: &CallEdge) -> bool {
    let ctx = planning.ctx;
    if ctx.program.modules[edge.module].is_test || planning.wrapped.contains(&function) {
        return true;
    }
    match edge.kind {
        EdgeKind::Await
        | EdgeKind::Reference
        | EdgeKind::RunLoop
        | EdgeKind::Schedule
        // A registered function is its registrar's business.
        | EdgeKind::Decorate => return true,
        EdgeKind::Implicit | EdgeKind::Offload => return false,
        EdgeKind::Call | EdgeKind::Override => {
            // Making a generator waits for nothing, and a plain `__aiter__` is no coroutine function.
            if form(ctx, function) != Form::Coroutine || is_plain_iter(ctx, function) {
                return true;
            }
        }
        EdgeKind::Iterate | EdgeKind::Enter => {}
    }
    let Some(site) = edge.site else { return false };
    let facts = ctx.program.facts(edge.module);
    if facts.is_awaited(site) {
        return true;
    }
    let caller = ctx.program.function(edge.module, facts.sites[site].place.function);
    // Nothing can wait in a finalizer; what it does in async code is for its author to say.
    if ctx.is_closed() && ctx.function_text(caller) == well_known::DEL {
        return true;
    }
    let may_await =
        ctx.is_async(caller) || (planning.converted.contains(&caller) && !is_plain_iter(ctx, caller));
    if may_await && planning.gathered_at(edge.module, site).is_some() {
        return true;
    }
    let action = action_at(ctx, edge.module, site);
    may_await
        && action.is_ok_and(|action| {
            action.is_some_and(|action| planning.at(edge.module, site, &action).is_some())
        })
}

/// Plain `__iter__` methods that only hand on what a converted generator function makes: their classes
/// are iterated over with `async for`, so they need the other name.
pub(super) fn iterators_of_converted(
    ctx: &Context<'_>,
    converted: &FxHashSet<ProgramFunctionId>,
) -> Vec<ProgramFunctionId> {
    let functions = (0..ctx.program.function_count()).map(ProgramFunctionId::from_index);
    functions
        .filter(|&function| {
            let (module, local) = ctx.program.locate_function(function);
            let facts = ctx.program.facts(module);
            let returned = &facts.functions[local].returned;
            let makes = |value: &ValueId| makes_converted(ctx, converted, module, facts, *value);
            is_plain_iter(ctx, function) && !returned.is_empty() && returned.iter().all(makes)
        })
        .collect()
}

fn makes_converted(
    ctx: &Context<'_>,
    converted: &FxHashSet<ProgramFunctionId>,
    module: ModuleId,
    facts: &ModuleFacts,
    value: ValueId,
) -> bool {
    let Value::Call(site) = facts.values[value] else { return false };
    called_at(ctx, module, site).is_some_and(|targets| {
        let is_made =
            |target: &ProgramFunctionId| converted.contains(target) && form(ctx, *target) == Form::Generator;
        !targets.is_empty() && targets.iter().all(is_made)
    })
}

fn called_at(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> Option<Vec<ProgramFunctionId>> {
    match action_at(ctx, module, site) {
        Ok(Some(Action::Call(targets))) => Some(targets),
        _ => None,
    }
}
