//! Checks raw classes and turns them into rules.

use crate::rules::at::At;
use crate::rules::class::{AttributeRule, ClassRule, Protocol, ProtocolRule, last_part};
use crate::rules::error::{RuleError, Source};
use crate::rules::function::{Blocking, FunctionRule, Offload};
use crate::rules::lower_function::{lower_function, lower_name, lower_names, lower_type};
use crate::rules::lower_rewrite::{lower_mirror, lower_replacements, lower_rewrite, lower_versions, sorted};
use crate::rules::raw_class::{RawAttribute, RawClass, RawProtocol};
use crate::rules::raw_function::RawFunction;
use crate::rules::terms::{Category, Severity};
use crate::rules::types::{TypeExpr, is_dotted_name};

/// The key that describes every method that no other key does.
const ANY: &str = "*";

/// The key that describes what making an instance does, which is no method's name.
const CONSTRUCTOR: &str = "constructor";

/// The class `name` of a table that may describe several.
pub(crate) fn lower_class(
    source: Source<'_>,
    name: &At<String>,
    raw: &RawClass,
) -> Result<ClassRule, RuleError> {
    let start = name.span().start;
    let name = lower_name(source, name)?;
    let mut constructor = match &raw.constructor {
        Some(body) => {
            refuse_names(source, start, body)?;
            lower_function(source, start, &name, body)?
        }
        None => lower_function(source, start, &name, &RawFunction::default())?,
    };
    if constructor.returns.is_unknown() {
        constructor.returns = TypeExpr::Class(name.clone());
    }
    let mut methods = lower_methods(source, &name, raw)?;
    let any = methods.iter().position(|method| last_part(&method.name) == ANY);
    let any_method = any.map(|index| Box::new(methods.swap_remove(index)));
    let mut attributes = lower_attributes(source, raw)?;
    methods.sort_by(|left, right| left.name.cmp(&right.name));
    attributes.sort_by(|left, right| left.name.cmp(&right.name));
    refuse_twins(source, start, &name, &methods, &attributes)?;
    Ok(ClassRule {
        aliases: lower_names(source, &raw.aliases)?,
        bases: lower_names(source, &raw.bases)?,
        inherits_constructor: raw.constructor.is_none(),
        constructor,
        mirror: raw.mirror.as_ref().map(|mirror| lower_rewrite(source, mirror)).transpose()?,
        replacements: lower_replacements(source, &raw.replacements)?,
        thread_bound: raw.thread_bound.as_deref().map(Into::into),
        reentrant: raw.reentrant,
        is_stand_in: raw.stand_in,
        versions: lower_versions(raw.since.as_deref(), raw.deprecated.as_deref(), raw.removed.as_deref()),
        note: raw.note.as_deref().map(Into::into),
        any_method,
        methods: methods.into(),
        attributes: attributes.into(),
        protocols: lower_protocols(source, start, raw)?,
        name,
    })
}

fn lower_methods(
    source: Source<'_>,
    class_name: &str,
    raw: &RawClass,
) -> Result<Vec<FunctionRule>, RuleError> {
    let mut methods = Vec::new();
    for (key, body) in &raw.methods {
        let start = key.span().start;
        if key.get_ref() == CONSTRUCTOR {
            return Err(
                source.error(start, "`constructor` is a key of the class: it stands above `[class.methods]`")
            );
        }
        refuse_names(source, start, body)?;
        for name in if key.get_ref() == ANY { vec![ANY] } else { split_key(source, key)? } {
            let mut method = lower_function(source, start, &format!("{class_name}.{name}"), body)?;
            if let (Some(reason), Offload::Safe) = (&raw.thread_bound, &method.offload) {
                method.offload = Offload::Never(reason.as_str().into());
            }
            methods.push(method);
        }
    }
    Ok(methods)
}

