//! Code that knows that something may be missing: it asks for the version, or catches what happens without.

use crate::base::{Id, matches_pattern};
use crate::check::legacy::mention::spelled;
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::{Block, ModuleFacts, StatementId, StatementKind, ValueId};

/// What a check's lists say of guards.
pub(super) struct Guards<'a> {
    /// Patterns of names that ask which version runs.
    conditions: &'a [Box<str>],
    /// Exceptions that tell of something missing.
    exceptions: &'a [Box<str>],
}

impl<'a> Guards<'a> {
    pub(super) fn new(rule: &'a CheckRule) -> Self {
        Self { conditions: rule.words("guards"), exceptions: rule.words("guard-exceptions") }
    }

    /// Whether a statement, one around it, or the function it stands in cares for other versions.
    pub(super) fn protect(
        &self,
        request: &CheckRequest<'_>,
        module: ModuleId,
        statement: StatementId,
    ) -> bool {
        let facts = request.program.facts(module);
        let mut current = statement;
        loop {
            if self.protect_in_function(facts, current) {
                return true;
            }
            let function = &facts.functions[facts.statements[current].function];
            let is_aware = function.statement.is_some()
                && mention(facts, self.conditions, (function.first_value, function.end_value));
            if is_aware {
                return true;
            }
            match function.statement {
                Some(outer) => current = outer,
                None => return false,
            }
        }
    }

    fn protect_in_function(&self, facts: &ModuleFacts, statement: StatementId) -> bool {
        if mention(facts, self.conditions, header(facts, statement)) {
            return true;
        }
        let mut current = statement;
        while let Some(parent) = facts.statements[current].parent {
            let is_guarded = match facts.statements[parent].kind {
                StatementKind::Try
                    if matches!(facts.statements[current].block, Block::Body | Block::Else) =>
                {
                    handlers(facts, parent).any(|handler| self.catches(facts, handler, true))
                }
                StatementKind::Handler => self.catches(facts, parent, false),
                _ => mention(facts, self.conditions, header(facts, parent)),
            };
            if is_guarded {
                return true;
            }
            current = parent;
        }
        false
    }

    fn catches(&self, facts: &ModuleFacts, handler: StatementId, is_bare_enough: bool) -> bool {
        let (first, end) = header(facts, handler);
        (is_bare_enough && first == end) || mention(facts, self.exceptions, (first, end))
    }
}

/// Whether a run of values names something that fits one of the patterns.
fn mention(facts: &ModuleFacts, patterns: &[Box<str>], (first, end): (ValueId, ValueId)) -> bool {
    (first.index()..end.index()).map(ValueId::from_index).any(|value| {
        spelled(facts, value)
            .is_some_and(|name| patterns.iter().any(|pattern| matches_pattern(pattern, facts.name(name))))
    })
}

/// The clauses of a `try`.
fn handlers(facts: &ModuleFacts, parent: StatementId) -> impl Iterator<Item = StatementId> + '_ {
    let end = facts.statements[parent].end;
    (parent.index() + 1..end.index()).map(StatementId::from_index).filter(move |&id| {
        facts.statements[id].parent == Some(parent) && facts.statements[id].kind == StatementKind::Handler
    })
}

/// The values that a statement makes before those of its blocks.
fn header(facts: &ModuleFacts, statement: StatementId) -> (ValueId, ValueId) {
    let item = &facts.statements[statement];
    let nested = StatementId::from_index(statement.index() + 1);
    let end = if nested < item.end { facts.statements[nested].values.0 } else { item.values.1 };
    (item.values.0, end.max(item.values.0))
}
