//! What keeps tasks from getting between a read and a write: locks, single readers, functions that run once.

use crate::check::blocking::loop_root;
use crate::check::parts::{contexts_around, function_sites};
use crate::check::race_across_await::shared::Shared;
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::graph::{CallEdge, EdgeKind};
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::{FunctionId, ModuleFacts, StatementId, Value, ValueId, well_known};

/// Whether the name says that one task at a time uses it: the position of a reader, its buffer.
pub(crate) fn is_private(rule: &CheckRule, place: &Shared) -> bool {
    match place {
        Shared::Member(text) => text.split(['.', '_', '[', ']']).any(|part| rule.has_word("private", part)),
        Shared::Name(_) => false,
    }
}

/// Whether a lock is held at a statement, as far as names tell, or wherever the function is called.
pub(crate) fn is_protected(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    statement: StatementId,
) -> bool {
    let facts = request.program.facts(module);
    if is_locked(rule, facts, statement) {
        return true;
    }
    let function = facts.statements[statement].function;
    let is_guarded = facts.functions[function]
        .decorators
        .iter()
        .filter_map(|&decorator| last_name(facts, decorator))
        .chain(function_sites(facts, function).filter_map(|site| last_name(facts, facts.call(site)?.0)))
        .any(|name| has_part(rule, "locks", name));
    let node = request.graph.function_node(request.program.function(module, function));
    let mut calls = request.graph.incoming(node).filter(|(_, edge)| edge.kind == EdgeKind::Call).peekable();
    let is_called = calls.peek().is_some();
    let is_locked_at = |edge: &CallEdge| {
        let facts = request.program.facts(edge.module);
        edge.site.is_some_and(|site| is_locked(rule, facts, facts.sites[site].place.statement))
    };
    is_guarded || (is_called && calls.all(|(_, edge)| is_locked_at(edge)))
}

fn is_locked(rule: &CheckRule, facts: &ModuleFacts, statement: StatementId) -> bool {
    contexts_around(facts, statement).into_iter().any(|context| names_lock(rule, facts, context))
}

fn names_lock(rule: &CheckRule, facts: &ModuleFacts, context: ValueId) -> bool {
    match facts.values[context] {
        Value::Name { name, .. } => has_part(rule, "locks", facts.name(name)),
        Value::Attribute { base, name } => {
            has_part(rule, "locks", facts.name(name)) || names_lock(rule, facts, base)
        }
        Value::Item { base, .. } => names_lock(rule, facts, base),
        Value::Call(site) => facts.call(site).is_some_and(|(callee, _)| names_lock(rule, facts, callee)),
        _ => false,
    }
}

fn has_part(rule: &CheckRule, list: &str, name: &str) -> bool {
    rule.words(list).iter().any(|word| name.to_lowercase().contains(&**word))
}

/// Whether the name of a function, or a framework's rule, says that it runs once.
pub(crate) fn runs_once(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    function: FunctionId,
) -> bool {
    let facts = request.program.facts(module);
    let name = facts.name(facts.functions[function].name);
    let is_named = well_known::is_dunder(name) || name.split('_').any(|part| rule.has_word("once", part));
    is_named || loop_root(request, module, function).is_some_and(|root| root.is_start_up)
}
