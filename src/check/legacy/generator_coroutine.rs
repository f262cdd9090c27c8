//! Finds coroutines that are written as generators.

use crate::base::{DEFAULT_TARGET, Id};
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::legacy::guard::Guards;
use crate::check::legacy::mention::{Wanted, is_one_of};
use crate::check::request::CheckRequest;
use crate::graph::Confidence;
use crate::link::{ModuleId, Static, evaluate};
use crate::rules::{CheckRule, Level, Placeholder, Standing};
use crate::semantic::{
    Function, FunctionId, ModuleFacts, SiteId, SiteKind, StatementId, Value, ValueId, well_known,
};
use crate::text::TextRange;

/// Reports decorators that make coroutines of generators, where `async def` would do, and `yield from` of a coroutine
/// in a generator that is none.
pub(crate) fn generator_coroutines(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let decorators =
        Wanted::last_parts(request, rule.words("decorators").iter().chain(rule.words("low-level")));
    let guards = Guards::new(rule);
    for module in request.modules() {
        let facts = request.program.facts(module);
        let has_decorator = !decorators.in_module(request, module).is_empty();
        for (function, item) in facts.functions.iter_enumerated() {
            if has_decorator && let Some(finding) = decorated(request, rule, &guards, module, function) {
                acc.push(finding);
            } else if item.traits.has_yield_from
                && let Some(range) = foreign_yield(request, module, item)
            {
                acc.push(build(request, rule, "plain-generator", module, function, range).finish());
            }
        }
    }
}

fn decorated(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    guards: &Guards<'_>,
    module: ModuleId,
    function: FunctionId,
) -> Option<Finding> {
    let facts = request.program.facts(module);
    let item = &facts.functions[function];
    let is_guarded = || item.statement.is_some_and(|statement| guards.protect(request, module, statement));
    for &decorator in &item.decorators {
        let range = facts.value_ranges[decorator];
        if is_one_of(request, module, decorator, rule.words("decorators")) {
            return (!is_guarded()).then(|| old(request, rule, module, function, decorator));
        }
        let is_replaceable = is_one_of(request, module, decorator, rule.words("low-level"))
            && item.traits.has_yield_from
            && only_awaits(request, module, item);
        if is_replaceable {
            let finding = build(request, rule, "low-level", module, function, range);
            return Some(finding.at_most(Level::Warning).finish());
        }
    }
    None
}

/// The finding for a decorator that goes: an error where it is gone.
fn old(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    function: FunctionId,
    decorator: ValueId,
) -> Finding {
    let target = request.settings.target_version.unwrap_or(DEFAULT_TARGET);
    let versions = match evaluate(request.program, module, decorator) {
        Static::External(name) => request.knowledge.function(&name).and_then(|rule| rule.versions.as_deref()),
        _ => None,
    };
    let range = request.program.facts(module).value_ranges[decorator];
    match versions.map(|versions| versions.standing(target)) {
        Some(Standing::Removed(since)) => build(request, rule, "removed", module, function, range)
            .value(Placeholder::Version, since)
            .finish(),
        Some(Standing::Current | Standing::Deprecated(_)) | None => {
            build(request, rule, "", module, function, range).at_most(Level::Warning).finish()
        }
    }
}

fn build<'a>(
    request: &CheckRequest<'_>,
    rule: &'a CheckRule,
    variant: &'a str,
    module: ModuleId,
    function: FunctionId,
    range: TextRange,
) -> FindingBuilder<'a> {
    let facts = request.program.facts(module);
    FindingBuilder::new(rule, request.file(module), Spot::Text(range))
        .variant(variant)
        .function(request.function_name(module, function))
        .value(Placeholder::Function, facts.name(facts.functions[function].name))
        .value(Placeholder::Callee, range.get((request.text)(module).as_str()).unwrap_or_default())
}

/// The first `yield from` of a coroutine in a generator under no decorator, which Python refuses when it gets there.
fn foreign_yield(request: &CheckRequest<'_>, module: ModuleId, item: &Function) -> Option<TextRange> {
    let facts = request.program.facts(module);
    let is_plain = item.decorators.is_empty() && !well_known::is_dunder(facts.name(item.name));
    let mut found = yields_from(facts, item).into_iter();
    found
        .find(|&(_, iterable)| is_plain && gives_coroutine(request, module, iterable))
        .map(|(range, _)| range)
}

