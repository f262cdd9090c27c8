//! Joins what a project imports, declares and calls with what the rules say of it.

mod setup_script;

mod imports;

mod names;

mod sites;

mod replacements;

mod join;

#[cfg(test)]
mod testing;

#[cfg(test)]
mod cases;

pub use join::{Dependencies, DependenciesRequest, dependencies};
