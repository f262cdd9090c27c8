//! Calls that a thread runs.

use crate::harness::Do::{Await, Offload, Rename};
use crate::harness::{Do, apply};

fn check(before: &str, steps: &[Do], after: &str) {
    let inside = |code: &str| format!("async def main():\n    {code}\n");
    let result = apply(&inside(before), steps, (3, 12));
    assert_eq!(result, Ok(inside(after)), "{before}");
}

fn offload(call: &'static str, after: &str) {
    check(call, &[Offload(call)], after);
}

#[test]
fn the_callee_becomes_the_first_argument() {
    offload("f(a, k=1)", "await asyncio.to_thread(f, a, k=1)");
    offload("f()", "await asyncio.to_thread(f)");
    offload("f(*a, **k)", "await asyncio.to_thread(f, *a, **k)");
    offload("a.b[0].c(1,)", "await asyncio.to_thread(a.b[0].c, 1,)");
    offload("super().f(x)", "await asyncio.to_thread(super().f, x)");
    offload("(a or b)(x)", "await asyncio.to_thread((a or b), x)");
}

#[test]
fn layout_is_kept() {
    offload("f( a )", "await asyncio.to_thread(f, a )");
    offload("f (a)", "await asyncio.to_thread(f, a)");
    offload("f ( )", "await asyncio.to_thread(f)");
    offload("f(\n        a,  # c\n    )", "await asyncio.to_thread(f,\n        a,  # c\n    )");
    offload("f(  # c\n    )", "await asyncio.to_thread(f  # c\n    )");
    offload("f(# c\n a)", "await asyncio.to_thread(f, # c\n a)");
    offload("f \\\n (a)", "await asyncio.to_thread(f \\\n , a)");
}

#[test]
fn a_bare_generator_gets_parentheses() {
    offload("f(x for x in y)", "await asyncio.to_thread(f, (x for x in y))");
    offload("f((x for x in y))", "await asyncio.to_thread(f, (x for x in y))");
    offload("f(\n x for x in g(y) # c\n)", "await asyncio.to_thread(f, (\n x for x in g(y) # c\n))");
}

#[test]
fn surroundings_bind_tighter() {
    check("f(a).x", &[Offload("f(a)")], "(await asyncio.to_thread(f, a)).x");
    check("return(f)(a)", &[Offload("(f)(a)")], "return await asyncio.to_thread((f), a)");
    check("f'{f(a)}'", &[Offload("f(a)")], "f'{await asyncio.to_thread(f, a)}'");
}

#[test]
fn callee_and_arguments_contain_other_steps() {
    check(
        "f(g(h(1)))",
        &[Offload("f(g(h(1)))"), Rename("g(h(1))", "async_g"), Offload("h(1)")],
        "await asyncio.to_thread(f, await async_g(await asyncio.to_thread(h, 1)))",
    );
    check(
        "f(1).g(2)",
        &[Offload("f(1)"), Offload("f(1).g(2)")],
        "await asyncio.to_thread((await asyncio.to_thread(f, 1)).g, 2)",
    );
    check("f()()", &[Await("f()"), Offload("f()()")], "await asyncio.to_thread((await f()))");
}
