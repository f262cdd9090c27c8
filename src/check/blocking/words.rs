//! Says in the words of the rules what blocks, on which way, and what to do.

use crate::check::blocking::loop_root::LoopRoot;
use crate::check::blocking::way::Way;
use crate::check::finding::{Cause, Finding, FindingBuilder, Hop, Spot};
use crate::check::request::CheckRequest;
use crate::graph::{CallEdge, EdgeKind};
use crate::link::ModuleId;
use crate::rules::{CheckRule, Level, Offload, Placeholder, Severity};
use crate::semantic::{FunctionId, well_known};

/// A function from which chains start.
pub(super) struct Root {
    /// Its module.
    pub(super) module: ModuleId,
    /// Its place there.
    pub(super) function: FunctionId,
    /// How the event loop runs it; `None` when it is looked at although no loop is known to.
    pub(super) kind: Option<LoopRoot>,
    /// Whether it only ever has the loop for itself.
    pub(super) is_main_only: bool,
}

/// The finding at the first place of a way; `is_once` when the way is only gone the first time.
pub(super) fn build(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    root: &Root,
    way: &Way<'_>,
    is_once: bool,
) -> Finding {
    let leaf_edge = way.rest.last().map_or(way.edge, |&id| request.graph.edge(id));
    let external = request.graph.external_name(leaf_edge.callee).unwrap_or_default();
    let callee = label(request, leaf_edge);
    let settings = request.settings;
    let proposed = request.knowledge.proposed(external, &settings.prefer, settings.target_version);
    let equivalent = proposed.as_ref().map(|proposed| &*proposed.target);
    let reason = request.knowledge.function(external).and_then(|rule| match &rule.offload {
        Offload::Never(reason) => Some(&**reason),
        Offload::Safe | Offload::Review(_) => None,
    });
    let function = request.function_name(root.module, root.function);
    let mut builder = FindingBuilder::new(rule, request.file(root.module), Spot::Text(way.edge.range))
        .variant(variant(request, root, way, equivalent.is_some(), reason.is_some()))
        .confidence(way.confidence)
        .value(Placeholder::Callee, callee.as_str())
        .value(Placeholder::Category, way.blocking.category.as_str())
        .value(Placeholder::Function, function.as_str())
        .function(function);
    // A call that usually takes microseconds, or happens once, is worth knowing, not worth a warning.
    if way.blocking.severity == Severity::Low || is_once {
        builder = builder.at_most(Level::Note);
    }
    // Nobody else waits in a program that has the loop for itself, nor in a test.
    if root.is_main_only || request.program.modules[root.module].is_test {
        builder = builder.lowered();
    }
    if let Some(equivalent) = equivalent {
        builder = builder.value(Placeholder::Equivalent, equivalent);
    }
    if let Some(reason) = reason {
        builder = builder.value(Placeholder::Detail, reason);
    }
    if !way.rest.is_empty() {
        let first = label(request, way.edge);
        builder = builder.value(Placeholder::Through, through(request, way.edge, &first));
    }
    let edges = std::iter::once(way.edge).chain(way.rest.iter().map(|&id| request.graph.edge(id)));
    let equivalent = equivalent.map(str::to_owned);
    builder
        .chain(edges.map(|edge| hop(request, edge)).collect())
        .cause(Cause { category: way.blocking.category, callee, equivalent })
        .finish()
}

fn variant(
    request: &CheckRequest<'_>,
    root: &Root,
    way: &Way<'_>,
    has_equivalent: bool,
    is_never_offloaded: bool,
) -> &'static str {
    let Some(kind) = root.kind else { return if has_equivalent { "sync-equivalent" } else { "sync" } };
    // What a statement does by itself is no call that could be awaited or handed on.
    let is_call = matches!(way.edge.kind, EdgeKind::Call | EdgeKind::Override | EdgeKind::RunLoop);
    match (way.rest.is_empty(), has_equivalent, is_never_offloaded) {
        (true, ..) if !kind.is_coroutine => "callback",
        (false, ..) if !kind.is_coroutine => "callback-through",
        (true, true, _) => "equivalent",
        (true, false, true) => "never-offload",
        (true, false, false) if !is_call => "special",
        (true, false, false) => "",
        (false, ..) if is_awaited_installed(request, way.edge) => "through-coroutine",
        (false, ..) if !can_be_awaited(request, way.edge) => "through-special",
        (false, ..) if is_installed(request, way.edge) => "through-installed",
        (false, true, _) => "through-equivalent",
        (false, false, _) => "through",
    }
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
    let caller = request.graph.function(edge.caller);
    Hop {
        file: request.file(edge.module),
        range: edge.range,
        label: label(request, edge),
        function: caller.map(|caller| request.program.function_name(caller)).unwrap_or_default(),
    }
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
