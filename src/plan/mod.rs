//! Decides for every function whether it is converted, bridged or kept, and why.

mod step;

pub use step::{AddedImport, Callee, FileChange, OffloadVia, Step};
