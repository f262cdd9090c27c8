//! Decides for every function whether it is converted, bridged or kept, and why.

mod naming;

mod step;

mod verdict;

mod scope;

mod request;

mod leaves;

mod context;

mod families;

mod within;

mod imports;

mod decorators;

mod intrinsic;

mod offload;

mod equivalent;

mod sites;

mod selection;

mod change;

mod planning;

pub use planning::plan;
pub use request::{Plan, PlanRequest, RuntimePlace};
pub use scope::{PlanScope, Targets};
pub use step::{AddedImport, Callee, FileChange, OffloadVia, Step};
pub use verdict::{KeepReason, Verdict};
