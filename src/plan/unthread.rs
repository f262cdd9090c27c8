//! Calls that were given to a thread because what they call blocked: once it waits, it can be awaited itself.

use crate::graph::EdgeKind;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::semantic::{ArgumentKind, SiteId, Value, ValueId, well_known};

/// The function that `await asyncio.to_thread(f, …)` at `site` runs, as it is passed, and what it may be.
///
/// The thread kept it apart from the loop, which nobody may have relied on: only on request.
pub(super) fn unthreaded(
    ctx: &Context<'_>,
    module: ModuleId,
    site: SiteId,
) -> Option<(ValueId, Vec<ProgramFunctionId>)> {
    if !ctx.request.settings.conversion.unsafe_fixes {
        return None;
    }
    let facts = ctx.program.facts(module);
    let (_, arguments) = facts.call(site)?;
    let function = arguments.first().filter(|first| first.kind == ArgumentKind::Positional)?.value;
    let is_named = matches!(facts.values[function], Value::Name { .. } | Value::Attribute { .. });
    let resolution = ctx.graph.site(ctx.program.site_index(module, site))?;
    let range = facts.sites[site].range;
    let mut targets = Vec::new();
    let mut is_thread = false;
    for edge in resolution.edges.iter().map(|&id| ctx.graph.edge(id)).filter(|edge| edge.range == range) {
        match (edge.kind, ctx.graph.function(edge.callee)) {
            (EdgeKind::Offload, Some(target)) => targets.push(target),
            (EdgeKind::Call, None) => {
                is_thread = ctx.graph.external_name(edge.callee) == Some(well_known::TO_THREAD);
            }
            _ => return None,
        }
    }
    let is_known = is_thread && !targets.is_empty() && resolution.incomplete.is_none();
    (is_named && is_known && facts.is_awaited(site)).then_some((function, targets))
}
