//! What a library is about to lose or has lost: everything of which rules give the versions.

use std::collections::BTreeSet;

use crate::check::legacy::mention::last_part;
use crate::rules::{CheckRule, FunctionRule, Knowledge, Retired, Rewrite, Versions};

/// What rules say of one thing that goes.
#[derive(Clone, Copy)]
pub(super) struct Retiring<'a> {
    /// The versions that have it.
    pub(super) versions: Option<&'a Versions>,
    /// Ways of calling it that newer versions do not have.
    pub(super) retired: &'a [Retired],
    /// What can take its place.
    pub(super) rewrite: Option<&'a Rewrite>,
    /// A trap worth showing.
    pub(super) note: Option<&'a str>,
}

/// The last parts of the names of everything below the check's modules that goes, or of which a use goes.
pub(super) fn retiring_names(knowledge: &Knowledge, rule: &CheckRule) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut add = |name: &str, aliases: &[Box<str>]| {
        names.insert(last_part(name).to_owned());
        names.extend(aliases.iter().map(|alias| last_part(alias).to_owned()));
    };
    for module in rule.words("modules") {
        for function in knowledge.functions_under(module).into_iter().filter(|function| goes(function)) {
            add(&function.name, &function.aliases);
        }
        for class in knowledge.classes_under(module) {
            let is_going = class.versions.as_deref().is_some_and(ends);
            if is_going || goes(&class.constructor) {
                add(&class.name, &class.aliases);
            }
            for method in class.methods().iter().filter(|method| goes(method)) {
                add(&method.name, &[]);
            }
        }
    }
    for name in rule.words("elsewhere") {
        names.remove(last_part(name));
    }
    names
}

/// What rules say of the versions of a dotted name.
pub(super) fn retiring<'a>(knowledge: &'a Knowledge, name: &str) -> Option<Retiring<'a>> {
    if let Some(class) = knowledge.class(name) {
        let constructor = &class.constructor;
        return Some(Retiring {
            versions: class.versions.as_deref().or(constructor.versions.as_deref()),
            retired: &constructor.retired,
            rewrite: class.mirror.as_ref().or(constructor.rewrite.as_deref()),
            note: class.note.as_deref().or(constructor.note.as_deref()),
        });
    }
    let function = knowledge.function(name)?;
    Some(Retiring {
        versions: function.versions.as_deref(),
        retired: &function.retired,
        rewrite: function.rewrite.as_deref(),
        note: function.note.as_deref(),
    })
}

fn goes(function: &FunctionRule) -> bool {
    !function.retired.is_empty() || function.versions.as_deref().is_some_and(ends)
}

fn ends(versions: &Versions) -> bool {
    versions.deprecated.is_some() || versions.removed.is_some()
}
