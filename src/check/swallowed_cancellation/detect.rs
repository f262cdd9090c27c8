//! Finds `except` clauses and suppressing contexts that take the cancellation of a task and keep it.

use crate::base::Id;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::parts::{
    calls_listed, caught_class, children, function_sites, header_values, is_listed_call, nested, sites_of,
    suspends,
};
use crate::check::request::CheckRequest;
use crate::check::swallowed_cancellation::after::{After, after, is_task};
use crate::check::value_name::last_name;
use crate::graph::EdgeKind;
use crate::link::{ModuleId, Static, evaluate};
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    Block, DefinitionId, DefinitionKind, FunctionId, ImportKind, ModuleFacts, NameId, SiteId, SiteKind,
    StatementId, StatementKind, Value, ValueId,
};
use crate::text::TextRange;

/// Length of the word that begins a clause without a class.
const EXCEPT: u32 = 6;

/// Reports clauses of async functions that catch what cancels a task and end without raising.
pub(crate) fn swallowed_cancellation(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for (id, statement) in facts.statements.iter_enumerated() {
            let is_async = facts.functions[statement.function].traits.is_async;
            let swallowed = match statement.kind {
                StatementKind::Try if is_async => swallowing_clause(request, rule, module, id),
                StatementKind::With { .. } if is_async => swallowing_context(request, rule, module, id),
                _ => None,
            };
            let Some((swallowing, range)) = swallowed else { continue };
            let variant = match after(facts, swallowing) {
                After::Waits => "",
                // At the end of a task nobody is left who could go on.
                After::Ends if !is_task(request, module, statement.function, id) => "ends",
                After::Ends | After::Raises => continue,
            };
            if is_main(request, module, statement.function) {
                continue;
            }
            let text = range.slice((request.text)(module).as_str());
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(range))
                .variant(variant)
                .function(request.function_name(module, statement.function))
                .value(Placeholder::Function, facts.name(facts.functions[statement.function].name))
                .value(Placeholder::Other, text.split_whitespace().collect::<Vec<_>>().join(" "));
            acc.push(finding.finish());
        }
    }
}

/// The header of the clause of a `try` that swallows.
fn swallowing_clause(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    found: StatementId,
) -> Option<(StatementId, TextRange)> {
    let facts = request.program.facts(module);
    let is_in = |block: Block| move |&child: &StatementId| facts.statements[child].block == block;
    let handler = children(facts, found)
        .filter(is_in(Block::Handler))
        .find(|&handler| catches(request, rule, module, caught_class(facts, handler)))?;
    // A foreign loop may cancel in another way.
    if !imports_listed(rule, facts, "libraries") {
        return None;
    }
    let body: Vec<SiteId> =
        children(facts, found).filter(is_in(Block::Body)).flat_map(|child| sites_of(facts, child)).collect();
    let is_swallowed = is_cancelled_itself(request, rule, module, &body)
        && !passes_on(request, rule, module, handler)
        && !knows(facts, rule, found, facts.statements[handler].sites.1);
    let start = facts.statements[handler].range.start();
    let end = caught_class(facts, handler).map(|class| facts.value_ranges[class].end());
    is_swallowed.then(|| (handler, TextRange::new(start, end.unwrap_or(start + EXCEPT))))
}

/// The suppressing context of a `with`.
fn swallowing_context(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    found: StatementId,
) -> Option<(StatementId, TextRange)> {
    let facts = request.program.facts(module);
    let context = sites_of(facts, found).find_map(|site| match facts.sites[site].kind {
        SiteKind::With { context, is_async: false } if facts.sites[site].place.statement == found => {
            let Value::Call(call) = facts.values[context] else { return None };
            let is_suppressor = calls_listed(request, rule, "suppressors", module, call);
            let (_, arguments) = facts.call(call).filter(|_| is_suppressor)?;
            arguments
                .iter()
                .any(|argument| catches(request, rule, module, Some(argument.value)))
                .then_some(context)
        }
        _ => None,
    })?;
    let body: Vec<SiteId> = children(facts, found).flat_map(|child| sites_of(facts, child)).collect();
    let is_swallowed = is_cancelled_itself(request, rule, module, &body)
        && !knows(facts, rule, found, facts.statements[found].sites.1);
    is_swallowed.then(|| (found, facts.value_ranges[context]))
}

