//! Tells objects that were told not to block: `sock.setblocking(False)`.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::graph::{CallEdge, CallGraph, NodeId};
use crate::link::{ModuleId, Program};
use crate::resolve::SiteArguments;
use crate::rules::{ClassRule, FunctionRule, Knowledge, Met};
use crate::semantic::{ClassId, FunctionId, ModuleFacts, SiteId, SiteKind, Value};

/// Where a receiver is the same one: an attribute within its class, a name within its function.
type Receiver = (ModuleId, Option<ClassId>, Option<FunctionId>, String);

/// Receivers that do not block although their class does.
pub(super) struct Unblocked<'a> {
    program: &'a Program,
    graph: &'a CallGraph,
    knowledge: &'a Knowledge,
    /// Modules that were looked through.
    seen: FxHashSet<ModuleId>,
    found: FxHashSet<Receiver>,
    /// Whether a class has methods that keep others from blocking.
    classes: FxHashMap<String, bool>,
}

impl<'a> Unblocked<'a> {
    pub(super) fn new(program: &'a Program, graph: &'a CallGraph, knowledge: &'a Knowledge) -> Self {
        let (seen, found, classes) = (FxHashSet::default(), FxHashSet::default(), FxHashMap::default());
        Self { program, graph, knowledge, seen, found, classes }
    }

    /// Whether the receiver of a call was told not to block, somewhere in the same function or class.
    pub(super) fn has(&mut self, edge: &CallEdge) -> bool {
        let Some(name) = self.graph.external_name(edge.callee) else { return false };
        let Some((class, _)) = name.rsplit_once('.') else { return false };
        let knowledge = self.knowledge;
        let can_be = *self.classes.entry(class.to_owned()).or_insert_with(|| {
            let mut methods = knowledge.linearize(class).flat_map(ClassRule::methods);
            methods.any(|method| !method.unblocks.is_empty())
        });
        let Some(site) = edge.site.filter(|_| can_be) else { return false };
        if self.seen.insert(edge.module) {
            self.look_through(edge.module);
        }
        let facts = self.program.facts(edge.module);
        receiver(edge.module, facts, site).is_some_and(|receiver| self.found.contains(&receiver))
    }

    fn look_through(&mut self, module: ModuleId) {
        let facts = self.program.facts(module);
        for site in facts.sites.ids() {
            let SiteKind::Call { callee, .. } = facts.sites[site].kind else { continue };
            if !matches!(facts.values[callee], Value::Attribute { .. }) {
                continue;
            }
            let Some(found) = self.graph.site(self.program.site_index(module, site)) else { continue };
            let rule = |node: NodeId| self.knowledge.function(self.graph.external_name(node)?);
            let unblocks = |rule: &FunctionRule| {
                let arguments = SiteArguments::new(facts, site);
                rule.unblocks.iter().any(|condition| condition.met(&arguments) == Met::Yes)
            };
            let mut rules = found.edges.iter().filter_map(|&edge| rule(self.graph.edge(edge).callee));
            if rules.any(unblocks) {
                self.found.extend(receiver(module, facts, site));
            }
        }
    }
}

/// The receiver of a method call, as the code spells it.
fn receiver(module: ModuleId, facts: &ModuleFacts, site: SiteId) -> Option<Receiver> {
    let (callee, _) = facts.call(site)?;
    let Value::Attribute { base, .. } = facts.values[callee] else { return None };
    let spelling = facts.spelling(base)?;
    let function = facts.sites[site].place.function;
    let class = facts.functions[function].class.filter(|_| spelling.contains('.'));
    Some((module, class, class.is_none().then_some(function), spelling))
}
