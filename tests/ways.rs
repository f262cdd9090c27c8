//! What the views of the call graph say agrees with the graph: every edge has a way, and what is open is what is counted.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fmt::Write as _;
use std::path::Path;

use asyncshift::driver::{Analysis, trace_ways};
use asyncshift::graph::{CallEdge, Gap, NodeId, open_calls};
use asyncshift::resolve::{ReachTarget, Way};
use asyncshift::rules::Knowledge;

use crate::support::{
    Fixture, analyse_folder, fixtures, fixtures_folder, read_project, settings, write_project,
};

/// Every fixture of the graph and of the checks, and the projects.
fn all_fixtures() -> Vec<Fixture> {
    let mut all = fixtures("graph");
    all.extend(fixtures("lint"));
    let views = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cmd/views.in");
    for (name, folder) in [("fgh", fixtures_folder("projects").join("fgh")), ("views", views)] {
        all.push(Fixture { name: name.to_owned(), files: read_project(&folder) });
    }
    all
}

fn analyse(fixture: &Fixture) -> Analysis {
    let folder = tempfile::tempdir().unwrap();
    write_project(folder.path(), &fixture.files);
    analyse_folder(folder.path(), &settings())
}

fn name(analysis: &Analysis, node: NodeId) -> String {
    match analysis.graph.function(node) {
        Some(function) => analysis.program.function_name(function),
        None => analysis.graph.external_name(node).unwrap().to_owned(),
    }
}

fn is_way_of(analysis: &Analysis, way: &Way, edge: &CallEdge) -> bool {
    let is_target = match &way.target {
        ReachTarget::Function(function) => analysis.graph.function_node(*function) == edge.callee,
        ReachTarget::External(name) => analysis.graph.external_name(edge.callee) == Some(name),
    };
    is_target
        && analysis.graph.function_node(way.caller) == edge.caller
        && (way.module, way.range, way.kind) == (edge.module, edge.range, edge.kind)
}

#[test]
fn every_edge_has_a_way() {
    let mut complaints = String::new();
    for fixture in all_fixtures() {
        let analysis = analyse(&fixture);
        let nodes: Vec<NodeId> = analysis.graph.nodes().map(|(id, _)| id).collect();
        let ways = trace_ways(&analysis, Knowledge::embedded(), &nodes, &nodes).unwrap();
        for (_, edge) in analysis.graph.edges() {
            let place = || {
                let line = analysis.file(edge.module).text.line_column(edge.range.start()).line;
                let (caller, callee) = (name(&analysis, edge.caller), name(&analysis, edge.callee));
                format!("{}:{line}: {caller} {} {callee}", fixture.name, edge.kind)
            };
            // Builtins and what literals are instances of come from nowhere.
            let is_builtin =
                analysis.graph.external_name(edge.callee).is_some_and(|name| name.starts_with("builtins."));
            match ways.iter().find(|way| is_way_of(&analysis, way, edge)) {
                None => writeln!(complaints, "{}: no way", place()).unwrap(),
                Some(way) if way.steps.is_empty() && !is_builtin => {
                    writeln!(complaints, "{}: a way without steps", place()).unwrap();
                }
                Some(_) => {}
            }
        }
    }
    assert!(complaints.is_empty(), "\n{complaints}");
}

#[test]
fn open_calls_are_those_that_coverage_counts() {
    for fixture in all_fixtures() {
        let analysis = analyse(&fixture);
        let coverage = analysis.graph.coverage();
        let open = open_calls(&analysis.program, &analysis.graph, &|_| true);
        let count = |is_it: fn(&Gap) -> bool| open.iter().filter(|call| is_it(&call.gap)).count();
        let without = count(|gap| matches!(gap, Gap::NoTarget(_)));
        let named = count(|gap| matches!(gap, Gap::NamedOnly(_)));
        assert_eq!((without, named), (coverage.unresolved, coverage.named), "{}", fixture.name);
    }
}