/// Whether all that a generator gives on comes from coroutines.
fn only_awaits(request: &CheckRequest<'_>, module: ModuleId, item: &Function) -> bool {
    let facts = request.program.facts(module);
    let yields = yields_from(facts, item);
    // A plain `yield` talks to the event loop itself, which `await` cannot say.
    yields.len() == item.yielded.len()
        && yields.iter().all(|&(_, iterable)| gives_coroutine(request, module, iterable))
}

/// Places and operands of the `yield from` expressions of a function.
fn yields_from(facts: &ModuleFacts, item: &Function) -> Vec<(TextRange, ValueId)> {
    let first = item.first_statement.index();
    let statements = (first..first + item.statements as usize)
        .map(|index| &facts.statements[StatementId::from_index(index)]);
    // Sites of nested statements are among those of the outer ones.
    let sites = statements
        .filter(|statement| statement.parent.is_none())
        .flat_map(|statement| (statement.sites.0.index()..statement.sites.1.index()).map(SiteId::from_index));
    sites
        .filter_map(|site| match facts.sites[site].kind {
            SiteKind::YieldFrom { iterable } => Some((facts.sites[site].range, iterable)),
            _ => None,
        })
        .collect()
}

/// Whether a value is the coroutine of an `async def`, or of a library's, and surely nothing else.
fn gives_coroutine(request: &CheckRequest<'_>, module: ModuleId, value: ValueId) -> bool {
    let Value::Call(site) = request.program.facts(module).values[value] else { return false };
    let graph = request.graph;
    let Some(resolution) = graph.site(request.program.site_index(module, site)) else { return false };
    let is_coroutine = |&edge: &_| {
        let edge = graph.edge(edge);
        let is_sure = edge.confidence >= Confidence::Probable;
        is_sure
            && match graph.function(edge.callee) {
                Some(function) => {
                    let (_, facts, local) = request.located(function);
                    let item = &facts.functions[local];
                    item.traits.is_async && !item.traits.is_generator && item.decorators.is_empty()
                }
                None => graph
                    .external_name(edge.callee)
                    .and_then(|name| request.knowledge.function(name))
                    .is_some_and(|rule| rule.is_async && !rule.is_lazy),
            }
    };
    resolution.incomplete.is_none()
        && !resolution.edges.is_empty()
        && resolution.edges.iter().all(is_coroutine)
}

#[cfg(test)]
mod tests {
    use crate::base::Settings;
    use crate::check::testing::{findings, lines};
    use crate::rules::Level;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS501", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn decorated_generators_are_found() {
        check(
            "import asyncio\n@asyncio.coroutine\ndef f():\n    yield from g()\n",
            &["a:2 `f` is a coroutine written as a generator (`asyncio.coroutine`)"],
        );
        check(
            "from asyncio import coroutine\n@coroutine\ndef f():\n    return 1\n",
            &["a:2 `f` is a coroutine written as a generator (`coroutine`)"],
        );
    }

    #[test]
    fn what_is_gone_is_an_error() {
        let level = |target| {
            let settings = Settings { target_version: Some(target), ..Settings::default() };
            let text = "import asyncio\n@asyncio.coroutine\ndef f(): yield\n";
            findings("AS501", &[("a", text)], &settings)[0].2.level
        };
        assert_eq!(level((3, 10)), Level::Warning);
        assert_eq!(level((3, 11)), Level::Error);
    }

    #[test]
    fn a_low_level_coroutine_is_one_for_good() {
        check("import types\n@types.coroutine\ndef f():\n    yield\n", &[]);
        check("import types\n@types.coroutine\ndef f():\n    yield from g()\n", &[]);
        check(
            "import types\nasync def g(): pass\n@types.coroutine\ndef f():\n    yield from g()\n",
            &["a:3 `f` is a coroutine written as a generator (`types.coroutine`), and only awaits"],
        );
    }

    #[test]
    fn a_plain_generator_cannot_await() {
        check(
            "import asyncio\ndef f():\n    yield from asyncio.sleep(1)\n",
            &["a:3 `yield from` of a coroutine fails in `f`, which is a plain generator"],
        );
        check("def g(): yield 1\ndef f():\n    yield from g()\n", &[]);
        check("@fixture\ndef f():\n    yield from g()\nasync def g(): pass\n", &[]);
        check("async def g(): yield 1\ndef f():\n    yield from g().x()\n", &[]);
    }

    #[test]
    fn what_asks_for_the_version_knows() {
        check(
            "import asyncio, sys\nif sys.version_info < (3, 5):\n    @asyncio.coroutine\n    def f(): yield\n",
            &[],
        );
    }
}
