//! Finds async functions without the prefix that the project wants, and sync functions with it.

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::link::{Ancestor, ModuleId, ProgramClassId};
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{Function, FunctionKind, ModuleFacts, Value, well_known};

/// Reports names that say the wrong thing, unless something else than their author chose them.
pub(crate) fn async_name_prefix(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let prefix = request.settings.naming.prefix.as_str();
    if prefix.is_empty() {
        return;
    }
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for (function, item) in facts.functions.iter_enumerated() {
            let name = facts.name(item.name);
            let bare = name.trim_start_matches('_');
            let underscores = &name[..name.len() - bare.len()];
            let has_prefix = bare.starts_with(prefix) && bare.len() > prefix.len();
            let (variant, suggestion) = match (item.traits.is_async, has_prefix) {
                (true, false) => ("", format!("{underscores}{prefix}{bare}")),
                (false, true) if is_plainly_sync(facts, item) => {
                    ("sync", format!("{underscores}{}", &bare[prefix.len()..]))
                }
                (true | false, true) | (false, false) => continue,
            };
            if !is_free(request, rule, module, item) {
                continue;
            }
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(item.name_range))
                .variant(variant)
                .function(request.function_name(module, function))
                .value(Placeholder::Function, name)
                .value(Placeholder::Prefix, prefix)
                .value(Placeholder::Suggestion, suggestion);
            acc.push(finding.finish());
        }
    }
}

/// Whether the author of the function chose its name and nothing looks for it by that name.
fn is_free(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, item: &Function) -> bool {
    let facts = request.program.facts(module);
    let name = facts.name(item.name);
    let is_global = item.parent == facts.module_function();
    let is_named_elsewhere =
        well_known::is_dunder(name) || name.starts_with("test") || rule.has_word("exempt", name);
    let is_registered = item
        .decorators
        .iter()
        .any(|&decorator| last_name(facts, decorator).is_none_or(|name| !rule.has_word("transparent", name)));
    item.kind == FunctionKind::Def
        && is_global
        && !item.traits.is_type_only
        && !is_named_elsewhere
        && !is_registered
        && !is_override(request, rule, module, item)
}

fn is_override(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, item: &Function) -> bool {
    let Some(class) = item.class else { return false };
    let name = request.program.facts(module).name(item.name);
    // The class itself comes first.
    request.hierarchy.mro(request.program.class(module, class)).iter().skip(1).any(
        |ancestor| match ancestor {
            Ancestor::Class(base) => class_binds(request, *base, name),
            Ancestor::External(base) => {
                !rule.has_word("plain-bases", base.rsplit('.').next().unwrap_or_default())
            }
            Ancestor::Unknown => true,
        },
    )
}

/// Whether the body of a class binds `name`.
fn class_binds(request: &CheckRequest<'_>, class: ProgramClassId, name: &str) -> bool {
    let (module, class) = request.program.locate_class(class);
    let facts = request.program.facts(module);
    facts
        .scope_bindings(facts.classes[class].scope)
        .any(|binding| facts.name(facts.bindings[binding].name) == name)
}

/// A sync function that returns anything but literals may hand out an awaitable.
fn is_plainly_sync(facts: &ModuleFacts, item: &Function) -> bool {
    item.kind == FunctionKind::Def
        && !item.traits.is_stub
        && !item.traits.is_generator
        && item.returned.iter().all(|&value| matches!(facts.values[value], Value::Constant(_)))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS301", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn prefix_comes_after_underscores() {
        check(
            "async def fetch(): pass\nasync def _load(): pass\nasync def async_get(): pass\nasync def _async_get(): pass\n",
            &[
                "a:1 the name of async function `fetch` does not begin with `async_`",
                "a:2 the name of async function `_load` does not begin with `async_`",
            ],
        );
    }

    #[test]
    fn sync_function_must_not_pretend() {
        check("def async_get():\n    x = 1\n", &["a:1 sync function `async_get` is named like an async one"]);
        check("def async_get():\n    return make()\n", &[]);
    }

    #[test]
    fn names_that_others_chose_are_left_alone() {
        check("async def main(): pass\nasync def test_it(): pass\n", &[]);
        check("@app.get('/')\nasync def index(): pass\n", &[]);
        check(
            "async def outer_():\n    async def inner(): pass\n",
            &["a:1 the name of async function `outer_` does not begin with `async_`"],
        );
        check("class C:\n    async def __aenter__(self): pass\n", &[]);
        assert!(lines("AS301", &[("test_a", "async def helper(): pass\n")]).is_empty());
    }

    #[test]
    fn overrides_are_reported_at_their_base_only() {
        check(
            "class A:\n    async def run(self): pass\nclass B(A):\n    async def run(self): pass\n",
            &["a:2 the name of async function `run` does not begin with `async_`"],
        );
        check("import lib\nclass B(lib.Base):\n    async def run(self): pass\n", &[]);
        check(
            "from abc import ABC\nclass B(ABC):\n    async def run(self): pass\n",
            &["a:3 the name of async function `run` does not begin with `async_`"],
        );
    }
}
