//! Joins the facts of all files: modules, symbols, re-exports, class hierarchies.

mod ids;

mod names;

mod offsets;

mod program;

mod lookup;

mod statics;

mod describe;

mod hierarchy;

pub use describe::describe;
pub use hierarchy::{Ancestor, Hierarchy};
pub use ids::{ModuleId, ProgramClassId, ProgramFunctionId};
pub use lookup::{ImportTarget, Lookup, absolute_name};
pub use names::GlobalNames;
pub use program::{Module, ModuleInput, Program, link};
pub use statics::{Static, evaluate, evaluate_name};
