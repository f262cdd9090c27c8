//! Checks raw classes and turns them into rules.

use toml::Spanned;

use crate::rules::class::{AttributeRule, ClassRule, Protocol, ProtocolRule, last_part};
use crate::rules::error::{RuleError, Source};
use crate::rules::function::{Blocking, FunctionRule, Offload};
use crate::rules::lower_function::{
    lower_function, lower_name, lower_names, lower_replacements, lower_rewrite, lower_type,
};
use crate::rules::raw::{RawClass, RawFunction, RawProtocol};
use crate::rules::types::{TypeExpr, is_dotted_name};

/// The class `name` of a table that may describe several.
pub(crate) fn lower_class(
    source: Source<'_>,
    name: &Spanned<String>,
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
        note: raw.note.as_deref().map(Into::into),
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
        refuse_names(source, start, body)?;
        for name in split_key(source, key)? {
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
        let (returns, blocking) = lower_effect(source, key.span().start, body)?;
        for name in split_key(source, key)? {
            attributes.push(AttributeRule { name: name.into(), returns: returns.clone(), blocking });
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
        RawProtocol::Long(long) => {
            let returns = match &long.type_ {
                Some(text) => lower_type(source, start, text)?,
                None => TypeExpr::Unknown,
            };
            let blocking = long.blocking.map(|category| Blocking {
                category,
                severity: long.severity.unwrap_or(category.default_severity()),
            });
            if blocking.is_none() && long.severity.is_some() {
                return Err(source.error(start, "`severity` needs `blocking`"));
            }
            Ok((returns, blocking))
        }
    }
}

/// The names in a key: `"read, readline"` describes two members at once.
fn split_key<'a>(source: Source<'_>, key: &'a Spanned<String>) -> Result<Vec<&'a str>, RuleError> {
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
