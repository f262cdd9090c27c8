//! How code of one library becomes code of another: calls, members, statements and exceptions, each as a template.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A move from the library of its file to another one.
///
/// A template is Python with holes: `{}` is the expression whose member it is, `(...)` its arguments, `{name}` its own
/// last name, and `<a.b.c>` a name that is imported; `<support.x>` comes from the module that the move brings along.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Migration {
    /// The library that it leads to.
    pub to: Box<str>,
    /// Whether all uses of the library change together, or none.
    #[serde(default)]
    pub whole: bool,
    /// Modules with which tests stand in for the library: where one is imported, nothing moves.
    #[serde(default)]
    pub mocked_by: Vec<Box<str>>,
    /// The module that changed code needs beside it.
    pub support: Option<Support>,
    /// Calls of functions and constructors, and variables, by dotted name.
    #[serde(default)]
    pub call: Vec<CallChange>,
    /// Classes, by dotted name.
    #[serde(default)]
    pub class: Vec<ClassChange>,
    /// Builtin exceptions that the library's exceptions are, with those of the other library that are not.
    #[serde(default)]
    pub catch: BTreeMap<Box<str>, Vec<Box<str>>>,
}

/// A module that is written once for a project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Support {
    /// Its name, which begins like that of the runtime helper.
    pub name: Box<str>,
    /// What it holds.
    pub python: Box<str>,
}

/// What becomes of a call, or of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct CallChange {
    /// Dotted names of functions or classes; names of methods, where a class says it.
    pub names: Vec<Box<str>>,
    /// The template.
    pub to: Box<str>,
    /// How many leading positional arguments mean the same; left out: all.
    pub positional: Option<u16>,
    /// Keywords under which the positional arguments after those are passed.
    #[serde(default)]
    pub then: Vec<Box<str>>,
    /// Keyword arguments that mean the same; left out: all.
    pub keep: Option<Vec<Box<str>>>,
    /// Keyword arguments that change, with what they become: `data = "content={}"`.
    #[serde(default)]
    pub change: BTreeMap<Box<str>, Box<str>>,
    /// Arguments that are added when they are not there.
    #[serde(default)]
    pub add: BTreeMap<Box<str>, Box<str>>,
}

/// What becomes of the uses of a class and of its objects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ClassChange {
    /// Its dotted name; `a.b.*` stands for all classes of a module.
    pub name: Box<str>,
    /// What stands for it where classes are named; several for an exception.
    #[serde(default)]
    pub to: Vec<Box<str>>,
    /// Whether it is an exception.
    #[serde(default)]
    pub exception: bool,
    /// Members that stay as they are.
    #[serde(default)]
    pub same: Vec<Box<str>>,
    /// Attributes that may be written as before.
    #[serde(default)]
    pub written: Vec<Box<str>>,
    /// Attributes that are read in another way.
    #[serde(default)]
    pub attributes: BTreeMap<Box<str>, Box<str>>,
    /// Methods that are called in another way.
    #[serde(default)]
    pub method: Vec<CallChange>,
    /// What tells its truth.
    pub truth: Option<Box<str>>,
    /// What stands in `with`; `async with` when it begins so.
    pub with: Option<Box<str>>,
    /// What stands in `for`; `async for` when it begins so.
    pub iter: Option<Box<str>>,
    /// Methods that are decorators of functions, which may then be coroutine functions under their own names.
    #[serde(default)]
    pub registers: Vec<Box<str>>,
}

impl Migration {
    /// What becomes of a call of a function or constructor.
    pub fn call(&self, name: &str) -> Option<&CallChange> {
        self.call.iter().find(|change| change.names.iter().any(|known| **known == *name))
    }

    /// What becomes of a class; a name that ends in `.*` stands for all classes of a module.
    pub fn class(&self, name: &str) -> Option<&ClassChange> {
        let own = self.class.iter().find(|change| *change.name == *name);
        own.or_else(|| {
            let (home, _) = name.rsplit_once('.')?;
            self.class.iter().find(|change| change.name.strip_suffix(".*") == Some(home))
        })
    }
}

impl ClassChange {
    /// What becomes of a call of a method.
    pub fn method(&self, name: &str) -> Option<&CallChange> {
        self.method.iter().find(|change| change.names.iter().any(|known| **known == *name))
    }
}