/// Whether an exception class, or one of a tuple, is what cancels a task or a base of it; no class catches all.
fn catches(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, class: Option<ValueId>) -> bool {
    let Some(class) = class else { return true };
    let facts = request.program.facts(module);
    match facts.values[class] {
        // Whoever names the cancellation beside all other exceptions means to contain what fails, however it does.
        Value::Tuple(operands)
            if facts.operands(operands).iter().any(|&class| is_contained(request, rule, module, class)) =>
        {
            false
        }
        Value::Tuple(operands) => {
            facts.operands(operands).iter().any(|&class| catches(request, rule, module, Some(class)))
        }
        Value::Call(_) => is_listed_call(request, rule, "cancellations", module, class),
        _ => match evaluate(request.program, module, class) {
            Static::External(name) => {
                rule.has_word("cancellations", &name) || rule.has_word("everything", &name)
            }
            Static::Class(_) | Static::Function(_) | Static::Module(_) | Static::Unknown => false,
        },
    }
}

/// Whether a class is that of all exceptions that are no cancellation.
fn is_contained(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, class: ValueId) -> bool {
    matches!(evaluate(request.program, module, class), Static::External(name) if rule.has_word("contained", &name))
}

/// Whether a module imports from one of the listed packages.
fn imports_listed(rule: &CheckRule, facts: &ModuleFacts, list: &str) -> bool {
    facts.imports.iter().any(|import| {
        let module = match import.kind {
            ImportKind::Module { module, .. } => Some(module),
            ImportKind::From { module, level: 0, .. } | ImportKind::Star { module, level: 0 } => module,
            ImportKind::From { .. } | ImportKind::Star { .. } => None,
        };
        let first = module.and_then(|module| facts.name(module).split('.').next());
        first.is_some_and(|first| rule.has_word(list, first))
    })
}

/// Whether what waits in a body is the function itself, and not only a stored task that others may cancel.
fn is_cancelled_itself(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    body: &[SiteId],
) -> bool {
    let facts = request.program.facts(module);
    body.iter().any(|&site| {
        let item = &facts.sites[site];
        let operand = match item.kind {
            SiteKind::Await { operand } => operand,
            SiteKind::With { context, is_async: true } => context,
            _ => return suspends(item),
        };
        let Value::Call(call) = facts.values[operand] else { return false };
        // What only bounds the wait does not wait.
        if calls_listed(request, rule, "bounds", module, call) {
            return false;
        }
        let is_forwarding = calls_listed(request, rule, "forwarding", module, call);
        let first = facts.call(call).and_then(|(_, arguments)| arguments.first());
        !is_forwarding || first.is_some_and(|first| matches!(facts.values[first.value], Value::Call(_)))
    })
}

/// Whether a clause raises, ends the program, or hands the exception to somebody.
fn passes_on(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, handler: StatementId) -> bool {
    let facts = request.program.facts(module);
    let raises = nested(facts, handler).any(|inner| facts.statements[inner].kind == StatementKind::Raise);
    let exits = sites_of(facts, handler).any(|site| calls_listed(request, rule, "exits", module, site));
    raises || exits || hands_over(facts, rule, handler)
}

/// Whether a clause uses the exception that it binds for more than telling of it.
fn hands_over(facts: &ModuleFacts, rule: &CheckRule, handler: StatementId) -> bool {
    let Some(name) = bound_name(facts, handler) else { return false };
    let tells: Vec<TextRange> = sites_of(facts, handler)
        .filter(|&site| {
            let callee = facts.call(site).and_then(|(callee, _)| last_name(facts, callee));
            callee.is_some_and(|callee| rule.has_word("logging", callee))
        })
        .map(|site| facts.sites[site].range)
        .collect();
    let Some(last) = header_values(facts, handler).next_back() else { return false };
    (last.index() + 1..facts.statements[handler].values.1.index()).map(ValueId::from_index).any(|id| {
        let is_use = matches!(facts.values[id], Value::Name { name: used, .. } if used == name);
        is_use && !tells.iter().any(|told| told.contains_range(facts.value_ranges[id]))
    })
}

/// The name to which a clause binds what it catches.
fn bound_name(facts: &ModuleFacts, handler: StatementId) -> Option<NameId> {
    let last = header_values(facts, handler).next_back()?;
    let Value::Caught(_) = facts.values[last] else { return None };
    let (first, end) = facts.statements[handler].definitions;
    let is_bound = |id: &DefinitionId| facts.definitions[*id].kind == DefinitionKind::Value(last);
    let found = (first.index()..end.index()).map(DefinitionId::from_index).find(is_bound)?;
    Some(facts.bindings[facts.definitions[found].binding].name)
}

