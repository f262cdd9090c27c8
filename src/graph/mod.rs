//! The call graph: functions, typed edges, queries.

mod build;
mod call_graph;
mod edge;
mod query;

pub use build::{build, unresolved_by_reason};
pub use call_graph::{CallGraph, Coverage, Node, NodeId, SiteResolution};
pub use edge::{CallEdge, EdgeId};
pub use query::{GraphQuery, Subgraph, select};

pub use crate::resolve::{Confidence, EdgeKind, Unresolved};
