//! The check for code that takes the cancellation of a task and keeps it.

mod after;

mod detect;

pub(crate) use detect::swallowed_cancellation;
