//! What is left alone.

use asyncshift::plan::{FileChange, Step};
use asyncshift::rewrite::{Refusal, RewriteOptions, rewrite};
use asyncshift::semantic::{ModuleFacts, SiteId, lower};
use asyncshift::syntax::parse;

use crate::harness::Do::{Await, Convert, Extend, For, InPlace, Offload, Rename, Replace, With};
use crate::harness::{Do, apply};

fn refusal(statement: &str, steps: &[Do], version: (u8, u8)) -> Refusal {
    apply(&format!("async def main():\n    {statement}\n"), steps, version)
        .expect_err("the steps are refused")
}

#[test]
fn awaits_where_nothing_can_wait() {
    for statement in ["lambda: f()", "class C: x = f()", "def g(): return f()", "x: f() = 1"] {
        let refusal = refusal(statement, &[Await("f()")], (3, 12));
        assert!(matches!(refusal, Refusal::AwaitOutsideAsync { .. }), "{statement}: {refusal}");
    }
}

#[test]
fn generator_expressions() {
    let found = refusal("any(f() for x in y)", &[Await("f()")], (3, 12));
    assert!(matches!(found, Refusal::GeneratorBecomesAsync { .. }));
}

#[test]
fn nested_comprehensions_of_old_versions() {
    let statement = "x = [[f() for a in b] for c in d]";
    assert!(matches!(refusal(statement, &[Await("f()")], (3, 10)), Refusal::NestedAsyncComprehension { .. }));
}

#[test]
fn generators() {
    let found = apply("def f():\n    yield 1\n    return 2\n", &[InPlace("f")], (3, 12)).unwrap_err();
    assert!(matches!(found, Refusal::ReturnInAsyncGenerator { .. }));
    let found = apply("def f():\n    yield from g()\n", &[InPlace("f")], (3, 12)).unwrap_err();
    assert!(matches!(found, Refusal::YieldFromInAsync { .. }));
}

#[test]
fn mixed_withs() {
    let found = refusal("with a, b: pass", &[With("a")], (3, 12));
    assert!(matches!(found, Refusal::MixedWith { .. }));
    let found = apply("def f():\n    for x in y: pass\n", &[For("y")], (3, 12)).unwrap_err();
    assert!(matches!(found, Refusal::AwaitOutsideAsync { .. }));
}

#[test]
fn f_strings() {
    assert!(matches!(refusal("f'{f()=}'", &[Await("f()")], (3, 12)), Refusal::PrintsItself { .. }));
    let odd = [Replace("f()", "d['k'].f", &[])];
    assert!(matches!(refusal("f'{f()}'", &odd, (3, 11)), Refusal::UnfitForInterpolation { .. }));
    let text = "async def m():\n    f'{f()}'\n";
    assert_eq!(apply(text, &odd, (3, 12)), Ok("async def m():\n    f'{await d['k'].f()}'\n".to_owned()));
}

#[test]
fn callees_and_decorators() {
    assert!(matches!(refusal("x[0]()", &[Rename("x[0]()", "g")], (3, 12)), Refusal::NamelessCallee { .. }));
    let decorated = "@f()\n    def g(): pass";
    assert!(matches!(refusal(decorated, &[Await("f()")], (3, 8)), Refusal::AwaitInDecorator { .. }));
}

#[test]
fn contradictions_and_lost_comments() {
    let found = refusal("f()", &[Await("f()"), Offload("f()")], (3, 12));
    assert!(matches!(found, Refusal::Contradiction { .. }));
    let inner = [Await("a()"), Replace("a().f()", "g", &[])];
    assert!(matches!(refusal("a().f()", &inner, (3, 12)), Refusal::Conflict(_)));
    let commented = [Replace("(a # c\n).f()", "g", &[])];
    assert_eq!(refusal("(a # c\n).f()", &commented, (3, 12)), Refusal::CommentLost);
}

#[test]
fn what_is_not_there() {
    let found = apply("async def f(): pass\n", &[Convert("f")], (3, 12)).unwrap_err();
    assert!(matches!(found, Refusal::AlreadyAsync { .. }));
    let found = apply("from m import *\n", &[Extend("*", "f")], (3, 12)).unwrap_err();
    assert!(matches!(found, Refusal::NodeNotFound { .. }));
    let future = "from __future__ import annotations\n";
    let found = apply(future, &[Extend("annotations", "f")], (3, 12)).unwrap_err();
    assert!(matches!(found, Refusal::NodeNotFound { .. }));
    let found = apply("from m import f\nx = (\n", &[Extend("f", "g")], (3, 12)).unwrap_err();
    assert!(matches!(found, Refusal::SyntaxErrorInSource { .. }));
}

#[test]
fn facts_of_another_text() {
    let old = "async def m(): f()\n";
    let facts = lower(&parse(old), old);
    let options = RewriteOptions { target_version: (3, 12) };
    let site: SiteId = facts.sites.ids().next().unwrap();
    let change =
        FileChange { steps: vec![Step::Offload { site, via: "t".to_owned() }], ..FileChange::default() };
    for text in ["", "é", "async def main(): f()\n"] {
        let found = rewrite(text, &facts, &change, &options).unwrap_err();
        assert!(matches!(found, Refusal::NodeNotFound { .. }));
    }
    assert_eq!(rewrite("", &ModuleFacts::default(), &change, &options), Err(Refusal::UnknownId));
}
