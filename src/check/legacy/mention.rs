//! Where a module spells certain words, found without a look at every value.

use rustc_hash::FxHashSet;

use crate::base::Symbol;
use crate::check::request::CheckRequest;
use crate::link::{ModuleId, Static, evaluate};
use crate::semantic::{ModuleFacts, NameId, StatementId, Value, ValueId};

/// Words that a detector looks for.
pub(super) struct Wanted(FxHashSet<Symbol>);

impl Wanted {
    /// Those of the words that the program has at all.
    pub(super) fn new<'a>(request: &CheckRequest<'_>, words: impl IntoIterator<Item = &'a str>) -> Self {
        Self(words.into_iter().filter_map(|word| request.program.names.get(word)).collect())
    }

    /// The last parts of dotted names.
    pub(super) fn last_parts<'a>(
        request: &CheckRequest<'_>,
        names: impl IntoIterator<Item = &'a Box<str>>,
    ) -> Self {
        Self::new(request, names.into_iter().map(|name| last_part(name)))
    }

    /// The words that a module has.
    pub(super) fn in_module(&self, request: &CheckRequest<'_>, module: ModuleId) -> Vec<NameId> {
        if self.0.is_empty() {
            return Vec::new();
        }
        let facts = request.program.facts(module);
        facts
            .names
            .ids()
            .filter(|&name| self.0.contains(&request.program.names.symbol(module, name)))
            .collect()
    }

    /// The modules that have some of the words, and their findings are wanted.
    pub(super) fn modules(&self, request: &CheckRequest<'_>) -> Vec<ModuleId> {
        request.modules().filter(|&module| !self.in_module(request, module).is_empty()).collect()
    }
}

/// `c` of `a.b.c`.
pub(super) fn last_part(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The name that a value spells last.
pub(super) fn spelled(facts: &ModuleFacts, value: ValueId) -> Option<NameId> {
    match facts.values[value] {
        Value::Name { name, .. } | Value::Attribute { name, .. } => Some(name),
        _ => None,
    }
}

/// Whether a value, or what it calls, is one of some foreign things by its public name.
pub(super) fn is_one_of(
    request: &CheckRequest<'_>,
    module: ModuleId,
    value: ValueId,
    names: &[Box<str>],
) -> bool {
    let facts = request.program.facts(module);
    let value = match facts.values[value] {
        Value::Call(site) => facts.call(site).map_or(value, |(callee, _)| callee),
        _ => value,
    };
    let Static::External(found) = evaluate(request.program, module, value) else { return false };
    let public = request.knowledge.public_name(&found);
    names.iter().any(|name| **name == *found || **name == *public)
}

/// The innermost statement that makes a value.
pub(super) fn statement_of(facts: &ModuleFacts, value: ValueId) -> Option<StatementId> {
    facts
        .statements
        .iter_enumerated()
        .filter(|(_, statement)| statement.values.0 <= value && value < statement.values.1)
        .min_by_key(|(_, statement)| statement.range.end() - statement.range.start())
        .map(|(id, _)| id)
}
