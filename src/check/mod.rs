//! Detectors: effects and sites in, findings as plain data out.

mod finding;

mod problem;

mod request;

mod suppression;

mod value_name;

mod bad_file;

mod unused_suppression;

mod blocking;

mod lock_across_await;

mod unresolved_call;

mod await_in_loop;

mod async_name_prefix;

mod fingerprint;

mod group;

mod run;

#[cfg(test)]
mod testing;

pub use finding::{Cause, Finding, FindingBuilder, Hop, Place, Spot};
pub use group::group;
pub use problem::{FileProblem, FileProblemKind};
pub use request::CheckRequest;
pub use run::check;
