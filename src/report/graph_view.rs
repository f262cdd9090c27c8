//! A part of a call graph with all that its reports need.

use std::collections::BTreeSet;
use std::fmt;

use crate::graph::{CallEdge, CallGraph, Confidence, EdgeKind, NodeId, Subgraph};
use crate::link::{ModuleId, Program};
use crate::report::place::FileView;
use crate::report::snippet::short_line;
use crate::report::summary::Summary;
use crate::semantic::{Function, FunctionKind};

/// A part of a call graph.
pub struct GraphView<'a> {
    /// The program.
    pub program: &'a Program,
    /// Its call graph.
    pub graph: &'a CallGraph,
    /// The part to write.
    pub part: &'a Subgraph,
    /// The file of a module.
    pub file: &'a dyn Fn(ModuleId) -> FileView<'a>,
    /// Whether a node blocks, itself or through what it reaches.
    pub is_blocking: &'a dyn Fn(NodeId) -> bool,
    /// How much was analysed.
    pub summary: &'a Summary,
}

/// A place, shown as `path:line:column`.
pub(crate) struct Spot<'a> {
    pub(crate) path: &'a str,
    pub(crate) line: u32,
    pub(crate) column: u32,
}

impl fmt::Display for Spot<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}:{}", self.path, self.line, self.column)
    }
}

impl<'a> GraphView<'a> {
    /// Dotted name of a node.
    pub(crate) fn name(&self, node: NodeId) -> String {
        match self.graph.function(node) {
            Some(function) => self.program.function_name(function),
            None => self.graph.external_name(node).unwrap_or_default().to_owned(),
        }
    }

    /// What a picture has a line for: caller, callee, kind and confidence, wherever in the caller the places are.
    pub(crate) fn arrows(&self) -> BTreeSet<(NodeId, NodeId, EdgeKind, Confidence)> {
        let edges = self.part.edges.iter().map(|&id| self.graph.edge(id));
        edges.map(|edge| (edge.caller, edge.callee, edge.kind, edge.confidence)).collect()
    }

    /// The function of a node of the program.
    pub(crate) fn function(&self, node: NodeId) -> Option<(ModuleId, &'a Function)> {
        let (module, local) = self.program.locate_function(self.graph.function(node)?);
        let program: &'a Program = self.program;
        Some((module, &program.facts(module).functions[local]))
    }

    /// Where a node of the program is defined: its name, or its start when it has none.
    pub(crate) fn definition(&self, node: NodeId) -> Option<Spot<'a>> {
        let (module, function) = self.function(node)?;
        let offset = match function.kind {
            FunctionKind::Def => function.name_range.start(),
            FunctionKind::Lambda => function.range.start(),
            FunctionKind::Module => 0,
        };
        Some(self.spot(module, offset))
    }

    /// Where an edge stands.
    pub(crate) fn place(&self, edge: &CallEdge) -> Spot<'a> {
        self.spot(edge.module, edge.range.start())
    }

    /// What a node is, in one word.
    pub(crate) fn kind(&self, node: NodeId) -> &'static str {
        match self.function(node) {
            None => "external",
            Some((_, function)) => match function.kind {
                FunctionKind::Module => "module",
                FunctionKind::Lambda => "lambda",
                FunctionKind::Def if function.class.is_some() => "method",
                FunctionKind::Def => "function",
            },
        }
    }

    /// Whether a node is installed code that imports led to.
    pub(crate) fn is_third_party(&self, node: NodeId) -> bool {
        self.function(node).is_some_and(|(module, _)| self.program.is_third_party(module))
    }

    /// Whether a node is an `async def`.
    pub(crate) fn is_async(&self, node: NodeId) -> bool {
        self.function(node).is_some_and(|(_, function)| function.traits.is_async)
    }

    /// A place of a module.
    pub(crate) fn spot(&self, module: ModuleId, offset: u32) -> Spot<'a> {
        let file = (self.file)(module);
        let place = file.text.line_column(offset);
        Spot { path: file.path, line: place.line, column: place.column }
    }

    /// The source line of a place in short.
    pub(crate) fn source(&self, module: ModuleId, spot: &Spot<'_>) -> String {
        short_line((self.file)(module), spot.line)
    }
}
