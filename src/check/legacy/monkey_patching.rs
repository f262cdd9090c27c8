//! Finds calls that replace the blocking calls of the standard library, in projects that have an event loop too.

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::legacy::mention::{Wanted, is_one_of, spelled};
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{Enclosing, ModuleFacts, Place, SiteKind, StatementId, StatementKind, Value, ValueId};

/// Reports each call that patches whenever its code runs.
pub(crate) fn monkey_patching(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let modules = Wanted::last_parts(request, rule.words("patches")).modules(request);
    if modules.is_empty() || !has_coroutines(request) {
        return;
    }
    for module in modules.into_iter().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for site in &facts.sites {
            let SiteKind::Call { callee, .. } = site.kind else { continue };
            let is_patch = spelled(facts, callee).is_some()
                && is_one_of(request, module, callee, rule.words("patches"))
                && !is_choice(rule, facts, site.place);
            if is_patch {
                acc.push(build(request, rule, module, site.place, callee));
            }
        }
    }
}

fn build(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    place: Place,
    callee: ValueId,
) -> Finding {
    let range = request.program.facts(module).value_ranges[callee];
    FindingBuilder::new(rule, request.file(module), Spot::Text(range))
        .function(request.function_name(module, place.function))
        .value(Placeholder::Callee, request.spelling(module, callee))
        .finish()
}

/// Whether the project itself has an `async def`, tests aside.
fn has_coroutines(request: &CheckRequest<'_>) -> bool {
    request.program.modules.iter().any(|module| {
        !module.is_test
            && !module.is_third_party
            && module.facts.functions.iter().any(|function| function.traits.is_async)
    })
}

/// Whether somebody can do without: the call stands under a condition, or in a function that one may call or not.
fn is_choice(rule: &CheckRule, facts: &ModuleFacts, place: Place) -> bool {
    if place.enclosing.has(Enclosing::CONDITIONAL) || place.function != facts.module_function() {
        return true;
    }
    let mut current = place.statement;
    while let Some(parent) = facts.statements[current].parent {
        let is_open = match facts.statements[parent].kind {
            StatementKind::If => !is_main_guard(rule, facts, parent),
            StatementKind::While
            | StatementKind::For { .. }
            | StatementKind::Match
            | StatementKind::Handler => true,
            _ => false,
        };
        if is_open {
            return true;
        }
        current = parent;
    }
    false
}

/// `if __name__ == "__main__":`.
fn is_main_guard(rule: &CheckRule, facts: &ModuleFacts, statement: StatementId) -> bool {
    let (first, _) = facts.statements[statement].values;
    matches!(facts.values[first], Value::Name { name, .. } if rule.has_word("main-guard", facts.name(name)))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS506", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn patches_beside_coroutines_are_found() {
        check(
            "from gevent import monkey\nmonkey.patch_all()\nasync def f(): pass\n",
            &["a:2 `monkey.patch_all` patches the standard library under the event loop of this project"],
        );
        check(
            "from eventlet import monkey_patch\nif __name__ == '__main__':\n    monkey_patch()\nasync def f(): pass\n",
            &["a:3 `monkey_patch` patches the standard library under the event loop of this project"],
        );
    }

    #[test]
    fn without_coroutines_or_on_demand_it_is_a_choice() {
        check("from gevent import monkey\nmonkey.patch_all()\n", &[]);
        check("from gevent import monkey\nif wanted():\n    monkey.patch_all()\nasync def f(): pass\n", &[]);
        check("from gevent import monkey\ndef g():\n    monkey.patch_all()\nasync def f(): pass\n", &[]);
    }
}
