//! Tells what blocks only the first time, because its result is kept.

use std::cell::OnceCell;

use crate::base::Id;
use crate::check::blocking::loop_root::is_cached;
use crate::check::blocking::way::Way;
use crate::check::request::CheckRequest;
use crate::graph::NodeId;
use crate::semantic::{Block, DefinitionId, NameId, StatementKind, StoreTarget, Value, ValueId};

/// How often a way to what blocks is gone to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Times {
    /// Each time.
    Many,
    /// Once for each set of arguments.
    Once,
    /// Perhaps never on the loop: an import has done it before, or whoever came first.
    Before,
}

/// Whether a step of a way stands in `if x is None: x = f()`, for an `x` that outlives the call: it is gone once.
fn is_made_once(request: &CheckRequest<'_>, way: &Way<'_>) -> bool {
    let rest = way.rest.iter().map(|&id| request.graph.edge(id));
    std::iter::once(way.edge).chain(rest).any(|edge| {
        let facts = request.program.facts(edge.module);
        let Some(site) = edge.site else { return false };
        let assignment = &facts.statements[facts.sites[site].place.statement];
        let Some(parent) = assignment.parent.map(|parent| &facts.statements[parent]) else { return false };
        let is_guarded = parent.kind == StatementKind::If && assignment.block == Block::Body;
        let is_plain = assignment.kind == StatementKind::Assign { augmented: false };
        if !is_guarded || !is_plain {
            return false;
        }
        let (first, end) = assignment.stores;
        let stores = &facts.stores[first as usize..end as usize];
        let attributes = stores.iter().filter_map(|store| match store.target {
            StoreTarget::Attribute { name, .. } => Some(name),
            StoreTarget::Item { .. } => None,
        });
        let (first, end) = assignment.definitions;
        let globals = (first.index()..end.index()).map(DefinitionId::from_index).filter_map(|definition| {
            let binding = &facts.bindings[facts.definitions[definition].binding];
            (binding.scope == facts.functions[facts.module_function()].scope).then_some(binding.name)
        });
        let names: Vec<NameId> = attributes.chain(globals).collect();
        // The test is what the `if` reads before its block.
        let (first, _) = parent.values;
        let before = assignment.values.0;
        (first.index()..before.index()).map(ValueId::from_index).any(|value| match facts.values[value] {
            Value::Name { name, .. } | Value::Attribute { name, .. } => names.contains(&name),
            _ => false,
        })
    })
}

/// What runs while modules are imported; looked up when it is first asked for.
#[derive(Default)]
pub(super) struct Imported {
    nodes: OnceCell<Vec<bool>>,
}

impl Imported {
    /// How often a way is gone to its end.
    pub(super) fn times(&self, request: &CheckRequest<'_>, way: &Way<'_>) -> Times {
        let rest = way.rest.iter().map(|&id| request.graph.edge(id));
        let edges = std::iter::once(way.edge).chain(rest);
        let mut cached = edges.map(|edge| edge.callee).filter(|&callee| {
            request.graph.function(callee).is_some_and(|function| {
                let (module, _, local) = request.located(function);
                is_cached(request, module, local)
            })
        });
        match cached.next() {
            None if is_made_once(request, way) => Times::Before,
            None => Times::Many,
            Some(node) if self.nodes.get_or_init(|| imported(request))[node.index()] => Times::Before,
            Some(_) => Times::Once,
        }
    }
}

/// For each node, whether the import of a module runs it.
fn imported(request: &CheckRequest<'_>) -> Vec<bool> {
    let mut found = vec![false; request.graph.node_count()];
    let bodies = request.program.modules.iter_enumerated().map(|(module, item)| {
        request.graph.function_node(request.program.function(module, item.facts.module_function()))
    });
    let mut waiting: Vec<NodeId> = bodies.collect();
    while let Some(node) = waiting.pop() {
        if std::mem::replace(&mut found[node.index()], true) {
            continue;
        }
        let is_coroutine = request.graph.function(node).is_some_and(|function| {
            let (_, facts, local) = request.located(function);
            facts.functions[local].traits.is_async
        });
        if !is_coroutine {
            let next = request.graph.outgoing(node).filter(|(_, edge)| edge.kind.runs_now());
            waiting.extend(next.map(|(_, edge)| edge.callee));
        }
    }
    found
}
