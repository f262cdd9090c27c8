//! Decides for every function whether it is converted, bridged or kept, and why.

mod naming;

mod step;

mod verdict;

mod request;

mod leaves;

mod context;

mod form;

mod families;

mod imports;

mod decorators;

mod offload;

mod equivalent;

mod sites;

mod intrinsic;

mod threads;

mod loops;

mod planned;

mod in_place;

mod replace;

mod selection;

mod change;

mod planning;

pub use planning::plan;
pub use request::{Plan, PlanRequest, RuntimePlace};
pub use step::{AddedImport, Callee, FileChange, NewArgument, NewCallee, OffloadVia, Step, Substitute};
pub use verdict::{KeepReason, Verdict};
