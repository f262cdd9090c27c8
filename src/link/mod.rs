//! Joins the facts of all files: modules, symbols, re-exports, class hierarchies.

mod lookup;
mod names;
mod statics;
mod hierarchy;
mod program;

pub use hierarchy::{Ancestor, Hierarchy};
pub use lookup::{ImportTarget, Lookup};
pub use names::GlobalNames;
pub use statics::{Static, evaluate};
pub use program::{Module, ModuleId, ModuleInput, Program, ProgramClassId, ProgramFunctionId, link};
