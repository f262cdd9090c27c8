//! Finds loops that only sleep until some state changes.

use crate::check::async_library::AsyncLibraries;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::parts::{calls_listed, children, function_sites, header_values, sites_of};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{Constant, ModuleFacts, SiteId, SiteKind, StatementId, StatementKind, Value, ValueId};
use crate::text::TextRange;

/// Reports `while` loops in async functions whose body is nothing but a sleep and whose condition only looks at state.
pub(crate) fn busy_wait(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let libraries = AsyncLibraries::new(request, rule.words("events"));
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for (id, statement) in facts.statements.iter_enumerated() {
            let is_loop = statement.kind == StatementKind::While;
            if !is_loop || !facts.functions[statement.function].traits.is_async {
                continue;
            }
            let Some(sleep) = only_sleep(request, rule, module, id) else { continue };
            let Some(test) = polled_state(request, rule, module, id) else { continue };
            let range = TextRange::new(statement.range.start(), facts.value_ranges[test].end());
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(range))
                .variant(if yields_only(facts, sleep) { "spin" } else { "" })
                .function(request.function_name(module, statement.function))
                .subject(request.spelling(module, test))
                .value(Placeholder::Other, request.spelling(module, test))
                .value(Placeholder::Equivalent, libraries.of(module));
            acc.push(finding.finish());
        }
    }
}

/// The call that sleeps, when it is awaited and is all that a loop's body does.
fn only_sleep(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    found: StatementId,
) -> Option<SiteId> {
    let facts = request.program.facts(module);
    let mut body = children(facts, found);
    let (Some(only), None) = (body.next(), body.next()) else { return None };
    let item = &facts.statements[only];
    if item.kind != StatementKind::Expression {
        return None;
    }
    let last = sites_of(facts, only).last()?;
    let SiteKind::Await { operand } = facts.sites[last].kind else { return None };
    let Value::Call(site) = facts.values[operand] else { return None };
    calls_listed(request, rule, "sleeps", module, site).then_some(site)
}

/// The condition of a loop, when it only looks at things that other tasks change.
fn polled_state(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    found: StatementId,
) -> Option<ValueId> {
    let facts = request.program.facts(module);
    let test = header_values(facts, found).next_back()?;
    let is_look = |value: ValueId| match facts.values[value] {
        Value::Name { .. }
        | Value::Attribute { .. }
        | Value::Constant(_)
        | Value::Test(_)
        | Value::Choice(_)
        | Value::Binary { .. }
        | Value::Unary { .. }
        | Value::Item { .. }
        | Value::Tuple(_)
        | Value::Set(_)
        | Value::List(_)
        | Value::Element { .. }
        | Value::Comprehension { .. } => true,
        Value::Call(site) => only_looks(request, rule, module, site),
        _ => false,
    };
    let is_constant = matches!(facts.values[test], Value::Constant(_));
    (!is_constant && header_values(facts, found).all(is_look)).then_some(test)
}

/// Whether a call tells the state of something in memory: a builtin, a method known by its name, or a function of the
/// program that calls nothing else.
fn only_looks(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, site: SiteId) -> bool {
    if calls_listed(request, rule, "builtins", module, site) {
        return true;
    }
    let facts = request.program.facts(module);
    let Some((callee, _)) = facts.call(site) else { return false };
    if last_name(facts, callee).is_some_and(|name| rule.has_word("looks", name)) {
        return true;
    }
    let Some(known) = request.graph.site(request.program.site_index(module, site)) else { return false };
    !known.edges.is_empty()
        && known.edges.iter().all(|&edge| {
            let function = request.graph.function(request.graph.edge(edge).callee);
            function.is_some_and(|function| {
                let (module, facts, local) = request.located(function);
                let traits = facts.functions[local].traits;
                !traits.is_async
                    && !traits.is_generator
                    && !traits.is_stub
                    && function_sites(facts, local).all(|site| {
                        facts.call(site).is_none() || calls_listed(request, rule, "builtins", module, site)
                    })
            })
        })
}

/// Whether the sleep's time is the literal 0, or it has none to give.
fn yields_only(facts: &ModuleFacts, sleep: SiteId) -> bool {
    let Some((_, arguments)) = facts.call(sleep) else { return false };
    arguments
        .first()
        .is_none_or(|first| matches!(facts.values[first.value], Value::Constant(Constant::Int(0))))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS206", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn polls_of_state_are_named() {
        check(
            "import asyncio\nclass C:\n    def idle(self):\n        return not self.jobs\n    async def f(self, q):\n        while not self.ready:\n            await asyncio.sleep(1)\n        while not self.idle() and q.empty():\n            await asyncio.sleep(1)\n        while len(self.jobs) > 3:\n            await asyncio.sleep(0)\n",
            &[
                "a:6 the loop only sleeps while `not self.ready`",
                "a:8 the loop only sleeps while `not self.idle() and q.empty()`",
                "a:10 the loop spins without rest while `len(self.jobs) > 3`",
            ],
        );
    }

    #[test]
    fn work_clocks_files_and_endless_loops_are_silent() {
        check(
            "import asyncio, os, time\nasync def f(self, p, end):\n    while self.busy:\n        await asyncio.sleep(1)\n        self.look()\n    while True:\n        await asyncio.sleep(3600)\n    while not os.path.exists(p):\n        await asyncio.sleep(1)\n    while time.time() < end:\n        await asyncio.sleep(1)\n    while not await self.probe():\n        await asyncio.sleep(1)\n    while p.poll() is None:\n        await asyncio.sleep(1)\n",
            &[],
        );
    }

    #[test]
    fn sync_code_is_silent() {
        check("import time\ndef f(self):\n    while self.busy:\n        time.sleep(1)\n", &[]);
    }
}
