//! `async with` and `async for`.

use crate::harness::Do::{Await, For, With};
use crate::harness::{Case, check_all};

#[test]
fn withs() {
    check_all(&[
        Case {
            before: "async def m():\n    with a() as x: pass\n",
            steps: &[With("a()")],
            after: "async def m():\n    async with a() as x: pass\n",
        },
        Case {
            before: "async def m():\n    with (\n        a() as x,  # c\n        b,\n    ):\n        pass\n",
            steps: &[With("a()"), With("b"), Await("a()")],
            after: "async def m():\n    async with (\n        await a() as x,  # c\n        b,\n    ):\n        pass\n",
        },
        Case {
            before: "async def m():\n    async with a(): pass\n",
            steps: &[With("a()")],
            after: "async def m():\n    async with a(): pass\n",
        },
    ]);
}

#[test]
fn fors() {
    check_all(&[
        Case {
            before: "async def m():\n    for x in f(): pass\n    else: pass\n",
            steps: &[For("f()")],
            after: "async def m():\n    async for x in f(): pass\n    else: pass\n",
        },
        Case {
            before: "async def m():\n    return [x for y in z for x in f(y) if x]\n",
            steps: &[For("f(y)")],
            after: "async def m():\n    return [x for y in z async for x in f(y) if x]\n",
        },
        Case {
            before: "async def m():\n    return [1for x in f()]\n",
            steps: &[For("f()")],
            after: "async def m():\n    return [1 async for x in f()]\n",
        },
        Case {
            before: "async def m():\n    return (x for x in f())\n",
            steps: &[For("f()")],
            after: "async def m():\n    return (x async for x in f())\n",
        },
    ]);
}
