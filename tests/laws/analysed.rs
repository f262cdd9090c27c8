//! Sources of fixtures, and programs in memory from text to call graph.

use std::fs;
use std::path::{Path, PathBuf};

use asyncshift::graph::{CallGraph, build};
use asyncshift::link::{Hierarchy, ModuleInput, Program, link};
use asyncshift::resolve::{ResolveOptions, resolve};
use asyncshift::rules::Knowledge;
use asyncshift::semantic::lower;
use asyncshift::syntax::parse;

/// A program and its call graph.
pub(crate) struct Analysed {
    pub(crate) program: Program,
    pub(crate) graph: CallGraph,
}

/// What a file contributes; `number` is its position in the caller's list.
pub(crate) fn module(number: usize, name: &str, text: &str) -> ModuleInput {
    ModuleInput {
        name: name.to_owned(),
        is_package: false,
        is_test: false,
        is_third_party: false,
        file: u32::try_from(number).unwrap(),
        facts: lower(&parse(text), text),
    }
}

/// Every phase from linking to the graph.
pub(crate) fn analyse(inputs: Vec<ModuleInput>) -> Analysed {
    analyse_with(inputs, ResolveOptions::default())
}

/// The same, with a solver of one's choice.
pub(crate) fn analyse_with(inputs: Vec<ModuleInput>, options: ResolveOptions) -> Analysed {
    let program = link(inputs);
    let hierarchy = Hierarchy::new(&program);
    let knowledge = Knowledge::embedded();
    let resolution = resolve(&program, &hierarchy, knowledge, options);
    let graph = build(&program, &resolution, knowledge);
    Analysed { program, graph }
}

/// All Python files below `fixtures/`, by path and content, in the order of their paths.
pub(crate) fn fixture_sources() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut paths = Vec::new();
    collect(&root, &mut paths);
    paths.sort();
    let read = |path: PathBuf| Some((path.display().to_string(), fs::read_to_string(&path).ok()?));
    paths.into_iter().filter_map(read).collect()
}

fn collect(folder: &Path, acc: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, acc);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            acc.push(path);
        }
    }
}
