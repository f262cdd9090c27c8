//! `ModuleFacts`: all that later phases know of one file.

use serde::{Deserialize, Serialize};

use crate::base::{Id, IdVec};
use crate::semantic::definition::{
    Binding, Class, Definition, DefinitionKind, Function, Import, ParameterKind, Scope,
};
use crate::semantic::ids::{
    BindingId, ClassId, DefinitionId, FunctionId, ImportId, NameId, ScopeId, SiteId, StatementId, ValueId,
};
use crate::semantic::site::{Argument, ArgumentKind, Clauses, Site, SiteKind, Store, StoreTarget};
use crate::semantic::statement::Statement;
use crate::semantic::value::{Constant, NameUse, Operands, Value};
use crate::semantic::well_known;
use crate::syntax::SuppressionStyle;
use crate::text::TextRange;

/// The facts of one file: owned, compact, serialisable; no tree, no rule, no path, no run-wide id.
///
/// Invariants, which lowering keeps: every id points into its own table; `functions[0]` is the module
/// body and `scopes[0]` its scope; the statements, values, and sites of one function's body are
/// contiguous; `operands` and `joined` are read only through the accessors below.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct ModuleFacts {
    /// The string table.
    pub names: IdVec<NameId, Box<str>>,
    /// Scopes, outer before inner.
    pub scopes: IdVec<ScopeId, Scope>,
    /// Names of all scopes, those of one scope together.
    pub bindings: IdVec<BindingId, Binding>,
    /// Versions of names.
    pub definitions: IdVec<DefinitionId, Definition>,
    /// Functions, the module body first.
    pub functions: IdVec<FunctionId, Function>,
    /// Classes in source order.
    pub classes: IdVec<ClassId, Class>,
    /// Imports in source order.
    pub imports: IdVec<ImportId, Import>,
    /// Values.
    pub values: IdVec<ValueId, Value>,
    /// Where each value stands.
    pub value_ranges: IdVec<ValueId, TextRange>,
    /// Sites.
    pub sites: IdVec<SiteId, Site>,
    /// Arguments of all calls.
    pub arguments: Vec<Argument>,
    /// Writes to attributes and items, in source order within a function.
    pub stores: Vec<Store>,
    /// Values on which the language runs a special method without saying so.
    pub protocol_uses: Vec<ProtocolUse>,
    /// Comprehensions, inner before outer.
    pub comprehensions: Vec<Clauses>,
    /// The statement skeleton.
    pub statements: IdVec<StatementId, Statement>,
    /// Pool of value operands.
    pub operand_pool: Vec<ValueId>,
    /// Pool of joined versions.
    pub joined_pool: Vec<DefinitionId>,
    /// `__all__`, when every element is a literal.
    pub exports: Option<Vec<NameId>>,
    /// Comments that suppress findings, in source order.
    pub suppressions: Vec<Suppression>,
    /// What is wrong with the file.
    pub problems: Vec<Problem>,
    /// Whether the file says `from __future__ import annotations`.
    pub postponed_annotations: bool,
    /// Length of the text in bytes.
    pub text_len: u32,
    /// How many lines the file has.
    pub lines: u32,
}

/// A comment, or a part of one, that suppresses findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suppression {
    /// The lines it covers: from the first byte of its line, or of the lines that are bound to it, to its own end.
    pub range: TextRange,
    /// The suppression itself.
    pub comment: TextRange,
    /// Who reads it.
    pub style: SuppressionStyle,
    /// What it suppresses; `None` means everything.
    pub selectors: Option<Vec<Box<str>>>,
}

/// A value on which the language runs a special method: truth tests, comparisons, interpolations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProtocolUse {
    /// The value.
    pub value: ValueId,
    /// What is done with it.
    pub kind: ProtocolKind,
}

/// What is done with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProtocolKind {
    /// Its truth is tested.
    Truth,
    /// It is turned into text.
    Text,
    /// It is compared by this special method.
    Compare(NameId),
}

/// Something wrong with a user's file: a value, not an error.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Where.
    pub range: TextRange,
    /// What, in the parser's words.
    pub message: Box<str>,
}

impl ModuleFacts {
    /// The module body.
    pub fn module_function(&self) -> FunctionId {
        FunctionId::from_index(0)
    }

    /// The string of `name`.
    pub fn name(&self, name: NameId) -> &str {
        &self.names[name]
    }

