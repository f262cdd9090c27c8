//! Finds calls in code of the event loop that block it, directly or through sync functions.

use rustc_hash::FxHashSet;

use crate::check::finding::{Finding, FindingBuilder, Hop, Spot};
use crate::check::loop_root::{LoopRoot, loop_root};
use crate::check::request::CheckRequest;
use crate::graph::{CallEdge, Confidence, EdgeId, EdgeKind};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::rules::{Blocking, CheckRule, Level, Offload, Placeholder, Severity};
use crate::semantic::{Enclosing, FunctionId, SiteId, SiteKind, Value, well_known};
use crate::text::TextRange;

/// Reports, once for each place in async code, the shortest chain to something that blocks.
pub(crate) fn blocking_call(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for module in request.modules() {
        let facts = request.program.facts(module);
        let mut awaited = None;
        for function in facts.functions.ids() {
            if let Some(root) = loop_root(request, module, function) {
                let awaited = awaited.get_or_insert_with(|| awaited_calls(request, module));
                in_function(request, rule, (module, function, root), awaited, acc);
            }
        }
    }
}

/// A way from a call in async code to what blocks.
struct Way<'a> {
    edge: &'a CallEdge,
    /// Edges after the first; empty when the call itself blocks.
    rest: Vec<EdgeId>,
    blocking: Blocking,
    confidence: Confidence,
}

fn in_function(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    (module, function, root): (ModuleId, FunctionId, LoopRoot),
    awaited: &FxHashSet<SiteId>,
    acc: &mut Vec<Finding>,
) {
    let node = request.graph.function_node(request.program.function(module, function));
    let mut best: Vec<(TextRange, Way<'_>)> = Vec::new();
    for (id, edge) in request.graph.outgoing(node) {
        let Some(way) = way(request, id, edge, awaited) else { continue };
        let known =
            best.iter_mut().find(|(range, known)| *range == edge.range && known.edge.site == edge.site);
        match known {
            Some((_, known)) if is_better(&way, known) => *known = way,
            Some(_) => {}
            None => best.push((edge.range, way)),
        }
    }
    let name = request.function_name(module, function);
    for (range, way) in best {
        let finding = build(request, rule, (module, root), range, &way)
            .value(Placeholder::Function, name.as_str())
            .function(name.clone());
        acc.push(finding.finish());
    }
}

/// Surer comes first, then shorter; of equals the first stays.
fn is_better(way: &Way<'_>, known: &Way<'_>) -> bool {
    (way.confidence, std::cmp::Reverse(way.rest.len()))
        > (known.confidence, std::cmp::Reverse(known.rest.len()))
}

fn way<'a>(
    request: &CheckRequest<'_>,
    id: EdgeId,
    edge: &'a CallEdge,
    awaited: &FxHashSet<SiteId>,
) -> Option<Way<'a>> {
    if !edge.kind.runs_now() || is_never_run(request, edge) {
        return None;
    }
    let leaf = request.effects.leaf(id);
    let way = match request.graph.function(edge.callee).filter(|_| leaf.is_none()) {
        None => {
            let leaf = leaf?;
            // What is awaited hands the waiting to the loop.
            if edge.site.is_some_and(|site| awaited.contains(&site)) {
                return None;
            }
            let confidence = leaf.confidence.min(edge.confidence);
            Way { edge, rest: Vec::new(), blocking: leaf.blocking, confidence }
        }
        Some(callee) => {
            let (module, facts, local) = request.located(callee);
            let traits = facts.functions[local].traits;
            // Calling a generator function runs nothing of its body; going through what it gives does.
            let is_gone_through = matches!(edge.kind, EdgeKind::Iterate | EdgeKind::Enter);
            let runs_body = !traits.is_generator || is_gone_through;
            // A coroutine reports for itself, but nothing is reported in installed code.
            let is_awaited = is_gone_through || edge.kind == EdgeKind::Await;
            let is_passed_on = !traits.is_async || (is_awaited && request.program.is_third_party(module));
            if !is_passed_on || !runs_body || is_declared_harmless(request, callee) {
                return None;
            }
            let blocked = request.effects.blocked(edge.callee)?;
            let rest = request.effects.witness(request.graph, edge.callee);
            let confidence = blocked.confidence.min(edge.confidence);
            Way { edge, rest, blocking: blocked.blocking, confidence }
        }
    };
    (way.confidence >= request.least).then_some(way)
}

fn is_declared_harmless(request: &CheckRequest<'_>, callee: ProgramFunctionId) -> bool {
    let declared = &request.settings.not_blocking;
    !declared.is_empty() && declared.contains(&request.program.function_name(callee))
}

/// Whether the place is an annotation or a type alias, which the running program does not evaluate on the way.
fn is_never_run(request: &CheckRequest<'_>, edge: &CallEdge) -> bool {
    let Some(site) = edge.site else { return false };
    let enclosing = request.program.facts(edge.module).sites[site].place.enclosing;
    enclosing.has(Enclosing::ANNOTATION) || enclosing.has(Enclosing::TYPE_ALIAS)
}

