//! Finds async functions that wait for nothing and could be sync.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Id, Symbol};
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::parts::{function_sites, suspends};
use crate::check::request::CheckRequest;
use crate::link::{Ancestor, ModuleId};
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    Constant, DefinitionKind, FunctionId, FunctionKind, ModuleFacts, NameId, SiteKind, StoreTarget, Value,
    ValueId, well_known,
};

/// Reports async functions without an await whose every use in the program is a call that is awaited at once.
pub(crate) fn async_without_await(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let mut candidates: FxHashMap<Symbol, Candidate> = FxHashMap::default();
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for function in facts.functions.ids() {
            if is_candidate(request, rule, module, function) {
                let symbol = request.program.names.symbol(module, facts.functions[function].name);
                let seen = candidates.contains_key(&symbol);
                let uses = if seen { Uses::Other } else { Uses::None };
                candidates.insert(symbol, Candidate { module, function, uses });
            }
        }
    }
    if candidates.is_empty() {
        return;
    }
    for module in request.program.modules.ids() {
        see_uses(request, module, &mut candidates);
    }
    let mut found: Vec<&Candidate> =
        candidates.values().filter(|candidate| candidate.uses == Uses::Awaited).collect();
    found.sort_unstable_by_key(|candidate| (candidate.module, candidate.function));
    for candidate in found {
        let item = &request.program.facts(candidate.module).functions[candidate.function];
        let name = request.program.facts(candidate.module).name(item.name);
        let finding = FindingBuilder::new(rule, request.file(candidate.module), Spot::Text(item.name_range))
            .function(request.function_name(candidate.module, candidate.function))
            .value(Placeholder::Function, name);
        acc.push(finding.finish());
    }
}

struct Candidate {
    module: ModuleId,
    function: FunctionId,
    uses: Uses,
}

/// How the program uses a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Uses {
    None,
    /// It is called, and what it returns is awaited at once.
    Awaited,
    /// Something else, or somebody else has the name too.
    Other,
}

/// Whether a function awaits nothing although its author was free to make it sync.
fn is_candidate(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    function: FunctionId,
) -> bool {
    let facts = request.program.facts(module);
    let item = &facts.functions[function];
    let traits = item.traits;
    let name = facts.name(item.name);
    item.kind == FunctionKind::Def
        && traits.is_async
        && !traits.is_generator
        && !traits.is_stub
        && !traits.is_type_only
        && !traits.is_redefined
        && item.decorators.is_empty()
        && !well_known::is_dunder(name)
        && !rule.has_word("exempt", name)
        && does_something(facts, function)
        && !blocks(request, module, function)
        && !is_of_interface(request, rule, module, function)
}

/// Whether a body calls something, and nothing in it waits; a body that only returns a literal is a hook to override.
fn does_something(facts: &ModuleFacts, function: FunctionId) -> bool {
    let mut calls = false;
    for site in function_sites(facts, function) {
        let item = &facts.sites[site];
        if suspends(item) {
            return false;
        }
        calls |= matches!(item.kind, SiteKind::Call { .. });
    }
    calls
}

/// Whether a function blocks: then it lacks an await, and the checks for that say where.
fn blocks(request: &CheckRequest<'_>, module: ModuleId, function: FunctionId) -> bool {
    let node = request.graph.function_node(request.program.function(module, function));
    request.effects.blocked(node).is_some()
}

/// Whether others may find a method by its name: in a class with foreign bases, in a protocol, a public one in a class
/// with bases, or where the module asks for attributes by computed names.
fn is_of_interface(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    function: FunctionId,
) -> bool {
    let facts = request.program.facts(module);
    let item = &facts.functions[function];
    let Some(class) = item.class else { return false };
    let is_public = !facts.name(item.name).starts_with('_');
    let class = request.program.class(module, class);
    let ancestors = request.hierarchy.mro(class);
    let has_foreign = ancestors.iter().any(|ancestor| !matches!(ancestor, Ancestor::Class(_)));
    has_foreign
        || (is_public && ancestors.len() > 1)
        || request.hierarchy.is_protocol(class)
        || asks_by_name(facts, rule)
}

/// Whether a module asks for an attribute whose name it computes.
fn asks_by_name(facts: &ModuleFacts, rule: &CheckRule) -> bool {
    facts.sites.ids().any(|site| {
        let Some((callee, arguments)) = facts.call(site) else { return false };
        let Value::Name { name, .. } = facts.values[callee] else { return false };
        rule.has_word("by-name", facts.name(name))
            && arguments.get(1).is_some_and(|name| !matches!(facts.values[name.value], Value::Constant(_)))
    })
}

