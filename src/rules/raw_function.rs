//! Functions and methods as rule files spell them: effect, conditions, flow.

use serde::Deserialize;

use crate::rules::at::At;
use crate::rules::raw_rewrite::{RawMirror, RawRewrite};
use crate::rules::terms::{CallHow, CallTime, Category, Severity};

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
    /// After a call that meets one of these conditions no method of the receiver blocks.
    #[serde(default)]
    pub(crate) unblocks: Vec<At<RawCondition>>,
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
    /// Ways of calling it that newer versions do not have.
    #[serde(default)]
    pub(crate) retired: Vec<At<RawRetired>>,
    /// A trap worth showing.
    pub(crate) note: Option<String>,
}

/// A way of calling that newer versions do not have.
#[derive(Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(crate) struct RawRetired {
    /// The parameter's keyword.
    pub(crate) argument: Option<String>,
    /// The parameter's position, from 0, without the receiver.
    pub(crate) position: Option<u16>,
    /// What the way is; left out: the argument is passed.
    #[serde(default)]
    pub(crate) when: RawRetiredWhen,
    /// The first version in which it is deprecated.
    pub(crate) deprecated: Option<String>,
    /// The first version that no longer has it.
    pub(crate) removed: Option<String>,
}

#[derive(Clone, Copy, Default, Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RawRetiredWhen {
    #[default]
    Given,
    Coroutines,
    NoLoop,
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
