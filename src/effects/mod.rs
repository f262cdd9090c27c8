//! What blocks, and the shortest witness for it.

mod blocking;
mod infer;

pub use blocking::{Blocked, Effects, LeafCall};
pub use infer::infer;
