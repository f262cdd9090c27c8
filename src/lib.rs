//! Moves Python code from sync to async, and keeps async code honest.
//!
//! The floors below are listed from the lowest to the highest; a floor imports only from the
//! floors above it in this list. `docs/architecture.md` draws the whole picture.

pub mod base;
pub mod text;

pub mod rules;
pub mod syntax;

pub mod semantic;

pub mod link;

pub mod resolve;

pub mod graph;

pub mod effects;

pub mod check;

pub mod plan;

pub mod rewrite;

pub mod report;

pub mod io;

pub mod driver;

pub mod cli;
