//! Nodes: functions of the program and callables outside it.

use crate::link::ProgramFunctionId;

crate::define_ids! {
    /// A node: the program's functions come first, in their order, then what is outside, by name.
    NodeId,
}

/// A node of the call graph.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Node {
    /// A function of the program, or the body of a module.
    Function(ProgramFunctionId),
    /// A callable outside the program: a library's, a builtin (`builtins.open`), or merely named.
    External(Box<str>),
}
