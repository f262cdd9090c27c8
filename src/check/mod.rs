//! Detectors: effects and sites in, findings as plain data out.

mod finding;

mod problem;

mod request;

mod suppression;

mod value_name;

mod bad_file;

mod unused_suppression;

mod unknown_suppression;

mod levels;

mod lock_across_await;

mod async_library;

mod blocking;

mod unresolved_call;

mod await_in_loop;

mod async_name;

mod legacy;

mod sequential_awaits;

mod parts;

mod async_without_await;

mod busy_wait;

mod not_thread_safe;

mod swallowed_cancellation;

mod await_without_timeout;

mod race_across_await;

mod thread_local;

mod primitive_at_import;

mod value_use;

mod coroutine_call;

mod never_awaited;

mod coroutine_in_try;

mod task_site;

mod pending_task;

mod dropped_task;

mod unbounded_spawning;

mod instance_of;

mod sync_use;

mod fingerprint;

mod group;

mod run;

#[cfg(test)]
mod testing;

pub use finding::{Cause, Finding, FindingBuilder, Hop, Place, Spot};
pub use group::group;
pub use levels::Levels;
pub use problem::{FileProblem, FileProblemKind};
pub use request::CheckRequest;
pub use run::check;
