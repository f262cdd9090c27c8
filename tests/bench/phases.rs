//! Time of each phase on generated programs of three sizes, and of whole runs on real ones.
//!
//! `cargo bench` measures the phases. With `ASYNCSHIFT_BENCH_DIR=folder` it first prints how long
//! the files in that folder take to parse on one thread, and how long the tool takes to be done.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a bench says what it finds, or stops"
)]

#[path = "phases/corpus.rs"]
mod corpus;
#[path = "phases/real.rs"]
mod real;

use std::hint::black_box;
use std::time::Duration;

use asyncshift::base::Settings;
use asyncshift::effects::{self, Effects};
use asyncshift::graph::{self, CallGraph, Confidence};
use asyncshift::link::{Hierarchy, ModuleInput, Program, link};
use asyncshift::plan::{PlanRequest, PlanScope, plan};
use asyncshift::resolve::{Resolution, ResolveOptions, resolve};
use asyncshift::rules::Knowledge;
use asyncshift::semantic::{ModuleFacts, lower};
use asyncshift::syntax::{Parsed, parse};
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};

use crate::corpus::corpus;

/// Modules of the smallest program; the others have two and four times as many.
const MODULES: usize = 60;

type Sources = [(String, String)];

fn main() {
    if let Some(folder) = std::env::var_os("ASYNCSHIFT_BENCH_DIR") {
        real::report(folder.as_ref());
    }
    let mut criterion = Criterion::default()
        .sample_size(10)
        .warm_up_time(Duration::from_millis(300))
        .measurement_time(Duration::from_secs(1))
        .configure_from_args();
    measure_rules(&mut criterion);
    for size in [1, 2, 4] {
        measure(&mut criterion, size);
    }
    criterion.final_summary();
}

/// What the start of the program reads, and what it would read if every rule were asked for.
fn measure_rules(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("rules");
    group.bench_function("names", |bencher| bencher.iter(Knowledge::read_embedded));
    group.bench_function("every rule", |bencher| {
        bencher.iter(|| {
            let knowledge = Knowledge::read_embedded();
            let methods = knowledge.classes().map(|class| class.methods().len() + 1);
            black_box(methods.sum::<usize>() + knowledge.functions().count());
        });
    });
    group.finish();
}

fn measure(criterion: &mut Criterion, size: usize) {
    let sources = corpus(size * MODULES);
    let lines: usize = sources.iter().map(|(_, text)| text.lines().count()).sum();
    let knowledge = Knowledge::embedded();
    let settings = Settings::default();
    let (parsed, facts) = (parse_all(&sources), lower_all(&sources));
    let program = link(inputs(&sources, &facts));
    let hierarchy = Hierarchy::new(&program);
    let resolution = resolve_all(&program, &hierarchy, knowledge);
    let graph = graph::build(&program, &resolution, knowledge);
    let effects = effects::infer(&program, &graph, knowledge, &settings, Confidence::Probable);

    let mut phase = |name: &str, run: &dyn Fn()| {
        let mut group = criterion.benchmark_group(name);
        group.throughput(Throughput::Elements(lines as u64));
        group.bench_function(BenchmarkId::from_parameter(format!("{size}x")), |bencher| bencher.iter(run));
        group.finish();
    };
    phase("parse", &|| drop(black_box(parse_all(&sources))));
    phase("lower", &|| {
        for (parsed, (_, text)) in parsed.iter().zip(&sources) {
            black_box(lower(parsed, text));
        }
    });
    phase("resolve", &|| drop(black_box(resolve_all(&program, &Hierarchy::new(&program), knowledge))));
    phase("graph", &|| drop(black_box(graph::build(&program, &resolution, knowledge))));
    phase("effects", &|| {
        drop(black_box(effects::infer(&program, &graph, knowledge, &settings, Confidence::Probable)));
    });
    phase("plan", &|| plan_all(&program, &graph, &effects, knowledge, &settings));

    let mut group = criterion.benchmark_group("link");
    group.throughput(Throughput::Elements(lines as u64));
    group.bench_function(BenchmarkId::from_parameter(format!("{size}x")), |bencher| {
        bencher.iter_batched(|| inputs(&sources, &facts), link, BatchSize::LargeInput);
    });
    group.finish();
}

fn parse_all(sources: &Sources) -> Vec<Parsed> {
    sources.iter().map(|(_, text)| parse(text)).collect()
}

fn lower_all(sources: &Sources) -> Vec<ModuleFacts> {
    sources.iter().map(|(_, text)| lower(&parse(text), text)).collect()
}

fn inputs(sources: &Sources, facts: &[ModuleFacts]) -> Vec<ModuleInput> {
    let input = |(number, ((name, _), facts)): (usize, (&(String, String), &ModuleFacts))| ModuleInput {
        name: name.clone(),
        is_package: false,
        is_test: false,
        is_third_party: false,
        file: u32::try_from(number).unwrap(),
        facts: facts.clone(),
    };
    sources.iter().zip(facts).enumerate().map(input).collect()
}

fn resolve_all(program: &Program, hierarchy: &Hierarchy, knowledge: &Knowledge) -> Resolution {
    resolve(program, hierarchy, knowledge, ResolveOptions::default())
}

fn plan_all(
    program: &Program,
    graph: &CallGraph,
    effects: &Effects,
    knowledge: &Knowledge,
    settings: &Settings,
) {
    black_box(plan(&PlanRequest {
        program,
        graph,
        effects,
        knowledge,
        settings,
        is_selected: &|_| true,
        scope: &PlanScope::default(),
        library_values: &[],
        versions: &std::collections::BTreeMap::new(),
        refused: &[],
    }));
}
