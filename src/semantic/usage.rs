//! What uses a value, which comprehensions enclose a place, and how loops are left.

use crate::base::Id;
use crate::semantic::definition::DefinitionKind;
use crate::semantic::facts::ModuleFacts;
use crate::semantic::ids::{DefinitionId, SiteId, StatementId, ValueId};
use crate::semantic::site::{ArgumentKind, Clauses, SiteKind};
use crate::semantic::statement::{Block, StatementKind};
use crate::semantic::value::{ComprehensionKind, Value};
use crate::text::TextRange;

/// What uses a value within its statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueUse {
    /// A `for`, comprehension clause, `with`, `yield from`, `raise`, `await` or unpacking goes through it.
    Site(SiteId),
    /// A call takes it as an argument.
    Argument {
        /// The call.
        site: SiteId,
        /// Which argument, in source order.
        position: usize,
        /// How it is passed.
        kind: ArgumentKind,
    },
    /// It is a part of another value.
    Part(ValueId),
    /// Its truth is tested, or it is compared or printed.
    Protocol,
    /// It is bound to a name, stored, returned or yielded.
    Kept,
}

impl ModuleFacts {
    /// All uses of `value` in `statement`, in which it is made.
    pub fn uses(&self, value: ValueId, statement: StatementId) -> Vec<ValueUse> {
        let item = &self.statements[statement];
        let mut uses = Vec::new();
        for site in (item.sites.0.index()..item.sites.1.index()).map(SiteId::from_index) {
            let is_used = match self.sites[site].kind {
                SiteKind::Call { callee, arguments, .. } => {
                    for (position, argument) in self.arguments(arguments).iter().enumerate() {
                        if argument.value == value {
                            uses.push(ValueUse::Argument { site, position, kind: argument.kind });
                        }
                    }
                    callee == value
                }
                SiteKind::Decorator { callee, argument, .. } => callee == value || argument == value,
                SiteKind::Await { operand } => operand == value,
                SiteKind::For { iterable, .. }
                | SiteKind::Comprehension { iterable, .. }
                | SiteKind::YieldFrom { iterable } => iterable == value,
                SiteKind::With { context, .. } => context == value,
                SiteKind::Raise { exception } => exception == value,
                SiteKind::Unpack { value: unpacked } => unpacked == value,
                SiteKind::Class { .. } => false,
            };
            if is_used {
                uses.push(ValueUse::Site(site));
            }
        }
        let later = value.index() + 1..item.values.1.index();
        let parts = later.map(ValueId::from_index).filter(|&other| self.is_part(value, other));
        uses.extend(parts.map(ValueUse::Part));
        if self.protocol_uses.iter().any(|used| used.value == value) {
            uses.push(ValueUse::Protocol);
        }
        let function = &self.functions[item.function];
        let is_bound = (item.definitions.0.index()..item.definitions.1.index()).any(|index| {
            let definition = DefinitionId::from_index(index);
            matches!(self.definitions[definition].kind, DefinitionKind::Value(bound) if bound == value)
        });
        let is_stored = self.stores[item.stores.0 as usize..item.stores.1 as usize]
            .iter()
            .any(|store| store.value == Some(value));
        if is_bound || is_stored || function.returned.contains(&value) || function.yielded.contains(&value) {
            uses.push(ValueUse::Kept);
        }
        uses
    }

    /// Whether `other` is made of `value` directly, what going through it hands out aside.
    fn is_part(&self, value: ValueId, other: ValueId) -> bool {
        match self.values[other] {
            Value::Attribute { base, .. } => base == value,
            Value::Item { base, index } => base == value || index == value,
            Value::List(operands)
            | Value::Tuple(operands)
            | Value::Set(operands)
            | Value::Dict(operands)
            | Value::Choice(operands)
            | Value::Test(operands)
            | Value::Interpolation(operands) => self.operands(operands).contains(&value),
            Value::Starred(inner)
            | Value::Await(inner)
            | Value::YieldFrom(inner)
            | Value::Caught(inner)
            | Value::Quoted(inner) => inner == value,
            Value::Comprehension { element, key, .. } => element == value || key == value,
            Value::Binary { left, right, .. } => left == value || right == value,
            Value::Unary { operand, .. } => operand == value,
            Value::Element { .. }
            | Value::Unpacked { .. }
            | Value::Entered { .. }
            | Value::Unknown
            | Value::Constant(_)
            | Value::Name { .. }
            | Value::Call(_)
            | Value::Slice { .. }
            | Value::Function(_)
            | Value::Class(_)
            | Value::Yield => false,
        }
    }

    /// The innermost comprehension of `statement` around `range` in whose own scope `range` stands: not in
    /// its first iterable, which the enclosing scope evaluates.
    pub fn comprehension_around(&self, range: TextRange, statement: StatementId) -> Option<&Clauses> {
        let around = self.comprehensions.iter().filter(|clauses| {
            let whole = self.value_ranges[clauses.value];
            self.sites[clauses.sites[0]].place.statement == statement
                && whole != range
                && whole.contains_range(range)
                && !self.sites[clauses.sites[0]].range.contains_range(range)
        });
        around.min_by_key(|clauses| self.value_ranges[clauses.value].len())
    }

    /// The comprehension that has the clause at `site`.
    pub fn comprehension_of(&self, site: SiteId) -> Option<&Clauses> {
        self.comprehensions.iter().find(|clauses| clauses.sites.contains(&site))
    }

    /// What the comprehension of a value makes.
    pub fn comprehension_kind(&self, value: ValueId) -> Option<ComprehensionKind> {
        match self.values[value] {
            Value::Comprehension { kind, .. } => Some(kind),
            _ => None,
        }
    }

    /// Whether the body of the loop `statement` has a `break` of it, or a `return`.
    pub fn leaves_early(&self, statement: StatementId) -> bool {
        let end = self.statements[statement].end;
        (statement.index() + 1..end.index()).map(StatementId::from_index).any(|inner| {
            match self.statements[inner].kind {
                StatementKind::Return => true,
                StatementKind::Break => self.loop_left_by(inner) == Some(statement),
                _ => false,
            }
        })
    }

    /// The loop that a `break` leaves: the innermost one in whose body it stands.
    fn loop_left_by(&self, statement: StatementId) -> Option<StatementId> {
        let mut child = statement;
        while let Some(parent) = self.statements[child].parent {
            let is_loop =
                matches!(self.statements[parent].kind, StatementKind::For { .. } | StatementKind::While);
            if is_loop && self.statements[child].block == Block::Body {
                return Some(parent);
            }
            child = parent;
        }
        None
    }
}
