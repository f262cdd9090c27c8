//! The checks for loops that await one item after the other, and the checklist of what stands against awaiting together.

mod item;

mod names;

mod region;

mod frame;

mod extent;

mod reach;

mod receiver;

mod reading;

mod items;

mod carried;

mod shared;

mod around;

mod verdict;

mod detect;

pub(crate) use around::{around, is_said_to_be_meant};
pub(crate) use detect::{WORDS, await_in_any_loop, await_in_loop};
pub(crate) use frame::Frame;
pub(crate) use item::{Against, Item};
pub(crate) use names::is_single;
pub(crate) use reading::{Effort, Readings};
