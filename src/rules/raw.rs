//! Rule files as they are written: the shapes that `toml` reads, not yet checked.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::value::MapAccessDeserializer;
use serde::de::{Error, MapAccess, Unexpected, Visitor};
use serde::{Deserialize, Deserializer};

use crate::rules::at::At;
use crate::rules::terms::{
    CallHow, CallTime, Category, CheckDefault, DecoratorEffect, EntryPlace, Form, Level, Safety, Severity,
};

/// Names as keys keep their position; a key may list several names, as in `"read, readline"`.
pub(crate) type Keyed<T> = BTreeMap<At<String>, T>;

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

/// A function by `name` or several alike by `names`, and with neither the body of a method.
#[derive(Default, Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFunction {
    /// The public dotted name.
    pub(crate) name: Option<At<String>>,
    /// Dotted names of several that are alike.
    #[serde(default)]
    pub(crate) names: Vec<At<String>>,
    /// Further dotted names, such as where it is really defined.
    #[serde(default)]
    pub(crate) aliases: Vec<At<String>>,
    /// What a call waits for; left out: it does not block.
    pub(crate) blocking: Option<Category>,
    /// How much that hurts; left out: `medium` for disk and cpu, `high` for the rest.
    pub(crate) severity: Option<At<Severity>>,
    /// A call that meets one of these conditions does not block.
    #[serde(default)]
    pub(crate) unless: Vec<At<RawCondition>>,
    /// Effect and calls happen when the result is iterated.
    #[serde(default, rename = "lazy")]
    pub(crate) is_lazy: bool,
    /// A call gives an awaitable; `returns` is what awaiting it gives.
    #[serde(default, rename = "async")]
    pub(crate) is_async: bool,
    /// The type of the result.
    pub(crate) returns: Option<At<String>>,
    /// Results that depend on arguments; the first that holds wins.
    #[serde(default)]
    pub(crate) cases: Vec<At<RawCase>>,
    /// Arguments that are called, when and where.
    #[serde(default)]
    pub(crate) calls: Vec<At<RawCall>>,
    /// Positions of arguments that are iterated during the call.
    #[serde(default)]
    pub(crate) iterates: Vec<u16>,
    /// Positions of arguments that the receiver keeps and hands out as `kept`.
    #[serde(default)]
    pub(crate) keeps: Vec<u16>,
    /// The position of the argument that names the entry under which things are kept.
    pub(crate) key: Option<u16>,
    /// Positions of arguments whose elements the receiver keeps.
    #[serde(default)]
    pub(crate) absorbs: Vec<u16>,
    /// The async equivalent in the same library or the standard library.
    pub(crate) rewrite: Option<At<RawRewrite>>,
    /// Async equivalents in other libraries, used when the project prefers one of them.
    #[serde(default)]
    pub(crate) replacements: Vec<At<RawRewrite>>,
    /// The member of the async class that stands for this one: `false`, a name, or what differs.
    pub(crate) mirror: Option<At<RawMirror>>,
    /// Libraries among the replacements of its class whose class has nothing like it.
    #[serde(default)]
    pub(crate) missing_in: Vec<String>,
    /// Whether a worker thread may run a call; left out: it may.
    pub(crate) offload: Option<At<RawOffload>>,
    /// Why a thread should not, or only after a look.
    pub(crate) offload_note: Option<String>,
    /// It tells whether an event loop is running.
    #[serde(default)]
    pub(crate) probes_loop: bool,
    /// The first version that has it, of the library, or of Python for its own.
    pub(crate) since: Option<String>,
    /// The first version in which it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// The first version that no longer has it.
    pub(crate) removed: Option<String>,
    /// A trap worth showing.
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

#[derive(Clone, Copy, Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawOffload {
    Safe,
    Review,
    Never,
}

/// A test of one argument.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCondition {
    /// The parameter's keyword.
    pub(crate) argument: Option<String>,
    /// The parameter's position, from 0, without the receiver.
    pub(crate) position: Option<u16>,
    /// It is this truth value, number or string.
    pub(crate) is: Option<RawLiteral>,
    /// It is `None`.
    #[serde(default)]
    pub(crate) is_none: bool,
    /// It is a string with this in it.
    pub(crate) contains: Option<String>,
    /// It is passed at all, or left out.
    pub(crate) given: Option<bool>,
    /// It is, or combines with `|`, this constant, or is what calling it gives.
    pub(crate) mentions: Option<String>,
}

/// A truth value, a number or a string.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "expected a truth value, a number or a string")]
pub(crate) enum RawLiteral {
    Bool(bool),
    Integer(i64),
    Float(f64),
    Text(String),
}

/// A result that depends on an argument.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCase {
    /// When it applies.
    #[serde(rename = "if")]
    pub(crate) condition: RawCondition,
    /// The type of the result then.
    pub(crate) returns: String,
}

/// An argument that is called.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCall {
    /// The parameter's keyword.
    pub(crate) argument: Option<String>,
    /// The parameter's position, from 0, without the receiver.
    pub(crate) position: Option<u16>,
    /// When and where it is called.
    pub(crate) when: CallTime,
    /// What it is given.
    pub(crate) receives: Option<RawReceives>,
    /// With `elements`: positions of the iterables whose elements it is given.
    #[serde(default)]
    pub(crate) elements: Vec<u16>,
    /// With `unpacked`: the argument that holds the positional arguments.
    pub(crate) args: Option<RawArgument>,
    /// With `unpacked`: the argument that holds the keyword arguments.
    pub(crate) kwargs: Option<RawArgument>,
    /// Whether it is called or awaited, itself or element by element.
    pub(crate) how: Option<CallHow>,
    /// The same is true of every positional argument after it.
    #[serde(default)]
    pub(crate) and_following: bool,
}

/// A parameter.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawArgument {
    /// Its keyword.
    pub(crate) argument: Option<String>,
    /// Its position, from 0, without the receiver.
    pub(crate) position: Option<u16>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
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
    /// The code.
    pub(crate) before: String,
    /// What it becomes.
    pub(crate) after: Option<String>,
    /// It stays.
    #[serde(default)]
    pub(crate) untouched: bool,
}

/// A check's words; what it looks for is code.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCheck {
    /// The code, `ASY101`.
    pub(crate) code: At<String>,
    /// The name in kebab case.
    pub(crate) name: At<String>,
    /// One line on what it finds.
    pub(crate) summary: String,
    /// How much a finding weighs.
    pub(crate) level: Level,
    /// Whether it reports unasked.
    pub(crate) default: CheckDefault,
    /// Some of its findings can be fixed.
    #[serde(default)]
    pub(crate) fixable: bool,
    /// The first version that has it.
    pub(crate) since: String,
    /// What a finding says, with placeholders in braces.
    pub(crate) message: At<String>,
    /// What to do about it.
    pub(crate) help: Option<At<String>>,
    /// Why it exists and what to do, in Markdown.
    pub(crate) explanation: String,
    /// Other wordings, by situation.
    #[serde(default)]
    pub(crate) variants: BTreeMap<String, RawWording>,
    /// Lists of words that it looks for.
    #[serde(default)]
    pub(crate) words: BTreeMap<String, Vec<String>>,
    /// Code that it reports, and code that it does not.
    #[serde(default)]
    pub(crate) examples: Vec<RawCheckExample>,
}

/// A wording for one situation.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawWording {
    /// What a finding says.
    pub(crate) message: At<String>,
    /// What to do about it.
    pub(crate) help: Option<At<String>>,
}

/// Code with a finding, and without.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawCheckExample {
    /// With a finding.
    pub(crate) bad: String,
    /// Without one.
    pub(crate) good: String,
}
