//! Checks a rewritten file before anyone sees it.

use std::collections::BTreeSet;

use crate::rewrite::refusal::Refusal;
use crate::rewrite::scopes::{Generator, check_scopes};
use crate::rewrite::unawaited::check_awaited;
use crate::syntax::{Parsed, parse};

/// What the result of a rewrite must be.
pub(crate) struct Expected<'a> {
    /// The oldest Python that must run it.
    pub(crate) target_version: (u8, u8),
    /// Names of coroutine functions, whose calls must be awaited.
    pub(crate) names: BTreeSet<&'a str>,
    /// Whether some functions stand in it twice.
    pub(crate) is_doubled: bool,
}

/// Checks that `after` parses, that all its async code stands in async scopes, that calls of expected names are awaited, and that
/// it has the comments of `before`.
pub(crate) fn verify(
    parsed_before: &Parsed,
    before: &str,
    after: &str,
    expected: &Expected<'_>,
) -> Result<(), Refusal> {
    let parsed = parse(after);
    if let Some(error) = parsed.errors().first() {
        return Err(Refusal::SyntaxErrorInResult { range: error.range, message: error.message.clone() });
    }
    let generators = check_scopes(parsed.body(), expected.target_version)?;
    // What was wrong before is no generator's fault; then none of them counts as async.
    let generators_before = check_scopes(parsed_before.body(), expected.target_version).unwrap_or_default();
    check_generators(&generators_before, &generators)?;
    check_awaited(parsed_before.body(), parsed.body(), &expected.names)?;
    let mut found = comments(&parsed, after);
    let is_kept = if expected.is_doubled {
        // A twin has the comments of its function once more.
        comments(parsed_before, before).all(|comment| found.any(|other| other == comment))
    } else {
        comments(parsed_before, before).eq(found)
    };
    if !is_kept {
        return Err(Refusal::CommentLost);
    }
    Ok(())
}

/// No more generator expressions than before may be async without their consumer saying so.
fn check_generators(before: &[Generator], after: &[Generator]) -> Result<(), Refusal> {
    let is_unseen = |generator: &&Generator| generator.is_async && !generator.is_declared;
    let known = before.iter().filter(is_unseen).count();
    match after.iter().filter(is_unseen).nth(known) {
        Some(generator) => Err(Refusal::GeneratorBecomesAsync { range: generator.range }),
        None => Ok(()),
    }
}

fn comments<'a>(parsed: &'a Parsed, text: &'a str) -> impl Iterator<Item = Option<&'a str>> {
    parsed.comments().iter().map(|comment| comment.range.get(text))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::rewrite::Refusal;
    use crate::rewrite::verify::{Expected, verify};
    use crate::syntax::parse;

    fn expected(target_version: (u8, u8)) -> Expected<'static> {
        Expected { target_version, names: BTreeSet::new(), is_doubled: false }
    }

    fn judge(after: &str, version: (u8, u8)) -> Result<(), Refusal> {
        let before = after.replace("async for", "for").replace("await ", "");
        verify(&parse(&before), &before, after, &expected(version))
    }

    fn is_outside(after: &str) -> bool {
        matches!(judge(after, (3, 13)), Err(Refusal::AwaitOutsideAsync { .. }))
    }

    #[test]
    fn awaits_in_async_functions() {
        for body in [
            "await f()",
            "x = [await f() for y in z if await g()]",
            "x = {await f(): await g() for y in await z()}",
            "x = list(y for y in await f())",
            "def g(a=await f()): pass",
            "class C(await f()): pass",
            "async for x in y: pass",
            "async with x: pass",
            "x = lambda a=await f(): a",
            "x = f'{await f():{await g()}}'",
            "async for x in (await f(y) for y in z): pass",
            "return (x async for x in y)",
        ] {
            assert_eq!(judge(&format!("async def m():\n    {body}\n"), (3, 13)), Ok(()), "{body}");
        }
    }

    #[test]
    fn awaits_outside_of_async_functions() {
        for text in [
            "await f()\n",
            "def m():\n    await f()\n",
            "async def m():\n    x = lambda: await f()\n",
            "async def m():\n    def g(): await f()\n",
            "async def m():\n    class C:\n        x = await f()\n",
            "async def m():\n    def g(x: await f()): pass\n",
            "async def m():\n    type X = await f()\n",
            "def m():\n    return [await f() for x in y]\n",
            "def m():\n    return [[await f() for x in y] for z in w]\n",
            "def m():\n    async for x in y: pass\n",
            "class C[T](await f()): pass\n",
        ] {
            assert!(is_outside(text), "{text}");
        }
    }

    #[test]
    fn nested_async_comprehensions_need_3_11() {
        let text = "async def m():\n    return [[await f() for x in y] for z in w]\n";
        assert_eq!(judge(text, (3, 11)), Ok(()));
        assert!(matches!(judge(text, (3, 10)), Err(Refusal::NestedAsyncComprehension { .. })));
        let first = "async def m():\n    return [x for x in [await f() for y in z]]\n";
        assert_eq!(judge(first, (3, 8)), Ok(()));
    }

    #[test]
    fn generator_expressions_do_not_change_colour_unseen() {
        let text = "async def m():\n    return list(await f() for x in y)\n";
        assert!(matches!(judge(text, (3, 13)), Err(Refusal::GeneratorBecomesAsync { .. })));
        let was_async = "async def m():\n    return (await f() for x in y)\n";
        assert_eq!(verify(&parse(was_async), was_async, was_async, &expected((3, 13))), Ok(()));
    }

    #[test]
    fn generators_have_limits() {
        let text = "async def m():\n    yield 1\n    return 2\n";
        assert!(matches!(judge(text, (3, 13)), Err(Refusal::ReturnInAsyncGenerator { .. })));
        let text = "async def m():\n    yield from f()\n";
        assert!(matches!(judge(text, (3, 13)), Err(Refusal::YieldFromInAsync { .. })));
        let text = "async def m():\n    def g():\n        yield 1\n        return 2\n    return 3\n";
        assert_eq!(judge(text, (3, 13)), Ok(()));
    }

    #[test]
    fn comments_and_syntax_are_kept() {
        assert_eq!(
            verify(&parse("x  # c\n"), "x  # c\n", "x\n", &expected((3, 13))),
            Err(Refusal::CommentLost)
        );
        assert!(matches!(judge("x = (\n", (3, 13)), Err(Refusal::SyntaxErrorInResult { .. })));
    }
}
