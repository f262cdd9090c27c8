//! Joins the facts of all files: modules, symbols, re-exports, class hierarchies.

mod hierarchy;
mod lookup;
mod names;
mod program;
mod statics;

pub use hierarchy::{Ancestor, Hierarchy};
pub use lookup::{ImportTarget, Lookup};
pub use names::GlobalNames;
pub use program::{Module, ModuleId, ModuleInput, Program, ProgramClassId, ProgramFunctionId, link};
pub use statics::{Static, evaluate};