/// Calls whose result is awaited, entered with `async with` or iterated with `async for`.
fn awaited_calls(request: &CheckRequest<'_>, module: ModuleId) -> FxHashSet<SiteId> {
    let facts = request.program.facts(module);
    let operand = |kind: SiteKind| match kind {
        SiteKind::Await { operand } => Some(operand),
        SiteKind::With { context, is_async: true } => Some(context),
        SiteKind::For { iterable, is_async: true }
        | SiteKind::Comprehension { iterable, is_async: true, .. } => Some(iterable),
        SiteKind::With { .. }
        | SiteKind::For { .. }
        | SiteKind::Comprehension { .. }
        | SiteKind::Call { .. }
        | SiteKind::Decorator { .. }
        | SiteKind::YieldFrom { .. }
        | SiteKind::Raise { .. }
        | SiteKind::Unpack { .. }
        | SiteKind::Class { .. } => None,
    };
    let call = |value| if let Value::Call(site) = facts.values[value] { Some(site) } else { None };
    facts.sites.iter().filter_map(|site| call(operand(site.kind)?)).collect()
}

fn build<'a>(
    request: &CheckRequest<'_>,
    rule: &'a CheckRule,
    (module, root): (ModuleId, LoopRoot),
    range: TextRange,
    way: &Way<'_>,
) -> FindingBuilder<'a> {
    let leaf_edge = way.rest.last().map_or(way.edge, |&id| request.graph.edge(id));
    let external = request.graph.external_name(leaf_edge.callee).unwrap_or_default();
    let leaf_rule = request.knowledge.function(external);
    let callee = label(request, leaf_edge);
    let settings = request.settings;
    let proposed = request.knowledge.proposed(external, &settings.prefer, settings.target_version);
    let equivalent = proposed.as_ref().map(|proposed| &*proposed.target);
    let reason = leaf_rule.and_then(|rule| match &rule.offload {
        Offload::Never(reason) => Some(&**reason),
        Offload::Safe | Offload::Review(_) => None,
    });
    let variant = match (way.rest.is_empty(), equivalent, reason) {
        (true, ..) if !root.is_coroutine => "callback",
        (false, ..) if !root.is_coroutine => "callback-through",
        (true, Some(_), _) => "equivalent",
        (true, None, Some(_)) => "never-offload",
        (true, None, None) => "",
        (false, ..) if is_awaited_installed(request, way.edge) => "through-coroutine",
        (false, ..) if !can_be_awaited(request, way.edge) => "through-special",
        (false, ..) if is_installed(request, way.edge) => "through-installed",
        (false, Some(_), _) => "through-equivalent",
        (false, None, _) => "through",
    };
    let mut builder = FindingBuilder::new(rule, request.file(module), Spot::Text(range))
        .variant(variant)
        .confidence(way.confidence)
        .value(Placeholder::Callee, callee.as_str())
        .value(Placeholder::Category, way.blocking.category.as_str());
    // A call that usually takes microseconds is worth knowing, not worth a warning; nor is one when nobody waits yet.
    if way.blocking.severity == Severity::Low || root.is_start_up {
        builder = builder.at_most(Level::Note);
    }
    if let Some(equivalent) = equivalent {
        builder = builder.value(Placeholder::Equivalent, equivalent);
    }
    if let Some(reason) = reason {
        builder = builder.value(Placeholder::Detail, reason);
    }
    let first = label(request, way.edge);
    if !way.rest.is_empty() {
        builder = builder.value(Placeholder::Through, through(request, way.edge, &first));
    }
    let rest = way.rest.iter().map(|&id| hop(request, request.graph.edge(id))).collect();
    builder.chain(first, rest)
}

/// Whether what the edge reaches could be a coroutine function: the interpreter awaits no special method and no property.
fn can_be_awaited(request: &CheckRequest<'_>, edge: &CallEdge) -> bool {
    let Some(callee) = request.graph.function(edge.callee) else { return false };
    let (_, facts, local) = request.located(callee);
    let is_called = matches!(edge.kind, EdgeKind::Call | EdgeKind::Override);
    is_called && !well_known::is_dunder(facts.name(facts.functions[local].name))
}

/// Whether the edge reaches installed code, which is not to be changed.
fn is_installed(request: &CheckRequest<'_>, edge: &CallEdge) -> bool {
    request.graph.function(edge.callee).is_some_and(|callee| request.program.is_third_party_function(callee))
}

/// Whether the edge awaits a coroutine of installed code.
fn is_awaited_installed(request: &CheckRequest<'_>, edge: &CallEdge) -> bool {
    let is_coroutine = request.graph.function(edge.callee).is_some_and(|callee| {
        let (_, facts, local) = request.located(callee);
        facts.functions[local].traits.is_async
    });
    is_coroutine && is_installed(request, edge)
}

