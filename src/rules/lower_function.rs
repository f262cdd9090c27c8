//! Checks raw functions and methods, and turns them into rules.

use crate::rules::at::At;
use crate::rules::condition::{ArgumentRef, Condition, Test};
use crate::rules::error::{RuleError, Source};
use crate::rules::function::{Blocking, Call, Case, FunctionRule, Offload, Receives};
use crate::rules::lower_rewrite::{lower_mirror, lower_replacements, lower_rewrite, lower_versions, sorted};
use crate::rules::raw_function::{
    RawArgument, RawCall, RawCondition, RawFunction, RawLiteral, RawOffload, RawReceives, RawRetired,
    RawRetiredWhen,
};
use crate::rules::terms::CallHow;
use crate::rules::types::{TypeError, TypeExpr, is_dotted_name};
use crate::rules::versions::{Retired, RetiredUse};

/// A dotted name, checked.
pub(crate) fn lower_name(source: Source<'_>, name: &At<String>) -> Result<Box<str>, RuleError> {
    if is_dotted_name(name.get_ref()) {
        return Ok(name.get_ref().as_str().into());
    }
    Err(source.error(name.span().start, format!("`{}` is not a dotted name", name.get_ref())))
}

/// Dotted names, checked.
pub(crate) fn lower_names(source: Source<'_>, names: &[At<String>]) -> Result<Box<[Box<str>]>, RuleError> {
    names.iter().map(|name| lower_name(source, name)).collect()
}

/// A function or method called `name`, written at `offset`.
pub(crate) fn lower_function(
    source: Source<'_>,
    offset: usize,
    name: &str,
    raw: &RawFunction,
) -> Result<FunctionRule, RuleError> {
    let blocking = match (raw.blocking, &raw.severity) {
        (Some(category), None) => Some(Blocking { category, severity: category.default_severity() }),
        (Some(category), Some(severity)) => Some(Blocking { category, severity: *severity.get_ref() }),
        (None, Some(severity)) => {
            return Err(source.error(severity.span().start, "`severity` needs `blocking`"));
        }
        (None, None) => None,
    };
    if let (None, Some(condition)) = (blocking, raw.unless.first()) {
        return Err(source.error(condition.span().start, "`unless` needs `blocking`"));
    }
    let offload = match (raw.offload.as_ref(), &raw.offload_note) {
        (None, None) => Offload::Safe,
        (Some(word), note) => lower_offload(source, word, note.as_deref())?,
        (None, Some(_)) => return Err(source.error(offset, "`offload_note` needs `offload`")),
    };
    Ok(FunctionRule {
        name: name.into(),
        aliases: lower_names(source, &raw.aliases)?,
        blocking,
        unless: lower_conditions(source, &raw.unless)?,
        unblocks: lower_conditions(source, &raw.unblocks)?,
        is_lazy: raw.is_lazy,
        is_async: raw.is_async,
        returns: match &raw.returns {
            None => TypeExpr::Unknown,
            Some(text) => lower_type(source, text.span().start, text.get_ref())?,
        },
        cases: raw
            .cases
            .iter()
            .map(|case| {
                let start = case.span().start;
                Ok(Case {
                    condition: lower_condition(source, start, &case.get_ref().condition)?,
                    returns: lower_type(source, start, &case.get_ref().returns)?,
                })
            })
            .collect::<Result<_, RuleError>>()?,
        calls: raw
            .calls
            .iter()
            .map(|call| lower_call(source, call.span().start, call.get_ref()))
            .collect::<Result<_, _>>()?,
        iterates: raw.iterates.as_slice().into(),
        keeps: raw.keeps.as_slice().into(),
        key: raw.key,
        absorbs: raw.absorbs.as_slice().into(),
        rewrite: raw
            .rewrite
            .as_ref()
            .map(|rewrite| lower_rewrite(source, rewrite))
            .transpose()?
            .map(Box::new),
        replacements: lower_replacements(source, &raw.replacements)?,
        mirror: raw.mirror.as_ref().map(|mirror| lower_mirror(source, mirror)).transpose()?,
        missing_in: sorted(&raw.missing_in),
        offload,
        probes_loop: raw.probes_loop,
        versions: lower_versions(raw.since.as_deref(), raw.deprecated.as_deref(), raw.removed.as_deref()),
        retired: raw
            .retired
            .iter()
            .map(|retired| lower_retired(source, retired.span().start, retired.get_ref()))
            .collect::<Result<_, _>>()?,
        note: raw.note.as_deref().map(Into::into),
    })
}

fn lower_retired(source: Source<'_>, offset: usize, raw: &RawRetired) -> Result<Retired, RuleError> {
    let argument = || lower_argument(source, offset, raw.argument.as_deref(), raw.position);
    let usage = match raw.when {
        RawRetiredWhen::Given => RetiredUse::Given(argument()?),
        RawRetiredWhen::Coroutines => RetiredUse::Coroutines(argument()?),
        RawRetiredWhen::NoLoop => RetiredUse::NoLoop,
    };
    let versions = lower_versions(None, raw.deprecated.as_deref(), raw.removed.as_deref());
    let Some(versions) = versions else {
        return Err(source.error(offset, "expected `deprecated`, `removed` or both"));
    };
    Ok(Retired { usage, versions: *versions })
}

