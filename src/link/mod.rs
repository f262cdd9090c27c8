//! Joins the facts of all files: modules, symbols, re-exports, class hierarchies.

mod lookup;
mod names;
mod program;

pub use lookup::{ImportTarget, Lookup};
pub use names::GlobalNames;
pub use program::{Module, ModuleId, ModuleInput, Program, ProgramClassId, ProgramFunctionId, link};
