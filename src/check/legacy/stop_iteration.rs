//! Finds exceptions that end an iteration and cannot leave a coroutine.

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::legacy::guard::Guards;
use crate::check::legacy::mention::{Wanted, is_one_of};
use crate::check::request::CheckRequest;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::SiteKind;

/// Reports each `raise` in an `async def` of what Python turns into a `RuntimeError`.
pub(crate) fn stop_iterations(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let (anywhere, in_generators) = (rule.words("exceptions"), rule.words("generator-exceptions"));
    let guards = Guards::new(rule);
    let modules = Wanted::last_parts(request, anywhere.iter().chain(in_generators)).modules(request);
    // A test may want to see what happens.
    for module in modules.into_iter().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for site in &facts.sites {
            let SiteKind::Raise { exception } = site.kind else { continue };
            let item = &facts.functions[site.place.function];
            let is_wrong = item.traits.is_async
                && (is_one_of(request, module, exception, anywhere)
                    || (item.traits.is_generator && is_one_of(request, module, exception, in_generators)))
                && !guards.protect(request, module, site.place.statement);
            if !is_wrong {
                continue;
            }
            let name = facts.name(item.name);
            let variant = match item.traits.is_generator {
                true => "generator",
                false if rule.has_word("iterator-methods", name) => "iterator",
                false => "",
            };
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(site.range))
                .variant(variant)
                .function(request.function_name(module, site.place.function))
                .value(Placeholder::Function, name)
                .value(Placeholder::Callee, request.spelling(module, exception));
            acc.push(finding.finish());
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS505", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn no_coroutine_can_raise_it() {
        check(
            "async def f():\n    raise StopIteration\n",
            &["a:2 `StopIteration` cannot leave coroutine `f`"],
        );
        check(
            "class C:\n    async def __anext__(self):\n        raise StopIteration()\n",
            &["a:3 `StopIteration()` cannot leave coroutine `__anext__`"],
        );
        check(
            "async def f():\n    yield 1\n    raise StopAsyncIteration\n",
            &["a:3 `StopAsyncIteration` cannot leave async generator `f`"],
        );
    }

    #[test]
    fn what_ends_well_is_left_alone() {
        check("class C:\n    async def __anext__(self):\n        raise StopAsyncIteration\n", &[]);
        check("class C:\n    def __next__(self):\n        raise StopIteration\n", &[]);
        check(
            "async def f():\n    try:\n        raise StopIteration\n    except StopIteration:\n        pass\n",
            &[],
        );
        check("async def f():\n    def g():\n        raise StopIteration\n", &[]);
    }
}