/// Notes how a module uses the names of candidates.
fn see_uses(request: &CheckRequest<'_>, module: ModuleId, candidates: &mut FxHashMap<Symbol, Candidate>) {
    let facts = request.program.facts(module);
    let symbols: Vec<Option<Symbol>> = facts
        .names
        .ids()
        .map(|name| Some(request.program.names.symbol(module, name)).filter(|it| candidates.contains_key(it)))
        .collect();
    if symbols.iter().all(Option::is_none) {
        return;
    }
    let symbol_of = |name: NameId| symbols[name.index()];
    let own: Vec<FunctionId> = candidates
        .values()
        .filter(|candidate| candidate.module == module)
        .map(|candidate| candidate.function)
        .collect();
    let mut mark = |symbol: Symbol, uses: Uses| {
        if let Some(candidate) = candidates.get_mut(&symbol)
            && candidate.uses != Uses::Other
        {
            candidate.uses = uses;
        }
    };
    let mut awaited: FxHashSet<ValueId> = FxHashSet::default();
    for site in &facts.sites {
        let SiteKind::Await { operand } = site.kind else { continue };
        let Value::Call(call) = facts.values[operand] else { continue };
        awaited.extend(facts.call(call).map(|(callee, _)| callee));
    }
    for (value, item) in facts.values.iter_enumerated() {
        let (name, is_text) = match *item {
            Value::Name { name, .. } | Value::Attribute { name, .. } => (name, false),
            Value::Constant(Constant::Str(name)) => (name, true),
            _ => continue,
        };
        if let Some(symbol) = symbol_of(name) {
            let is_awaited = !is_text && awaited.contains(&value);
            mark(symbol, if is_awaited { Uses::Awaited } else { Uses::Other });
        }
    }
    for store in &facts.stores {
        if let StoreTarget::Attribute { name, .. } = store.target
            && let Some(symbol) = symbol_of(name)
        {
            mark(symbol, Uses::Other);
        }
    }
    for definition in &facts.definitions {
        let Some(symbol) = symbol_of(facts.bindings[definition.binding].name) else { continue };
        let is_same = match definition.kind {
            DefinitionKind::Function(function) => own.contains(&function),
            DefinitionKind::Import(_) | DefinitionKind::Join(_) => true,
            DefinitionKind::Value(_)
            | DefinitionKind::Parameter(_)
            | DefinitionKind::Class(_)
            | DefinitionKind::Narrowed { .. }
            | DefinitionKind::Unbound
            | DefinitionKind::Unknown => false,
        };
        if !is_same {
            mark(symbol, Uses::Other);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS205", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn awaited_functions_and_methods() {
        check(
            "async def f():\n    print(1)\nclass C:\n    async def m(self):\n        return len(self.x)\n    async def n(self):\n        await self.m()\n        await f()\n",
            &["a:1 async function `f` awaits nothing", "a:4 async function `m` awaits nothing"],
        );
    }

    #[test]
    fn waiting_in_any_way_is_a_reason() {
        check(
            "async def f(x):\n    async for y in x:\n        print(y)\nasync def g(x):\n    return [y async for y in x]\nasync def h(x):\n    yield len(x)\nasync def main(x):\n    await f(x)\n    await g(x)\n    await h(x)\n",
            &[],
        );
    }

    #[test]
    fn other_uses_need_a_coroutine() {
        check("async def f():\n    print(1)\nasync def g(x):\n    await f()\n    x.call(f)\n", &[]);
        check(
            "import asyncio\nasync def f():\n    print(1)\nasync def g():\n    asyncio.create_task(f())\n",
            &[],
        );
        check("async def f():\n    print(1)\nasync def g(x):\n    await f()\n    getattr(x, 'f')\n", &[]);
        check("async def f():\n    print(1)\n", &[]);
    }

    #[test]
    fn what_blocks_should_wait_instead() {
        check("import time\nasync def f():\n    time.sleep(1)\nasync def g():\n    await f()\n", &[]);
    }

    #[test]
    fn interfaces_are_left_alone() {
        check(
            "class A:\n    async def m(self):\n        print(1)\nclass B(A):\n    async def m(self):\n        await g()\nasync def f(a):\n    await a.m()\n",
            &[],
        );
        check(
            "import lib\nclass A(lib.B):\n    async def m(self):\n        print(1)\nasync def f(a):\n    await a.m()\n",
            &[],
        );
        check(
            "class A:\n    async def on_a(self):\n        print(1)\n    async def f(self, x):\n        await self.on_a()\n        await getattr(self, 'on_' + x)()\n",
            &[],
        );
        check(
            "class B:\n    pass\nclass A(B):\n    async def step(self):\n        print(1)\n    async def f(self, x):\n        await self.step()\n",
            &[],
        );
        check("@app.get('/')\nasync def m():\n    print(1)\nasync def f():\n    await m()\n", &[]);
        check(
            "class A:\n    async def m(self):\n        '''Hook.'''\n    async def n(self):\n        return None\n    async def f(self):\n        await self.m()\n        await self.n()\n",
            &[],
        );
    }
}
