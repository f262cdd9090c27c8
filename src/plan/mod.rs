//! Decides for every function whether it is converted, bridged or kept, and why.

mod naming;

mod step;

mod verdict;

mod request;

mod leaves;

mod context;

mod families;

mod imports;

mod intrinsic;

mod offload;

mod equivalent;

mod consume;

mod surroundings;

mod sites;

mod selection;

mod change;

mod planning;

pub use planning::plan;
pub use request::{Plan, PlanRequest, RuntimePlace};
pub use step::{AddedImport, Callee, Collected, FileChange, OffloadVia, Step};
pub use verdict::{KeepReason, Verdict};
