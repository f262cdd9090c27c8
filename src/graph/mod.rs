//! The call graph: functions, typed edges, queries.

mod node;

mod edge;

mod call_graph;

mod build;

#[cfg(test)]
mod testing;

mod query;

mod cycles;

mod open_call;

mod grounds;

pub use build::{build, unresolved_by_reason};
pub use call_graph::{CallGraph, Coverage, Known, SiteResolution};
pub use cycles::{Cycle, cycles};
pub use edge::{CallEdge, EdgeId};
pub use grounds::{Grounds, grounds};
pub use node::{Node, NodeId};
pub use open_call::{Gap, OpenCall, open_calls};
pub use query::{GraphQuery, Subgraph, select, shortest_way};

pub use crate::resolve::{Confidence, EdgeKind, Unresolved};
