//! Finds where code starts an event loop and waits for it to end.

use crate::check::request::CheckRequest;
use crate::effects::LeafCall;
use crate::graph::{CallEdge, EdgeKind};
use crate::rules::{Blocking, CallTime, Category, Severity};

/// All calls that run an event loop to its end, in the order of their edges: those of which a rule says so, and those
/// of sync wrappers.
pub(super) fn nested_loops(request: &CheckRequest<'_>) -> Vec<LeafCall> {
    let mut found: Vec<LeafCall> = Vec::new();
    let mut last: Option<&CallEdge> = None;
    for (id, edge) in request.graph.edges() {
        let runs_loop = match edge.kind {
            EdgeKind::RunLoop => true,
            EdgeKind::Call => request.graph.external_name(edge.callee).is_some_and(|name| {
                let rule = request.knowledge.function(name);
                rule.is_some_and(|rule| rule.calls.iter().any(|call| call.when == CallTime::RunLoop))
            }),
            _ => false,
        };
        if !runs_loop || request.program.is_third_party(edge.module) {
            continue;
        }
        let is_same_place = last.is_some_and(|last| {
            last.caller == edge.caller && last.range == edge.range && last.site == edge.site
        });
        // What is called there says more than what the loop then runs.
        if is_same_place && edge.kind == EdgeKind::Call {
            found.pop();
        } else if is_same_place {
            continue;
        }
        last = Some(edge);
        let blocking = Blocking { category: Category::EventLoop, severity: Severity::High };
        found.push(LeafCall { edge: id, blocking, confidence: edge.confidence });
    }
    found
}
