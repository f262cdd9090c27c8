//! Finds the leaves that block, by rule and arguments, and propagates them.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Id, Settings};
use crate::effects::blocking::{Effects, LeafCall};
use crate::effects::guards::long_held;
use crate::effects::passage::{Passage, least_in, named_nodes};
use crate::effects::unblocked::Unblocked;
use crate::graph::{CallEdge, CallGraph, Confidence, EdgeKind, Node, NodeId};
use crate::link::{ModuleId, Program};
use crate::resolve::SiteArguments;
use crate::rules::{Blocking, Blocks, Category, FunctionRule, Knowledge, Member, Protocol, Severity};
use crate::semantic::{SiteId, SiteKind, well_known};

/// What a name outside the program does.
enum Leaf<'a> {
    Rule(&'a FunctionRule),
    Always(Blocking),
}

/// What blocks in a program.
///
/// A call that is awaited, or that only makes a coroutine, does not block; nor does anything that a
/// rule says of a package when that package's own source is what is analysed.
pub fn infer(
    program: &Program,
    graph: &CallGraph,
    knowledge: &Knowledge,
    settings: &Settings,
    least: Confidence,
) -> Effects {
    // A library's call may be named as it is offered, or as it is defined.
    let public = |names: &'_ [String]| -> FxHashSet<String> {
        names.iter().map(|name| knowledge.public_name(name).into_owned()).collect()
    };
    let (blocking, harmless) = (public(&settings.blocking), public(&settings.not_blocking));
    let mut leaf_of: FxHashMap<NodeId, Leaf<'_>> = FxHashMap::default();
    for (id, node) in graph.nodes() {
        let Node::External(name) = node else { continue };
        let named = |names: &FxHashSet<String>| {
            !names.is_empty() && (names.contains(&**name) || names.contains(&*knowledge.public_name(name)))
        };
        if named(&harmless) {
            continue;
        }
        if named(&blocking) {
            leaf_of.insert(id, Leaf::Always(USER_DEFINED));
            continue;
        }
        let root = name.split('.').next().unwrap_or(name);
        if program.module_named(root).is_some_and(|module| !program.is_third_party(module)) {
            continue;
        }
        if let Some(leaf) = leaf(knowledge, name) {
            leaf_of.insert(id, leaf);
        }
    }
    for node in named_nodes(program, graph, &settings.blocking) {
        leaf_of.insert(node, Leaf::Always(USER_DEFINED));
    }
    let mut leaves = Vec::new();
    let mut guards = Vec::new();
    let mut unblocked = Unblocked::new(program, graph, knowledge);
    for (id, edge) in graph.edges() {
        let Some(leaf) = leaf_of.get(&edge.callee) else { continue };
        if !edge.kind.runs_now() || edge.kind == EdgeKind::Await {
            continue;
        }
        let facts = program.facts(edge.module);
        if edge.site.is_some_and(|site| facts.is_awaited(site)) {
            continue;
        }
        let is_installed = program.is_third_party(edge.module);
        let found = match leaf {
            Leaf::Always(blocking) => Some((*blocking, Confidence::Definite)),
            Leaf::Rule(rule)
                if rule.is_lazy
                    && edge.site.is_some_and(|site| {
                        is_read_elsewhere(program, graph, edge.module, site)
                            || is_handed_on(program, graph, knowledge, edge.module, site)
                    }) =>
            {
                None
            }
            Leaf::Rule(rule) => match edge.site.map(|site| rule.blocks(&SiteArguments::new(facts, site))) {
                Some(Blocks::Yes(blocking)) => Some((blocking, Confidence::Definite)),
                Some(Blocks::Perhaps(blocking)) => Some((blocking, Confidence::Probable)),
                Some(Blocks::No) | None => None,
            },
        };
        let Some((blocking, confidence)) = found else { continue };
        if may_be_harmless(program, graph, knowledge, edge) || unblocked.has(edge) {
            continue;
        }
        if edge.confidence.min(confidence) < least_in(program, edge.module, least) {
            continue;
        }
        let leaf = LeafCall { edge: id, blocking, confidence };
        match (blocking.category == Category::Lock && takes_lock(graph, edge.callee), is_installed) {
            (false, _) => leaves.push(leaf),
            (true, false) => guards.push(leaf),
            // A library guards a few of its own lines with a lock; nobody waits there for long.
            (true, true) => {}
        }
    }
    let passage = Passage::new(program, graph, settings, least);
    if guards.is_empty() {
        return passage.spread(leaves);
    }
    let held = long_held(program, graph, &passage.spread(leaves.clone()), &guards);
    leaves.extend(held);
    passage.spread(leaves)
}

