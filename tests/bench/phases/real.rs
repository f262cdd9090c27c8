//! Whole runs on a folder of real Python, beside the time that parsing alone takes.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use asyncshift::base::Settings;
use asyncshift::driver::{AnalyseRequest, LintRequest, analyse, lint};
use asyncshift::effects;
use asyncshift::graph::{self, Confidence};
use asyncshift::io::{DiscoverOptions, SourceFile, discover, read_source};
use asyncshift::link::{Hierarchy, ModuleInput, link};
use asyncshift::resolve::{ResolveOptions, resolve};
use asyncshift::rules::{Knowledge, Selected};
use asyncshift::semantic::lower;
use asyncshift::syntax::parse;

/// Each figure is the best of so many runs.
const RUNS: usize = 3;

/// Prints one line a figure.
pub(crate) fn report(folder: &Path) {
    let texts = texts(folder);
    let lines: usize = texts.iter().map(|text| text.lines().count()).sum();
    println!("{}: {} files, {lines} lines", folder.display(), texts.len());
    let parsing = best(|| parse_on_one_thread(&texts));
    let show = |what: &str, time: Duration| {
        let ratio = time.as_secs_f64() / parsing.as_secs_f64();
        let line = time.as_nanos() / lines.max(1) as u128;
        println!("{what:<36} {:>8.3} s {ratio:>6.2} x {line:>7} ns/line", time.as_secs_f64());
    };
    show("parsing alone, one thread", parsing);
    show("reading to finished graph, effects", best(|| run(folder, false, None)));
    show("lint", best(|| run(folder, true, None)));
    show("lint, one thread", best(|| run(folder, true, Some(1))));
    for (phase, time) in phases(folder, &texts) {
        show(phase, time);
    }
}

/// Each phase after parsing on its own: lowering on one thread, the others as the tool runs them.
fn phases(folder: &Path, texts: &[String]) -> Vec<(&'static str, Duration)> {
    let knowledge = Knowledge::embedded();
    let settings = Settings::default();
    let names: Vec<(String, bool)> =
        files(folder).into_iter().map(|file| (file.unique_name, file.is_package)).collect();
    let work = || {
        let mut times = Vec::new();
        let mut facts = Vec::new();
        let mut lowering = Duration::ZERO;
        for text in texts {
            let parsed = parse(text);
            let start = Instant::now();
            facts.push(lower(&parsed, text));
            lowering += start.elapsed();
        }
        times.push(("lower, one thread", lowering));
        let inputs =
            names.into_iter().zip(facts).enumerate().map(|(file, ((name, is_package), facts))| ModuleInput {
                name,
                is_package,
                is_test: false,
                is_third_party: false,
                file: u32::try_from(file).unwrap(),
                facts,
            });
        let inputs = inputs.collect();
        let start = Instant::now();
        let program = link(inputs);
        let hierarchy = Hierarchy::new(&program);
        times.push(("link", start.elapsed()));
        let start = Instant::now();
        let resolution = resolve(&program, &hierarchy, knowledge, ResolveOptions::default());
        times.push(("resolve", start.elapsed()));
        let start = Instant::now();
        let graph = graph::build(&program, &resolution, knowledge);
        times.push(("graph", start.elapsed()));
        let start = Instant::now();
        black_box(effects::infer(&program, &graph, knowledge, &settings, Confidence::Probable));
        times.push(("effects", start.elapsed()));
        times
    };
    on_large_stack(work)
}

/// Runs on a stack as large as those of the tool.
fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        thread::Builder::new().stack_size(256 << 20).spawn_scoped(scope, work).unwrap().join().unwrap()
    })
}

fn best(run: impl Fn() -> Duration) -> Duration {
    (0..RUNS).map(|_| run()).min().unwrap()
}

fn timed(run: impl FnOnce()) -> Duration {
    let start = Instant::now();
    run();
    start.elapsed()
}

/// The texts of all files that a run reads.
fn texts(folder: &Path) -> Vec<String> {
    files(folder).iter().map(|file| read_source(&file.path).unwrap().text).collect()
}

/// The readable files that a run reads.
fn files(folder: &Path) -> Vec<SourceFile> {
    let discovered = discover(
        &[PathBuf::from(".")],
        &DiscoverOptions { current_dir: folder, settings_dir: None, exclude: &[], source_roots: &[] },
    );
    discovered.unwrap().files.into_iter().filter(|file| read_source(&file.path).is_ok()).collect()
}

fn parse_on_one_thread(texts: &[String]) -> Duration {
    on_large_stack(|| timed(|| texts.iter().for_each(|text| drop(parse(text)))))
}

/// The time until the result is there; giving its memory back does not count.
fn run(folder: &Path, reports: bool, jobs: Option<usize>) -> Duration {
    let start = Instant::now();
    let settings = Settings { jobs, ..Settings::default() };
    let knowledge = Knowledge::embedded();
    let analysis = analyse(&AnalyseRequest {
        paths: &[PathBuf::from(".")],
        current_dir: folder,
        settings_dir: None,
        settings: &settings,
        knowledge,
        least: Confidence::Probable,
        progress: &|_| (),
    })
    .unwrap();
    if reports {
        let selected = Selected::resolve(&settings.selection, knowledge).unwrap();
        let request = LintRequest {
            analysis: &analysis,
            settings_dir: None,
            settings: &settings,
            knowledge,
            selected: &selected,
            least: Confidence::Probable,
        };
        black_box(lint(&request).unwrap());
    }
    let elapsed = start.elapsed();
    drop(black_box(analysis));
    elapsed
}
