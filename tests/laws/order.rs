//! What comes out depends neither on the order in which modules are given nor on the number of threads.

use std::path::Path;
use std::process::Command;

use asyncshift::graph::{CallGraph, Node};
use proptest::prelude::{prop_assert_eq, proptest};

use crate::analysed::{analyse, fixture_sources, module};
use crate::dice::Dice;
use crate::random_program::random_program;

/// A graph as text, with the files' numbers left out.
fn shown(graph: &CallGraph) -> String {
    let nodes: Vec<&Node> = graph.nodes().map(|(_, node)| node).collect();
    let edges: Vec<_> = graph.edges().map(|(_, edge)| edge).collect();
    format!("{nodes:#?}\n{edges:#?}\n{:?}", graph.coverage())
}

/// The graph of modules that are given in an order of `seed`; 0 keeps the order.
fn graph_in_order(sources: &[(String, String)], seed: u64) -> String {
    let mut inputs: Vec<_> =
        sources.iter().enumerate().map(|(number, (name, text))| module(number, name, text)).collect();
    if seed != 0 {
        let mut dice = Dice::new(seed);
        for last in (1..inputs.len()).rev() {
            inputs.swap(last, dice.below(last + 1));
        }
    }
    shown(&analyse(inputs).graph)
}

/// The fixtures' modules, by dotted names within their projects.
fn fixture_modules() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let name = |path: &str| {
        let inside = Path::new(path).strip_prefix(&root).unwrap().with_extension("");
        inside.iter().skip(2).map(|part| part.to_string_lossy()).collect::<Vec<_>>().join(".")
    };
    let mut sources: Vec<_> = fixture_sources().into_iter().map(|(path, text)| (name(&path), text)).collect();
    sources.sort();
    sources.dedup_by(|left, right| left.0 == right.0);
    sources
}

proptest! {
    #[test]
    fn order_of_modules_does_not_matter(seed: u64) {
        let program = random_program(seed);
        let modules = [("lib".to_owned(), program.lib), ("main".to_owned(), program.main)];
        let reversed: Vec<_> = modules.iter().rev().cloned().collect();
        prop_assert_eq!(graph_in_order(&modules, 0), graph_in_order(&reversed, 0));
    }
}

#[test]
fn order_of_fixtures_does_not_matter() {
    let sources = fixture_modules();
    let expected = graph_in_order(&sources, 0);
    for seed in 1..8 {
        assert_eq!(graph_in_order(&sources, seed), expected);
    }
}

#[test]
fn threads_do_not_matter() {
    let projects = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/projects");
    for arguments in [["lint", "--format=json"], ["graph", "--format=json"], ["fix", "--verbose"]] {
        let run = |jobs: &str| {
            let output = Command::new(env!("CARGO_BIN_EXE_asyncshift"))
                .args(arguments)
                .args(["--jobs", jobs, "."])
                .current_dir(&projects)
                .output()
                .unwrap();
            assert!(!output.stdout.is_empty(), "{arguments:?}");
            (output.status.code(), output.stdout, output.stderr)
        };
        assert_eq!(run("1"), run("4"), "{arguments:?}");
    }
}
