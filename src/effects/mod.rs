//! What blocks, and the shortest witness for it.

mod blocking;

mod passage;

mod guards;

mod unblocked;

mod infer;

pub use blocking::{Blocked, Effects, LeafCall};
pub use guards::awaits_inside;
pub use infer::infer;
pub use passage::Passage;
