//! Finds coroutines of libraries that had them before the language did.

use crate::base::Id;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::legacy::mention::{Wanted, is_one_of};
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{FunctionId, SiteKind};
use crate::text::TextRange;

/// Reports the decorators, and exceptions that return a value where no such decorator stands above.
pub(crate) fn decorator_coroutines(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let decorators = rule.words("decorators");
    let returns = rule.words("returns");
    let wanted = Wanted::last_parts(request, decorators.iter().chain(returns));
    for module in wanted.modules(request) {
        let facts = request.program.facts(module);
        let above = |function: FunctionId| {
            let mut values = facts.functions[function].decorators.iter().copied();
            values.find(|&value| is_one_of(request, module, value, decorators))
        };
        for function in facts.functions.ids() {
            if let Some(decorator) = above(function) {
                acc.push(build(request, rule, "", module, function, facts.value_ranges[decorator]));
            }
        }
        for site in &facts.sites {
            let SiteKind::Raise { exception } = site.kind else { continue };
            let function = site.place.function;
            if is_one_of(request, module, exception, returns) && above(function).is_none() {
                acc.push(build(request, rule, "return", module, function, site.range));
            }
        }
    }
}

fn build(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    variant: &str,
    module: ModuleId,
    function: FunctionId,
    range: TextRange,
) -> Finding {
    let facts = request.program.facts(module);
    debug_assert!(function.index() < facts.functions.len(), "the function is the module's");
    FindingBuilder::new(rule, request.file(module), Spot::Text(range))
        .variant(variant)
        .function(request.function_name(module, function))
        .value(Placeholder::Function, facts.name(facts.functions[function].name))
        .value(Placeholder::Callee, range.get((request.text)(module).as_str()).unwrap_or_default())
        .finish()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS502", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn one_finding_a_function() {
        check(
            "from tornado import gen\n@gen.coroutine\ndef f():\n    raise gen.Return(1)\n",
            &["a:2 `f` is a coroutine by decorator (`gen.coroutine`)"],
        );
    }

    #[test]
    fn a_value_is_raised_nowhere_else() {
        check(
            "from tornado import gen\nasync def f():\n    raise gen.Return(1)\n",
            &["a:3 `f` raises its result"],
        );
    }

    #[test]
    fn other_coroutines_are_none() {
        check("from mine import gen\n@gen.coroutine\ndef f():\n    raise gen.Return(1)\n", &[]);
        check("import types\n@types.coroutine\ndef f(): yield\n", &[]);
    }
}
