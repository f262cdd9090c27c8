//! Steps that give code around a call another shape.

use crate::harness::Do::{
    Await, AwaitInstead, Close, Collect, Delegate, Gather, Hoist, LetThrough, Offload, Rename, Unroll,
    Unthread,
};
use crate::harness::{Case, apply, check_all};

#[test]
fn generator_expressions_are_collected() {
    check_all(&[
        Case {
            before: "async def m():\n    return list (f(x) for x in y)\n",
            steps: &[Collect("f(x) for x in y", "list (f(x) for x in y)"), Await("f(x)")],
            after: "async def m():\n    return [await f(x) for x in y]\n",
        },
        Case {
            before: "async def m():\n    return sum(f(x) for x in y), sum((f(x) for x in y), 1)\n",
            steps: &[Collect("f(x) for x in y", "-"), Collect("(f(x) for x in y)", "-"), Await("f(x)")],
            after: "async def m():\n    return sum([await f(x) for x in y]), sum([await f(x) for x in y], 1)\n",
        },
        Case {
            before: "async def m():\n    return g(f(x).a for x in f(1).b)\n",
            steps: &[Collect("f(x).a for x in f(1).b", "-"), Await("f(x)"), Await("f(1)")],
            after: "async def m():\n    return g([(await f(x)).a for x in (await f(1)).b])\n",
        },
    ]);
}

#[test]
fn async_generators_are_collected() {
    check_all(&[
        Case {
            before: "async def m():\n    a, b = f(1)\n    return set(f(2)), len(*f(3))\n",
            steps: &[Gather("f(1)", "-"), Gather("f(2)", "set(f(2))"), Gather("f(3)", "-")],
            after: "async def m():\n    a, b = [item async for item in f(1)]\n    return {item async for item in f(2)}, len(*[item async for item in f(3)])\n",
        },
        Case {
            before: "async def m():\n    return set(\n        f(2),  # c\n    )\n",
            steps: &[Gather("f(2)", "set(\n        f(2),  # c\n    )")],
            after: "async def m():\n    return set(\n        [item async for item in f(2)],  # c\n    )\n",
        },
    ]);
}

#[test]
fn loops_close_what_they_leave() {
    check_all(&[
        Case {
            before: "async def m():\n  for x, y in f():  # c\n    s = '''a\nb'''\n\n    # d\n    break\n  else:\n    pass\n  g()\n",
            steps: &[Close("f()")],
            after: "async def m():\n  async with aclosing(f()) as items:\n    async for x, y in items:  # c\n      s = '''a\nb'''\n\n      # d\n      break\n    else:\n      pass\n  g()\n",
        },
        Case {
            before: "async def m():\n\tfor x in (f()): break\n",
            steps: &[Close("f()"), Rename("f()", "g")],
            after: "async def m():\n\tasync with aclosing((await g())) as items:\n\t\tasync for x in items: break\n",
        },
    ]);
}

#[test]
fn delegation_becomes_a_loop() {
    check_all(&[Case {
        before: "async def m():\n    yield from f()  # c\n    if x: yield from g(\n        1)\n",
        steps: &[Delegate("f()", true), Delegate("g(\n        1)", false)],
        after: "async def m():\n    async for item in f():\n        yield item  # c\n    if x:\n        for item in g(\n        1):\n            yield item\n",
    }]);
    let shared = "async def m():\n    yield from f(); g()\n";
    assert!(apply(shared, &[Delegate("f()", true)], (3, 12)).is_err());
}

#[test]
fn maps_become_comprehensions() {
    check_all(&[Case {
        before: "async def m():\n    return map(f, xs), map( self.f ,xs ), filter(f, a or b)\n",
        steps: &[
            Unroll("map(f, xs)", false),
            Unroll("map( self.f ,xs )", false),
            Unroll("filter(f, a or b)", true),
        ],
        after: "async def m():\n    return [await async_f(item) for item in xs], [await self.async_f(item) for item in xs], [item for item in a or b if await async_f(item)]\n",
    }]);
}

#[test]
fn values_are_waited_for_before_targets_are_read() {
    check_all(&[
        Case {
            before: "async def m():\n    self.a[0] //= f() + (\n        1)  # c\n",
            steps: &[Hoist("self.a[0]"), Await("f()")],
            after: "async def m():\n    value = await f() + (\n        1)\n    self.a[0] //= value  # c\n",
        },
        Case {
            before: "async def m():\r\n\tif x: a.b += f(); g()\r\n\ta.c |= f()",
            steps: &[Hoist("a.b"), Hoist("a.c"), Offload("f()")],
            after: "async def m():\r\n\tif x: value = await asyncio.to_thread(f); a.b += value; g()\r\n\tvalue = await asyncio.to_thread(f)\r\n\ta.c |= value",
        },
    ]);
}

#[test]
fn cancellations_pass() {
    check_all(&[
        Case {
            before: "async def m():\n  try: f()\n  # c\n  except: pass\n",
            steps: &[LetThrough("except:")],
            after: "async def m():\n  try: f()\n  # c\n  except asyncio.CancelledError:\n    raise\n  except: pass\n",
        },
        Case {
            before: "async def m():\n\ttry:\n\t\tf()\n\texcept BaseException:\n\t\tpass\n",
            steps: &[LetThrough("except")],
            after: "async def m():\n\ttry:\n\t\tf()\n\texcept asyncio.CancelledError:\n\t\traise\n\texcept BaseException:\n\t\tpass\n",
        },
    ]);
}

#[test]
fn coroutines_are_awaited_instead() {
    check_all(&[
        Case {
            before: "async def m():\n    return run( f(1) ).x, run(f(2))\n",
            steps: &[AwaitInstead("run( f(1) )"), AwaitInstead("run(f(2))")],
            after: "async def m():\n    return (await f(1)).x, await f(2)\n",
        },
        Case {
            before: "async def m():\n    await t(f, 1, a=2), await t(a.f), await t(f,\n        1)\n",
            steps: &[Unthread("t(f, 1, a=2)"), Unthread("t(a.f)"), Unthread("t(f,\n        1)")],
            after: "async def m():\n    await async_f(1, a=2), await a.async_f(), await async_f(\n        1)\n",
        },
    ]);
}
