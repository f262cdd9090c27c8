//! The check for shared state that is read before an await and written from it after.

mod shared;

mod way;

mod harmless;

mod detect;

pub(crate) use detect::race_across_await;
