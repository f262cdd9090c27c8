//! Lowers checks from rule files as they are spelled to their words.

use crate::rules::at::{At, Located};
use crate::rules::check::{CheckExample, CheckRule, Wording};
use crate::rules::error::{RuleError, Source};
use crate::rules::raw_check::{RawCheck, RawWording};
use crate::rules::template::Template;

/// A check, and the code of the one whose words it shares.
pub(crate) struct LocatedCheck {
    pub(crate) check: Located<CheckRule>,
    pub(crate) words_of: Option<Located<Box<str>>>,
}

/// Checks one check, and parses its templates.
pub(crate) fn lower_check(source: Source<'_>, raw: &RawCheck) -> Result<LocatedCheck, RuleError> {
    let offset = raw.code.span().start;
    let code = raw.code.get_ref();
    let digits = code.trim_start_matches(|character: char| character.is_ascii_uppercase());
    let is_code = digits.len() < code.len()
        && digits.len() == 3
        && digits.chars().all(|character| character.is_ascii_digit());
    if !is_code {
        return Err(source.error(offset, format!("`{code}` is not a code such as AS101")));
    }
    let name = raw.name.get_ref();
    let is_kebab = !name.is_empty()
        && name.chars().all(|character| {
            character.is_ascii_lowercase() || character.is_ascii_digit() || character == '-'
        });
    if !is_kebab {
        return Err(source.error(raw.name.span().start, format!("`{name}` is not in kebab case")));
    }
    let wording = match (&raw.message, &raw.words_of) {
        (Some(message), None) => lower_wording(source, message, raw.help.as_ref())?,
        // The other check's are put in when all checks are known.
        (None, Some(_)) if raw.help.is_none() && raw.variants.is_empty() && raw.words.is_empty() => {
            Wording::default()
        }
        (_, Some(of)) => {
            let message = "`words-of` stands for message, help, variants and words".to_owned();
            return Err(source.error(of.span().start, message));
        }
        (None, None) => return Err(source.error(offset, "the check needs a `message`".to_owned())),
    };
    let rule = CheckRule {
        code: code.as_str().into(),
        name: name.as_str().into(),
        category: raw.category,
        blocks: raw.blocks.as_slice().into(),
        summary: raw.summary.as_str().into(),
        level: raw.level,
        default: raw.default,
        fixable: raw.fixable,
        since: raw.since.as_str().into(),
        explanation: raw.explanation.as_str().into(),
        examples: raw
            .examples
            .iter()
            .map(|example| CheckExample {
                bad: example.bad.as_str().into(),
                good: example.good.as_str().into(),
                settings: example.settings.as_str().into(),
            })
            .collect(),
        wording,
        variants: raw
            .variants
            .iter()
            .map(|(name, RawWording { message, help })| {
                Ok((name.as_str().into(), lower_wording(source, message, help.as_ref())?))
            })
            .collect::<Result<_, RuleError>>()?,
        words: raw
            .words
            .iter()
            .map(|(name, words)| {
                (name.as_str().into(), words.iter().map(|word| word.as_str().into()).collect())
            })
            .collect(),
    };
    let words_of = raw
        .words_of
        .as_ref()
        .map(|of| Located { offset: of.span().start, rule: of.get_ref().as_str().into() });
    Ok(LocatedCheck { check: Located { offset, rule }, words_of })
}

fn lower_wording(
    source: Source<'_>,
    message: &At<String>,
    help: Option<&At<String>>,
) -> Result<Wording, RuleError> {
    let parse = |text: &At<String>| {
        Template::parse(text.get_ref()).map_err(|message| source.error(text.span().start, message))
    };
    Ok(Wording { message: parse(message)?, help: help.map(parse).transpose()? })
}
