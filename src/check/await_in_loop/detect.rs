//! Reports loops whose rounds could be awaited together, and, when asked, all others that await.

use crate::check::await_in_loop::item::{Against, listed};
use crate::check::await_in_loop::reading::{Effort, Readings};
use crate::check::await_in_loop::verdict::{AwaitingLoop, against, awaiting_loops};
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::graph::Confidence;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::Value;

/// The check whose lists of words tell what may be awaited together.
pub(crate) const WORDS: &str = "AS201";

/// The wording for a loop against which only stands that it is part of a test.
const TEST: &str = "test";

/// Reports each loop against which no item of the checklist stands, at its first `await`.
pub(crate) fn await_in_loop(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let mut readings = Readings::new(request, rule, Effort::First);
    // In a test, one after the other is how the story is told.
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        for awaiting in awaiting_loops(request.program.facts(module)) {
            if against(&mut readings, request, rule, module, &awaiting).is_empty() {
                let finding = build(request, rule, module, &awaiting);
                acc.extend(finding.map(|finding| finding.confidence(Confidence::Probable).finish()));
            }
        }
    }
}

/// Reports each other loop that awaits, with the items that stand against awaiting its rounds together.
pub(crate) fn await_in_any_loop(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let Some(words) = request.knowledge.check(WORDS) else { return };
    let mut readings = Readings::new(request, words, Effort::All);
    for module in request.modules() {
        let is_test = request.program.modules[module].is_test;
        for awaiting in awaiting_loops(request.program.facts(module)) {
            let found: Against = against(&mut readings, request, words, module, &awaiting);
            let variant = match found.first() {
                Some(first) => first.name(),
                None if is_test => TEST,
                None => continue,
            };
            let finding = build(request, rule, module, &awaiting);
            acc.extend(
                finding.map(|finding| {
                    finding.variant(variant).value(Placeholder::Detail, listed(&found)).finish()
                }),
            );
        }
    }
}

