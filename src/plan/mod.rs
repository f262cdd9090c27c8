//! Decides for every function whether it is converted, bridged or kept, and why.

mod change;
mod context;
mod families;
mod imports;
mod intrinsic;
mod naming;
mod offload;
mod planning;
mod selection;
mod leaves;
mod sites;
mod step;
mod verdict;

pub use planning::{Plan, PlanRequest, RuntimePlace, plan};
pub use step::{AddedImport, Callee, FileChange, OffloadVia, Step};
pub use verdict::{KeepReason, Verdict};
