//! What blocks, and the shortest witness for it.

mod blocking;

mod passage;

mod infer;

pub use blocking::{Blocked, Effects, LeafCall};
pub use infer::infer;
pub use passage::Passage;
