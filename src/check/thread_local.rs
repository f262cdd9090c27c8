//! Finds `threading.local` objects in async code, where all tasks share them.

use crate::base::Id;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::graph::EdgeKind;
use crate::link::{ImportTarget, Lookup, ModuleId};
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    BindingId, ClassId, DefinitionId, DefinitionKind, FunctionId, ImportKind, ModuleFacts, NameId, NameUse,
    SiteKind, StoreTarget, Value, ValueId, well_known,
};
use crate::text::TextRange;

/// How many sync functions may stand between async code and a use.
const DEEPEST: u8 = 4;

/// Reports uses of thread-local objects in async functions, and in sync functions that only async code calls.
pub(crate) fn thread_local(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for (module, holder) in holders(request, rule) {
        for (used_in, holder) in places(request, module, holder) {
            if !(request.is_selected)(used_in) || request.program.modules[used_in].is_test {
                continue;
            }
            let facts = request.program.facts(used_in);
            for function in facts.functions.ids() {
                let Some((range, is_write)) = first_use(facts, function, holder) else { continue };
                let is_async = facts.functions[function].traits.is_async;
                let is_seen =
                    is_async || (is_write && is_called_by_async_only(request, used_in, function, 0));
                if !is_seen {
                    continue;
                }
                let text = range.slice((request.text)(used_in).as_str());
                let finding = FindingBuilder::new(rule, request.file(used_in), Spot::Text(range))
                    .variant(if is_async { "" } else { "sync" })
                    .function(request.function_name(used_in, function))
                    .value(Placeholder::Function, facts.name(facts.functions[function].name))
                    .subject(text)
                    .value(Placeholder::Other, text);
                acc.push(finding.finish());
            }
        }
    }
}

/// What holds a thread-local object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    /// A name of the module.
    Global(BindingId),
    /// An attribute of the instances of a class.
    Attribute(ClassId, NameId),
}

/// Everything to which a new thread-local object is assigned.
fn holders(request: &CheckRequest<'_>, rule: &CheckRule) -> Vec<(ModuleId, Holder)> {
    let mut found = Vec::new();
    for name in rule.words("thread-locals") {
        let Some(node) = request.graph.external(name) else { continue };
        for (_, edge) in request.graph.incoming(node) {
            let facts = request.program.facts(edge.module);
            let Some(site) = edge.site.filter(|_| edge.kind == EdgeKind::Call) else { continue };
            let SiteKind::Call { value, .. } = facts.sites[site].kind else { continue };
            let statement = &facts.statements[facts.sites[site].place.statement];
            let (first, end) = statement.definitions;
            let binding = (first.index()..end.index())
                .map(DefinitionId::from_index)
                .map(|id| &facts.definitions[id])
                .find(|definition| definition.kind == DefinitionKind::Value(value))
                .map(|definition| definition.binding)
                .filter(|&binding| facts.bindings[binding].scope.index() == 0);
            let attribute = facts.stores[statement.stores.0 as usize..statement.stores.1 as usize]
                .iter()
                .filter(|store| store.value == Some(value))
                .find_map(|store| match store.target {
                    StoreTarget::Attribute { name, .. } => {
                        facts.functions[store.place.function].class.map(|class| (class, name))
                    }
                    StoreTarget::Item { .. } => None,
                });
            let global = binding.map(Holder::Global);
            let member = attribute.map(|(class, name)| Holder::Attribute(class, name));
            found.extend(global.or(member).map(|holder| (edge.module, holder)));
        }
    }
    found
}

/// The holder under the names that it has in each module.
fn places(request: &CheckRequest<'_>, module: ModuleId, holder: Holder) -> Vec<(ModuleId, Holder)> {
    let mut found = vec![(module, holder)];
    let Holder::Global(binding) = holder else { return found };
    let wanted = ImportTarget::Global(module, binding);
    let name = request.program.facts(module).name(request.program.facts(module).bindings[binding].name);
    for other in request.program.modules.ids().filter(|&other| other != module) {
        let facts = request.program.facts(other);
        for import in &facts.imports {
            let is_named =
                matches!(import.kind, ImportKind::From { name: asked, .. } if facts.name(asked) == name);
            if is_named
                && request.program.import_target(other, import.kind).as_ref() == Some(&wanted)
                && let Some(definition) = import.definition
            {
                found.push((other, Holder::Global(facts.definitions[definition].binding)));
            }
        }
    }
    found
}

