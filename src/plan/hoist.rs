//! Augmented assignments to what is shared: their right side is waited for before the target is read.

use rustc_hash::FxHashSet;

use crate::base::Id;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::step::Step;
use crate::plan::surroundings::fresh_name;
use crate::semantic::{
    BindingId, DefinitionId, DefinitionKind, FunctionId, ModuleFacts, NameUse, ScopeKind, SiteId,
    StatementId, StatementKind, StoreTarget, Value, ValueId,
};

/// What added code calls a value that was waited for.
const VALUE: &str = "value";

/// What `x += …` writes to, when others may write it while this waits.
enum Shared<'a> {
    Attribute(&'a str),
    Item,
    Name(BindingId),
}

/// The step that moves the wait at `site` before its statement reads what it adds to, if that is due.
///
/// `self.total += f()` reads `self.total` first, so that of two tasks one would lose its addition.
pub(super) fn hoist(ctx: &Context<'_>, module: ModuleId, site: SiteId) -> Option<Step> {
    let facts = ctx.program.facts(module);
    let statement = facts.sites[site].place.statement;
    let StatementKind::Assign { augmented: true } = facts.statements[statement].kind else { return None };
    let read = shared_target(facts, statement)?;
    // What the call itself changes it must go on changing after the read.
    let called = functions_called(ctx, module, statement);
    let is_changed =
        |shared: &Shared<'_>| called.iter().any(|&function| writes(ctx, function, module, shared));
    if read.iter().any(is_changed) {
        return None;
    }
    let name = fresh_name(facts, facts.statements[statement].function, VALUE);
    Some(Step::Hoist { site: facts.statements[statement].sites.0, statement, name })
}

/// All that evaluating the target reads, when others may write the target.
fn shared_target(facts: &ModuleFacts, statement: StatementId) -> Option<Vec<Shared<'_>>> {
    let item = &facts.statements[statement];
    let stores = &facts.stores[item.stores.0 as usize..item.stores.1 as usize];
    let definitions: Vec<DefinitionId> = (item.definitions.0.index()..item.definitions.1.index())
        .map(DefinitionId::from_index)
        .filter(|&id| {
            let scope = facts.bindings[facts.definitions[id].binding].scope;
            facts.scopes[scope].kind != ScopeKind::Comprehension
        })
        .collect();
    let mut read = Vec::new();
    match (stores, definitions.as_slice()) {
        ([store], []) => match store.target {
            StoreTarget::Attribute { base, name } if is_plain(facts, base) => {
                read.push(Shared::Attribute(facts.name(name)));
                add_parts(facts, item.function, base, &mut read);
            }
            // A container that only this function knows is not shared.
            StoreTarget::Item { base, index }
                if is_plain(facts, base) && is_plain(facts, index) && !is_made_here(facts, base) =>
            {
                read.push(Shared::Item);
                add_parts(facts, item.function, base, &mut read);
                add_parts(facts, item.function, index, &mut read);
            }
            StoreTarget::Attribute { .. } | StoreTarget::Item { .. } => return None,
        },
        ([], [definition]) => {
            let binding = facts.definitions[*definition].binding;
            if is_local(facts, item.function, binding) {
                return None;
            }
            read.push(Shared::Name(binding));
        }
        _ => return None,
    }
    Some(read)
}

/// Whether only the code of `function` itself writes a name.
fn is_local(facts: &ModuleFacts, function: FunctionId, binding: BindingId) -> bool {
    let item = &facts.bindings[binding];
    item.scope == facts.functions[function].scope && !item.written_elsewhere
}

/// Adds what evaluating `value` reads that others may write.
fn add_parts<'a>(facts: &'a ModuleFacts, function: FunctionId, value: ValueId, acc: &mut Vec<Shared<'a>>) {
    match facts.values[value] {
        Value::Name { reference, .. } => {
            let binding = match reference {
                NameUse::Reaching(definition) => Some(facts.definitions[definition].binding),
                NameUse::Binding(binding) => Some(binding),
                NameUse::Unresolved => None,
            };
            acc.extend(binding.filter(|&binding| !is_local(facts, function, binding)).map(Shared::Name));
        }
        Value::Attribute { base, name } => {
            acc.push(Shared::Attribute(facts.name(name)));
            add_parts(facts, function, base, acc);
        }
        Value::Item { base, index } => {
            acc.push(Shared::Item);
            add_parts(facts, function, base, acc);
            add_parts(facts, function, index, acc);
        }
        Value::Tuple(operands) => {
            for &part in facts.operands(operands) {
                add_parts(facts, function, part, acc);
            }
        }
        _ => {}
    }
}

/// Whether evaluating a value does nothing else: names, attributes, subscripts and literals.
fn is_plain(facts: &ModuleFacts, value: ValueId) -> bool {
    match facts.values[value] {
        Value::Name { .. } | Value::Constant(_) => true,
        Value::Attribute { base, .. } => is_plain(facts, base),
        Value::Item { base, index } => is_plain(facts, base) && is_plain(facts, index),
        Value::Tuple(operands) => facts.operands(operands).iter().all(|&value| is_plain(facts, value)),
        _ => false,
    }
}

/// Whether a value is a local name for a display of the same function.
fn is_made_here(facts: &ModuleFacts, value: ValueId) -> bool {
    let Value::Name { reference: NameUse::Reaching(definition), .. } = facts.values[value] else {
        return false;
    };
    match facts.definitions[definition].kind {
        DefinitionKind::Value(made) => {
            matches!(facts.values[made], Value::List(_) | Value::Dict(_) | Value::Comprehension { .. })
        }
        _ => false,
    }
}

/// All functions of the program that the calls of a statement may reach.
fn functions_called(
    ctx: &Context<'_>,
    module: ModuleId,
    statement: StatementId,
) -> FxHashSet<ProgramFunctionId> {
    let facts = ctx.program.facts(module);
    let (first, end) = facts.statements[statement].sites;
    let mut stack: Vec<ProgramFunctionId> = (first.index()..end.index())
        .map(SiteId::from_index)
        .filter_map(|site| ctx.graph.site(ctx.program.site_index(module, site)))
        .flat_map(|resolution| &resolution.edges)
        .filter_map(|&edge| ctx.graph.function(ctx.graph.edge(edge).callee))
        .collect();
    let mut found = FxHashSet::default();
    while let Some(function) = stack.pop() {
        if found.insert(function) {
            let edges = ctx.graph.outgoing(ctx.graph.function_node(function));
            let run = edges.filter(|(_, edge)| edge.kind.runs_now());
            stack.extend(run.filter_map(|(_, edge)| ctx.graph.function(edge.callee)));
        }
    }
    found
}

/// Whether a function writes what is shared.
fn writes(ctx: &Context<'_>, function: ProgramFunctionId, home: ModuleId, shared: &Shared<'_>) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let item = &facts.functions[local];
    let first = item.first_statement.index();
    let mut statements = (first..first + item.statements as usize).map(StatementId::from_index);
    statements.any(|statement| {
        let item = &facts.statements[statement];
        let stores = &facts.stores[item.stores.0 as usize..item.stores.1 as usize];
        match *shared {
            Shared::Attribute(wanted) => stores.iter().any(|store| {
                matches!(store.target, StoreTarget::Attribute { name, .. } if facts.name(name) == wanted)
            }),
            Shared::Item => stores.iter().any(|store| matches!(store.target, StoreTarget::Item { .. })),
            Shared::Name(binding) => {
                module == home
                    && (item.definitions.0.index()..item.definitions.1.index())
                        .map(DefinitionId::from_index)
                        .any(|id| facts.definitions[id].binding == binding)
            }
        }
    })
}
