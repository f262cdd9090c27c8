//! What a call reaches.

use crate::check::request::CheckRequest;
use crate::graph::EdgeKind;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::semantic::SiteId;

/// What a call reaches.
#[derive(Default)]
pub(crate) struct Reach {
    /// Functions of the program.
    pub(crate) functions: Vec<ProgramFunctionId>,
    /// Names of what is outside.
    pub(crate) outside: Vec<String>,
    /// Something runs on a thread, on another loop, or later.
    pub(crate) leaves_loop: bool,
    /// There may be more.
    pub(crate) is_incomplete: bool,
}

/// What the call at a site reaches.
pub(crate) fn reach(request: &CheckRequest<'_>, module: ModuleId, site: SiteId) -> Reach {
    let mut reach = Reach::default();
    let Some(known) = request.graph.site(request.program.site_index(module, site)) else {
        return reach;
    };
    reach.is_incomplete = known.incomplete.is_some();
    for &id in &known.edges {
        let edge = request.graph.edge(id);
        match edge.kind {
            EdgeKind::Offload | EdgeKind::RunLoop | EdgeKind::Schedule => reach.leaves_loop = true,
            EdgeKind::Call | EdgeKind::Await | EdgeKind::Override => {
                if let Some(function) = request.graph.function(edge.callee) {
                    let (_, facts, local) = request.located(function);
                    let item = &facts.functions[local];
                    if item.traits.is_stub {
                        reach.is_incomplete = true;
                    } else {
                        reach.functions.push(function);
                    }
                } else if let Some(name) = request.graph.external_name(edge.callee) {
                    reach.outside.push(request.knowledge.public_name(name).into_owned());
                }
            }
            EdgeKind::Implicit
            | EdgeKind::Iterate
            | EdgeKind::Enter
            | EdgeKind::Decorate
            | EdgeKind::Reference => {}
        }
    }
    reach
}