/// Whether the function looks at who is cancelled, or cancels, before the end of the clause.
fn knows(facts: &ModuleFacts, rule: &CheckRule, found: StatementId, end: SiteId) -> bool {
    let function = facts.statements[found].function;
    function_sites(facts, function).take_while(|&site| site < end).any(|site| {
        let callee = facts.call(site).and_then(|(callee, _)| last_name(facts, callee));
        callee.is_some_and(|callee| rule.has_word("knowing", callee))
    })
}

/// Whether the function is what a whole event loop runs: when it ends, all ends.
fn is_main(request: &CheckRequest<'_>, module: ModuleId, function: FunctionId) -> bool {
    let node = request.graph.function_node(request.program.function(module, function));
    request.graph.incoming(node).any(|(_, edge)| edge.kind == EdgeKind::RunLoop)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        let text = format!("import asyncio, contextlib\nasync def f(self, task):\n{text}");
        assert_eq!(lines("AS211", &[("a", &text)]), expected, "{text}");
    }

    const MESSAGE: &str = "swallows the cancellation of `f`, which goes on as if nothing had happened";

    #[test]
    fn clauses_in_loops() {
        for class in [
            "except:",
            "except BaseException:",
            "except asyncio.CancelledError:",
            "except (OSError, asyncio.CancelledError):",
        ] {
            let text = format!(
                "    while True:\n        try:\n            await g()\n        {class}\n            print(1)\n"
            );
            let header = class.trim_end_matches(':');
            check(&text, &[&format!("a:6 `{header}` {MESSAGE}")]);
        }
        check(
            "    while True:\n        with contextlib.suppress(asyncio.CancelledError):\n            await g()\n",
            &[&format!("a:4 `contextlib.suppress(asyncio.CancelledError)` {MESSAGE}")],
        );
    }

    #[test]
    fn clauses_that_raise_or_hand_over() {
        let around = |body: &str| format!("    while True:\n        try:\n            await g()\n{body}");
        check(&around("        except BaseException:\n            if self.x:\n                raise\n"), &[]);
        check(
            &around(
                "        except asyncio.CancelledError:\n            raise\n        except:\n            pass\n",
            ),
            &[],
        );
        check(&around("        except BaseException as error:\n            self.fail(error)\n"), &[]);
        check(&around("        except Exception:\n            pass\n"), &[]);
        let tells = around("        except BaseException as error:\n            log.error('%s', error)\n");
        check(&tells, &[&format!("a:6 `except BaseException` {MESSAGE}")]);
    }

    #[test]
    fn waiting_for_what_was_cancelled() {
        check(
            "    task.cancel()\n    try:\n        await task\n    except asyncio.CancelledError:\n        pass\n    await g()\n",
            &[],
        );
        check(
            "    try:\n        await self.task\n    except asyncio.CancelledError:\n        pass\n    await g()\n",
            &[],
        );
        check(
            "    task.cancel()\n    with contextlib.suppress(asyncio.CancelledError):\n        await task\n    await g()\n",
            &[],
        );
    }

    #[test]
    fn a_caller_goes_on_after_a_cancelled_call() {
        check(
            "    try:\n        found = await g()\n    except asyncio.CancelledError:\n        found = None\n    return found\n",
            &[
                "a:5 `except asyncio.CancelledError` swallows the cancellation of `f`, whose caller goes on as if it had finished",
            ],
        );
    }

    #[test]
    fn what_is_raised_later_is_raised() {
        check(
            "    try:\n        await g()\n    except asyncio.CancelledError:\n        try:\n            await h()\n        except BaseException:\n            pass\n        raise OSError\n",
            &[],
        );
    }

    #[test]
    fn limits_do_not_wait_themselves() {
        check(
            "    try:\n        async with asyncio.timeout(3):\n            await self.task\n    except asyncio.CancelledError:\n        pass\n    await g()\n",
            &[],
        );
    }

    #[test]
    fn the_end_of_a_task_is_no_loss() {
        check(
            "    try:\n        await g()\n    except asyncio.CancelledError:\n        print(1)\nasync def h():\n    return asyncio.create_task(f(1, 2))\n",
            &[],
        );
        check(
            "    while True:\n        try:\n            await g()\n        except asyncio.CancelledError:\n            break\n",
            &[],
        );
        check(
            "    while True:\n        try:\n            await g()\n        except asyncio.CancelledError:\n            break\n    await h()\n",
            &[&format!("a:6 `except asyncio.CancelledError` {MESSAGE}")],
        );
    }
}
