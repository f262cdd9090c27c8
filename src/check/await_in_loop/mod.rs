//! The check for loops that await independent work one item after the other.

mod region;

mod words;

mod carried;

mod shared;

mod detect;

pub(crate) use detect::await_in_loop;