/// How the async code spells what it reaches, or its full name.
fn through(request: &CheckRequest<'_>, edge: &CallEdge, label: &str) -> String {
    let facts = request.program.facts(edge.module);
    let callee = edge.site.and_then(|site| facts.call(site)).map(|(callee, _)| facts.value_ranges[callee]);
    request.dotted_text(edge.module, callee.unwrap_or(edge.range)).unwrap_or_else(|| label.to_owned())
}

fn hop(request: &CheckRequest<'_>, edge: &CallEdge) -> Hop {
    Hop { file: request.file(edge.module), range: edge.range, label: label(request, edge) }
}

/// Full name of what an edge reaches.
fn label(request: &CheckRequest<'_>, edge: &CallEdge) -> String {
    if let Some(function) = request.graph.function(edge.callee) {
        return request.program.function_name(function);
    }
    let name = request.graph.external_name(edge.callee).unwrap_or_default();
    let name = request.knowledge.public_name(name);
    // Builtins stand without their module.
    name.strip_prefix("builtins.").unwrap_or(&name).to_owned()
}

#[cfg(test)]
mod tests {
    use crate::base::Settings;
    use crate::check::testing::{findings, lines};

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS101", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn direct_call_proposes_the_equivalent() {
        let text = "import time\nasync def f():\n    time.sleep(1)\n";
        check(text, &["a:3 `time.sleep` blocks the event loop (sleep)"]);
        let found = findings("AS101", &[("a", text)], &Settings::default());
        assert_eq!(found[0].2.help.as_deref(), Some("await `asyncio.sleep` instead"));
    }

    #[test]
    fn chain_goes_through_any_file() {
        let files = [
            ("a", "import b\nasync def f():\n    b.load()\n"),
            ("b", "import time\ndef load():\n    retry()\ndef retry():\n    time.sleep(1)\n"),
        ];
        let found = findings("AS101", &files, &Settings::default());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].2.message, "`b.load` blocks the event loop: it reaches `time.sleep` (sleep)");
        let labels: Vec<&str> = found[0].2.chain.iter().map(|hop| hop.label.as_str()).collect();
        assert_eq!(labels, ["b.load", "b.retry", "time.sleep"]);
        assert_eq!(found[0].2.function.as_deref(), Some("a.f"));
    }

    #[test]
    fn awaited_offloaded_and_uncalled_are_silent() {
        check(
            "import asyncio, time\ndef g():\n    time.sleep(1)\nasync def f():\n    await asyncio.to_thread(g)\n    h = g\n    await asyncio.sleep(1)\n",
            &[],
        );
        check("import time\ndef f():\n    time.sleep(1)\n", &[]);
    }

    #[test]
    fn constructors_and_properties_are_not_told_to_be_async() {
        let text = "import time\nclass C:\n    def __init__(self):\n        time.sleep(1)\n    @property\n    def p(self):\n        time.sleep(1)\nasync def f():\n    c = C()\n    c.p\n";
        let found = findings("AS101", &[("a", text)], &Settings::default());
        let messages: Vec<&str> = found.iter().map(|(.., finding)| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "`C` blocks the event loop: it reaches `time.sleep` (sleep)",
                "`c.p` blocks the event loop: it reaches `time.sleep` (sleep)",
            ]
        );
        let is_special =
            |help: &Option<String>| help.as_ref().is_some_and(|help| help.starts_with("nothing awaits"));
        assert!(found.iter().all(|(.., finding)| is_special(&finding.help)));
    }

    #[test]
    fn callbacks_run_on_the_loop() {
        let text = "import asyncio, time\ndef tick():\n    time.sleep(1)\nasync def main():\n    asyncio.get_running_loop().call_later(1, tick)\n";
        let found = findings("AS101", &[("a", text)], &Settings::default());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].1, found[0].2.function.as_deref()), (3, Some("a.tick")));
        assert!(found[0].2.help.as_ref().unwrap().contains("calls `a.tick` itself"));
    }

    #[test]
    fn nested_functions_are_their_own() {
        check("import time\nasync def f():\n    def g():\n        time.sleep(1)\n    return g\n", &[]);
    }

    #[test]
    fn coroutines_report_for_themselves() {
        check(
            "import time\nasync def g():\n    time.sleep(1)\nasync def f():\n    await g()\n",
            &["a:3 `time.sleep` blocks the event loop (sleep)"],
        );
    }

    #[test]
    fn a_comment_excuses_here_or_where_it_blocks() {
        check("import time\nasync def f():\n    time.sleep(1)  # noqa: AS101\n", &[]);
        check("import time\ndef g():\n    time.sleep(1)  # noqa: AS101\nasync def f():\n    g()\n", &[]);
        check(
            "import time\nasync def f():\n    time.sleep(1)  # noqa: AS201\n",
            &["a:3 `time.sleep` blocks the event loop (sleep)"],
        );
    }

    #[test]
    fn harmless_by_declaration() {
        let files = [("a", "import time\ndef g():\n    time.sleep(1)\nasync def f():\n    g()\n")];
        let settings = Settings { not_blocking: vec!["a.g".to_owned()], ..Settings::default() };
        assert_eq!(findings("AS101", &files, &settings), []);
    }
}
