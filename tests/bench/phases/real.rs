//! Whole runs on a folder of real Python, beside the time that parsing alone takes.

use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use asyncshift::base::Settings;
use asyncshift::driver::{AnalyseRequest, LintRequest, analyse, lint};
use asyncshift::graph::Confidence;
use asyncshift::io::{DiscoverOptions, discover, read_source};
use asyncshift::rules::{Knowledge, Selected};
use asyncshift::syntax::parse;

/// Each figure is the best of so many runs.
const RUNS: usize = 3;

/// Prints one line a figure.
pub(crate) fn report(folder: &Path) {
    let texts = texts(folder);
    let lines: usize = texts.iter().map(|text| text.lines().count()).sum();
    println!("{}: {} files, {lines} lines", folder.display(), texts.len());
    let parsing = best(|| parse_on_one_thread(&texts));
    drop(texts);
    let show = |what: &str, time: Duration| {
        let ratio = time.as_secs_f64() / parsing.as_secs_f64();
        let line = time.as_nanos() / lines.max(1) as u128;
        println!("{what:<36} {:>8.3} s {ratio:>6.2} x {line:>7} ns/line", time.as_secs_f64());
    };
    show("parsing alone, one thread", parsing);
    show("reading to finished graph, effects", best(|| timed(|| run(folder, false, None))));
    show("lint", best(|| timed(|| run(folder, true, None))));
    show("lint, one thread", best(|| timed(|| run(folder, true, Some(1)))));
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
    let discovered = discover(
        &[PathBuf::from(".")],
        &DiscoverOptions { current_dir: folder, settings_dir: None, exclude: &[], source_roots: &[] },
    );
    let files = discovered.unwrap().files;
    files.iter().filter_map(|file| read_source(&file.path).ok()).map(|decoded| decoded.text).collect()
}

/// On a stack as large as those of the tool.
fn parse_on_one_thread(texts: &[String]) -> Duration {
    let parse_all = || timed(|| texts.iter().for_each(|text| drop(parse(text))));
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(256 << 20);
        builder.spawn_scoped(scope, parse_all).unwrap().join().unwrap()
    })
}

fn run(folder: &Path, reports: bool, jobs: Option<usize>) {
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
}
