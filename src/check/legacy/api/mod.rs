//! The checks for what the target version of Python deprecates or no longer has.

mod idle_loop;

mod usage;

mod detect;

pub(crate) use detect::{deprecated_apis, removed_apis};
