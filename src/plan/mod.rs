//! Decides for every function whether it is converted, bridged or kept, and why.

mod naming;

mod step;

mod owner;

mod verdict;

mod scope;

mod note;

mod unit;

mod request;

mod leaves;

mod context;

mod form;

mod families;

mod within;

mod imports;

mod decorators;

mod offload;

mod equivalent;

mod consume;

mod unroll;

mod unthread;

mod surroundings;

mod hoist;

mod cancellation;

mod coroutine_run;

mod sites;

mod intrinsic;

mod open;

mod threads;

mod loops;

mod planned;

mod in_place;

mod runtime_place;

mod replace;

mod cause;

mod selection;

mod annotate;

mod change;

mod components;

mod grouping;

mod units;

mod planning;

pub use grouping::{PatchSize, group_units};
pub use note::{Look, Note};
pub use owner::owner;
pub use planning::plan;
pub use request::{Plan, PlanRequest, RuntimePlace};
pub use scope::{PlanScope, Targets};
pub use step::{
    AddedImport, Callee, Collected, FileChange, NewArgument, NewCallee, OffloadVia, Step, StepKind,
    StepPlace, Substitute,
};
pub use unit::{Frontier, FrontierSide, Unit};
pub use verdict::{Cause, KeepReason, Verdict};
