//! Detectors: effects and sites in, findings as plain data out.

mod finding;

mod problem;

mod request;

mod suppression;

mod value_name;

mod bad_file;

mod loop_root;

mod blocking_call;

mod await_in_loop;

mod sequential_awaits;

mod async_name_prefix;

mod run;

#[cfg(test)]
mod testing;

pub use finding::{Finding, FindingBuilder, Hop, Spot};
pub use problem::{FileProblem, FileProblemKind};
pub use request::CheckRequest;
pub use run::check;
