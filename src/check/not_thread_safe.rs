//! Finds calls on a thread of what only the thread of the event loop may call.

use std::collections::VecDeque;

use crate::check::finding::{Finding, FindingBuilder, Hop, Spot};
use crate::check::parts::{called_names, function_sites};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::graph::{CallEdge, Confidence, EdgeId, EdgeKind, NodeId};
use crate::link::ProgramFunctionId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{FunctionId, ModuleFacts, NameUse, SiteId, Value, well_known};

/// Functions between the start of the thread and the call; longer ways say little.
const LONGEST: usize = 6;

/// Reports calls that are not thread safe in functions that certainly run on a thread.
pub(crate) fn not_thread_safe(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for (list, variant) in [("unsafe", ""), ("spawning", "coroutine")] {
        for name in rule.words(list) {
            let Some(node) = request.graph.external(name) else { continue };
            for (_, edge) in request.graph.incoming(node) {
                let is_wanted = (request.is_selected)(edge.module)
                    && !request.program.modules[edge.module].is_test
                    && edge.kind == EdgeKind::Call
                    && edge.confidence == Confidence::Definite;
                if !is_wanted {
                    continue;
                }
                let Some(way) = way_from_thread(request, rule, edge) else { continue };
                acc.push(build(request, rule, variant, edge, &way));
            }
        }
    }
}

fn build(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    variant: &'static str,
    edge: &CallEdge,
    way: &[EdgeId],
) -> Finding {
    let name = request.graph.external_name(edge.callee).unwrap_or_default();
    let callee = request.knowledge.public_name(name).into_owned();
    let label = |node: NodeId| {
        request
            .graph
            .function(node)
            .map(|function| request.program.function_name(function))
            .unwrap_or_default()
    };
    let hop = |edge: &CallEdge, label: String, function: String| Hop {
        file: request.file(edge.module),
        range: edge.range,
        label,
        function,
        is_plain: true,
    };
    // From the call back to where the thread is started.
    let mut hops = vec![hop(edge, callee.clone(), label(edge.caller))];
    hops.extend(way.iter().map(|&id| {
        let edge = request.graph.edge(id);
        hop(edge, label(edge.callee), label(edge.caller))
    }));
    let started = way.last().map(|&id| request.graph.edge(id));
    let on_thread = started.map(|started| label(started.callee)).unwrap_or_default();
    FindingBuilder::new(rule, request.file(edge.module), Spot::Text(edge.range))
        .variant(variant)
        .function(label(edge.caller))
        .value(Placeholder::Callee, callee)
        .value(Placeholder::Through, on_thread)
        .chain(hops)
        .finish()
}

/// The calls that lead from an unsafe call back to where a thread is started, when all of them are certain and nothing on
/// the way knows better.
fn way_from_thread(request: &CheckRequest<'_>, rule: &CheckRule, edge: &CallEdge) -> Option<Vec<EdgeId>> {
    let site = edge.site?;
    let (_, facts, local) = request.located(request.graph.function(edge.caller)?);
    if !is_lasting(facts, local, site) {
        return None;
    }
    let mut waiting = VecDeque::from([(edge.caller, Vec::new())]);
    let mut seen = vec![edge.caller];
    while let Some((node, way)) = waiting.pop_front() {
        let function = request.graph.function(node)?;
        if !can_run_on_thread(request, rule, function) {
            continue;
        }
        for (id, edge) in request.graph.incoming(node) {
            // Another class may have other objects under the same names.
            if edge.confidence != Confidence::Definite || !is_of_same_class(request, edge, function) {
                continue;
            }
            let mut longer: Vec<EdgeId> = way.clone();
            longer.push(id);
            match edge.kind {
                EdgeKind::Offload if names_it(request, edge, function) => return Some(longer),
                EdgeKind::Call if longer.len() < LONGEST && !seen.contains(&edge.caller) => {
                    seen.push(edge.caller);
                    waiting.push_back((edge.caller, longer));
                }
                _ => {}
            }
        }
    }
    None
}

/// Whether a call's receiver lives longer than the function: an attribute of `self`, a global, a name of an outer function.
fn is_lasting(facts: &ModuleFacts, function: FunctionId, site: SiteId) -> bool {
    let Some((callee, _)) = facts.call(site) else { return false };
    let Value::Attribute { base, .. } = facts.values[callee] else { return true };
    let receiver = match facts.values[base] {
        Value::Attribute { base, .. } => base,
        _ => base,
    };
    match facts.values[receiver] {
        Value::Name { reference: NameUse::Binding(_), .. } => true,
        Value::Name { name, .. } => {
            receiver != base
                && well_known::is_receiver_name(facts.name(name))
                && facts.functions[function].class.is_some()
        }
        _ => false,
    }
}

