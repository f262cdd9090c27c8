//! Which edges carry blocking from what is called back to its caller.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::{Id, Settings};
use crate::effects::blocking::{Effects, LeafCall};
use crate::graph::{CallGraph, Confidence, EdgeId, EdgeKind, NodeId};
use crate::link::{ModuleId, Program, ProgramFunctionId};
use crate::text::TextRange;

/// What decides for each edge whether its caller waits as well, when its callee does.
pub struct Passage<'a> {
    program: &'a Program,
    graph: &'a CallGraph,
    least: Confidence,
    crowded: FxHashSet<EdgeId>,
    declared: FxHashSet<NodeId>,
}

impl<'a> Passage<'a> {
    /// Looks through a graph once, for any number of questions.
    pub fn new(
        program: &'a Program,
        graph: &'a CallGraph,
        settings: &Settings,
        least: Confidence,
    ) -> Passage<'a> {
        let declared = named_nodes(program, graph, &settings.not_blocking).into_iter().collect();
        Self { program, graph, least, crowded: crowded_overrides(graph), declared }
    }

    /// Takes out the edges that only guess: where a call may reach several functions, of which some do not block
    /// whatever is counted, nobody can tell whether those that do are meant.
    #[must_use]
    pub fn without_guesses(mut self, effects: &Effects) -> Self {
        let mut by_place: FxHashMap<(NodeId, TextRange), Vec<EdgeId>> = FxHashMap::default();
        for (id, edge) in self.graph.edges() {
            let is_dispatch = matches!(edge.kind, EdgeKind::Call | EdgeKind::Override);
            if is_dispatch && self.graph.function(edge.callee).is_some() {
                by_place.entry((edge.caller, edge.range)).or_default().push(id);
            }
        }
        let guesses = by_place.into_values().filter(|edges| self.is_guess(effects, edges)).flatten();
        let guesses: Vec<EdgeId> = guesses.collect();
        self.crowded.extend(guesses);
        self
    }

    /// Whether the functions that one place may reach are a guess as to what blocks.
    fn is_guess(&self, effects: &Effects, edges: &[EdgeId]) -> bool {
        let has_overrides = edges.iter().any(|&id| self.graph.edge(id).kind == EdgeKind::Override);
        let is_many = edges.len() > MOST_TARGETS;
        if edges.len() < 2 || !(has_overrides || is_many) {
            return false;
        }
        edges.iter().any(|&id| {
            let callee = self.graph.edge(id).callee;
            effects.blocked(callee).is_none()
                && self.graph.function(callee).is_some_and(|function| {
                    let (module, local) = self.program.locate_function(function);
                    !self.program.facts(module).functions[local].traits.is_stub
                })
        })
    }

    /// Whether nobody can tell if the edge is the one that is gone.
    pub fn is_left_out(&self, id: EdgeId) -> bool {
        self.crowded.contains(&id)
    }

    /// Whether the edge's caller blocks when its callee, a function of the program, does.
    pub fn carries(&self, id: EdgeId) -> bool {
        let edge = self.graph.edge(id);
        if self.declared.contains(&edge.callee) || self.crowded.contains(&id) {
            return false;
        }
        let Some(callee) = self.graph.function(edge.callee) else { return true };
        let (module, local) = self.program.locate_function(callee);
        // What installed code calls back into the project is somebody's, and rarely this caller's.
        let is_callback = self.program.is_third_party(edge.module) && !self.program.is_third_party(module);
        // Code does not call tests, but for what a test has handed to it.
        let is_of_test = self.program.modules[module].is_test && !self.program.modules[edge.module].is_test;
        if is_callback || is_of_test || edge.confidence < least_in(self.program, edge.module, self.least) {
            return false;
        }
        let traits = self.program.facts(module).functions[local].traits;
        // What a coroutine does to the loop is its own affair, and reported there, unless nothing is.
        let is_passed_on = !traits.is_async || self.program.is_third_party(module);
        match edge.kind {
            // Calling a coroutine or generator function runs none of its body yet.
            EdgeKind::Call | EdgeKind::Implicit | EdgeKind::Decorate | EdgeKind::Override => {
                !traits.is_async && !traits.is_generator
            }
            EdgeKind::Await => self.program.is_third_party(module),
            EdgeKind::Iterate | EdgeKind::Enter => is_passed_on,
            EdgeKind::Reference | EdgeKind::Offload | EdgeKind::RunLoop | EdgeKind::Schedule => false,
        }
    }

    /// What blocks because of these leaves, and of no others.
    pub fn spread(&self, leaves: Vec<LeafCall>) -> Effects {
        Effects::new(self.graph, leaves, self.least, |id| self.carries(id))
    }
}

/// How sure a step in a module must be. Nobody here looks into installed code or changes it, so there only what is
/// certain counts, unless guesses are asked for.
pub(super) fn least_in(program: &Program, module: ModuleId, least: Confidence) -> Confidence {
    if program.is_third_party(module) && least > Confidence::Possible { Confidence::Definite } else { least }
}

/// More functions than this at one place, when nothing is overridden, come from values that were joined.
const MOST_TARGETS: usize = 3;

/// More overrides than this at one place say little of what a receiver does.
const MOST_OVERRIDES: usize = 6;

/// Override edges that leave from places with many of them.
fn crowded_overrides(graph: &CallGraph) -> FxHashSet<EdgeId> {
    let mut by_place: FxHashMap<(NodeId, TextRange), Vec<EdgeId>> = FxHashMap::default();
    for (id, edge) in graph.edges() {
        if edge.kind == EdgeKind::Override {
            by_place.entry((edge.caller, edge.range)).or_default().push(id);
        }
    }
    by_place.into_values().filter(|edges| edges.len() > MOST_OVERRIDES).flatten().collect()
}

/// Functions of the program that the settings name.
pub(super) fn named_nodes(program: &Program, graph: &CallGraph, names: &[String]) -> Vec<NodeId> {
    let names: FxHashSet<&str> = names.iter().map(String::as_str).collect();
    if names.is_empty() {
        return Vec::new();
    }
    (0..program.function_count())
        .map(ProgramFunctionId::from_index)
        .filter(|&function| names.contains(program.function_name(function).as_str()))
        .map(|function| graph.function_node(function))
        .collect()
}
