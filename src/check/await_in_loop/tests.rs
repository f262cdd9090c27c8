//! Loops that are reported, and loops that are not, item by item.

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
