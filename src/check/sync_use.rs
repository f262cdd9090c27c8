//! Finds `with` and `for` over what only `async with` and `async for` can use, and the reverse.

use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::instance_of::{InstanceOf, has_member, instance_of};
use crate::check::request::CheckRequest;
use crate::graph::EdgeKind;
use crate::link::{ModuleId, Static, evaluate};
use crate::rules::{CheckRule, Placeholder, Protocol};
use crate::semantic::{
    ComprehensionKind, DefinitionKind, Enclosing, NameUse, SiteId, SiteKind, Value, ValueId, well_known,
};

/// Reports each statement that asks an object for the protocol that it lacks, while it has the other.
pub(crate) fn sync_use(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for module in request.modules() {
        let facts = request.program.facts(module);
        for site in &facts.sites {
            let Some((wanted, value)) = wanted(site.kind) else { continue };
            let has_only_other = has_only_other(request, rule, module, value, wanted);
            if !has_only_other || site.place.enclosing.has(Enclosing::ANNOTATION) {
                continue;
            }
            let variant = match wanted {
                Wanted { is_entered: true, is_async: false } => "",
                Wanted { is_entered: true, is_async: true } => "async-with",
                Wanted { is_entered: false, is_async: false } => "for",
                Wanted { is_entered: false, is_async: true } => "async-for",
            };
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(site.range))
                .variant(variant)
                .function(request.function_name(module, site.place.function))
                .value(Placeholder::Callee, request.spelling(module, value));
            acc.push(finding.finish());
        }
    }
}

/// What a statement asks of an object.
#[derive(Clone, Copy, Debug)]
struct Wanted {
    /// `with` rather than `for`.
    is_entered: bool,
    is_async: bool,
}

fn wanted(kind: SiteKind) -> Option<(Wanted, ValueId)> {
    match kind {
        SiteKind::With { context, is_async } => Some((Wanted { is_entered: true, is_async }, context)),
        SiteKind::For { iterable, is_async } | SiteKind::Comprehension { iterable, is_async, .. } => {
            Some((Wanted { is_entered: false, is_async }, iterable))
        }
        SiteKind::Call { .. }
        | SiteKind::Decorator { .. }
        | SiteKind::Await { .. }
        | SiteKind::YieldFrom { .. }
        | SiteKind::Raise { .. }
        | SiteKind::Unpack { .. }
        | SiteKind::Class { .. } => None,
    }
}

fn has_only_other(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    value: ValueId,
    wanted: Wanted,
) -> bool {
    let facts = request.program.facts(module);
    let made = match facts.values[value] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            match facts.definitions[definition].kind {
                DefinitionKind::Value(made) => made,
                _ => value,
            }
        }
        _ => value,
    };
    let is_display = match facts.values[made] {
        Value::List(_) | Value::Tuple(_) | Value::Set(_) | Value::Dict(_) => true,
        Value::Comprehension { kind, .. } => kind != ComprehensionKind::Generator,
        Value::Call(site) if is_generator_call(request, rule, module, site, wanted) => return true,
        Value::Call(site) => is_sync_iterable(request, rule, module, site),
        _ => false,
    };
    if is_display {
        return !wanted.is_entered && wanted.is_async;
    }
    match instance_of(request, rule, module, value) {
        Some(InstanceOf::Program(class)) => {
            let has = |names: &[&str]| names.iter().any(|name| has_member(request, class, name));
            let (sync, other) = if wanted.is_entered {
                (has(&[well_known::ENTER]), has(&[well_known::AENTER]))
            } else {
                (has(&[well_known::ITER, well_known::GETITEM]), has(&[well_known::AITER]))
            };
            if wanted.is_async { sync && !other } else { other && !sync }
        }
        Some(InstanceOf::Library(class)) => {
            let owner = request.knowledge.owner(&class);
            let is_complete = owner.is_some_and(|owner| rule.has_word("libraries", &owner.name));
            let has = |protocol| request.knowledge.protocol(&class, protocol).is_some();
            let (sync, other) = if wanted.is_entered {
                (has(Protocol::Enter), has(Protocol::AsyncEnter))
            } else {
                (has(Protocol::Iterate), has(Protocol::AsyncIterate))
            };
            is_complete && if wanted.is_async { sync && !other } else { other && !sync }
        }
        None => false,
    }
}

/// Whether a call gives a generator, or a context manager made of one, of the other colour.
fn is_generator_call(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    site: SiteId,
    wanted: Wanted,
) -> bool {
    let Some(known) = request.graph.site(request.program.site_index(module, site)) else { return false };
    let list = if wanted.is_async { "sync-context-makers" } else { "async-context-makers" };
    known.incomplete.is_none()
        && !known.edges.is_empty()
        && known.edges.iter().all(|&id| {
            let edge = request.graph.edge(id);
            let is_call = matches!(edge.kind, EdgeKind::Call | EdgeKind::Override);
            let Some(function) = request.graph.function(edge.callee).filter(|_| is_call) else {
                return false;
            };
            let (home, facts, local) = request.located(function);
            let item = &facts.functions[local];
            let is_of_other_colour = item.traits.is_generator && item.traits.is_async != wanted.is_async;
            let makes_context = |decorator: ValueId| match evaluate(request.program, home, decorator) {
                Static::External(name) => rule.has_word(list, &name),
                Static::Class(_) | Static::Function(_) | Static::Module(_) | Static::Unknown => false,
            };
            let is_made_for_it = match item.decorators[..] {
                [] => !wanted.is_entered,
                [only] => wanted.is_entered && makes_context(only),
                _ => false,
            };
            is_of_other_colour && is_made_for_it && !item.traits.is_type_only
        })
}

/// Whether a call gives what `for` can use and `async for` cannot, as `range(3)`.
fn is_sync_iterable(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, site: SiteId) -> bool {
    let Some((callee, _)) = request.program.facts(module).call(site) else { return false };
    match evaluate(request.program, module, callee) {
        Static::External(name) => rule.has_word("sync-iterables", &name),
        Static::Class(_) | Static::Function(_) | Static::Module(_) | Static::Unknown => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(header: &str, expected: usize) {
        let text = format!(
            "import asyncio, lib\nclass A:\n    async def __aenter__(self): pass\nclass L(lib.Base):\n    async def __aenter__(self): pass\nasync def rows():\n    yield 1\nasync def g(a):\n    {header}\n        pass\n"
        );
        assert_eq!(lines("AS213", &[("a", &text)]).len(), expected, "{text}");
    }

    #[test]
    fn the_other_protocol_is_plain_to_see() {
        check("with A():", 1);
        check("with asyncio.Lock():", 1);
        check("for x in rows():", 1);
        check("async for x in [1]:", 1);
        check("async with A():", 0);
    }

    #[test]
    fn what_is_not_known_is_left_alone() {
        check("with L():", 0);
        check("with a:", 0);
        check("async for x in a:", 0);
    }
}
