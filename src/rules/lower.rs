//! Reads one rule file and checks all that can be checked without the other files.

use crate::rules::at::{At, Located};
use crate::rules::class::ClassRule;
use crate::rules::error::{RuleError, Source};
use crate::rules::function::FunctionRule;
use crate::rules::library::{
    DecoratorRule, EntryRule, ExampleOutcome, ExceptionRule, Library, LibraryExample, VariableRule,
};
use crate::rules::lower_check::{LocatedCheck, lower_check};
use crate::rules::lower_class::lower_class;
use crate::rules::lower_function::{lower_function, lower_name, lower_names, lower_type};
use crate::rules::lower_rewrite::{lower_replacements, lower_rewrite, lower_versions};
use crate::rules::message::in_plain_words;
use crate::rules::raw::{RawExample, RawFile};

/// The name of the library that every Python has.
const STANDARD_LIBRARY: &str = "stdlib";

/// What one file says.
pub(crate) enum FileRules {
    Library(Box<LibraryRules>),
    Check(Box<LocatedCheck>),
}

/// What a library's file says.
pub(crate) struct LibraryRules {
    pub(crate) library: Located<Library>,
    pub(crate) functions: Vec<Located<FunctionRule>>,
    pub(crate) classes: Vec<Located<ClassRule>>,
    pub(crate) decorators: Vec<Located<DecoratorRule>>,
    pub(crate) exceptions: Vec<Located<ExceptionRule>>,
    pub(crate) entries: Vec<Located<EntryRule>>,
    pub(crate) variables: Vec<Located<VariableRule>>,
}

/// Reads one file.
pub(crate) fn lower(source: Source<'_>) -> Result<FileRules, RuleError> {
    let raw: RawFile = toml::from_str(source.text).map_err(|error| {
        source.error(error.span().map_or(0, |span| span.start), in_plain_words(error.message()))
    })?;
    match (&raw.library, &raw.check) {
        (Some(_), None) => Ok(FileRules::Library(Box::new(lower_library(source, &raw)?))),
        (None, Some(check)) => {
            let has_rules = !raw.function.is_empty()
                || !raw.class.is_empty()
                || !raw.decorator.is_empty()
                || !raw.exception.is_empty()
                || !raw.entry.is_empty()
                || !raw.variable.is_empty()
                || !raw.migration.is_empty()
                || !raw.example.is_empty();
            if has_rules {
                return Err(source.error(0, "a check's file describes nothing else"));
            }
            Ok(FileRules::Check(Box::new(lower_check(source, check)?)))
        }
        (None, None) => Err(source.error(0, "expected `[library]` or `[check]`")),
        (Some(_), Some(_)) => Err(source.error(0, "expected either `[library]` or `[check]`, not both")),
    }
}

