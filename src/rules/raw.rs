//! Rule files as they are written: the shapes that `toml` reads, not yet checked.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};
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
    #[serde(default)]
    pub(crate) distributions: Vec<String>,
    pub(crate) role: Option<Spanned<String>>,
    pub(crate) min_version: Option<String>,
    pub(crate) note: Option<String>,
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
    pub(crate) mirror: Option<Spanned<RawMirror>>,
    pub(crate) offload: Option<Spanned<RawOffload>>,
    pub(crate) offload_note: Option<String>,
    #[serde(default)]
    pub(crate) probes_loop: bool,
    pub(crate) since: Option<String>,
    pub(crate) deprecated: Option<String>,
    pub(crate) removed: Option<String>,
    pub(crate) note: Option<String>,
}

/// Reads what has a short form and a table; unlike an untagged enum it keeps positions, and says what is wrong.
struct ShortOrTable<T, R> {
    expected: &'static str,
    flag: Option<fn(bool) -> T>,
    short: fn(String) -> T,
    table: fn(R) -> T,
}

impl<'de, T, R: Deserialize<'de>> Visitor<'de> for ShortOrTable<T, R> {
    type Value = T;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.expected)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<T, E> {
        let flag = self.flag.ok_or_else(|| E::invalid_type(Unexpected::Bool(value), &self.expected))?;
        Ok(flag(value))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
        Ok((self.short)(text.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<T, A::Error> {
        R::deserialize(MapAccessDeserializer::new(map)).map(self.table)
    }
}

/// The counterpart of a member on the mirror of its class: `false`, a name, or a table.
pub(crate) enum RawMirror {
    Has(bool),
    Name(String),
    Changed(Box<RawMemberMirror>),
}

impl<'de> Deserialize<'de> for RawMirror {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShortOrTable {
            expected: "`false`, a name, or a table",
            flag: Some(Self::Has),
            short: Self::Name,
            table: |table| Self::Changed(Box::new(table)),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMemberMirror {
    pub(crate) name: Option<String>,
    pub(crate) form: Option<Form>,
    #[serde(default)]
    pub(crate) rename: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) drop: Vec<String>,
    pub(crate) min_version: Option<String>,
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
    pub(crate) names: Vec<String>,
    #[serde(default)]
    pub(crate) accept: Vec<String>,
    #[serde(default)]
    pub(crate) rename: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) drop: Vec<String>,
    #[serde(default)]
    pub(crate) add: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) client: Vec<String>,
    #[serde(default)]
    pub(crate) same_members: bool,
    pub(crate) min_python: Option<String>,
    pub(crate) min_version: Option<String>,
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
    pub(crate) since: Option<String>,
    pub(crate) deprecated: Option<String>,
    pub(crate) removed: Option<String>,
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
    pub(crate) attributes: Keyed<RawAttribute>,
}

/// A type, or a table: `"str"`, or `{ type = "bytes", blocking = "network", mirror = { form = "await" } }`.
pub(crate) enum RawAttribute {
    Short(String),
    Long(Box<RawAttributeTable>),
}

impl<'de> Deserialize<'de> for RawAttribute {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShortOrTable {
            expected: "a type or a table",
            flag: None,
            short: Self::Short,
            table: |table| Self::Long(Box::new(table)),
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAttributeTable {
    #[serde(rename = "type")]
    pub(crate) type_: Option<String>,
    pub(crate) blocking: Option<Category>,
    pub(crate) severity: Option<Severity>,
    pub(crate) mirror: Option<Spanned<RawMirror>>,
    #[serde(default)]
    pub(crate) replacements: Vec<Spanned<RawRewrite>>,
    pub(crate) note: Option<String>,
}

/// A type and perhaps an effect: `"str"`, or `{ type = "bytes", blocking = "disk" }`.
pub(crate) enum RawProtocol {
    Short(String),
    Long(RawTypeAndEffect),
}

impl<'de> Deserialize<'de> for RawProtocol {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShortOrTable {
            expected: "a type or a table",
            flag: None,
            short: Self::Short,
            table: Self::Long,
        })
    }
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
    pub(crate) name: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) names: Vec<Spanned<String>>,
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
    pub(crate) rewrite: Option<Spanned<RawRewrite>>,
    #[serde(default)]
    pub(crate) replacements: Vec<Spanned<RawRewrite>>,
    pub(crate) note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawEntry {
    pub(crate) name: Option<Spanned<String>>,
    #[serde(default)]
    pub(crate) names: Vec<Spanned<String>>,
    #[serde(default)]
    pub(crate) aliases: Vec<Spanned<String>>,
    pub(crate) sync_runs: EntryPlace,
    #[serde(default)]
    pub(crate) accepts_async: bool,
    #[serde(default)]
    pub(crate) start_up: bool,
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
