//! Functions of the program that stay sync but may run in a thread as a whole.

use rustc_hash::FxHashSet;

use crate::graph::{CallEdge, EdgeKind, Node};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::rules::Offload;
use crate::semantic::well_known;

/// More functions than this below one call are not looked through.
const MOST: usize = 400;

/// Modules whose code keeps values per thread.
pub(super) fn thread_local_modules(ctx: &Context<'_>) -> FxHashSet<ModuleId> {
    match ctx.graph.external(well_known::THREAD_LOCAL) {
        Some(node) => ctx.graph.incoming(node).map(|(_, edge)| edge.module).collect(),
        None => FxHashSet::default(),
    }
}

/// Whether a call of `function` may run in another thread than its caller: nothing below it belongs
/// to its thread, takes a lock that its caller may hold and take again, or keeps values per thread.
pub(super) fn may_run_in_thread(
    ctx: &Context<'_>,
    thread_local: &FxHashSet<ModuleId>,
    function: ProgramFunctionId,
) -> bool {
    let mut seen = FxHashSet::default();
    let mut stack = vec![function];
    while let Some(next) = stack.pop() {
        if !seen.insert(next) {
            continue;
        }
        let is_local = thread_local.contains(&ctx.module_of(next));
        if seen.len() > MOST || is_local || ctx.is_async(next) {
            return false;
        }
        for (_, edge) in ctx.graph.outgoing(ctx.graph.function_node(next)) {
            if !edge.kind.runs_now() {
                continue;
            }
            match ctx.graph.node(edge.callee) {
                Node::Function(callee) => stack.push(*callee),
                Node::External(name) => {
                    if is_bound_to_thread(ctx, edge, name) {
                        return false;
                    }
                }
            }
        }
    }
    true
}

fn is_bound_to_thread(ctx: &Context<'_>, edge: &CallEdge, name: &str) -> bool {
    let knowledge = ctx.request.knowledge;
    let class = name.rsplit_once('.').and_then(|(class, _)| knowledge.class(class));
    if let Some(class) = class
        && well_known::is_dunder(name.rsplit('.').next().unwrap_or(name))
    {
        // A plain lock that is taken and given back in one thread may be any thread's.
        let is_plain_lock = edge.kind == EdgeKind::Enter && !class.reentrant;
        return class.thread_bound.is_some() && !is_plain_lock;
    }
    match knowledge.function(name) {
        Some(rule) => rule.offload != Offload::Safe,
        None => false,
    }
}
