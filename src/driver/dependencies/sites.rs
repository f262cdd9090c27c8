//! The places at which the project's own code blocks, each with what it calls there.

use std::collections::BTreeMap;

use crate::driver::analysis::Analysis;
use crate::effects::{LeafCall, Passage};
use crate::graph::{CallEdge, Node};
use crate::link::ModuleId;
use crate::rules::{Category, Knowledge, Offload};
use crate::semantic::{Enclosing, SiteId};
use crate::text::TextRange;

/// One place, in the order of modules and texts.
pub(super) type Place = (ModuleId, TextRange, Option<SiteId>);

/// What is called at a place.
pub(super) struct BlockingCall {
    /// The name that rules know.
    pub(super) qualified: String,
    /// The name that people read.
    pub(super) name: String,
    pub(super) category: Category,
    pub(super) offload: Offload,
    pub(super) leaf: LeafCall,
}

/// Calls by library, then by place. What is no library's is under the first part of its name.
pub(super) type BlockingCalls = BTreeMap<String, BTreeMap<Place, Vec<BlockingCall>>>;

/// The blocking calls of the selected files. `library_of` tells the library of a dotted name.
pub(super) fn blocking_calls(
    analysis: &Analysis,
    knowledge: &Knowledge,
    passage: &Passage<'_>,
    library_of: &dyn Fn(&str) -> String,
) -> BlockingCalls {
    let mut acc = BlockingCalls::new();
    let graph = &analysis.graph;
    for (id, edge) in graph.edges() {
        if !is_counted(analysis, edge) {
            continue;
        }
        let call = match graph.node(edge.callee) {
            Node::External(name) => {
                let Some(leaf) = analysis.effects.leaf(id) else { continue };
                BlockingCall {
                    qualified: name.to_string(),
                    name: knowledge.public_name(name).into_owned(),
                    category: leaf.blocking.category,
                    offload: knowledge.offload(name),
                    leaf: *leaf,
                }
            }
            // Installed code that was looked into, and that blocks somewhere below.
            Node::Function(function) if analysis.program.is_third_party_function(*function) => {
                let below = || {
                    let blocked = analysis.effects.blocked(edge.callee)?;
                    let confidence = blocked.confidence.min(edge.confidence);
                    let is_passed_on = edge.kind.runs_now() && passage.carries(id);
                    is_passed_on.then_some(LeafCall { edge: id, blocking: blocked.blocking, confidence })
                };
                let Some(leaf) = analysis.effects.leaf(id).copied().or_else(below) else { continue };
                let name = analysis.program.function_name(*function);
                let category = leaf.blocking.category;
                // Nobody has said that it is not bound to its thread.
                let offload = Offload::Review("".into());
                BlockingCall { qualified: name.clone(), name, category, offload, leaf }
            }
            Node::Function(_) => continue,
        };
        let place = (edge.module, edge.range, edge.site);
        let places = acc.entry(library_of(&call.qualified)).or_default();
        places.entry(place).or_default().push(call);
    }
    acc
}

/// Whether an edge leaves from code of the selected files that runs.
fn is_counted(analysis: &Analysis, edge: &CallEdge) -> bool {
    if analysis.program.is_third_party(edge.module) || !analysis.is_selected(edge.module) {
        return false;
    }
    edge.site.is_none_or(|site| {
        let enclosing = analysis.program.facts(edge.module).sites[site].place.enclosing;
        !enclosing.has(Enclosing::ANNOTATION) && !enclosing.has(Enclosing::TYPE_ALIAS)
    })
}
