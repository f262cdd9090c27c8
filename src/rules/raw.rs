//! Rule files as they are written: the shapes that `toml` reads, not yet checked.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::rules::terms::{
    CallHow, CallTime, Category, CheckDefault, DecoratorEffect, EntryPlace, Form, Level, Safety, Severity,
};

/// Names as keys keep their position; a key may list several names, as in `"read, readline"`.
pub(crate) type Keyed<T> = BTreeMap<Spanned<String>, T>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFile {
    pub(crate) library: Option<RawLibrary>,
    pub(crate) check: Option<RawCheck>,
    #[serde(default)]
    pub(crate) function: Vec<RawFunction>,
    #[serde(default)]
    pub(crate) class: Vec<RawClass>,
    #[serde(default)]
    pub(crate) decorator: Vec<RawDecorator>,
    #[serde(default)]
    pub(crate) exception: Vec<RawException>,
    #[serde(default)]
    pub(crate) entry: Vec<RawEntry>,
    #[serde(default)]
    pub(crate) variable: Vec<RawVariable>,
    #[serde(default)]
    pub(crate) example: Vec<RawExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawLibrary {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) summary: String,
    pub(crate) modules: Vec<Spanned<String>>,
}

/// A function by `name` or several alike by `names`, and with neither the body of a method.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFunction {
    pub(crate) name: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) names: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) aliases: Vec<Spanned<String>>,
    pub(crate) blocking: Option<Category>,
    pub(crate) severity: Option<Spanned<Severity>>,
    #[serde(default)]
    pub(crate) unless: Vec<Spanned<RawCondition>>,
    #[serde(default, rename = "lazy")]
    pub(crate) is_lazy: bool,
    #[serde(default, rename = "async")]
    pub(crate) is_async: bool,
    pub(crate) returns: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) cases: Vec<Spanned<RawCase>>,
    #[serde(default)]
    pub(crate) calls: Vec<Spanned<RawCall>>,
    #[serde(default)]
    pub(crate) iterates: Vec<u16>,
    #[serde(default)]
    pub(crate) keeps: Vec<u16>,
    pub(crate) key: Option<u16>,
    #[serde(default)]
    pub(crate) absorbs: Vec<u16>,
    pub(crate) rewrite: Option<Spanned<RawRewrite>>,
    #[serde(default)]
    pub(crate) replacements: Vec<Spanned<RawRewrite>>,
    pub(crate) mirror: Option<String>,
    pub(crate) offload: Option<Spanned<RawOffload>>,
    pub(crate) offload_note: Option<String>,
    pub(crate) note: Option<String>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawOffload {
    Safe,
    Review,
    Never,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCondition {
    pub(crate) argument: Option<String>,
    pub(crate) position: Option<u16>,
    pub(crate) is: Option<toml::Value>,
    #[serde(default)]
    pub(crate) is_none: bool,
    pub(crate) contains: Option<String>,
    pub(crate) given: Option<bool>,
    pub(crate) mentions: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCase {
    #[serde(rename = "if")]
    pub(crate) condition: RawCondition,
    pub(crate) returns: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCall {
    pub(crate) argument: Option<String>,
    pub(crate) position: Option<u16>,
    pub(crate) when: CallTime,
    pub(crate) receives: Option<RawReceives>,
    #[serde(default)]
    pub(crate) elements: Vec<u16>,
    pub(crate) args: Option<RawArgument>,
    pub(crate) kwargs: Option<RawArgument>,
    pub(crate) how: Option<CallHow>,
    #[serde(default)]
    pub(crate) and_following: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawArgument {
    pub(crate) argument: Option<String>,
    pub(crate) position: Option<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawReceives {
    Unknown,
    Nothing,
    #[serde(rename = "self")]
    Receiver,
    Rest,
    Elements,
    Unpacked,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRewrite {
    pub(crate) target: String,
    pub(crate) library: Option<String>,
    pub(crate) form: Form,
    pub(crate) safety: Safety,
    pub(crate) positional: Option<u16>,
    #[serde(default)]
    pub(crate) rename: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) drop: Vec<String>,
    pub(crate) min_python: Option<String>,
    pub(crate) note: Option<String>,
}

/// A class by `name`, or several alike by `names`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawClass {
    pub(crate) name: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) names: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) aliases: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) bases: Vec<Spanned<String>>,
    pub(crate) constructor: Option<RawFunction>,
    pub(crate) mirror: Option<Spanned<RawRewrite>>,
    #[serde(default)]
    pub(crate) replacements: Vec<Spanned<RawRewrite>>,
    pub(crate) thread_bound: Option<String>,
    #[serde(default)]
    pub(crate) reentrant: bool,
    pub(crate) note: Option<String>,
    pub(crate) enter: Option<RawProtocol>,
    pub(crate) exit: Option<RawProtocol>,
    pub(crate) iter: Option<RawProtocol>,
    pub(crate) async_enter: Option<RawProtocol>,
    pub(crate) async_iter: Option<RawProtocol>,
    #[serde(rename = "await")]
    pub(crate) await_: Option<RawProtocol>,
    #[serde(default)]
    pub(crate) methods: Keyed<RawFunction>,
    #[serde(default)]
    pub(crate) attributes: Keyed<RawProtocol>,
}

/// A type and perhaps an effect: `"str"`, or `{ type = "bytes", blocking = "disk" }`.
#[derive(Deserialize)]
#[serde(untagged, expecting = "expected a type, or a table with `type`, `blocking` and `severity`")]
pub(crate) enum RawProtocol {
    Short(String),
    Long(RawTypeAndEffect),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTypeAndEffect {
    #[serde(rename = "type")]
    pub(crate) type_: Option<String>,
    pub(crate) blocking: Option<Category>,
    pub(crate) severity: Option<Severity>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawDecorator {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) aliases: Vec<Spanned<String>>,
    pub(crate) effect: DecoratorEffect,
    #[serde(default)]
    pub(crate) accepts_async: bool,
    #[serde(default)]
    pub(crate) factory: bool,
    pub(crate) mirror: Option<String>,
    pub(crate) note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawException {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) aliases: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) replacements: Vec<Spanned<RawRewrite>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEntry {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) aliases: Vec<Spanned<String>>,
    pub(crate) sync_runs: EntryPlace,
    #[serde(default)]
    pub(crate) accepts_async: bool,
    pub(crate) note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawVariable {
    pub(crate) name: Spanned<String>,
    #[serde(default)]
    pub(crate) aliases: Vec<Spanned<String>>,
    #[serde(rename = "type")]
    pub(crate) holds: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawExample {
    pub(crate) why: Spanned<String>,
    pub(crate) before: String,
    pub(crate) after: Option<String>,
    #[serde(default)]
    pub(crate) untouched: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCheck {
    pub(crate) code: Spanned<String>,
    pub(crate) name: Spanned<String>,
    pub(crate) summary: String,
    pub(crate) level: Level,
    pub(crate) default: CheckDefault,
    #[serde(default)]
    pub(crate) fixable: bool,
    pub(crate) since: String,
    pub(crate) message: Spanned<String>,
    pub(crate) help: Option<Spanned<String>>,
    pub(crate) explanation: String,
    #[serde(default)]
    pub(crate) variants: BTreeMap<String, RawWording>,
    #[serde(default)]
    pub(crate) words: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(crate) examples: Vec<RawCheckExample>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWording {
    pub(crate) message: Spanned<String>,
    pub(crate) help: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCheckExample {
    pub(crate) bad: String,
    pub(crate) good: String,
}
