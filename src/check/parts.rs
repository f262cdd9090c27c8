//! Parts of functions and statements, and the names of what sites call.

use std::borrow::Cow;

use crate::base::Id;
use crate::check::request::CheckRequest;
use crate::graph::EdgeKind;
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::{
    FunctionId, ModuleFacts, Site, SiteId, SiteKind, StatementId, StatementKind, Value, ValueId,
};

/// Statements directly in the blocks of another, in order.
pub(crate) fn children(facts: &ModuleFacts, parent: StatementId) -> impl Iterator<Item = StatementId> + '_ {
    let end = facts.statements[parent].end;
    let mut next = StatementId::from_index(parent.index() + 1);
    std::iter::from_fn(move || {
        let found = Some(next).filter(|&found| found < end)?;
        next = facts.statements[found].end;
        Some(found)
    })
}

/// All statements nested in another, itself left out.
pub(crate) fn nested(facts: &ModuleFacts, parent: StatementId) -> impl Iterator<Item = StatementId> + use<> {
    (parent.index() + 1..facts.statements[parent].end.index()).map(StatementId::from_index)
}

/// The statements around another, from the inside out.
pub(crate) fn around(facts: &ModuleFacts, statement: StatementId) -> impl Iterator<Item = StatementId> + '_ {
    std::iter::successors(facts.statements[statement].parent, |&outer| facts.statements[outer].parent)
}

/// Sites of a statement and of all that is nested in it.
pub(crate) fn sites_of(facts: &ModuleFacts, statement: StatementId) -> impl Iterator<Item = SiteId> + use<> {
    let (first, end) = facts.statements[statement].sites;
    (first.index()..end.index()).map(SiteId::from_index)
}

/// Values that a statement reads itself, before its blocks.
pub(crate) fn header_values(
    facts: &ModuleFacts,
    statement: StatementId,
) -> impl DoubleEndedIterator<Item = ValueId> + use<> {
    let (first, end) = facts.statements[statement].values;
    let body = children(facts, statement).next().map(|child| facts.statements[child].values.0);
    (first.index()..body.unwrap_or(end).index()).map(ValueId::from_index)
}

/// Sites in the body of a function, those of nested functions left out.
pub(crate) fn function_sites(
    facts: &ModuleFacts,
    function: FunctionId,
) -> impl Iterator<Item = SiteId> + use<> {
    let item = &facts.functions[function];
    let first = item.first_statement.index();
    let run = &facts.statements.as_slice()[first..first + item.statements as usize];
    let first = run.first().map_or(0, |statement| statement.sites.0.index());
    let end = run.iter().map(|statement| statement.sites.1.index()).max().unwrap_or(first);
    (first..end).map(SiteId::from_index)
}

/// The class expression of an `except` clause; `None` when it catches everything.
pub(crate) fn caught_class(facts: &ModuleFacts, handler: StatementId) -> Option<ValueId> {
    let last = header_values(facts, handler).next_back()?;
    Some(if let Value::Caught(class) = facts.values[last] { class } else { last })
}

/// Whether a task can be suspended, and cancelled, at a site.
pub(crate) fn suspends(site: &Site) -> bool {
    match site.kind {
        SiteKind::Await { .. } => true,
        SiteKind::For { is_async, .. }
        | SiteKind::Comprehension { is_async, .. }
        | SiteKind::With { is_async, .. } => is_async,
        SiteKind::Call { .. }
        | SiteKind::Decorator { .. }
        | SiteKind::YieldFrom { .. }
        | SiteKind::Raise { .. }
        | SiteKind::Unpack { .. }
        | SiteKind::Class { .. } => false,
    }
}

/// Names of what a site calls outside the program, as its library offers them.
pub(crate) fn called_names<'a>(
    request: &'a CheckRequest<'_>,
    module: ModuleId,
    site: SiteId,
) -> impl Iterator<Item = Cow<'a, str>> {
    let found = request.graph.site(request.program.site_index(module, site));
    let edges = found.into_iter().flat_map(|found| &found.edges).map(|&edge| request.graph.edge(edge));
    edges
        .filter(|edge| edge.kind == EdgeKind::Call && edge.confidence >= request.least)
        .filter_map(|edge| request.graph.external_name(edge.callee))
        .map(|name| request.knowledge.public_name(name))
}

/// Whether a site calls something in a list of the rule, by its full name.
pub(crate) fn calls_listed(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    list: &str,
    module: ModuleId,
    site: SiteId,
) -> bool {
    called_names(request, module, site).any(|name| rule.has_word(list, &name))
}

/// Whether a value is the result of a call of something in a list of the rule.
pub(crate) fn is_listed_call(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    list: &str,
    module: ModuleId,
    value: ValueId,
) -> bool {
    match request.program.facts(module).values[value] {
        Value::Call(site) => calls_listed(request, rule, list, module, site),
        _ => false,
    }
}

/// Contexts of the `with` statements around a statement.
pub(crate) fn contexts_around(facts: &ModuleFacts, statement: StatementId) -> Vec<ValueId> {
    let is_with = |&outer: &StatementId| matches!(facts.statements[outer].kind, StatementKind::With { .. });
    let contexts = |outer: StatementId| {
        sites_of(facts, outer).filter_map(move |site| match facts.sites[site].kind {
            SiteKind::With { context, .. } if facts.sites[site].place.statement == outer => Some(context),
            _ => None,
        })
    };
    around(facts, statement).filter(is_with).flat_map(contexts).collect()
}
