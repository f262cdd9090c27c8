//! Finds functions with the name of another one's async twin that have nothing to do with it.

use crate::base::Affix;
use crate::check::async_name::convention::is_marked;
use crate::check::async_name::freedom::Freedom;
use crate::check::async_name::sibling::sibling;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::graph::NodeId;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{DefinitionKind, Function, FunctionId, ModuleFacts, ParameterKind, well_known};

/// Reports `async_x` beside an `x` that is async as well, or that cannot be called in the same way, unless one uses
/// the other.
pub(crate) fn unrelated_async_names(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let affix = &request.settings.naming.affix;
    if *affix == Affix::None {
        return;
    }
    let Some(freedom) = Freedom::new(request) else { return };
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for (function, item) in facts.functions.iter_enumerated().filter(|(_, item)| item.traits.is_async) {
            let name = facts.name(item.name);
            let Some(plain) = affix.remove(name) else { continue };
            let Some(other) = plain_twin(request, module, item, &plain) else { continue };
            let twin = &facts.functions[other];
            let is_stranger = twin.traits.is_async || !is_compatible(facts, item, twin);
            let is_found = is_stranger
                && !item.traits.is_generator
                && is_marked(request, affix, (module, function))
                && !are_connected(request, module, function, other)
                && freedom.is_free(module, function)
                && freedom.is_free(module, other);
            if !is_found {
                continue;
            }
            let line = (request.text)(module).line_index().line(twin.name_range.start());
            let variant = if twin.traits.is_async { "both-async" } else { "" };
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(item.name_range))
                .variant(variant)
                .function(request.function_name(module, function))
                .value(Placeholder::Function, name)
                .value(Placeholder::Other, plain)
                .value(Placeholder::Line, line.to_string());
            acc.push(finding.finish());
        }
    }
}

/// The one function that the plain name means, where it means nothing else.
fn plain_twin(
    request: &CheckRequest<'_>,
    module: ModuleId,
    item: &Function,
    name: &str,
) -> Option<FunctionId> {
    let facts = request.program.facts(module);
    match facts.definitions[sibling(request, module, item, name)?].kind {
        DefinitionKind::Function(other) if !facts.functions[other].traits.is_redefined => Some(other),
        _ => None,
    }
}

/// Whether some number of arguments fits both, or they share a parameter, the receiver aside.
fn is_compatible(facts: &ModuleFacts, left: &Function, right: &Function) -> bool {
    let (left, right) = (Signature::of(facts, left), Signature::of(facts, right));
    let fits_both = left.required.max(right.required) <= left.most().min(right.most());
    fits_both || left.names.iter().any(|name| right.names.contains(name))
}

/// What a function can be called with.
struct Signature<'a> {
    names: Vec<&'a str>,
    required: usize,
    takes_more: bool,
}

impl<'a> Signature<'a> {
    fn of(facts: &'a ModuleFacts, item: &Function) -> Self {
        let mut signature = Self { names: Vec::new(), required: 0, takes_more: false };
        for (index, parameter) in item.parameters.iter().enumerate() {
            let name = facts.name(parameter.name);
            let is_receiver = index == 0 && item.class.is_some() && well_known::is_receiver_name(name);
            match parameter.kind {
                ParameterKind::VarPositional | ParameterKind::VarKeyword => signature.takes_more = true,
                ParameterKind::PositionalOnly | ParameterKind::Regular | ParameterKind::KeywordOnly
                    if !is_receiver =>
                {
                    signature.names.push(name);
                    signature.required += usize::from(parameter.default.is_none());
                }
                ParameterKind::PositionalOnly | ParameterKind::Regular | ParameterKind::KeywordOnly => {}
            }
        }
        signature
    }

    /// How many arguments it takes at most.
    fn most(&self) -> usize {
        if self.takes_more { usize::MAX } else { self.names.len() }
    }
}

/// Whether one of them reaches the other, or something reaches both from one place.
fn are_connected(request: &CheckRequest<'_>, module: ModuleId, left: FunctionId, right: FunctionId) -> bool {
    let node = |function| request.graph.function_node(request.program.function(module, function));
    let (left, right) = (node(left), node(right));
    let reaches = |from, to| {
        // What a nested function does counts for the one around it.
        request
            .graph
            .outgoing(from)
            .any(|(_, edge)| edge.callee == to || is_inside(request, edge.callee, from, to))
    };
    reaches(left, right) || reaches(right, left)
}

/// Whether `middle` is a function nested in `outer` that reaches `to`.
fn is_inside(request: &CheckRequest<'_>, middle: NodeId, outer: NodeId, to: NodeId) -> bool {
    let parent = |function: ProgramFunctionId| {
        let (module, facts, local) = request.located(function);
        request.program.function(module, facts.functions[local].parent)
    };
    let is_nested = request.graph.function(middle).map(parent) == request.graph.function(outer);
    is_nested && request.graph.outgoing(middle).any(|(_, edge)| edge.callee == to)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS303", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn strangers_are_found() {
        check(
            "def fetch(url, headers): return 1\nasync def async_fetch(): pass\n",
            &["a:2 `async_fetch` is no async twin of `fetch` on line 1: they take different arguments"],
        );
        check(
            "class C:\n    async def get(self): pass\n    async def async_get(self): pass\n",
            &["a:3 `async_get` is no async twin of `get` on line 2: both are async"],
        );
    }

    #[test]
    fn twins_and_wrappers_are_none() {
        check("def fetch(url): return 1\nasync def async_fetch(url): pass\n", &[]);
        check("def fetch(link): return 1\nasync def async_fetch(url): pass\n", &[]);
        check("def fetch(url, *, timeout): return 1\nasync def async_fetch(*args): pass\n", &[]);
        check("async def async_fetch(a, b): pass\nfetch = sync(async_fetch)\n", &[]);
        check(
            "import asyncio\nasync def async_fetch(a, b): pass\ndef fetch():\n    return asyncio.run(async_fetch(1, 2))\n",
            &[],
        );
        check(
            "import asyncio\ndef fetch(a, b): return 1\nasync def async_fetch():\n    await asyncio.to_thread(fetch, 1, 2)\n",
            &[],
        );
        check("async def update(): await async_update()\nasync def async_update(): pass\n", &[]);
    }
}
