//! The call graph: functions, typed edges, queries.

mod node;

mod edge;

mod call_graph;

mod build;

mod query;

pub use build::{build, unresolved_by_reason};
pub use call_graph::{CallGraph, Coverage, SiteResolution};
pub use edge::{CallEdge, EdgeId};
pub use node::{Node, NodeId};
pub use query::{GraphQuery, Subgraph, select};

pub use crate::resolve::{Confidence, EdgeKind, Unresolved};
