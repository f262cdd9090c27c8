//! From effects to a plan.

use crate::plan::change::{change_module, finish};
use crate::plan::context::Context;
use crate::plan::request::{Plan, PlanRequest};
use crate::plan::selection::{causes, select, verdicts};
use crate::plan::units::units;

/// Plans a conversion. Nothing is changed.
pub fn plan(request: &PlanRequest<'_>) -> Plan {
    let ctx = Context::new(request);
    let selection = select(&ctx);
    let touched = selection.moves.touched(&ctx).into_iter().collect();
    let together = selection.moves.together.iter().cloned().chain([touched]).collect();
    let verdicts = verdicts(&ctx, &selection);
    let causes = causes(&ctx, &selection, &verdicts);
    let mut plan = Plan { verdicts, causes, together, ..Plan::default() };
    for module in request.program.modules.ids() {
        let is_editable = (request.is_selected)(module)
            && !request.refused.contains(&module)
            && request.program.facts(module).problems.is_empty();
        if is_editable {
            change_module(&ctx, &selection, module, &mut plan);
        }
    }
    let mut plan = finish(plan);
    plan.units = units(&ctx, &plan);
    plan.notes.sort_unstable();
    plan.notes.dedup();
    plan
}
