//! Whole-program value flow: what every call can reach.

mod resolution;

pub use resolution::{Resolution, ResolveOptions, resolve};
