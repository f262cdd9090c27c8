//! Finds sync functions that are called like async ones.

use crate::base::Affix;
use crate::check::async_name::convention::is_marked;
use crate::check::async_name::freedom::Freedom;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::link::{ModuleId, Static, evaluate};
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{Constant, Function, Value, well_known};

/// Reports sync functions with the affix that cannot give an awaitable.
pub(crate) fn sync_names(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let affix = &request.settings.naming.affix;
    if *affix == Affix::None {
        return;
    }
    let Some(freedom) = Freedom::new(request) else { return };
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for (function, item) in facts.functions.iter_enumerated() {
            let name = facts.name(item.name);
            let Some(plain) = affix.remove(name) else { continue };
            let is_found = !item.traits.is_async
                && is_marked(request, affix, (module, function))
                && is_plainly_sync(request, module, item)
                && freedom.is_free(module, function);
            if !is_found {
                continue;
            }
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(item.name_range))
                .function(request.function_name(module, function))
                .value(Placeholder::Function, name)
                .value(Placeholder::Suggestion, plain);
            acc.push(finding.finish());
        }
    }
}

/// A sync function that returns anything else than plain values may hand out an awaitable.
fn is_plainly_sync(request: &CheckRequest<'_>, module: ModuleId, item: &Function) -> bool {
    let facts = request.program.facts(module);
    let is_declared = item.returns.is_some_and(|annotation| match facts.values[annotation] {
        Value::Constant(Constant::None) => true,
        _ => matches!(evaluate(request.program, module, annotation), Static::External(name)
            if name.strip_prefix(well_known::BUILTINS_PREFIX).is_some_and(|name| {
                well_known::is_builtin_class(name) && well_known::OBJECT != format!("{}{name}", well_known::BUILTINS_PREFIX)
            })),
    });
    let is_plain = |&value: &_| {
        matches!(
            facts.values[value],
            Value::Constant(_)
                | Value::List(_)
                | Value::Tuple(_)
                | Value::Set(_)
                | Value::Dict(_)
                | Value::Test(_)
                | Value::Interpolation(_)
        )
    };
    !item.traits.is_stub && !item.traits.is_generator && (is_declared || item.returned.iter().all(is_plain))
}

#[cfg(test)]
mod tests {
    use crate::base::{Affix, NamingSettings, Settings};
    use crate::check::testing::{findings, lines};

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS302", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn sync_function_must_not_pretend() {
        check("def async_get():\n    x = 1\n", &["a:1 sync function `async_get` is named like an async one"]);
        check(
            "def async_get(x) -> bool:\n    return x.y\n",
            &["a:1 sync function `async_get` is named like an async one"],
        );
        check(
            "def _async_get():\n    return [1]\n",
            &["a:1 sync function `_async_get` is named like an async one"],
        );
    }

    #[test]
    fn what_may_give_an_awaitable_is_left_alone() {
        check("def async_get():\n    return make()\n", &[]);
        check("def async_get() -> object:\n    return make()\n", &[]);
        check("from collections.abc import Awaitable\ndef async_get() -> Awaitable[int]: ...\n", &[]);
        check("@callback\ndef async_get():\n    x = 1\n", &[]);
        check("async def async_get(): pass\n", &[]);
    }

    #[test]
    fn a_mark_that_other_words_have_counts_beside_a_twin_only() {
        let naming = NamingSettings { affix: Affix::Prefix("a".to_owned()), ..NamingSettings::default() };
        let settings = Settings { naming, ..Settings::default() };
        let text = "def add(): pass\ndef get(): x = 1\ndef aget(): x = 1\n";
        let found = findings("AS302", &[("a", text)], &settings);
        assert_eq!(found.iter().map(|(_, line, _)| *line).collect::<Vec<_>>(), [3]);
    }
}
