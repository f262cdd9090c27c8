//! Async equivalents as rule files spell them: rewrites, mirrors of members, and what has a short form and a table.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use crate::rules::terms::{Form, Safety};

/// Reads what has a short form and a table; unlike an untagged enum it keeps positions, and says what is wrong.
pub(crate) struct ShortOrTable<T, R> {
    pub(crate) expected: &'static str,
    pub(crate) flag: Option<fn(bool) -> T>,
    pub(crate) short: fn(String) -> T,
    pub(crate) table: fn(R) -> T,
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
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[cfg_attr(embedded_rules, schemars(untagged))]
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

/// What differs on the async class.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawMemberMirror {
    /// Its name there.
    pub(crate) name: Option<String>,
    /// How it is used there.
    pub(crate) form: Option<Form>,
    /// Keyword arguments with another name.
    #[serde(default)]
    pub(crate) rename: BTreeMap<String, String>,
    /// Keyword arguments that are left out.
    #[serde(default)]
    pub(crate) drop: Vec<String>,
    /// The oldest version of the library that has it.
    pub(crate) min_version: Option<String>,
    /// What a reader should know.
    pub(crate) note: Option<String>,
}

/// An async equivalent.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRewrite {
    /// Its dotted name; `asyncio.loop.X` is method `X` of the running loop.
    pub(crate) target: String,
    /// The library it comes from.
    pub(crate) library: Option<String>,
    /// How it is used.
    pub(crate) form: Form,
    /// How far it keeps the meaning.
    pub(crate) safety: Safety,
    /// How many leading positional arguments mean the same; left out: all.
    pub(crate) positional: Option<u16>,
    /// Keywords under which the positional arguments after those are passed.
    #[serde(default)]
    pub(crate) names: Vec<String>,
    /// Keyword arguments that mean the same; `"*"`: all do.
    #[serde(default)]
    pub(crate) accept: Vec<String>,
    /// Keyword arguments with another name.
    #[serde(default)]
    pub(crate) rename: BTreeMap<String, String>,
    /// Keyword arguments that are left out.
    #[serde(default)]
    pub(crate) drop: Vec<String>,
    /// Keyword arguments that keep the behaviour when they are added, with the Python text of their values.
    #[serde(default)]
    pub(crate) add: BTreeMap<String, String>,
    /// Keyword arguments that the client takes when it is made, for a function that becomes a client's method.
    #[serde(default)]
    pub(crate) client: Vec<String>,
    /// Of a class in another library: it has the same members, awaited where these block.
    #[serde(default)]
    pub(crate) same_members: bool,
    /// The oldest Python that has it.
    pub(crate) min_python: Option<String>,
    /// The oldest version of its library that has it.
    pub(crate) min_version: Option<String>,
    /// What a reader should know before accepting it.
    pub(crate) note: Option<String>,
}