fn build<'a>(
    request: &CheckRequest<'_>,
    rule: &'a CheckRule,
    module: ModuleId,
    awaiting: &AwaitingLoop,
) -> Option<FindingBuilder<'a>> {
    let facts = request.program.facts(module);
    let &(site, operand) = awaiting.awaits.first()?;
    let range = facts.sites[site].range;
    let callee = match facts.values[operand] {
        Value::Call(call) => facts.call(call).map_or(operand, |(callee, _)| callee),
        _ => operand,
    };
    let line = (request.text)(module).line_index().line(awaiting.found.range(facts).start());
    let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(range))
        .function(request.function_name(module, facts.sites[site].place.function))
        .value(Placeholder::Callee, request.spelling(module, callee))
        .value(Placeholder::Line, line.to_string());
    Some(finding)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    /// Checks the body of an `async def` that has some names at hand.
    fn check(body: &str, expected: &[&str]) {
        let text = format!("async def f(xs, client, out, self):\n    {}\n", body.replace('\n', "\n    "));
        assert_eq!(lines("AS201", &[("a", &text)]), expected, "{text}");
    }

    fn silent(body: &str) {
        check(body, &[]);
    }

    #[test]
    fn independent_items_are_found() {
        let found = |callee: &str, line: u32, at: u32| {
            format!("a:{at} `{callee}` is awaited for one item after the other in the loop on line {line}")
        };
        check("for x in xs:\n    await fetch(x)", &[&found("fetch", 2, 3)]);
        check("out = []\nfor x in xs:\n    out.append(await client.get(x))", &[&found("client.get", 3, 4)]);
        check("for x in xs:\n    out[x] = await fetch(x)", &[&found("fetch", 2, 3)]);
        check("seen = set()\nfor x in xs:\n    seen.add(await fetch(x))", &[&found("fetch", 3, 4)]);
        check("return [await fetch(x) for x in xs]", &[&found("fetch", 2, 2)]);
        check("return {x: await fetch(x) for x in xs}", &[&found("fetch", 2, 2)]);
        check(
            "for x in xs:\n    url = x.url\n    if url:\n        page = await fetch(url)\n        parse(page)",
            &[&found("fetch", 2, 5)],
        );
        check(
            "for x in xs:\n    async with client.stream_of(x) as r:\n        print_it(r)\n    await r.text()",
            &[],
        );
        check(
            "for x in xs:\n    async with client.get(x) as r:\n        out.append(await r.text())",
            &[&found("r.text", 2, 4)],
        );
        check(
            "for x in xs:\n    try:\n        await fetch(x)\n    except OSError:\n        continue",
            &[&found("fetch", 2, 4)],
        );
        check("while True:\n    for x in xs:\n        await fetch(x)", &[&found("fetch", 3, 4)]);
    }

    #[test]
    fn a_round_that_can_be_the_last_is_not() {
        silent("for x in xs:\n    if await fetch(x):\n        break");
        silent("for x in xs:\n    if await fetch(x):\n        return x");
        silent("for x in xs:\n    if not await fetch(x):\n        raise ValueError");
        silent("for x in xs:\n    await fetch(x)\nelse:\n    done()");
        silent("for x in xs:\n    yield await fetch(x)");
    }

    #[test]
    fn a_break_of_an_inner_loop_is_its_own() {
        check(
            "for x in xs:\n    for y in x:\n        break\n    await fetch(x)",
            &["a:5 `fetch` is awaited for one item after the other in the loop on line 2"],
        );
    }

    #[test]
    fn carried_names_need_the_order() {
        silent("last = None\nfor x in xs:\n    last = await fetch(x, last)");
        silent("total = 0\nfor x in xs:\n    total += await fetch(x)");
        silent("last = None\nfor x in xs:\n    if x:\n        last = x\n    await fetch(x, last)");
        silent("for x in xs:\n    self.page = await fetch(x)");
        silent("seen = set()\nfor x in xs:\n    if x not in seen:\n        seen.add(await fetch(x))");
        silent("for x in xs:\n    xs.append(await fetch(x))");
        silent("for x in xs:\n    out[0] = await fetch(x)");
        silent("for x in xs:\n    await self.step(x)\n    self.count += 1");
    }

    #[test]
    fn pacing_retries_and_polling_are_wanted() {
        silent("import asyncio\nfor x in xs:\n    await fetch(x)\n    await asyncio.sleep(1)");
        silent(
            "for attempt in range(3):\n    try:\n        await fetch(attempt)\n    except OSError:\n        pass",
        );
        silent("for _ in range(3):\n    await poll()");
        silent("for retry in xs:\n    await fetch(retry)");
        silent("while True:\n    await fetch(xs)");
        silent("async for x in xs:\n    await fetch(x)");
        silent("for task in xs:\n    await task");
        silent("for x in sorted(xs):\n    await migrate(x)");
    }

    #[test]
    fn writes_queues_and_single_connections_keep_their_order() {
        silent("for x in xs:\n    await client.post(x)");
        silent("for x in xs:\n    await send_message(x)");
        silent("for x in xs:\n    await queue.get()");
        silent("for x in xs:\n    await conn.fetch(x)");
        silent("for x in xs:\n    await load(self.db, x)");
        silent("async with self.lock:\n    for x in xs:\n        await fetch(x)");
        silent("for x in xs:\n    async with lock:\n        await fetch(x)");
        silent("async with pool.transaction():\n    for x in xs:\n        await fetch(x)");
        silent("for x in xs:\n    print(await fetch(x))");
    }

    #[test]
    fn what_is_made_on_demand_stays_so() {
        let text = "def pages():\n    yield 1\nasync def f():\n    for page in pages():\n        await fetch(page)\n";
        assert_eq!(lines("AS201", &[("a", text)]), [""; 0]);
        silent("for x in (g(y) for y in xs):\n    await fetch(x)");
    }

    #[test]
    fn a_callee_that_changes_its_object_keeps_the_order() {
        let text = "class C:\n    async def step(self, x):\n        self.last = x\n    async def f(self, xs):\n        for x in xs:\n            await self.step(x)\n";
        assert_eq!(lines("AS201", &[("a", text)]), [""; 0]);
    }

    /// Checks which items stand against the one loop of a body.
    fn items(body: &str, expected: &str) {
        let text = format!(
            "import asyncio\nasync def f(xs, client, out, self):\n    {}\n",
            body.replace('\n', "\n    ")
        );
        let found = lines("AS202", &[("a", &text)]);
        let [line] = &found[..] else { panic!("{found:?}: {text}") };
        let items = line.rsplit_once(" stands ").map_or("", |(_, items)| items);
        assert_eq!(items, expected, "{text}");
    }

    #[test]
    fn each_item_is_named() {
        items("last = None\nfor x in xs:\n    last = await fetch(x, last)", "A01");
        items("for x in xs:\n    self.page = await fetch(x)", "A02");
        items("for x in xs:\n    if await fetch(x):\n        break", "A03");
        items("try:\n    for x in xs:\n        await fetch(x)\nexcept OSError:\n    pass", "A04");
        items("for x in xs:\n    await step(x)", "A05");
        items("for x in sorted(xs):\n    await fetch(x)", "A05");
        items("for batch in xs:\n    await fetch(batch)", "A06");
        items("async for x in xs:\n    await fetch(x)", "A07");
        items("return (await fetch(x) for x in xs)", "A07");
        items("return [await hub.get(x) for x in xs]", "A08");
        items("async with self.lock:\n    for x in xs:\n        await fetch(x)", "A08");
        items("# one by one\nfor x in xs:\n    await fetch(x)", "A09");
        items("async with asyncio.timeout(1):\n    for x in xs:\n        await fetch(x)", "A10");
        items("for x in xs:\n    out.append(lambda: x)\n    await fetch(x)", "A11");
        items("for x in xs:\n    try:\n        await fetch(x)\n    except:\n        pass", "A12");
        items("for x in range(3):\n    await fetch(x)", "A14");
        items("while xs:\n    await fetch(xs)", "A14");
        items("return [y for x in xs for y in await fetch(x)]", "A15");
    }

    #[test]
    fn several_items_are_listed() {
        items("for x in range(3):\n    await client.post(x)", "A05, A14");
    }

    #[test]
    fn what_runs_already_gains_nothing() {
        let text = "async def f(tasks):\n    for task in tasks:\n        await task\n";
        assert_eq!(
            lines("AS202", &[("a", text)]),
            [
                "a:3 `task` is awaited in the loop on line 2; awaiting its rounds together gains nothing (NO-GAIN)"
            ]
        );
    }

    #[test]
    fn a_test_tells_its_story_in_order() {
        let text = "async def f(xs):\n    for x in xs:\n        await fetch(x)\n";
        assert_eq!(lines("AS201", &[("test_a", text)]), [""; 0]);
        assert_eq!(
            lines("AS202", &[("test_a", text)]),
            ["test_a:3 `fetch` is awaited in the loop on line 2 of a test"]
        );
    }

    #[test]
    fn code_behind_the_call_is_looked_at() {
        let class = |body: &str, call: &str| {
            format!(
                "import asyncio\nfrom httpx import AsyncClient\nclass C:\n    def __init__(self, client: AsyncClient):\n        self.client = client\n        self.made = []\n    async def one(self, x):\n        {body}\n    async def all(self, xs):\n        return [await {call}(x) for x in xs]\n"
            )
        };
        let found = |body: &str| lines("AS201", &[("a", &class(body, "self.one"))]).len();
        assert_eq!(found("return await self.client.get(x)"), 1);
        assert_eq!(
            found(
                "async with self.client.stream('GET', x) as reply:\n            return await reply.aread()"
            ),
            1
        );
        assert_eq!(found("return await self.client.post(x)"), 0);
        assert_eq!(found("self.made.append(await self.client.get(x))"), 0);
        assert_eq!(found("self.last = await self.client.get(x)"), 0);
        assert_eq!(found("async with self.lock:\n            return await self.client.get(x)"), 0);
        assert_eq!(found("await asyncio.sleep(1)\n        return await self.client.get(x)"), 0);
        assert_eq!(found("return await asyncio.to_thread(open, x)"), 0);
        assert_eq!(found("return x"), 0);
    }
}
