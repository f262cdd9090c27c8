//! Laws that hold for any input: propagation, resolution, order, and the form of the facts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod analysed;
mod dice;
mod effects;
mod fixpoint;
mod observed_calls;
mod order;
mod random_program;
mod round_trip;