/// A type expression.
pub(crate) fn lower_type(source: Source<'_>, offset: usize, text: &str) -> Result<TypeExpr, RuleError> {
    text.parse().map_err(|error: TypeError| source.error(offset, error.to_string()))
}

fn lower_offload(
    source: Source<'_>,
    word: &At<RawOffload>,
    note: Option<&str>,
) -> Result<Offload, RuleError> {
    match (word.get_ref(), note) {
        (RawOffload::Safe, None) => Ok(Offload::Safe),
        (RawOffload::Review, Some(reason)) => Ok(Offload::Review(reason.into())),
        (RawOffload::Never, Some(reason)) => Ok(Offload::Never(reason.into())),
        (RawOffload::Safe, Some(_)) => {
            Err(source.error(word.span().start, "`offload_note` says nothing when a thread may run it"))
        }
        (RawOffload::Review | RawOffload::Never, None) => {
            Err(source.error(word.span().start, "`offload` needs a reason in `offload_note`"))
        }
    }
}

fn lower_argument(
    source: Source<'_>,
    offset: usize,
    name: Option<&str>,
    position: Option<u16>,
) -> Result<ArgumentRef, RuleError> {
    if name.is_none() && position.is_none() {
        return Err(source.error(offset, "expected `argument`, `position` or both"));
    }
    Ok(ArgumentRef { name: name.map(Into::into), position })
}

fn lower_condition(source: Source<'_>, offset: usize, raw: &RawCondition) -> Result<Condition, RuleError> {
    let mut tests = Vec::new();
    match &raw.is {
        None => {}
        Some(RawLiteral::Bool(value)) => tests.push(Test::IsBool(*value)),
        #[expect(clippy::cast_precision_loss, reason = "rules compare with small exact numbers")]
        Some(RawLiteral::Integer(value)) => tests.push(Test::IsNumber(*value as f64)),
        Some(RawLiteral::Float(value)) => tests.push(Test::IsNumber(*value)),
        Some(RawLiteral::Text(value)) => tests.push(Test::IsStr(value.as_str().into())),
    }
    if raw.is_none {
        tests.push(Test::IsNone);
    }
    tests.extend(raw.contains.as_deref().map(|part| Test::Contains(part.into())));
    tests.extend(raw.given.map(Test::Given));
    tests.extend(raw.mentions.as_deref().map(|name| Test::Mentions(name.into())));
    let parameter = lower_argument(source, offset, raw.argument.as_deref(), raw.position)?;
    let (Some(test), true) = (tests.pop(), tests.is_empty()) else {
        return Err(source.error(offset, "expected one of `is`, `is_none`, `contains`, `given`, `mentions`"));
    };
    Ok(Condition { parameter, test })
}

fn lower_call(source: Source<'_>, offset: usize, raw: &RawCall) -> Result<Call, RuleError> {
    let argument = lower_argument(source, offset, raw.argument.as_deref(), raw.position)?;
    let kind = raw.receives.unwrap_or(RawReceives::Unknown);
    if kind != RawReceives::Elements && !raw.elements.is_empty() {
        return Err(source.error(offset, "`elements` needs `receives = \"elements\"`"));
    }
    if kind != RawReceives::Unpacked && (raw.args.is_some() || raw.kwargs.is_some()) {
        return Err(source.error(offset, "`args` and `kwargs` need `receives = \"unpacked\"`"));
    }
    let receives = match kind {
        RawReceives::Unknown => Receives::Unknown,
        RawReceives::Nothing => Receives::Nothing,
        RawReceives::Receiver => Receives::Receiver,
        RawReceives::Rest => Receives::Rest,
        RawReceives::Elements => Receives::Elements(raw.elements.as_slice().into()),
        RawReceives::Unpacked => {
            let (Some(args), Some(kwargs)) = (&raw.args, &raw.kwargs) else {
                return Err(source.error(offset, "`receives = \"unpacked\"` needs `args` and `kwargs`"));
            };
            let lower =
                |raw: &RawArgument| lower_argument(source, offset, raw.argument.as_deref(), raw.position);
            Receives::Unpacked { args: lower(args)?, kwargs: lower(kwargs)? }
        }
    };
    Ok(Call {
        argument,
        when: raw.when,
        receives,
        how: raw.how.unwrap_or(CallHow::Call),
        and_following: raw.and_following,
    })
}

fn lower_conditions(
    source: Source<'_>,
    conditions: &[At<RawCondition>],
) -> Result<Box<[Condition]>, RuleError> {
    conditions
        .iter()
        .map(|condition| lower_condition(source, condition.span().start, condition.get_ref()))
        .collect()
}
