//! Which calls give a coroutine, whatever happens: every target is known, and every target is a coroutine function.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::base::Id;
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::graph::{Confidence, EdgeKind, NodeId};
use crate::link::{ModuleId, Static, evaluate};
use crate::rules::CheckRule;
use crate::semantic::{
    Block, FunctionId, FunctionKind, ModuleFacts, SiteId, StatementId, StatementKind, Value, ValueId,
};

/// The rule that holds the names of coroutine functions and of decorators that change nothing.
const WORDS: &str = "AS204";

/// Calls that give a coroutine, by module and in order.
pub(crate) fn coroutine_calls(request: &CheckRequest<'_>) -> BTreeMap<ModuleId, Vec<SiteId>> {
    let Some(rule) = request.knowledge.check(WORDS) else { return BTreeMap::new() };
    let mut makers: FxHashSet<NodeId> = library_makers(request, rule);
    for (function, _) in request.graph.nodes() {
        if is_coroutine_function(request, rule, function) {
            makers.insert(function);
        }
    }
    let mut sites: FxHashSet<usize> = FxHashSet::default();
    let mut new: Vec<NodeId> = makers.iter().copied().collect();
    while !new.is_empty() {
        let found: Vec<usize> = new
            .iter()
            .flat_map(|&maker| request.graph.incoming(maker))
            .filter_map(|(_, edge)| Some(request.program.site_index(edge.module, edge.site?)))
            .filter(|site| !sites.contains(site))
            .filter(|&site| all_targets(request, &makers, site))
            .collect();
        sites.extend(&found);
        // A function that returns nothing but coroutines is as good as a coroutine function.
        new.clear();
        for site in found {
            let (module, site) = request.program.locate_site(site);
            let function = request.program.facts(module).sites[site].place.function;
            let node = request.graph.function_node(request.program.function(module, function));
            if !makers.contains(&node) && hands_out(request, rule, &sites, module, function) {
                makers.insert(node);
                new.push(node);
            }
        }
    }
    let mut by_module: BTreeMap<ModuleId, Vec<SiteId>> = BTreeMap::new();
    let mut sites: Vec<usize> = sites.into_iter().collect();
    sites.sort_unstable();
    for site in sites {
        let (module, site) = request.program.locate_site(site);
        by_module.entry(module).or_default().push(site);
    }
    by_module
}

/// Nodes of the libraries' functions that are known to be coroutine functions.
fn library_makers(request: &CheckRequest<'_>, rule: &CheckRule) -> FxHashSet<NodeId> {
    let mut found = FxHashSet::default();
    for name in rule.words("coroutine-functions") {
        let aliases = request.knowledge.function(name).map_or(&[][..], |function| &function.aliases);
        let names = std::iter::once(name).chain(aliases);
        found.extend(names.filter_map(|name| request.graph.external(name)));
    }
    for name in rule.words("coroutine-classes") {
        let Some(class) = request.knowledge.class(name) else { continue };
        for method in class.methods().iter().filter(|method| method.is_async) {
            let last = method.name.rsplit('.').next().unwrap_or_default();
            let names = std::iter::once(name).chain(&class.aliases);
            found.extend(names.filter_map(|class| request.graph.external(&format!("{class}.{last}"))));
        }
    }
    found
}

/// An `async def` that nothing turns into something else.
fn is_coroutine_function(request: &CheckRequest<'_>, rule: &CheckRule, node: NodeId) -> bool {
    let Some(function) = request.graph.function(node) else { return false };
    let (module, facts, local) = request.located(function);
    let traits = facts.functions[local].traits;
    traits.is_async && !traits.is_generator && is_plain(request, rule, module, local)
}

/// Whether what callers get is what the body says: no override that is meant to differ, no change by a decorator.
fn is_plain(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, function: FunctionId) -> bool {
    let facts = request.program.facts(module);
    let item = &facts.functions[function];
    let is_named = |list: &str, decorator: ValueId| {
        last_name(facts, decorator).is_some_and(|name| rule.has_word(list, name))
    };
    // What a decorator of the program makes of a function, the call graph knows.
    let is_own = |decorator: ValueId| {
        let applied = match facts.values[decorator] {
            Value::Call(site) => facts.call(site).map_or(decorator, |(callee, _)| callee),
            _ => decorator,
        };
        matches!(evaluate(request.program, module, applied), Static::Function(_))
    };
    let class = item.class.map(|class| &facts.classes[class]);
    // A stub says what others do, and they need not do it in the same way.
    let is_promise = item.traits.is_type_only || (item.traits.is_stub && item.class.is_some());
    item.kind == FunctionKind::Def
        && !is_promise
        && item.decorators.iter().all(|&decorator| is_named("decorators", decorator) || is_own(decorator))
        && class.is_none_or(|class| {
            class.decorators.iter().all(|&decorator| is_named("class-decorators", decorator))
        })
}

/// Whether the call at a site reaches these and nothing else.
fn all_targets(request: &CheckRequest<'_>, makers: &FxHashSet<NodeId>, site: usize) -> bool {
    let Some(known) = request.graph.site(site) else { return false };
    known.incomplete.is_none()
        && known.edges.iter().all(|&id| {
            let edge = request.graph.edge(id);
            matches!(edge.kind, EdgeKind::Call | EdgeKind::Override)
                && edge.confidence >= Confidence::Probable
                && makers.contains(&edge.callee)
        })
}

/// Whether a sync function ends with `return` of a coroutine on every way.
fn hands_out(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    sites: &FxHashSet<usize>,
    module: ModuleId,
    function: FunctionId,
) -> bool {
    let facts = request.program.facts(module);
    let item = &facts.functions[function];
    let is_coroutine = |value| match facts.values[value] {
        Value::Call(site) => sites.contains(&request.program.site_index(module, site)),
        _ => false,
    };
    !item.traits.is_async
        && !item.traits.is_generator
        && !item.returned.is_empty()
        && is_plain(request, rule, module, function)
        && item.returned.iter().all(|&value| is_coroutine(value))
        && always_returns(facts, function)
}

/// Whether the end of the body is never reached, and every `return` has a value.
fn always_returns(facts: &ModuleFacts, function: FunctionId) -> bool {
    let item = &facts.functions[function];
    let first = item.first_statement.index();
    let own: Vec<StatementId> =
        (first..first + item.statements as usize).map(StatementId::from_index).collect();
    let returns = own.iter().filter(|&&id| facts.statements[id].kind == StatementKind::Return).count();
    returns == item.returned.len() && block_returns(facts, &own, None, Block::Body)
}

/// Whether the last statement of a block of `parent` leaves the function.
fn block_returns(
    facts: &ModuleFacts,
    own: &[StatementId],
    parent: Option<StatementId>,
    block: Block,
) -> bool {
    let is_in_block = |id: &&StatementId| {
        let item = &facts.statements[**id];
        item.parent == parent && item.block == block
    };
    let Some(&last) = own.iter().rev().find(is_in_block) else { return false };
    match facts.statements[last].kind {
        StatementKind::Return | StatementKind::Raise => true,
        StatementKind::If => {
            block_returns(facts, own, Some(last), Block::Body)
                && block_returns(facts, own, Some(last), Block::Else)
        }
        StatementKind::With { .. } => block_returns(facts, own, Some(last), Block::Body),
        _ => false,
    }
}