fn lower_attributes(source: Source<'_>, raw: &RawClass) -> Result<Vec<AttributeRule>, RuleError> {
    let mut attributes = Vec::new();
    for (key, body) in &raw.attributes {
        let start = key.span().start;
        let attribute = match body {
            RawAttribute::Short(text) => AttributeRule {
                name: "".into(),
                returns: lower_type(source, start, text)?,
                blocking: None,
                mirror: None,
                missing_in: Box::default(),
                replacements: Box::default(),
                note: None,
            },
            RawAttribute::Long(long) => AttributeRule {
                name: "".into(),
                returns: lower_optional_type(source, start, long.type_.as_deref())?,
                blocking: lower_blocking(source, start, long.blocking, long.severity)?,
                mirror: long.mirror.as_ref().map(|mirror| lower_mirror(source, mirror)).transpose()?,
                missing_in: sorted(&long.missing_in),
                replacements: lower_replacements(source, &long.replacements)?,
                note: long.note.as_deref().map(Into::into),
            },
        };
        for name in split_key(source, key)? {
            attributes.push(AttributeRule { name: name.into(), ..attribute.clone() });
        }
    }
    Ok(attributes)
}

fn lower_protocols(
    source: Source<'_>,
    start: usize,
    raw: &RawClass,
) -> Result<Box<[ProtocolRule]>, RuleError> {
    [
        (Protocol::Enter, &raw.enter),
        (Protocol::Exit, &raw.exit),
        (Protocol::Iterate, &raw.iter),
        (Protocol::AsyncEnter, &raw.async_enter),
        (Protocol::AsyncIterate, &raw.async_iter),
        (Protocol::Await, &raw.await_),
    ]
    .into_iter()
    .filter_map(|(protocol, raw)| Some((protocol, raw.as_ref()?)))
    .map(|(protocol, raw)| {
        let (returns, blocking) = lower_effect(source, start, raw)?;
        Ok(ProtocolRule { protocol, returns, blocking })
    })
    .collect()
}

fn lower_effect(
    source: Source<'_>,
    start: usize,
    raw: &RawProtocol,
) -> Result<(TypeExpr, Option<Blocking>), RuleError> {
    match raw {
        RawProtocol::Short(text) => Ok((lower_type(source, start, text)?, None)),
        RawProtocol::Long(long) => Ok((
            lower_optional_type(source, start, long.type_.as_deref())?,
            lower_blocking(source, start, long.blocking, long.severity)?,
        )),
    }
}

fn lower_optional_type(source: Source<'_>, start: usize, text: Option<&str>) -> Result<TypeExpr, RuleError> {
    text.map_or(Ok(TypeExpr::Unknown), |text| lower_type(source, start, text))
}

fn lower_blocking(
    source: Source<'_>,
    start: usize,
    category: Option<Category>,
    severity: Option<Severity>,
) -> Result<Option<Blocking>, RuleError> {
    match (category, severity) {
        (None, None) => Ok(None),
        (None, Some(_)) => Err(source.error(start, "`severity` needs `blocking`")),
        (Some(category), severity) => {
            Ok(Some(Blocking { category, severity: severity.unwrap_or(category.default_severity()) }))
        }
    }
}

/// The names in a key: `"read, readline"` describes two members at once.
fn split_key<'a>(source: Source<'_>, key: &'a At<String>) -> Result<Vec<&'a str>, RuleError> {
    key.get_ref()
        .split(',')
        .map(str::trim)
        .map(|name| {
            let is_plain = is_dotted_name(name) && !name.contains('.');
            is_plain
                .then_some(name)
                .ok_or_else(|| source.error(key.span().start, format!("`{name}` is not a member's name")))
        })
        .collect()
}

fn refuse_names(source: Source<'_>, start: usize, body: &RawFunction) -> Result<(), RuleError> {
    if body.name.is_none() && body.names.is_empty() && body.aliases.is_empty() {
        return Ok(());
    }
    Err(source.error(start, "a member takes its name from its key and its class"))
}

fn refuse_twins(
    source: Source<'_>,
    start: usize,
    class_name: &str,
    methods: &[FunctionRule],
    attributes: &[AttributeRule],
) -> Result<(), RuleError> {
    let mut names: Vec<_> = methods.iter().map(|method| last_part(&method.name)).collect();
    names.extend(attributes.iter().map(|attribute| &*attribute.name));
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(source.error(start, format!("`{class_name}.{}` is described twice", pair[0]))),
        None => Ok(()),
    }
}