/// Whether a node is what takes a lock, and does not wait for something to happen.
fn takes_lock(graph: &CallGraph, node: NodeId) -> bool {
    let name = graph.external_name(node).unwrap_or_default();
    let method = name.rsplit('.').next().unwrap_or(name);
    method == well_known::ENTER || method == well_known::ACQUIRE
}

/// Whether the same place may as well reach something of which rules know that it does not block, as with a value that
/// is a file or a text in memory: nobody can tell which it is.
fn may_be_harmless(program: &Program, graph: &CallGraph, knowledge: &Knowledge, edge: &CallEdge) -> bool {
    let Some(found) = edge.site.and_then(|site| graph.site(program.site_index(edge.module, site))) else {
        return false;
    };
    found.edges.iter().map(|&other| graph.edge(other)).any(|other| {
        let is_alternative =
            other.kind == edge.kind && other.callee != edge.callee && other.range == edge.range;
        is_alternative
            && graph
                .external_name(other.callee)
                .and_then(|name| knowledge.function(name))
                .is_some_and(|rule| rule.blocking.is_none() && !rule.is_async)
    })
}

/// How what the settings name blocks: nobody said for what it waits, but somebody cared to name it.
const USER_DEFINED: Blocking = Blocking { category: Category::UserDefined, severity: Severity::High };

fn leaf<'a>(knowledge: &'a Knowledge, name: &str) -> Option<Leaf<'a>> {
    if let Some(rule) = knowledge.function(name)
        && rule.blocking.is_some()
    {
        return Some(Leaf::Rule(rule));
    }
    let (class, member) = name.rsplit_once('.')?;
    let protocol = match member {
        well_known::ENTER => Some(Protocol::Enter),
        well_known::EXIT => Some(Protocol::Exit),
        well_known::ITER => Some(Protocol::Iterate),
        _ => None,
    };
    if let Some(blocking) =
        protocol.and_then(|protocol| knowledge.protocol(class, protocol)).and_then(|rule| rule.blocking)
    {
        return Some(Leaf::Always(blocking));
    }
    match knowledge.member(class, member)? {
        Member::Method(rule) if rule.blocking.is_some() => Some(Leaf::Rule(rule)),
        Member::Attribute(rule) => rule.blocking.map(Leaf::Always),
        Member::Method(_) => None,
    }
}

/// Whether what the call at `site` gives is handed to another thread: `to_thread(list, folder.glob("*"))`.
fn is_read_elsewhere(program: &Program, graph: &CallGraph, module: ModuleId, site: SiteId) -> bool {
    let facts = program.facts(module);
    let SiteKind::Call { value: made, .. } = facts.sites[site].kind else { return false };
    let statement = &facts.statements[facts.sites[site].place.statement];
    let (first, last) = (statement.sites.0.index(), statement.sites.1.index());
    (first..last).map(SiteId::from_index).any(|other| {
        let takes_it = facts
            .call(other)
            .is_some_and(|(_, arguments)| arguments.iter().any(|argument| argument.value == made));
        takes_it
            && graph.site(program.site_index(module, other)).is_some_and(|found| {
                found.edges.iter().any(|&edge| graph.edge(edge).kind == EdgeKind::Offload)
            })
    })
}

/// Whether what the call at `site` gives leaves the function as it is: it is returned, yielded, or an argument of a call
/// that does not go through it. Whoever does go through it is not known here.
fn is_handed_on(
    program: &Program,
    graph: &CallGraph,
    knowledge: &Knowledge,
    module: ModuleId,
    site: SiteId,
) -> bool {
    let facts = program.facts(module);
    let SiteKind::Call { value: made, .. } = facts.sites[site].kind else { return false };
    let place = facts.sites[site].place;
    if facts.functions[place.function].returned.contains(&made) {
        return true;
    }
    let (first, end) = facts.statements[place.statement].sites;
    (first.index()..end.index()).map(SiteId::from_index).any(|other| {
        let Some((_, arguments)) = facts.call(other) else { return false };
        let Some(position) = arguments.iter().position(|argument| argument.value == made) else {
            return false;
        };
        let found = graph.site(program.site_index(module, other));
        let mut edges = found.iter().flat_map(|found| &found.edges).map(|&edge| graph.edge(edge));
        // A class keeps what it is made of, and of what is not known nothing is said.
        edges.all(|edge| {
            let constructs = graph.function(edge.callee).is_some_and(|function| {
                let (module, local) = program.locate_function(function);
                let facts = program.facts(module);
                facts.name(facts.functions[local].name) == well_known::INIT
            });
            let keeps = graph
                .external_name(edge.callee)
                .and_then(|name| knowledge.function(name))
                .is_some_and(|rule| {
                    let goes_through = rule.iterates.iter().any(|&known| usize::from(known) == position);
                    rule.is_lazy && !goes_through
                });
            constructs || keeps
        })
    })
}