fn lower_library(source: Source<'_>, raw: &RawFile) -> Result<LibraryRules, RuleError> {
    let Some(head) = &raw.library else { return Err(source.error(0, "expected `[library]`")) };
    let mut modules = lower_names(source, &head.modules)?;
    modules.sort();
    let mut distributions: Vec<Box<str>> =
        head.distributions.iter().map(|name| name.as_str().into()).collect();
    if distributions.is_empty() && head.name.get_ref() != STANDARD_LIBRARY {
        distributions.push(head.name.get_ref().as_str().into());
    }
    distributions.sort();
    let library = Library {
        name: head.name.get_ref().as_str().into(),
        summary: head.summary.as_str().into(),
        modules,
        distributions: distributions.into(),
        role: head.role.as_ref().map(|role| lower_role(source, role)).transpose()?,
        min_version: head.min_version.as_deref().map(Into::into),
        has_own_loop: head.own_loop,
        note: head.note.as_deref().map(Into::into),
        migrations: raw.migration.clone().into(),
        examples: raw
            .example
            .iter()
            .map(|example| lower_example(source, example))
            .collect::<Result<_, _>>()?,
    };
    let mut rules = LibraryRules {
        library: Located { offset: head.name.span().start, rule: library },
        functions: Vec::new(),
        classes: Vec::new(),
        decorators: Vec::new(),
        exceptions: Vec::new(),
        entries: Vec::new(),
        variables: Vec::new(),
    };
    for function in &raw.function {
        let (start, function) = (function.span().start, function.get_ref());
        for name in named(source, start, function.name.as_ref(), &function.names, &function.aliases)? {
            let offset = name.span().start;
            let rule = lower_function(source, offset, &lower_name(source, name)?, function)?;
            rules.functions.push(Located { offset, rule });
        }
    }
    for class in &raw.class {
        let (start, class) = (class.span().start, class.get_ref());
        for name in named(source, start, class.name.as_ref(), &class.names, &class.aliases)? {
            let offset = name.span().start;
            rules.classes.push(Located { offset, rule: lower_class(source, name, class)? });
        }
    }
    for decorator in &raw.decorator {
        let (start, decorator) = (decorator.span().start, decorator.get_ref());
        for name in named(source, start, decorator.name.as_ref(), &decorator.names, &decorator.aliases)? {
            let rule = DecoratorRule {
                name: lower_name(source, name)?,
                aliases: lower_names(source, &decorator.aliases)?,
                effect: decorator.effect,
                is_cached: decorator.is_cached,
                accepts_async: decorator.accepts_async,
                is_factory: decorator.factory,
                mirror: decorator.mirror.as_deref().map(Into::into),
                versions: lower_versions(
                    decorator.since.as_deref(),
                    decorator.deprecated.as_deref(),
                    decorator.removed.as_deref(),
                ),
                note: decorator.note.as_deref().map(Into::into),
            };
            rules.decorators.push(Located { offset: name.span().start, rule });
        }
    }
    for exception in &raw.exception {
        let rule = ExceptionRule {
            name: lower_name(source, &exception.name)?,
            aliases: lower_names(source, &exception.aliases)?,
            rewrite: exception.rewrite.as_ref().map(|rewrite| lower_rewrite(source, rewrite)).transpose()?,
            replacements: lower_replacements(source, &exception.replacements)?,
            versions: lower_versions(
                exception.since.as_deref(),
                exception.deprecated.as_deref(),
                exception.removed.as_deref(),
            ),
            note: exception.note.as_deref().map(Into::into),
        };
        rules.exceptions.push(Located { offset: exception.name.span().start, rule });
    }
    for entry in &raw.entry {
        let (start, entry) = (entry.span().start, entry.get_ref());
        for name in named(source, start, entry.name.as_ref(), &entry.names, &entry.aliases)? {
            let rule = EntryRule {
                name: lower_name(source, name)?,
                aliases: lower_names(source, &entry.aliases)?,
                sync_runs: entry.sync_runs,
                accepts_async: entry.accepts_async,
                is_start_up: entry.start_up,
                versions: lower_versions(
                    entry.since.as_deref(),
                    entry.deprecated.as_deref(),
                    entry.removed.as_deref(),
                ),
                note: entry.note.as_deref().map(Into::into),
            };
            rules.entries.push(Located { offset: name.span().start, rule });
        }
    }
    for variable in &raw.variable {
        let rule = VariableRule {
            name: lower_name(source, &variable.name)?,
            aliases: lower_names(source, &variable.aliases)?,
            holds: lower_type(source, variable.holds.span().start, variable.holds.get_ref())?,
        };
        rules.variables.push(Located { offset: variable.name.span().start, rule });
    }
    Ok(rules)
}

/// The rules of one table: one for `name`, or one for each of `names`.
fn named<'a>(
    source: Source<'_>,
    start: usize,
    name: Option<&'a At<String>>,
    names: &'a [At<String>],
    aliases: &[At<String>],
) -> Result<&'a [At<String>], RuleError> {
    match (name, names) {
        (Some(name), []) => Ok(std::slice::from_ref(name)),
        (None, [first, ..]) => {
            if aliases.is_empty() {
                return Ok(names);
            }
            Err(source.error(first.span().start, "`aliases` needs a single `name`"))
        }
        (Some(name), [_, ..]) => {
            Err(source.error(name.span().start, "expected either `name` or `names`, not both"))
        }
        (None, []) => Err(source.error(start, "expected `name` or `names`")),
    }
}

/// A role is a word of the project's preferences, so it is spelled as their keys are.
fn lower_role(source: Source<'_>, role: &At<String>) -> Result<Box<str>, RuleError> {
    let text = role.get_ref();
    let is_word = !text.is_empty()
        && text.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-');
    if is_word {
        return Ok(text.as_str().into());
    }
    Err(source.error(role.span().start, format!("`{text}` is not a role: small letters, digits and `-`")))
}

fn lower_example(source: Source<'_>, raw: &RawExample) -> Result<LibraryExample, RuleError> {
    let outcome = match (&raw.after, raw.untouched) {
        (Some(after), false) => ExampleOutcome::After(after.as_str().into()),
        (None, true) => ExampleOutcome::Untouched,
        (Some(_), true) | (None, false) => {
            return Err(source.error(raw.why.span().start, "expected either `after` or `untouched = true`"));
        }
    };
    Ok(LibraryExample {
        why: raw.why.get_ref().as_str().into(),
        line: source.line(raw.why.span().start),
        prefer: raw.prefer.as_deref().map(Into::into),
        requires: raw.requires.iter().map(|text| text.as_str().into()).collect(),
        before: raw.before.as_str().into(),
        outcome,
    })
}