/// Whether a function is called from its own class, or belongs to none; nested functions are of the class around them.
fn is_of_same_class(request: &CheckRequest<'_>, edge: &CallEdge, callee: ProgramFunctionId) -> bool {
    let (module, facts, local) = request.located(callee);
    let Some(class) = facts.functions[local].class else { return true };
    let Some(caller) = request.graph.function(edge.caller) else { return false };
    let (from, from_facts, mut around) = request.located(caller);
    while from_facts.functions[around].class.is_none() && around != from_facts.module_function() {
        around = from_facts.functions[around].parent;
    }
    from == module && from_facts.functions[around].class == Some(class)
}

/// Whether the call that starts a thread names the function itself, and not something that may hold many.
fn names_it(request: &CheckRequest<'_>, edge: &CallEdge, function: ProgramFunctionId) -> bool {
    let (_, facts, local) = request.located(function);
    let wanted = facts.name(facts.functions[local].name);
    let from = request.program.facts(edge.module);
    let Some((_, arguments)) = edge.site.and_then(|site| from.call(site)) else { return false };
    arguments.iter().any(|argument| match from.values[argument.value] {
        Value::Function(lambda) => edge.module == request.located(function).0 && lambda == local,
        Value::Call(_) => false,
        _ => last_name(from, argument.value) == Some(wanted),
    })
}

/// Whether a function is plain code that has no loop of its own and does not ask on which thread it is.
fn can_run_on_thread(request: &CheckRequest<'_>, rule: &CheckRule, function: ProgramFunctionId) -> bool {
    let (module, facts, local) = request.located(function);
    let item = &facts.functions[local];
    let is_plain = !item.traits.is_async && !item.traits.is_generator && local != facts.module_function();
    is_plain
        && !function_sites(facts, local).any(|site| {
            let callee = facts.call(site).and_then(|(callee, _)| last_name(facts, callee));
            callee.is_some_and(|callee| rule.has_word("knowing", callee))
                || called_names(request, module, site).any(|name| rule.has_word("own-loop", &name))
        })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS209", &[("a", text)]), expected, "{text}");
    }

    const CLASS: &str = "import asyncio, threading\nclass C:\n    def __init__(self):\n        self.loop = asyncio.get_event_loop()\n        self.event = asyncio.Event()\n        self.queue = asyncio.Queue()\n";

    #[test]
    fn direct_and_through_a_helper() {
        let text = format!(
            "{CLASS}    def work(self):\n        self.done()\n        self.queue.put_nowait(1)\n    def done(self):\n        self.event.set()\n    async def run(self):\n        threading.Thread(target=self.work).start()\n"
        );
        check(
            &text,
            &[
                "a:9 `asyncio.Queue.put_nowait` is not thread safe, and `a.C.work` runs on a thread",
                "a:11 `asyncio.Event.set` is not thread safe, and `a.C.work` runs on a thread",
            ],
        );
    }

    #[test]
    fn what_a_registry_holds_is_not_certain() {
        let text = format!(
            "{CLASS}    def __call__(self):\n        self.event.set()\n    def work(self, lane):\n        lane.event.set()\nclass Job:\n    def __init__(self, target):\n        self.target = target\nasync def run(loop):\n    job = Job(C())\n    await asyncio.to_thread(job.target)\n    await asyncio.to_thread(C().work, C())\n"
        );
        check(&text, &[]);
    }

    #[test]
    fn scheduling_from_the_thread_is_right() {
        let text = format!(
            "{CLASS}    def work(self):\n        self.loop.call_soon_threadsafe(self.event.set)\n    async def run(self):\n        await asyncio.to_thread(self.work)\n        self.event.set()\n"
        );
        check(&text, &[]);
    }

    #[test]
    fn a_thread_with_its_own_loop_is_silent() {
        check(
            "import asyncio, threading\nclass C:\n    def __init__(self):\n        self.loop = asyncio.new_event_loop()\n    def work(self):\n        asyncio.set_event_loop(self.loop)\n        self.loop.call_soon(print)\n        self.loop.run_forever()\n    def start(self):\n        threading.Thread(target=self.work).start()\n",
            &[],
        );
    }
}
