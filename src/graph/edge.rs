//! Edges: who reaches whom, where, how, and how sure that is.

use crate::graph::node::NodeId;
use crate::link::ModuleId;
use crate::resolve::{Confidence, EdgeKind};
use crate::semantic::SiteId;
use crate::text::TextRange;

crate::define_ids! {
    /// An edge of one call graph; ids follow caller, place and callee.
    EdgeId,
}

/// One way in which code of `caller` reaches `callee`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallEdge {
    /// The function whose code does it.
    pub caller: NodeId,
    /// What is reached.
    pub callee: NodeId,
    /// The module in which the place stands.
    pub module: ModuleId,
    /// The site, when it is one; attribute reads and operators have none.
    pub site: Option<SiteId>,
    /// The place in the source.
    pub range: TextRange,
    /// How it is reached.
    pub kind: EdgeKind,
    /// How sure that is.
    pub confidence: Confidence,
}
