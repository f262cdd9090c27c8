//! How code reaches code, how sure that is, and why nothing may be known.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How an edge reaches its callee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum EdgeKind {
    /// A call.
    Call,
    /// A property, operator or descriptor.
    Implicit,
    /// An `await`.
    Await,
    /// Iteration runs a generator's body or `__next__`.
    Iterate,
    /// A `with` runs `__enter__`, `__exit__` or a generator between them.
    Enter,
    /// A decorator is applied.
    Decorate,
    /// A subclass's override, reached through a receiver of the base's type.
    Override,
    /// A function is used as a value.
    Reference,
    /// A thread or process runs it: nothing comes back.
    Offload,
    /// An event loop of its own runs it: nothing comes back.
    RunLoop,
    /// The running loop runs it later.
    Schedule,
}

impl EdgeKind {
    /// All kinds, in order.
    pub const ALL: [Self; 11] = [
        Self::Call,
        Self::Implicit,
        Self::Await,
        Self::Iterate,
        Self::Enter,
        Self::Decorate,
        Self::Override,
        Self::Reference,
        Self::Offload,
        Self::RunLoop,
        Self::Schedule,
    ];

    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Implicit => "implicit",
            Self::Await => "await",
            Self::Iterate => "iterate",
            Self::Enter => "enter",
            Self::Decorate => "decorate",
            Self::Override => "override",
            Self::Reference => "reference",
            Self::Offload => "offload",
            Self::RunLoop => "run-loop",
            Self::Schedule => "schedule",
        }
    }

    /// Whether the callee's code runs in the caller's thread before the caller goes on.
    pub const fn runs_now(self) -> bool {
        match self {
            Self::Call
            | Self::Implicit
            | Self::Await
            | Self::Iterate
            | Self::Enter
            | Self::Decorate
            | Self::Override => true,
            Self::Reference | Self::Offload | Self::RunLoop | Self::Schedule => false,
        }
    }
}

impl fmt::Display for EdgeKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// How sure an edge is. Only the first two fail a build by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Confidence {
    /// It may be one of many, or rests on a guess.
    Possible,
    /// One of a few, or by declared types.
    Probable,
    /// The only thing that can be meant.
    Definite,
}

impl Confidence {
    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Probable => "probable",
            Self::Definite => "definite",
        }
    }
}

impl fmt::Display for Confidence {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Why a call's targets may not be all.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Unresolved {
    /// Nothing is known of the receiver or callee: an untyped parameter that no call in the program fills.
    UnknownValue,
    /// A parameter without annotation that no call in the program fills.
    UnfilledParameter,
    /// The receiver's class is known, but not such an attribute.
    UnknownAttribute,
    /// The name of the attribute is computed: `getattr(x, name)`.
    ComputedAttribute,
    /// The result of a call that is itself unresolved.
    UnresolvedResult,
    /// The value came out of a container or a library that value flow does not follow.
    UntrackedContainer,
    /// So many values that they are no longer told apart.
    TooMany,
    /// The name is not defined in any scope that is known.
    UnknownName,
    /// What is called is known, but not that calling it runs anything.
    NotCallable,
}

impl Unresolved {
    /// All reasons, in order.
    pub const ALL: [Self; 9] = [
        Self::UnknownValue,
        Self::UnfilledParameter,
        Self::UnknownAttribute,
        Self::ComputedAttribute,
        Self::UnresolvedResult,
        Self::UntrackedContainer,
        Self::TooMany,
        Self::UnknownName,
        Self::NotCallable,
    ];

    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::UnknownValue => "unknown-value",
            Self::UnfilledParameter => "unfilled-parameter",
            Self::UnknownAttribute => "unknown-attribute",
            Self::ComputedAttribute => "computed-attribute",
            Self::UnresolvedResult => "unresolved-result",
            Self::UntrackedContainer => "untracked-container",
            Self::TooMany => "too-many",
            Self::UnknownName => "unknown-name",
            Self::NotCallable => "not-callable",
        }
    }
}
