//! The checks for what blocks the event loop, one for each kind of blocking.

mod loop_root;

mod main_only;

mod probe;

mod nested_loop;

mod way;

mod once;

mod switch;

mod words;

mod detect;

pub(crate) use detect::blocking_calls;
pub(crate) use loop_root::loop_root;
