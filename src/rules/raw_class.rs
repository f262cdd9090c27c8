//! Classes as rule files spell them: members and statements.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::rules::at::At;
use crate::rules::raw_function::RawFunction;
use crate::rules::raw_rewrite::{RawMirror, RawRewrite, ShortOrTable};
use crate::rules::terms::{Category, Severity};

/// Names as keys keep their position; a key may list several names, as in `"read, readline"`.
pub(crate) type Keyed<T> = BTreeMap<At<String>, T>;

/// A class by `name`, or several alike by `names`.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawClass {
    /// The public dotted name.
    pub(crate) name: Option<At<String>>,
    /// Dotted names of several that are alike.
    #[serde(default)]
    pub(crate) names: Vec<At<String>>,
    /// Further dotted names, such as where it is really defined.
    #[serde(default)]
    pub(crate) aliases: Vec<At<String>>,
    /// Base classes that have rules; members are inherited.
    #[serde(default)]
    pub(crate) bases: Vec<At<String>>,
    /// It has no public name, or none at all, and this one stands for it.
    #[serde(default)]
    pub(crate) stand_in: bool,
    /// What making one does.
    pub(crate) constructor: Option<RawFunction>,
    /// The async class of the same library; it is described by this line when it has no rule of its own.
    pub(crate) mirror: Option<At<RawRewrite>>,
    /// Async classes of other libraries.
    #[serde(default)]
    pub(crate) replacements: Vec<At<RawRewrite>>,
    /// Why its instances stay on the thread that made them.
    pub(crate) thread_bound: Option<String>,
    /// It is a lock that its own thread may take again.
    #[serde(default)]
    pub(crate) reentrant: bool,
    /// The first version that has it.
    pub(crate) since: Option<String>,
    /// The first version in which it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// The first version that no longer has it.
    pub(crate) removed: Option<String>,
    /// A trap worth showing.
    pub(crate) note: Option<String>,
    /// What `with` binds.
    pub(crate) enter: Option<RawProtocol>,
    /// The end of `with`.
    pub(crate) exit: Option<RawProtocol>,
    /// An element of `for`; the effect is that of each step.
    pub(crate) iter: Option<RawProtocol>,
    /// What `async with` binds.
    pub(crate) async_enter: Option<RawProtocol>,
    /// An element of `async for`.
    pub(crate) async_iter: Option<RawProtocol>,
    /// What awaiting an instance gives.
    #[serde(rename = "await")]
    pub(crate) await_: Option<RawProtocol>,
    /// Methods by name; `"a, b"` describes two, `"*"` every other.
    #[serde(default)]
    pub(crate) methods: Keyed<RawFunction>,
    /// Attributes by name; `"a, b"` describes two.
    #[serde(default)]
    pub(crate) attributes: Keyed<RawAttribute>,
}

/// A type, or a table: `"str"`, or `{ type = "bytes", blocking = "network", mirror = { form = "await" } }`.
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[cfg_attr(embedded_rules, schemars(untagged))]
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

/// An attribute.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawAttributeTable {
    /// Its type.
    #[serde(rename = "type")]
    pub(crate) type_: Option<String>,
    /// What reading it waits for.
    pub(crate) blocking: Option<Category>,
    /// How much that hurts.
    pub(crate) severity: Option<Severity>,
    /// The member of the async class that stands for it.
    pub(crate) mirror: Option<At<RawMirror>>,
    /// Libraries among the replacements of its class whose class has nothing like it.
    #[serde(default)]
    pub(crate) missing_in: Vec<String>,
    /// What stands for it in other libraries.
    #[serde(default)]
    pub(crate) replacements: Vec<At<RawRewrite>>,
    /// A trap worth showing.
    pub(crate) note: Option<String>,
}

/// A type and perhaps an effect: `"str"`, or `{ type = "bytes", blocking = "disk" }`.
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[cfg_attr(embedded_rules, schemars(untagged))]
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

/// A type and an effect.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawTypeAndEffect {
    /// The type.
    #[serde(rename = "type")]
    pub(crate) type_: Option<String>,
    /// What it waits for.
    pub(crate) blocking: Option<Category>,
    /// How much that hurts.
    pub(crate) severity: Option<Severity>,
}
