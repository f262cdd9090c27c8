//! Calls that a library makes of what it was given.

use crate::base::Symbol;
use crate::link::ProgramFunctionId;
use crate::resolve::node::NodeId;
use crate::resolve::object::ObjectId;
use crate::resolve::reach::EdgeKind;

/// A call that a library makes of what it was given.
#[derive(Clone, Debug)]
pub(super) struct Invocation {
    /// Where the library was called; `None` for calls that no site stands for.
    pub(super) site: Option<u32>,
    pub(super) kind: EdgeKind,
    pub(super) what: What,
    /// What the call gives arrives there.
    pub(super) result: NodeId,
}

#[derive(Clone, Debug)]
pub(super) enum What {
    /// Values by position.
    Positional(Vec<Passed>),
    /// The receiver of the library's method.
    Receiver(Option<ObjectId>),
    /// Nothing is called: the entries of a dictionary arrive at a function's parameters.
    Keywords(ProgramFunctionId),
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Passed {
    Value(NodeId),
    Keyword(Symbol, NodeId),
    ElementOf(NodeId),
    Unpacked(NodeId),
    Spread(NodeId),
}
