//! Override families: methods that a base and its subclasses share a name for must change together.

use rustc_hash::FxHashMap;

use crate::link::{Ancestor, ProgramFunctionId};
use crate::plan::context::Context;
use crate::semantic::{FunctionId, NameId, ScopeId, StoreTarget, Value, well_known};

/// For each method that overrides or is overridden, all methods it must change with, itself included,
/// in order.
#[derive(Default)]
pub(super) struct Families {
    members: Vec<Vec<ProgramFunctionId>>,
    of: FxHashMap<ProgramFunctionId, usize>,
}

impl Families {
    /// The methods that must change with `function`.
    pub(super) fn of(&self, function: ProgramFunctionId) -> Option<&[ProgramFunctionId]> {
        self.of.get(&function).map(|&index| self.members[index].as_slice())
    }
}

/// Groups all methods of the program by the classes that share them (PEP 3119, Liskov).
pub(super) fn families(ctx: &Context<'_>) -> Families {
    let mut groups: FxHashMap<ProgramFunctionId, ProgramFunctionId> = FxHashMap::default();
    let mut all = Vec::new();
    for module in ctx.program.modules.ids() {
        let facts = ctx.program.facts(module);
        for (id, function) in facts.functions.iter_enumerated() {
            let Some(class) = function.class else { continue };
            let method = ctx.program.function(module, id);
            let name = facts.name(function.name);
            let class = ctx.program.class(module, class);
            for ancestor in ctx.hierarchy.mro(class).iter().skip(1) {
                let Ancestor::Class(base) = ancestor else { continue };
                if let Some(overridden) = ctx.class_method(*base, name) {
                    union(&mut groups, method, overridden);
                    all.push(method);
                    all.push(overridden);
                }
            }
        }
    }
    let mut pairs = partners(ctx);
    if ctx.is_closed() {
        pairs.extend(definitions_of_one_name(ctx));
        pairs.extend(stand_ins(ctx));
    }
    for (method, partner) in pairs {
        union(&mut groups, method, partner);
        all.push(method);
        all.push(partner);
    }
    all.sort_unstable();
    all.dedup();
    let mut families = Families::default();
    let mut roots: FxHashMap<ProgramFunctionId, usize> = FxHashMap::default();
    for method in all {
        let root = find(&groups, method);
        let index = *roots.entry(root).or_insert_with(|| {
            families.members.push(Vec::new());
            families.members.len() - 1
        });
        families.members[index].push(method);
        families.of.insert(method, index);
    }
    families
}

/// Special methods with those that they are of no use without: `__enter__` and `__exit__`.
fn partners(ctx: &Context<'_>) -> Vec<(ProgramFunctionId, ProgramFunctionId)> {
    let mut found = Vec::new();
    for module in ctx.program.modules.ids() {
        let facts = ctx.program.facts(module);
        for (id, function) in facts.functions.iter_enumerated() {
            let (Some(class), Some(partner)) =
                (function.class, well_known::special_partner(facts.name(function.name)))
            else {
                continue;
            };
            let class = ctx.program.class(module, class);
            let inherited = ctx.hierarchy.mro(class).iter().find_map(|ancestor| match ancestor {
                Ancestor::Class(base) => ctx.class_method(*base, partner),
                Ancestor::External(_) | Ancestor::Unknown => None,
            });
            if let Some(partner) = inherited {
                found.push((ctx.program.function(module, id), partner));
            }
        }
    }
    found
}

/// Functions that one scope defines under one name.
fn definitions_of_one_name(ctx: &Context<'_>) -> Vec<(ProgramFunctionId, ProgramFunctionId)> {
    let mut found = Vec::new();
    for module in ctx.program.modules.ids() {
        let facts = ctx.program.facts(module);
        let mut first: FxHashMap<(ScopeId, NameId), FunctionId> = FxHashMap::default();
        for (id, function) in facts.functions.iter_enumerated() {
            if !function.traits.is_redefined {
                continue;
            }
            let Some(scope) = facts.scopes[function.scope].parent else { continue };
            let known = *first.entry((scope, function.name)).or_insert(id);
            if known != id {
                found.push((ctx.program.function(module, known), ctx.program.function(module, id)));
            }
        }
    }
    found
}

/// Methods without a body with the functions that are stored under their names: `self.api.get = self._get`.
fn stand_ins(ctx: &Context<'_>) -> Vec<(ProgramFunctionId, ProgramFunctionId)> {
    let mut stubs: FxHashMap<&str, Vec<ProgramFunctionId>> = FxHashMap::default();
    for module in ctx.program.modules.ids() {
        let facts = ctx.program.facts(module);
        for (id, function) in facts.functions.iter_enumerated() {
            if function.traits.is_stub && function.class.is_some() {
                stubs.entry(facts.name(function.name)).or_default().push(ctx.program.function(module, id));
            }
        }
    }
    let mut found = Vec::new();
    for module in ctx.program.modules.ids() {
        let facts = ctx.program.facts(module);
        for store in &facts.stores {
            let StoreTarget::Attribute { name, .. } = store.target else { continue };
            let Some(value) = store.value else { continue };
            let Value::Attribute { name: taken, .. } = facts.values[value] else { continue };
            let Some(stubs) = stubs.get(facts.name(name)) else { continue };
            let class = facts.functions[store.place.function].class;
            let Some(class) = class.map(|class| ctx.program.class(module, class)) else { continue };
            let Some(method) = ctx.class_method(class, facts.name(taken)) else { continue };
            found.extend(stubs.iter().map(|&stub| (stub, method)));
        }
    }
    found
}

fn find(
    groups: &FxHashMap<ProgramFunctionId, ProgramFunctionId>,
    mut item: ProgramFunctionId,
) -> ProgramFunctionId {
    while let Some(&parent) = groups.get(&item) {
        if parent == item {
            break;
        }
        item = parent;
    }
    item
}

fn union(
    groups: &mut FxHashMap<ProgramFunctionId, ProgramFunctionId>,
    left: ProgramFunctionId,
    right: ProgramFunctionId,
) {
    let (left, right) = (find(groups, left), find(groups, right));
    if left != right {
        groups.insert(left.max(right), left.min(right));
    }
}
