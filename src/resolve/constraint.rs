//! Constraints: what happens to each object that arrives at a node.

use crate::base::Symbol;
use crate::link::{ProgramClassId, ProgramFunctionId};
use crate::resolve::node::NodeId;
use crate::resolve::object::{ContainerId, ExternalId, ObjectId};
use crate::resolve::place::Place;
use crate::resolve::reach::EdgeKind;
use crate::semantic::Implicit;
use crate::semantic::well_known::Wrapping;

crate::define_ids! {
    /// A call that a library makes of what it was given.
    InvocationId,
}

/// What happens to each object that arrives at a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Constraint {
    /// It also arrives there.
    Copy(NodeId),
    /// Its attribute arrives there.
    Load { name: Symbol, to: NodeId, value: u32 },
    /// A class attribute, found through a receiver, is bound to it and arrives there.
    Bind { receiver: ObjectId, to: NodeId, value: u32 },
    /// A class attribute of a subclass, found through a receiver of the base's type, arrives there.
    BindOverride { receiver: ObjectId, to: NodeId, value: u32 },
    /// The value node is written to its attribute.
    Store { store: u32 },
    /// The value node is written to an item of it.
    StoreItem { store: u32 },
    /// It is called at a site.
    Call { site: u32 },
    /// A library calls it.
    Invoke { invocation: InvocationId },
    /// Its elements arrive there.
    Element { to: NodeId },
    /// It is iterated over at a site.
    Iterate { site: u32 },
    /// Its item arrives there.
    Item { to: NodeId, value: u32 },
    /// One of its elements by position arrives there, or the rest.
    Unpack { to: NodeId, index: u16, starred: bool },
    /// What entering it binds arrives there.
    Enter { to: NodeId },
    /// It is entered at a site.
    With { site: u32 },
    /// What awaiting it gives arrives there.
    Await { to: NodeId },
    /// It is awaited at a site.
    Awaited { site: u32 },
    /// It is awaited by a library, called at a site.
    AwaitedBy { site: u32, kind: EdgeKind },
    /// `super()` for it, as the receiver of a method of a class, arrives there.
    Super { class: ProgramClassId, to: NodeId },
    /// `staticmethod`, `classmethod` or `property` of it arrives there.
    Wrap { kind: Wrapping, to: NodeId },
    /// Its class arrives there.
    ClassOf { to: NodeId },
    /// An instance of it arrives there: `except`, `isinstance`, annotations.
    InstanceOf { to: NodeId },
    /// It is the first argument of a method that is called at a site without a receiver.
    Receive { function: ProgramFunctionId, site: u32 },
    /// It is raised at a site; a class is instantiated.
    Raise { site: u32 },
    /// It becomes an element of a container.
    Into { container: ContainerId },
    /// A decorator found for a foreign name is applied to it.
    Decorate { external: ExternalId, to: NodeId },
    /// The language asks it for special methods.
    Implicit { implicit: Implicit, place: Place },
    /// A class statement derives from the class whose `__init_subclass__` it is.
    Subclass { class: ProgramClassId, site: u32 },
    /// The operator's special method is called.
    Operate { name: Symbol, to: NodeId, value: u32 },
}

#[cfg(test)]
mod tests {
    use crate::resolve::constraint::Constraint;

    /// There are a few for every expression of the program.
    #[test]
    fn constraints_are_small() {
        assert_eq!(size_of::<Constraint>(), 16);
    }
}
