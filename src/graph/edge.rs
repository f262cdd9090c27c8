//! Edges: who reaches whom, where, how, and how sure that is.

use std::fmt;

use crate::graph::call_graph::NodeId;
use crate::link::ModuleId;
use crate::semantic::SiteId;
use crate::text::TextRange;

crate::define_ids! {
    /// An edge of one call graph; ids follow caller, place and callee.
    EdgeId,
}

/// One way in which code of `caller` reaches `callee`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEdge {
    /// The function whose code does it.
    pub caller: NodeId,
    /// What is reached.
    pub callee: NodeId,
    /// The module in which the place stands.
    pub module: ModuleId,
    /// The site, when it is one; attribute reads and operators have none.
    pub site: Option<SiteId>,
    /// The place in the source.
    pub range: TextRange,
    /// How it is reached.
    pub kind: EdgeKind,
    /// How sure that is.
    pub confidence: Confidence,
}

/// How an edge reaches its callee.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
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