    /// The values of a run of operands.
    pub fn operands(&self, operands: Operands) -> &[ValueId] {
        &self.operand_pool[operands.start as usize..][..operands.len as usize]
    }

    /// The versions of a join.
    pub fn joined(&self, operands: Operands) -> &[DefinitionId] {
        &self.joined_pool[operands.start as usize..][..operands.len as usize]
    }

    /// The arguments of a call.
    pub fn arguments(&self, operands: Operands) -> &[Argument] {
        &self.arguments[operands.start as usize..][..operands.len as usize]
    }

    /// The bindings of `scope`.
    pub fn scope_bindings(&self, scope: ScopeId) -> impl Iterator<Item = BindingId> + use<> {
        let scope = &self.scopes[scope];
        let first = scope.first_binding.index();
        (first..first + scope.bindings as usize).map(BindingId::from_index)
    }

    /// All versions of `binding`, newest first.
    pub fn versions(&self, binding: BindingId) -> impl Iterator<Item = DefinitionId> + '_ {
        let mut next = self.bindings[binding].last;
        std::iter::from_fn(move || {
            let current = next?;
            next = self.definitions[current].previous;
            Some(current)
        })
    }

    /// The callee and arguments of a call site, when it is one.
    pub fn call(&self, site: SiteId) -> Option<(ValueId, &[Argument])> {
        match self.sites[site].kind {
            SiteKind::Call { callee, arguments, .. } => Some((callee, self.arguments(arguments))),
            SiteKind::Decorator { .. }
            | SiteKind::Await { .. }
            | SiteKind::For { .. }
            | SiteKind::Comprehension { .. }
            | SiteKind::With { .. }
            | SiteKind::YieldFrom { .. }
            | SiteKind::Raise { .. }
            | SiteKind::Unpack { .. }
            | SiteKind::Class { .. } => None,
        }
    }

    /// Whether the call at `site` is itself the operand of an `await`.
    pub fn is_awaited(&self, site: SiteId) -> bool {
        let (first, end) = self.statements[self.sites[site].place.statement].sites;
        (first.index()..end.index()).map(SiteId::from_index).any(|other| match self.sites[other].kind {
            SiteKind::Await { operand } => {
                matches!(self.values[operand], Value::Call(called) if called == site)
            }
            _ => false,
        })
    }

    /// How a chain of names, attributes, plain subscripts and calls is written, white space aside.
    pub fn spelling(&self, value: ValueId) -> Option<String> {
        Some(match self.values[value] {
            Value::Name { name, .. } => self.name(name).to_owned(),
            Value::Attribute { base, name } => format!("{}.{}", self.spelling(base)?, self.name(name)),
            Value::Item { base, index } => format!("{}[{}]", self.spelling(base)?, self.spelling(index)?),
            Value::Constant(Constant::Int(number)) => number.to_string(),
            Value::Call(site) => {
                let (callee, arguments) = self.call(site)?;
                let mut written = Vec::new();
                for argument in arguments {
                    let value = self.spelling(argument.value)?;
                    written.push(match argument.kind {
                        ArgumentKind::Positional => value,
                        ArgumentKind::Keyword(name) => format!("{}={value}", self.name(name)),
                        ArgumentKind::Starred => format!("*{value}"),
                        ArgumentKind::DoubleStarred => format!("**{value}"),
                    });
                }
                format!("{}({})", self.spelling(callee)?, written.join(", "))
            }
            _ => return None,
        })
    }

    /// The parameter that a function gives back whatever happens, as a decorator that only looks does.
    pub fn returned_parameter(&self, function: FunctionId) -> Option<u32> {
        let item = &self.functions[function];
        if item.traits.is_generator || item.traits.is_async {
            return None;
        }
        let mut parameters = item.returned.iter().map(|&value| match self.values[value] {
            Value::Name { reference: NameUse::Reaching(definition), .. } => {
                match self.definitions[definition].kind {
                    DefinitionKind::Parameter(index) => Some(index),
                    _ => None,
                }
            }
            _ => None,
        });
        let first = parameters.next()??;
        parameters.all(|other| other == Some(first)).then_some(first)
    }

    /// The attribute of its first parameter that a method gives back whatever happens, with the value that
    /// reads it.
    pub fn returned_attribute(&self, function: FunctionId) -> Option<(NameId, ValueId)> {
        let item = &self.functions[function];
        let [value] = item.returned[..] else { return None };
        let Value::Attribute { base, name } = self.values[value] else { return None };
        let is_plain = item.class.is_some() && !item.traits.is_generator && !item.traits.is_async;
        (is_plain && self.is_parameter(function, base, 0)).then_some((name, value))
    }

    /// The parameter that a method writes to an attribute of its first parameter with a store, as
    /// `self.name = name` does.
    pub fn stored_parameter(&self, store: &Store) -> Option<u32> {
        let function = store.place.function;
        let StoreTarget::Attribute { base, .. } = store.target else { return None };
        let item = &self.functions[function];
        item.class?;
        // Under other decorators the first parameter may be no receiver.
        let is_method = item.decorators.iter().all(|&decorator| self.is_setter(decorator));
        let Value::Name { reference: NameUse::Reaching(definition), .. } = self.values[store.value?] else {
            return None;
        };
        let DefinitionKind::Parameter(index) = self.definitions[definition].kind else { return None };
        let is_plain = matches!(
            item.parameters.get(index as usize)?.kind,
            ParameterKind::PositionalOnly | ParameterKind::Regular | ParameterKind::KeywordOnly
        );
        let is_own = self.is_parameter(function, store.value?, index) && self.is_parameter(function, base, 0);
        (is_method && is_plain && index > 0 && is_own).then_some(index)
    }

    /// The parameter that a method passes on as it is with an argument of a call of another method of its own
    /// receiver, as `super().__init__(name)` does.
    pub fn forwarded_parameter(&self, site: SiteId, value: ValueId) -> Option<u32> {
        let Value::Name { reference: NameUse::Reaching(definition), .. } = self.values[value] else {
            return None;
        };
        let DefinitionKind::Parameter(index) = self.definitions[definition].kind else { return None };
        let SiteKind::Call { callee, .. } = self.sites[site].kind else { return None };
        let Value::Attribute { base, .. } = self.values[callee] else { return None };
        let function = self.sites[site].place.function;
        let item = &self.functions[function];
        let is_super = |value: ValueId| match self.values[value] {
            Value::Call(call) => match self.sites[call].kind {
                SiteKind::Call { callee, .. } => {
                    matches!(self.values[callee], Value::Name { name, .. } if self.name(name) == well_known::SUPER)
                }
                _ => false,
            },
            _ => false,
        };
        let is_forwarded = item.class.is_some()
            && item.decorators.is_empty()
            && index > 0
            && self.is_parameter(function, value, index)
            && (self.is_parameter(function, base, 0) || is_super(base));
        let is_plain = matches!(
            item.parameters.get(index as usize)?.kind,
            ParameterKind::PositionalOnly | ParameterKind::Regular | ParameterKind::KeywordOnly
        );
        (is_forwarded && is_plain).then_some(index)
    }

    /// Whether a decorator is `@name.setter`.
    pub fn is_setter(&self, decorator: ValueId) -> bool {
        matches!(self.values[decorator], Value::Attribute { name, .. } if self.name(name) == well_known::SETTER)
    }

    /// Whether a value is a parameter of a function, as it was passed.
    fn is_parameter(&self, function: FunctionId, value: ValueId, index: u32) -> bool {
        let parameter = self.functions[function].parameters.get(index as usize);
        matches!(self.values[value], Value::Name { reference: NameUse::Reaching(definition), .. }
            if parameter.is_some_and(|parameter| parameter.definition == definition))
    }

    /// The dotted name of `function` inside its module: `C.m`, `f.g`; empty for the module body.
    pub fn qualified_name(&self, function: FunctionId) -> String {
        let mut parts = Vec::new();
        let mut current = function;
        while current != self.module_function() {
            let item = &self.functions[current];
            parts.push(self.name(item.name));
            let mut class = item.class;
            while let Some(id) = class {
                parts.push(self.name(self.classes[id].name));
                class = self.classes[id].outer;
            }
            current = item.parent;
        }
        parts.reverse();
        parts.join(".")
    }

    /// The dotted name of `class` inside its module.
    pub fn qualified_class_name(&self, class: ClassId) -> String {
        let mut name = self.name(self.classes[class].name).to_owned();
        let mut outer = self.classes[class].outer;
        while let Some(id) = outer {
            name.insert(0, '.');
            name.insert_str(0, self.name(self.classes[id].name));
            outer = self.classes[id].outer;
        }
        let function = self.classes[class].function;
        let prefix = self.qualified_name(function);
        if prefix.is_empty() { name } else { format!("{prefix}.{name}") }
    }
}
