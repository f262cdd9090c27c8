//! Libraries, and the smaller rules they carry: decorators, exceptions, entry points, examples.

use serde::{Deserialize, Serialize};

use crate::rules::function::Rewrite;
use crate::rules::migration::Migration;
use crate::rules::terms::{DecoratorEffect, EntryPlace};
use crate::rules::types::TypeExpr;
use crate::rules::versions::Versions;

/// A distribution, or the standard library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// The distribution's name, or `stdlib`.
    pub name: Box<str>,
    /// What it is, in a few words.
    pub summary: Box<str>,
    /// Dotted names of the modules it installs, sorted.
    pub modules: Box<[Box<str>]>,
    /// Names of the packages that install it, sorted; empty for the standard library.
    pub distributions: Box<[Box<str>]>,
    /// What it is for, as a project's preferences name it: `http`, `postgres`.
    pub role: Option<Box<str>>,
    /// The oldest version that its async side is known to work with.
    pub min_version: Option<Box<str>>,
    /// Whether a loop of its own, and not asyncio's, drives its coroutines.
    pub has_own_loop: bool,
    /// What a reader should know before moving to or away from it.
    pub note: Option<Box<str>>,
    /// Moves to other libraries.
    pub migrations: Box<[Migration]>,
    /// What rewriting does to code that uses it.
    pub examples: Box<[LibraryExample]>,
}

/// A piece of Python and what becomes of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryExample {
    /// What it shows.
    pub why: Box<str>,
    /// The line of its file where it stands, from 1.
    pub line: u32,
    /// What its project requires, as in a requirements file.
    pub requires: Box<[Box<str>]>,
    /// The library that its project prefers.
    pub prefer: Option<Box<str>>,
    /// The code before.
    pub before: Box<str>,
    /// What happens to it.
    pub outcome: ExampleOutcome,
}

/// What becomes of an example's code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ExampleOutcome {
    /// It becomes this.
    After(Box<str>),
    /// It stays.
    Untouched,
}

/// A library decorator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecoratorRule {
    /// The public dotted name.
    pub name: Box<str>,
    /// Further dotted names of the same decorator.
    pub aliases: Box<[Box<str>]>,
    /// What it does to the function below it.
    pub effect: DecoratorEffect,
    /// Whether the first result is kept, whatever else it does.
    pub is_cached: bool,
    /// Whether it may stand over an `async def`.
    pub accepts_async: bool,
    /// Whether a call makes the decorator, also when its only argument is a function: `@wraps(function)`.
    pub is_factory: bool,
    /// What to use over an `async def` instead.
    pub mirror: Option<Box<str>>,
    /// The versions that have it.
    pub versions: Option<Box<Versions>>,
    /// A trap worth showing.
    pub note: Option<Box<str>>,
}

/// A module-level variable of a library.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VariableRule {
    /// The public dotted name.
    pub name: Box<str>,
    /// Further dotted names of the same variable.
    pub aliases: Box<[Box<str>]>,
    /// What it holds.
    pub holds: TypeExpr,
}

/// A library exception with a counterpart on the async side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExceptionRule {
    /// The public dotted name.
    pub name: Box<str>,
    /// Further dotted names of the same exception.
    pub aliases: Box<[Box<str>]>,
    /// What the async equivalents raise instead, when they raise something else.
    pub rewrite: Option<Rewrite>,
    /// What is raised by the async equivalents in other libraries.
    pub replacements: Box<[Rewrite]>,
    /// The versions that have it.
    pub versions: Option<Box<Versions>>,
    /// A trap worth showing.
    pub note: Option<Box<str>>,
}

/// A decorator, base class or call through which a framework takes functions and calls them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryRule {
    /// The public dotted name of the decorator, base class method or registering call.
    pub name: Box<str>,
    /// Further dotted names of the same.
    pub aliases: Box<[Box<str>]>,
    /// Where a sync function runs.
    pub sync_runs: EntryPlace,
    /// Whether an `async def` is accepted.
    pub accepts_async: bool,
    /// Whether it runs once, before the application serves anybody or after, where waiting hurts less.
    pub is_start_up: bool,
    /// The versions that have it.
    pub versions: Option<Box<Versions>>,
    /// A trap worth showing.
    pub note: Option<Box<str>>,
}
