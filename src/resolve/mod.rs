//! Whole-program value flow: what every call can reach.
//!
//! Places that hold values are nodes; what one place passes to another are constraints. A worklist
//! carries each new object of a node along its constraints until nothing changes.

mod annotation;
mod arguments;
mod attribute;
mod call;
mod constraint;
mod container;
mod library;
mod node;
mod object;
mod outcome;
mod reach;
mod resolution;
mod seed;
mod solver;

pub use arguments::SiteArguments;
pub use outcome::resolve;
pub use reach::{Confidence, EdgeKind, Unresolved};
pub use resolution::{Reach, ReachTarget, Resolution, ResolveOptions};
