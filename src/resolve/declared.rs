//! What a declared type lets in: a place that is declared to hold instances of some classes holds no others.

use rustc_hash::FxHashMap;

use crate::link::{Ancestor, Hierarchy, ModuleId, Program, ProgramClassId, Static, evaluate};
use crate::resolve::object::Object;
use crate::semantic::well_known::{TypingForm, typing_form};
use crate::semantic::{Constant, ModuleFacts, NameId, NameUse, Value, ValueId};

/// What may arrive at a place.
#[derive(Clone, Debug)]
pub(super) enum Restriction {
    /// Instances of these classes: a parameter or result with an annotation.
    Declared(Vec<ProgramClassId>),
    /// Instances of this class and subclasses of it: the receiver of a method.
    Receiver(ProgramClassId),
}

impl Restriction {
    /// Whether an object may arrive.
    pub(super) fn accepts(&self, hierarchy: &Hierarchy, object: Object) -> bool {
        let is_below = |class: ProgramClassId, wanted: ProgramClassId| {
            hierarchy.mro(class).iter().any(|ancestor| match ancestor {
                Ancestor::Class(found) => *found == wanted,
                Ancestor::Unknown => true,
                Ancestor::External(_) => false,
            })
        };
        match (self, object) {
            (Self::Declared(classes), Object::Instance { class, .. }) => {
                classes.iter().any(|&wanted| is_below(class, wanted))
            }
            (Self::Receiver(wanted), Object::Instance { class, .. }) => is_below(class, *wanted),
            (Self::Receiver(wanted), Object::Class(class)) => {
                is_below(class, *wanted)
                    || hierarchy.metaclass(class).is_some_and(|meta| is_below(meta, *wanted))
            }
            _ => false,
        }
    }
}

/// What an annotation says of a place.
pub(super) enum Declaration {
    /// Instances of these classes, and of no others.
    Classes(Vec<ProgramClassId>),
    /// Anything that has what this class has.
    Protocol(ProgramClassId),
}

/// Reads annotations of one module.
pub(super) struct Annotations<'a> {
    program: &'a Program,
    hierarchy: &'a Hierarchy,
    facts: &'a ModuleFacts,
    module: ModuleId,
    /// Annotations mention few names many times.
    known: FxHashMap<(NameId, NameUse), Option<ProgramClassId>>,
}

impl<'a> Annotations<'a> {
    pub(super) fn new(program: &'a Program, hierarchy: &'a Hierarchy, module: ModuleId) -> Self {
        Self { program, hierarchy, facts: program.facts(module), module, known: FxHashMap::default() }
    }

    /// What an annotation says of a place, when it names classes of the program and nothing else but `None`.
    pub(super) fn read(&mut self, annotation: ValueId) -> Option<Declaration> {
        let mut classes = Vec::new();
        let is_known = self.collect(annotation, &mut classes, 0);
        let is_protocol = |class: &&ProgramClassId| self.hierarchy.is_protocol(**class);
        match classes.iter().find(is_protocol) {
            Some(&protocol) if classes.len() == 1 => Some(Declaration::Protocol(protocol)),
            None if is_known && !classes.is_empty() => Some(Declaration::Classes(classes)),
            Some(_) | None => None,
        }
    }

    fn collect(&mut self, annotation: ValueId, classes: &mut Vec<ProgramClassId>, depth: u8) -> bool {
        if depth > 8 {
            return false;
        }
        match self.facts.values[annotation] {
            Value::Constant(Constant::None) => true,
            Value::Quoted(inner) => self.collect(inner, classes, depth + 1),
            Value::Binary { left, right, .. } => {
                self.collect(left, classes, depth + 1) && self.collect(right, classes, depth + 1)
            }
            Value::Name { name, reference } => {
                let found = if let Some(&known) = self.known.get(&(name, reference)) {
                    known
                } else {
                    let found = self.class(annotation);
                    self.known.insert((name, reference), found);
                    found
                };
                classes.extend(found);
                found.is_some()
            }
            Value::Attribute { .. } => {
                let found = self.class(annotation);
                classes.extend(found);
                found.is_some()
            }
            Value::Item { base, index } => {
                let form = match self.facts.values[base] {
                    Value::Name { name, .. } | Value::Attribute { name, .. } => {
                        typing_form(self.facts.name(name))
                    }
                    _ => None,
                };
                let arguments: &[ValueId] = match self.facts.values[index] {
                    Value::Tuple(operands) => self.facts.operands(operands),
                    _ => &[index],
                };
                match form {
                    Some(TypingForm::First) => {
                        arguments.first().is_some_and(|&first| self.collect(first, classes, depth + 1))
                    }
                    Some(TypingForm::Any) => {
                        arguments.iter().all(|&argument| self.collect(argument, classes, depth + 1))
                    }
                    Some(_) => false,
                    // `Box[int]` is an instance of `Box`.
                    None => self.collect(base, classes, depth + 1),
                }
            }
            _ => false,
        }
    }

    fn class(&self, value: ValueId) -> Option<ProgramClassId> {
        match evaluate(self.program, self.module, value) {
            Static::Class(class) => Some(class),
            _ => None,
        }
    }
}
