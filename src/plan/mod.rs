//! Decides for every function whether it is converted, bridged or kept, and why.

mod planning;
mod step;
mod verdict;

pub use planning::{Plan, PlanRequest, RuntimePlace, plan};
pub use step::{AddedImport, Callee, FileChange, OffloadVia, Step};
pub use verdict::{KeepReason, Verdict};
