//! What is known about one library class: members, protocols, bases, mirror.

use serde::{Deserialize, Serialize};

use crate::rules::function::{Blocking, FunctionRule, Mirror, Rewrite};
use crate::rules::types::TypeExpr;
use crate::rules::versions::Versions;

/// A library class.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ClassRule {
    /// The public dotted name.
    pub name: Box<str>,
    /// Further dotted names of the same class.
    pub aliases: Box<[Box<str>]>,
    /// Dotted names of base classes that have rules of their own, in order.
    pub bases: Box<[Box<str>]>,
    /// What constructing it does, inherited from a base when it states nothing; returns the class itself.
    pub constructor: FunctionRule,
    /// The async class that does the same, with how it is used.
    pub mirror: Option<Rewrite>,
    /// Async classes in other libraries, used when the project prefers one of them.
    pub replacements: Box<[Rewrite]>,
    /// Why instances stay on the thread that made them, if they must.
    pub thread_bound: Option<Box<str>>,
    /// Whether it is a lock that its own thread may take again: code that takes it must stay on that thread.
    pub reentrant: bool,
    /// Whether its name is made up: the library has none for what a call returns.
    pub is_stand_in: bool,
    /// The versions that have it.
    pub versions: Option<Box<Versions>>,
    /// A trap worth showing.
    pub note: Option<Box<str>>,
    /// What stands for every method that is not described, when the library makes them while it runs.
    pub any_method: Option<Box<FunctionRule>>,
    pub(crate) inherits_constructor: bool,
    pub(crate) methods: Box<[FunctionRule]>,
    pub(crate) attributes: Box<[AttributeRule]>,
    pub(crate) protocols: Box<[ProtocolRule]>,
}

/// An attribute of a class's instances.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributeRule {
    /// Its name.
    pub name: Box<str>,
    /// What it holds.
    pub returns: TypeExpr,
    /// How reading it blocks, if it can.
    pub blocking: Option<Blocking>,
    /// The attribute on the mirror of its class, where more than the class differs.
    pub mirror: Option<Box<Mirror>>,
    /// Libraries among the replacements of its class whose class has nothing like it, sorted.
    pub missing_in: Box<[Box<str>]>,
    /// Async equivalents in other libraries, used when the project prefers one of them.
    pub replacements: Box<[Rewrite]>,
    /// A trap worth showing.
    pub note: Option<Box<str>>,
}

/// A statement that an instance takes part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Protocol {
    /// The start of `with`; the type is what `as` binds.
    Enter,
    /// The end of `with`.
    Exit,
    /// `for`; the type is an element, the effect is each step's.
    Iterate,
    /// The start of `async with`.
    AsyncEnter,
    /// `async for`.
    AsyncIterate,
    /// `await` of the instance.
    Await,
}

/// How instances behave in a statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProtocolRule {
    /// Which statement.
    pub protocol: Protocol,
    /// What it binds or gives.
    pub returns: TypeExpr,
    /// How it blocks, if it can.
    pub blocking: Option<Blocking>,
}

/// A member of a class, its own or inherited.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Member<'a> {
    /// Something to call.
    Method(&'a FunctionRule),
    /// Something to read.
    Attribute(&'a AttributeRule),
}

impl ClassRule {
    /// The class's own methods, sorted by name.
    pub fn methods(&self) -> &[FunctionRule] {
        &self.methods
    }

    /// The class's own attributes, sorted by name.
    pub fn attributes(&self) -> &[AttributeRule] {
        &self.attributes
    }

    /// The class's own protocols, in the order of [`Protocol`].
    pub fn protocols(&self) -> &[ProtocolRule] {
        &self.protocols
    }

    /// The class's own member with this name.
    pub fn own_member(&self, name: &str) -> Option<Member<'_>> {
        if let Ok(index) = self.methods.binary_search_by(|method| last_part(&method.name).cmp(name)) {
            return Some(Member::Method(&self.methods[index]));
        }
        let index = self.attributes.binary_search_by(|attribute| (*attribute.name).cmp(name)).ok()?;
        Some(Member::Attribute(&self.attributes[index]))
    }

    /// The class's own behaviour in this statement.
    pub fn own_protocol(&self, protocol: Protocol) -> Option<&ProtocolRule> {
        self.protocols.iter().find(|rule| rule.protocol == protocol)
    }
}

/// The text after the last dot.
pub(crate) fn last_part(name: &str) -> &str {
    name.rsplit_once('.').map_or(name, |(_, last)| last)
}
