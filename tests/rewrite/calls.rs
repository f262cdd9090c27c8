//! Awaited calls.

use crate::harness::Do::{Await, Rename, Replace};
use crate::harness::{Case, Do, apply, check_all};

/// Checks a statement of an async function.
fn check(before: &str, steps: &[Do], after: &str) {
    let inside = |code: &str| format!("async def main():\n    {code}\n");
    let result = apply(&inside(before), steps, (3, 12));
    assert_eq!(result, Ok(inside(after)), "{before}");
}

#[test]
fn parentheses_only_where_something_binds_tighter() {
    for (before, after) in [
        ("f()", "await async_f()"),
        ("f().x", "(await async_f()).x"),
        ("f()[0]", "(await async_f())[0]"),
        ("f()()", "(await async_f())()"),
        ("f() ** 2", "await async_f() ** 2"),
        ("2 ** f()", "2 ** await async_f()"),
        ("-f()", "-await async_f()"),
        ("not f()", "not await async_f()"),
        ("f() if f() else f()", "await async_f() if await async_f() else await async_f()"),
        ("a() or f()", "a() or await async_f()"),
        ("lo < f() < hi", "lo < await async_f() < hi"),
        ("await f()", "await (await async_f())"),
        ("x[f():f()]", "x[await async_f():await async_f()]"),
        ("x[f()] += f()", "x[await async_f()] += await async_f()"),
        ("f().x = f()", "(await async_f()).x = await async_f()"),
        ("del f().x", "del (await async_f()).x"),
        ("g(*f(), **f())", "g(*await async_f(), **await async_f())"),
        ("(y := f())", "(y := await async_f())"),
        ("yield f()", "yield await async_f()"),
        ("assert f(), f()", "assert await async_f(), await async_f()"),
        ("raise f() from f()", "raise await async_f() from await async_f()"),
        ("return f()", "return await async_f()"),
        (
            "x = [f() for x in f() if f()]",
            "x = [await async_f() for x in await async_f() if await async_f()]",
        ),
        ("list(x for x in f())", "list(x for x in await async_f())"),
        ("for x in f(): pass", "for x in await async_f(): pass"),
        ("with f() as x, (f()): pass", "with await async_f() as x, (await async_f()): pass"),
        ("def g(x=f()): pass", "def g(x=await async_f()): pass"),
        ("lambda x=f(): x", "lambda x=await async_f(): x"),
        ("x; f(); y", "x; await async_f(); y"),
    ] {
        check(before, &[Rename("f()", "async_f")], after);
    }
}

#[test]
fn existing_parentheses_are_used() {
    for (before, after) in [
        ("(f()).x", "(await async_f()).x"),
        ("((f())).x", "((await async_f())).x"),
        ("await (f())", "await (await async_f())"),
        ("( f()  # c\n     ).x", "( await async_f()  # c\n     ).x"),
        ("g(f()).x", "g(await async_f()).x"),
        ("g(f().x)", "g((await async_f()).x)"),
        ("(f().x)", "((await async_f()).x)"),
        ("(f())", "(await async_f())"),
    ] {
        check(before, &[Rename("f()", "async_f")], after);
    }
}

#[test]
fn chains_nest() {
    check("f().g()", &[Await("f()"), Await("f().g()")], "await (await f()).g()");
    check("f().g()", &[Await("f().g()"), Await("f()")], "await (await f()).g()");
    check("f()()()", &[Await("f()"), Await("f()()"), Await("f()()()")], "await (await (await f())())()");
    check("f(f(1))", &[Rename("f(1)", "g"), Rename("f(f(1))", "g")], "await g(await g(1))");
    check("f().g(f().g()).x", &[Await("f()")], "(await f()).g((await f()).g()).x");
}

#[test]
fn multi_line_chains_keep_their_bytes() {
    check(
        "x = (s  # start\n         .f( 1,)  # one\n         .g()\n    )",
        &[Rename("s  # start\n         .f( 1,)", "async_f")],
        "x = ((await s  # start\n         .async_f( 1,))  # one\n         .g()\n    )",
    );
    check("a . \\\n  f ( )", &[Rename("a . \\\n  f ( )", "g")], "await a . \\\n  g ( )");
}

#[test]
fn only_the_last_identifier_is_renamed() {
    check("f.f.f(f)", &[Rename("f.f.f(f)", "g")], "await f.f.g(f)");
    check("super().f()", &[Rename("super().f()", "g")], "await super().g()");
    check("(a or b).f()", &[Rename("(a or b).f()", "g")], "await (a or b).g()");
    check("(f)()", &[Rename("(f)()", "g")], "await (g)()");
    check("é.ü()", &[Rename("é.ü()", "ö")], "await é.ö()");
}

#[test]
fn words_do_not_run_together() {
    check("return(a).f()", &[Await("(a).f()")], "return await (a).f()");
    check("return(a).f().x", &[Await("(a).f()")], "return(await (a).f()).x");
    check("x = 1if(a)()else(b)()", &[Await("(a)()"), Await("(b)()")], "x = 1if await (a)()else await (b)()");
}

#[test]
fn callees_and_keywords_are_replaced() {
    check(
        "x = s.get(u, timeout=3, **k).text",
        &[Replace("s.get(u, timeout=3, **k)", "c.fetch", &[("timeout", "limit"), ("k", "z")])],
        "x = (await c.fetch(u, limit=3, **k)).text",
    );
}

#[test]
fn f_strings_nest() {
    let rename = [Rename("f()", "g"), Rename("w()", "v")];
    check("f'{f()!r:>{w()}}{f()}'", &rename, "f'{await g()!r:>{await v()}}{await g()}'");
    check("x = f'{f().x}' \"{f()}\"", &rename[..1], "x = f'{(await g()).x}' \"{f()}\"");
    check("f'''{\n f()\n}'''", &rename[..1], "f'''{\n await g()\n}'''");
    check("f\"{f'{f()}'}\"", &rename[..1], "f\"{f'{await g()}'}\"");
}

#[test]
fn decorators_and_matches() {
    check_all(&[
        Case {
            before: "async def m():\n    @f()\n    @g(f())\n    def h(): pass\n",
            steps: &[Await("f()")],
            after: "async def m():\n    @await f()\n    @g(await f())\n    def h(): pass\n",
        },
        Case {
            before: "async def m():\n    match f():\n        case _ if f(): pass\n",
            steps: &[Await("f()")],
            after: "async def m():\n    match await f():\n        case _ if await f(): pass\n",
        },
        Case {
            before: "async def m():\n    try: f()\n    except f(): pass\n    if a: b\n    elif f(): c\n",
            steps: &[Await("f()")],
            after: "async def m():\n    try: await f()\n    except await f(): pass\n    if a: b\n    elif await f(): c\n",
        },
    ]);
}

#[test]
fn the_end_of_a_file_without_line_break() {
    check_all(&[Case {
        before: "async def m(): return f().x",
        steps: &[Await("f()")],
        after: "async def m(): return (await f()).x",
    }]);
}

#[test]
fn a_step_given_twice_counts_once() {
    check("f()", &[Await("f()"), Await("f()")], "await f()");
}
