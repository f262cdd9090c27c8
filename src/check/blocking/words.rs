//! Says in the words of the rules what blocks, on which way, and what to do.

use crate::check::blocking::loop_root::{LoopRoot, decorator_effects};
use crate::check::blocking::way::Way;
use crate::check::finding::{Cause, Finding, FindingBuilder, Hop, Spot};
use crate::check::request::CheckRequest;
use crate::graph::{CallEdge, Confidence, EdgeKind};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::rules::{CheckRule, DecoratorEffect, Form, Level, Offload, Placeholder, Safety, Severity};
use crate::semantic::{FunctionId, FunctionKind, well_known};

/// List of what runs a function on a thread in each async library.
pub(super) const OFFLOADS: &str = "offloads";

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
///
/// `offload` is what runs a function on a thread in the async library of the code; empty when that is not known.
pub(super) fn build(
    request: &CheckRequest<'_>,
    (rule, offload): (&CheckRule, &str),
    root: &Root,
    way: &Way<'_>,
    is_once: bool,
) -> Finding {
    let leaf_edge = way.rest.last().map_or(way.edge, |&id| request.graph.edge(id));
    let external = request.graph.external_name(leaf_edge.callee).unwrap_or_default();
    let callee = label(request, leaf_edge);
    let equivalent = equivalent(request, rule, external, offload);
    let equivalent = equivalent.as_deref();
    let reason = request.knowledge.function(external).and_then(|rule| match &rule.offload {
        Offload::Never(reason) => Some(&**reason),
        Offload::Safe | Offload::Review(_) => None,
    });
    let function = request.function_name(root.module, root.function);
    let mut builder = FindingBuilder::new(rule, request.file(root.module), Spot::Text(way.edge.range))
        .variant(variant(request, root, way, (equivalent.is_some(), reason.is_some(), offload)))
        .confidence(if is_own_library(request, rule, root.module) {
            Confidence::Possible
        } else {
            way.confidence
        })
        .value(Placeholder::Callee, callee.as_str())
        .value(Placeholder::Category, way.blocking.category.as_str())
        .value(Placeholder::Function, function.as_str())
        .value(Placeholder::Offload, offload)
        .function(function);
    // A call that usually takes microseconds, or happens once, is worth knowing, not worth a warning.
    if way.blocking.severity == Severity::Low || is_once {
        builder = builder.at_most(Level::Note);
    }
    // Nobody else waits in a program that has the loop for itself.
    if root.is_main_only {
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
        .cause(Cause { category: way.blocking.category, callee, equivalent, is_on_loop: root.kind.is_some() })
        .finish()
}

/// Whether a module belongs to a package that is an async library itself: it runs its coroutines in ways of its own, on
/// a loop that may not be there yet, so that nothing is sure.
fn is_own_library(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId) -> bool {
    let name = &request.program.modules[module].name;
    let package = name.split('.').next().unwrap_or(name);
    rule.words(OFFLOADS).iter().any(|offload| offload.split('.').next() == Some(package))
}

/// What to await in place of a call: in the async library of the code when that is not the usual one.
fn equivalent(request: &CheckRequest<'_>, rule: &CheckRule, external: &str, offload: &str) -> Option<String> {
    let settings = request.settings;
    let root = |dotted: &str| dotted.split('.').next().unwrap_or_default().to_owned();
    let usual = rule.words(OFFLOADS).first().map(|name| root(name)).unwrap_or_default();
    let proposed = request.knowledge.proposed(external, &settings.prefer, settings.target_version);
    let proposed = proposed.map(|proposed| proposed.target.into_owned());
    let library = root(offload);
    if library == usual {
        return proposed;
    }
    let own = request.knowledge.equivalents(external).into_iter().find(|found| {
        let is_awaited = matches!(found.form, Form::Await | Form::AsyncWith | Form::AsyncFor);
        found.library() == Some(&library) && is_awaited && found.safety > Safety::Suggest
    });
    own.map(|found| found.target.into_owned()).or_else(|| proposed.filter(|target| root(target) != usual))
}

fn variant(
    request: &CheckRequest<'_>,
    root: &Root,
    way: &Way<'_>,
    (has_equivalent, is_never_offloaded, offload): (bool, bool, &str),
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
        (true, false, false) if offload.is_empty() => "thread",
        (true, false, false) => "",
        (false, ..) if is_awaited_installed(request, way.edge) => "through-coroutine",
        (false, ..) if !can_be_awaited(request, way.edge) => "through-special",
        (false, false, _) if offload.is_empty() => "through-thread",
        (false, ..) if is_installed(request, way.edge) => "through-installed",
        (false, true, _) => "through-equivalent",
        (false, false, _) => "through",
    }
}

/// Whether what the edge reaches could be a coroutine function: the interpreter awaits no special method and no property.
fn can_be_awaited(request: &CheckRequest<'_>, edge: &CallEdge) -> bool {
    let is_called = matches!(edge.kind, EdgeKind::Call | EdgeKind::Override);
    is_called && request.graph.function(edge.callee).is_some_and(|callee| is_plain(request, callee))
}

/// Whether a function could be made async as it stands.
fn is_plain(request: &CheckRequest<'_>, function: ProgramFunctionId) -> bool {
    let (module, facts, local) = request.located(function);
    let item = &facts.functions[local];
    let is_nested = item.parent != facts.module_function();
    let is_property = !item.decorators.is_empty()
        && decorator_effects(request, module, local).any(|effect| effect == DecoratorEffect::Property);
    item.kind == FunctionKind::Def
        && !is_nested
        && !is_property
        && !well_known::is_dunder(facts.name(item.name))
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
        is_plain: caller.is_some_and(|caller| is_plain(request, caller)),
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
