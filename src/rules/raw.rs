//! Rule files as they are written: the shapes that `toml` reads, not yet checked.

use serde::Deserialize;

use crate::rules::at::At;
use crate::rules::migration::Migration;
use crate::rules::raw_check::RawCheck;
use crate::rules::raw_class::RawClass;
use crate::rules::raw_function::RawFunction;
use crate::rules::raw_rewrite::RawRewrite;
use crate::rules::terms::{DecoratorEffect, EntryPlace};

#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFile {
    /// What the file is about, when it describes a library.
    pub(crate) library: Option<RawLibrary>,
    /// A check's words, when the file is about a check.
    pub(crate) check: Option<RawCheck>,
    /// Functions of modules.
    #[serde(default)]
    pub(crate) function: Vec<At<RawFunction>>,
    /// Classes with their members.
    #[serde(default)]
    pub(crate) class: Vec<At<RawClass>>,
    /// Decorators.
    #[serde(default)]
    pub(crate) decorator: Vec<At<RawDecorator>>,
    /// Exceptions that the async side replaces.
    #[serde(default)]
    pub(crate) exception: Vec<RawException>,
    /// Decorators, methods and calls through which a framework takes functions.
    #[serde(default)]
    pub(crate) entry: Vec<At<RawEntry>>,
    /// Variables of modules.
    #[serde(default)]
    pub(crate) variable: Vec<RawVariable>,
    /// Moves to other libraries.
    #[serde(default)]
    pub(crate) migration: Vec<Migration>,
    /// Code and what becomes of it: at least one that changes and one that stays.
    #[serde(default)]
    pub(crate) example: Vec<RawExample>,
}

/// A library.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLibrary {
    /// The distribution, as the package index spells it, or `stdlib`.
    pub(crate) name: At<String>,
    /// What it is, in a few words.
    #[serde(default)]
    pub(crate) summary: String,
    /// Import names; every rule of the file lies in one of them.
    pub(crate) modules: Vec<At<String>>,
    /// Names of the packages that install it; left out: the name.
    #[serde(default)]
    pub(crate) distributions: Vec<String>,
    /// What it is for, in the word of the setting `prefer`: `http`, `postgres`.
    pub(crate) role: Option<At<String>>,
    /// The oldest version that these rules and its async side hold for.
    pub(crate) min_version: Option<String>,
    /// A loop of its own, and not asyncio's, drives its coroutines.
    #[serde(default)]
    pub(crate) own_loop: bool,
    /// What to know before moving to it or away from it.
    pub(crate) note: Option<String>,
}

/// A decorator.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDecorator {
    /// The public dotted name.
    pub(crate) name: Option<At<String>>,
    /// Dotted names of several that are alike.
    #[serde(default)]
    pub(crate) names: Vec<At<String>>,
    /// Further dotted names.
    #[serde(default)]
    pub(crate) aliases: Vec<At<String>>,
    /// What it does to the function below it.
    pub(crate) effect: DecoratorEffect,
    /// The first result is kept, whatever else it does.
    #[serde(default, rename = "cached")]
    pub(crate) is_cached: bool,
    /// It may stand over an `async def`.
    #[serde(default)]
    pub(crate) accepts_async: bool,
    /// A call makes it.
    #[serde(default)]
    pub(crate) factory: bool,
    /// What to use over an `async def` instead.
    pub(crate) mirror: Option<String>,
    /// The first version that has it.
    pub(crate) since: Option<String>,
    /// The first version in which it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// The first version that no longer has it.
    pub(crate) removed: Option<String>,
    /// A trap worth showing.
    pub(crate) note: Option<String>,
}

/// An exception.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawException {
    /// The public dotted name.
    pub(crate) name: At<String>,
    /// Further dotted names.
    #[serde(default)]
    pub(crate) aliases: Vec<At<String>>,
    /// What the async equivalents raise instead.
    pub(crate) rewrite: Option<At<RawRewrite>>,
    /// What equivalents in other libraries raise.
    #[serde(default)]
    pub(crate) replacements: Vec<At<RawRewrite>>,
    /// The first version that has it.
    pub(crate) since: Option<String>,
    /// The first version in which it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// The first version that no longer has it.
    pub(crate) removed: Option<String>,
    /// A trap worth showing.
    pub(crate) note: Option<String>,
}

/// A decorator, a method that is overridden, or a call, through which a framework takes functions.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEntry {
    /// The public dotted name.
    pub(crate) name: Option<At<String>>,
    /// Dotted names of several that are alike.
    #[serde(default)]
    pub(crate) names: Vec<At<String>>,
    /// Further dotted names.
    #[serde(default)]
    pub(crate) aliases: Vec<At<String>>,
    /// Where a sync function runs.
    pub(crate) sync_runs: EntryPlace,
    /// An `async def` is accepted.
    #[serde(default)]
    pub(crate) accepts_async: bool,
    /// It is a method that users define: the library's own class has none.
    #[serde(default)]
    #[expect(dead_code, reason = "only who checks names against the package needs it")]
    pub(crate) overridden: bool,
    /// It runs once, before the application serves anybody or after.
    #[serde(default)]
    pub(crate) start_up: bool,
    /// The first version that has it.
    pub(crate) since: Option<String>,
    /// The first version in which it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// The first version that no longer has it.
    pub(crate) removed: Option<String>,
    /// A trap worth showing.
    pub(crate) note: Option<String>,
}

/// A variable of a module.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawVariable {
    /// The public dotted name.
    pub(crate) name: At<String>,
    /// Further dotted names.
    #[serde(default)]
    pub(crate) aliases: Vec<At<String>>,
    /// The type of what it holds.
    #[serde(rename = "type")]
    pub(crate) holds: At<String>,
}

/// Code, and what becomes of it.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawExample {
    /// What it shows.
    pub(crate) why: At<String>,
    /// What the project of the example requires, as in a requirements file.
    #[serde(default)]
    pub(crate) requires: Vec<String>,
    /// The library that the project of the example prefers.
    pub(crate) prefer: Option<String>,
    /// The code.
    pub(crate) before: String,
    /// What it becomes.
    pub(crate) after: Option<String>,
    /// It stays.
    #[serde(default)]
    pub(crate) untouched: bool,
}
