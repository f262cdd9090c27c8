//! The call graph: functions, typed edges, queries.

mod build;
mod call_graph;
mod edge;
mod query;

pub use build::build;
pub use call_graph::{CallGraph, Coverage, Node, NodeId, SiteResolution, Unresolved};
pub use edge::{CallEdge, Confidence, EdgeId, EdgeKind};
pub use query::{GraphQuery, Subgraph, select};