/// Where a function first writes to an attribute of the object, or else reads one.
fn first_use(facts: &ModuleFacts, function: FunctionId, holder: Holder) -> Option<(TextRange, bool)> {
    let item = &facts.functions[function];
    if function == facts.module_function() {
        return None;
    }
    let is_it = |value: ValueId| match (holder, facts.values[value]) {
        (Holder::Global(binding), Value::Name { reference, .. }) => match reference {
            NameUse::Binding(used) => used == binding,
            NameUse::Reaching(definition) => facts.definitions[definition].binding == binding,
            NameUse::Unresolved => false,
        },
        (Holder::Attribute(class, wanted), Value::Attribute { base, name }) => {
            let is_receiver = matches!(facts.values[base], Value::Name { name, .. }
                if well_known::is_receiver_name(facts.name(name)));
            name == wanted && is_receiver && item.class == Some(class)
        }
        _ => false,
    };
    let first = item.first_statement.index();
    let statements = &facts.statements.as_slice()[first..first + item.statements as usize];
    let stores = statements.iter().map(|statement| statement.stores);
    let stores = stores.clone().map(|stores| stores.0).min()?..stores.map(|stores| stores.1).max()?;
    let write = facts.stores[stores.start as usize..stores.end as usize].iter().find_map(|store| match store
        .target
    {
        StoreTarget::Attribute { base, .. } => is_it(base).then_some(store.range),
        StoreTarget::Item { .. } => None,
    });
    let read = || {
        (item.first_value.index()..item.end_value.index()).map(ValueId::from_index).find_map(|value| {
            match facts.values[value] {
                Value::Attribute { base, .. } => is_it(base).then_some(facts.value_ranges[value]),
                _ => None,
            }
        })
    };
    write.map(|range| (range, true)).or_else(|| read().map(|range| (range, false)))
}

/// Whether all that calls a sync function is async, directly or through others of which that is true.
fn is_called_by_async_only(
    request: &CheckRequest<'_>,
    module: ModuleId,
    function: FunctionId,
    depth: u8,
) -> bool {
    let node = request.graph.function_node(request.program.function(module, function));
    let mut callers = request.graph.incoming(node).peekable();
    callers.peek().is_some()
        && callers.all(|(_, edge)| {
            let Some(caller) = request.graph.function(edge.caller) else { return false };
            let (module, facts, local) = request.located(caller);
            let is_async = facts.functions[local].traits.is_async;
            edge.kind == EdgeKind::Call
                && (is_async
                    || (depth < DEEPEST && is_called_by_async_only(request, module, local, depth + 1)))
        })
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(files: &[(&str, &str)], expected: &[&str]) {
        assert_eq!(lines("AS402", files), expected, "{files:?}");
    }

    #[test]
    fn async_functions() {
        let text = "import threading\nlocal = threading.local()\nasync def f(x):\n    local.user = x\nasync def g():\n    return local.user\ndef h():\n    return local.user\n";
        check(
            &[("a", text)],
            &[
                "a:4 `local.user` is shared by all tasks of the thread",
                "a:6 `local.user` is shared by all tasks of the thread",
            ],
        );
    }

    #[test]
    fn other_modules_and_attributes() {
        check(
            &[
                ("a", "import threading\nlocal = threading.local()\n"),
                ("b", "from a import local as state\nasync def f(x):\n    state.user = x\n"),
            ],
            &["b:3 `state.user` is shared by all tasks of the thread"],
        );
        let text = "import threading\nclass C:\n    def __init__(self):\n        self.local = threading.local()\n    async def f(self, x):\n        self.local.user = x\n    def g(self):\n        return self.local.user\n";
        check(&[("a", text)], &["a:6 `self.local.user` is shared by all tasks of the thread"]);
    }

    #[test]
    fn sync_functions_of_async_code() {
        let text = "import threading\nlocal = threading.local()\ndef put(x):\n    local.user = x\nasync def f(x):\n    put(x)\n";
        check(
            &[("a", text)],
            &["a:4 `local.user` is shared by all tasks of the thread, and only async code calls `put`"],
        );
        let text = format!("{text}def h():\n    put(1)\n");
        check(&[("a", &text)], &[]);
    }
}
