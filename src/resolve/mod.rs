//! Whole-program value flow: what every call can reach.
//!
//! Places that hold values are nodes; what one place passes to another are constraints. A worklist
//! carries each new object of a node along its constraints until nothing changes.

mod place;

mod reach;

mod node;

mod parameter_stores;

mod object;

mod members;

mod externals;

mod constraint;

mod declared;

mod cell;

mod invocation;

mod resolution;

mod stored;

mod trace;

mod special_methods;

mod stored_names;

mod solver;

mod arguments;

mod annotation;

mod through;

mod attribute;

mod container;

mod instantiate;

mod library;

mod call;

mod flows;

mod seed;

mod library_values;

mod outcome;

mod step;

mod way;

pub use arguments::SiteArguments;
pub use outcome::resolve;
pub use reach::{Confidence, EdgeKind, Unresolved};
pub use resolution::{LibraryValue, Reach, ReachPlace, ReachTarget, Resolution, ResolveOptions, Schedule};
pub use step::{StepKind, WayStep};
pub use way::{TraceRequest, Way, trace};
