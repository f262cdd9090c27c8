//! Finds tasks that cannot have run when the main coroutine ends and takes them along.

use crate::base::Id;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::check::task_site::{named_nodes, task_sites};
use crate::graph::EdgeKind;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{FunctionId, ModuleFacts, SiteId, SiteKind, StatementKind};

/// Reports tasks that a main coroutine starts when it waits for nothing any more.
pub(crate) fn pending_task(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let mains = main_coroutines(request, rule);
    if mains.is_empty() {
        return;
    }
    for (module, site) in task_sites(request, rule) {
        let facts = request.program.facts(module);
        let function = facts.sites[site].place.function;
        if !mains.contains(&request.program.function(module, function)) || waits_later(facts, function, site)
        {
            continue;
        }
        let callee = facts.call(site).map(|(callee, _)| request.spelling(module, callee)).unwrap_or_default();
        let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(facts.sites[site].range))
            .function(request.function_name(module, function))
            .value(Placeholder::Function, facts.name(facts.functions[function].name))
            .value(Placeholder::Callee, callee);
        acc.push(finding.finish());
    }
}

/// Coroutine functions that are run by something which ends all tasks with them, and by nobody else.
fn main_coroutines(request: &CheckRequest<'_>, rule: &CheckRule) -> Vec<ProgramFunctionId> {
    let mut found = Vec::new();
    for runner in named_nodes(request, rule, "runners") {
        for (_, edge) in request.graph.incoming(runner) {
            let Some(site) = edge.site else { continue };
            let known = request.graph.site(request.program.site_index(edge.module, site));
            let run = known.iter().flat_map(|known| &known.edges).map(|&id| request.graph.edge(id));
            found.extend(
                run.filter(|edge| edge.kind == EdgeKind::RunLoop)
                    .filter_map(|edge| request.graph.function(edge.callee))
                    .filter(|&function| is_only_run(request, function)),
            );
        }
    }
    found
}

/// Whether a function is async, and each place that calls it is one that runs it.
fn is_only_run(request: &CheckRequest<'_>, function: ProgramFunctionId) -> bool {
    let (_, facts, local) = request.located(function);
    let node = request.graph.function_node(function);
    let traits = facts.functions[local].traits;
    let is_passed = |module: ModuleId, site: SiteId| {
        let facts = request.program.facts(module);
        let SiteKind::Call { value, .. } = facts.sites[site].kind else { return false };
        // The coroutine is an argument right where it is made.
        facts.arguments.iter().any(|argument| argument.value == value)
    };
    traits.is_async
        && !traits.is_generator
        && request.graph.incoming(node).all(|(_, edge)| match edge.kind {
            EdgeKind::RunLoop => true,
            EdgeKind::Call => edge.site.is_some_and(|site| is_passed(edge.module, site)),
            EdgeKind::Implicit
            | EdgeKind::Await
            | EdgeKind::Iterate
            | EdgeKind::Enter
            | EdgeKind::Decorate
            | EdgeKind::Override
            | EdgeKind::Reference
            | EdgeKind::Offload
            | EdgeKind::Schedule => false,
        })
}

/// Whether a function can give way to its tasks after a place in it.
pub(crate) fn waits_later(facts: &ModuleFacts, function: FunctionId, site: SiteId) -> bool {
    let is_wait = |kind: SiteKind| {
        matches!(
            kind,
            SiteKind::Await { .. }
                | SiteKind::For { is_async: true, .. }
                | SiteKind::With { is_async: true, .. }
                | SiteKind::Comprehension { is_async: true, .. }
        )
    };
    let mut outer = Some(facts.sites[site].place.statement);
    while let Some(statement) = outer {
        let item = &facts.statements[statement];
        match item.kind {
            StatementKind::With { is_async: true } | StatementKind::For { .. } | StatementKind::While => {
                return true;
            }
            _ => outer = item.parent,
        }
    }
    (site.index() + 1..facts.sites.len())
        .map(|index| &facts.sites[SiteId::from_index(index)])
        .take_while(|later| later.place.function == function)
        .any(|later| is_wait(later.kind))
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(body: &str, expected: usize) {
        let text = format!(
            "import asyncio\nkept = []\nasync def f():\n    await asyncio.sleep(0)\nasync def main():\n    {}\nasyncio.run(main())\n",
            body.replace('\n', "\n    ")
        );
        assert_eq!(lines("AS210", &[("a", &text)]).len(), expected, "{text}");
    }

    #[test]
    fn nothing_waits_after_it() {
        check("kept.append(asyncio.create_task(f()))", 1);
        check("await f()\nkept.append(asyncio.create_task(f()))", 1);
        check("kept.append(asyncio.create_task(f()))\nawait f()", 0);
        check("for x in kept:\n    kept.append(asyncio.create_task(f()))\n    await f()", 0);
    }
}
