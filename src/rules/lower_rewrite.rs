//! Checks raw rewrites and mirrors of members, and turns them into rules.

use std::collections::BTreeMap;

use crate::rules::at::At;
use crate::rules::error::{RuleError, Source};
use crate::rules::function::{MemberMirror, Mirror, Rewrite};
use crate::rules::raw_rewrite::{RawMirror, RawRewrite};
use crate::rules::types::is_dotted_name;
use crate::rules::versions::Versions;

/// Rewrites that each belong to another library.
pub(crate) fn lower_replacements(
    source: Source<'_>,
    raw: &[At<RawRewrite>],
) -> Result<Box<[Rewrite]>, RuleError> {
    raw.iter()
        .map(|rewrite| {
            if rewrite.get_ref().library.is_none() {
                return Err(source.error(rewrite.span().start, "a replacement names its `library`"));
            }
            lower_rewrite(source, rewrite)
        })
        .collect()
}

/// One rewrite.
pub(crate) fn lower_rewrite(source: Source<'_>, raw: &At<RawRewrite>) -> Result<Rewrite, RuleError> {
    let (start, raw) = (raw.span().start, raw.get_ref());
    if !is_dotted_name(&raw.target) {
        return Err(source.error(start, format!("`{}` is not a dotted name", raw.target)));
    }
    if raw.positional.is_none() && !raw.names.is_empty() {
        return Err(source.error(start, "`names` needs `positional`: they follow those that stay in place"));
    }
    for word in raw.rename.keys() {
        if raw.drop.contains(word) || raw.accept.contains(word) || raw.client.contains(word) {
            return Err(source.error(start, format!("`{word}` is renamed and more")));
        }
    }
    let min_python =
        match &raw.min_python {
            None => None,
            Some(text) => Some(parse_version(text).ok_or_else(|| {
                source.error(start, format!("`{text}` is not a Python version such as 3.9"))
            })?),
        };
    Ok(Rewrite {
        target: raw.target.as_str().into(),
        library: raw.library.as_deref().map(Into::into),
        form: raw.form,
        safety: raw.safety,
        positional: raw.positional,
        names: raw.names.iter().map(|word| word.as_str().into()).collect(),
        accept: sorted(&raw.accept),
        rename: pairs(&raw.rename),
        drop: sorted(&raw.drop),
        add: pairs(&raw.add),
        client: sorted(&raw.client),
        has_same_members: raw.same_members,
        min_python,
        min_version: raw.min_version.as_deref().map(Into::into),
        note: raw.note.as_deref().map(Into::into),
    })
}

/// The counterpart of a member; `true` says that nothing differs, which needs no words.
pub(crate) fn lower_mirror(source: Source<'_>, raw: &At<RawMirror>) -> Result<Box<Mirror>, RuleError> {
    let start = raw.span().start;
    let check = |name: &str| {
        let is_plain = is_dotted_name(name) && !name.contains('.');
        is_plain.then_some(()).ok_or_else(|| source.error(start, format!("`{name}` is not a member's name")))
    };
    match raw.get_ref() {
        RawMirror::Has(false) => Ok(Box::new(Mirror::Missing)),
        RawMirror::Has(true) => Err(source.error(start, "expected `false`, a name, or a table")),
        RawMirror::Name(name) => {
            check(name)?;
            let member = MemberMirror { name: Some(name.as_str().into()), ..MemberMirror::default() };
            Ok(Box::new(Mirror::Member(member)))
        }
        RawMirror::Changed(raw) => {
            raw.name.as_deref().map(check).transpose()?;
            Ok(Box::new(Mirror::Member(MemberMirror {
                name: raw.name.as_deref().map(Into::into),
                form: raw.form,
                rename: pairs(&raw.rename),
                drop: sorted(&raw.drop),
                min_version: raw.min_version.as_deref().map(Into::into),
                note: raw.note.as_deref().map(Into::into),
            })))
        }
    }
}

/// The versions that have something, if any is stated.
pub(crate) fn lower_versions(
    since: Option<&str>,
    deprecated: Option<&str>,
    removed: Option<&str>,
) -> Option<Box<Versions>> {
    let is_stated = since.is_some() || deprecated.is_some() || removed.is_some();
    is_stated.then(|| {
        Box::new(Versions {
            since: since.map(Into::into),
            deprecated: deprecated.map(Into::into),
            removed: removed.map(Into::into),
        })
    })
}

/// Words in their order.
pub(crate) fn sorted(words: &[String]) -> Box<[Box<str>]> {
    let mut words: Vec<Box<str>> = words.iter().map(|word| word.as_str().into()).collect();
    words.sort();
    words.into()
}

fn pairs(words: &BTreeMap<String, String>) -> Box<[(Box<str>, Box<str>)]> {
    words.iter().map(|(from, to)| (from.as_str().into(), to.as_str().into())).collect()
}

fn parse_version(text: &str) -> Option<(u8, u8)> {
    let (major, minor) = text.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}
