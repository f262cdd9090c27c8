//! From paths to effects: every phase once.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rayon::ThreadPoolBuilder;

use crate::base::Settings;
use crate::check::FileProblem;
use crate::driver::analysis::{AnalysedFile, Analysis};
use crate::driver::cache::{FileFacts, Listing, Store};
use crate::driver::error::DriverError;
use crate::driver::follow::{Followed, follow};
use crate::driver::load::{Loaded, is_test, load_all, panic_message};
use crate::driver::progress::Progress;
use crate::driver::reuse::Reuse;
use crate::effects;
use crate::graph::{self, Confidence};
use crate::io::{
    DiscoverOptions, DiscoverWarning, Environment, EnvironmentError, SourceFile, discover, find_environment,
};
use crate::link::{Hierarchy, ModuleInput, describe, link};
use crate::resolve::{ResolveOptions, resolve};
use crate::rules::Knowledge;

/// What to analyse, and how.
pub struct AnalyseRequest<'a> {
    /// Files and folders to report on; the projects around them are analysed whole.
    pub paths: &'a [PathBuf],
    /// The folder that paths are relative to.
    pub current_dir: &'a Path,
    /// The folder that patterns of the configuration are relative to.
    pub settings_dir: Option<&'a Path>,
    /// The settings.
    pub settings: &'a Settings,
    /// The rules.
    pub knowledge: &'a Knowledge,
    /// What is less sure is left out of the effects.
    pub least: Confidence,
    /// Told how far the run is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

/// Long legal chains (`a.b().c()…`, `x + y + …`) recurse deeply in the parser and in what walks its tree.
const STACK: usize = 256 << 20;

/// The files of a run.
pub(crate) struct Found {
    pub(crate) files: Vec<SourceFile>,
    pub(crate) roots: Vec<PathBuf>,
    pub(crate) warnings: Vec<DiscoverWarning>,
    environment: Option<Environment>,
}

/// Analyses the projects around some paths.
pub fn analyse(request: &AnalyseRequest<'_>) -> Result<Analysis, DriverError> {
    let found = find(request)?;
    analyse_found(request, found, None).map(|(analysis, _)| analysis)
}

/// Finds the files of the projects around some paths.
pub(crate) fn find(request: &AnalyseRequest<'_>) -> Result<Found, DriverError> {
    let settings = request.settings;
    let discovered = discover(
        request.paths,
        &DiscoverOptions {
            current_dir: request.current_dir,
            settings_dir: request.settings_dir,
            exclude: &settings.exclude,
            source_roots: &settings.source_roots,
        },
    )?;
    let environment = environment(request, &discovered.roots)?;
    let files = without_shadowed_stubs(discovered.files);
    Ok(Found { files, roots: discovered.roots, warnings: discovered.warnings, environment })
}

/// Analyses files, with what earlier runs worked out; and tells what is known of each file's content.
pub(crate) fn analyse_found(
    request: &AnalyseRequest<'_>,
    found: Found,
    earlier: Option<(&Store, &Listing)>,
) -> Result<(Analysis, Vec<Option<FileFacts>>), DriverError> {
    in_pool(request.settings.jobs, || {
        let Found { files, roots, warnings, environment } = found;
        (request.progress)(Progress::Files(files.len()));
        let (loaded, reuse) = match earlier {
            Some((store, listing)) => Reuse::load(store, listing, &files, request.progress),
            None => (load_all(&files, request.progress), Reuse::none(files.len())),
        };
        let followed = match &environment {
            Some(environment) => follow(&files, &loaded, environment, request.current_dir, request.progress),
            None => Followed::default(),
        };
        (request.progress)(Progress::WholeProgram);
        let analysis = join(request, files, roots, warnings, loaded, followed, &reuse);
        (analysis, reuse.known)
    })
}

/// Runs `work` on a pool of threads with large stacks; a panic in it is an error.
pub(crate) fn in_pool<T: Send>(
    jobs: Option<usize>,
    work: impl FnOnce() -> T + Send,
) -> Result<T, DriverError> {
    let pool = ThreadPoolBuilder::new()
        .num_threads(jobs.unwrap_or(0))
        .stack_size(STACK)
        .build()
        .map_err(|error| DriverError::Threads(error.to_string()))?;
    pool.install(|| catch_unwind(AssertUnwindSafe(work)))
        .map_err(|panic| DriverError::Internal(panic_message(&*panic)))
}

/// The environment into which imports are to be followed, if they are.
fn environment(
    request: &AnalyseRequest<'_>,
    roots: &[PathBuf],
) -> Result<Option<Environment>, EnvironmentError> {
    if !request.settings.follow_imports {
        return Ok(None);
    }
    let mut folders: Vec<&Path> = request.settings_dir.into_iter().collect();
    folders.extend(roots.iter().map(PathBuf::as_path));
    folders.push(request.current_dir);
    find_environment(request.settings.python.as_deref(), &folders).map(Some)
}

/// A stub beside its module tells nothing about what runs.
fn without_shadowed_stubs(files: Vec<SourceFile>) -> Vec<SourceFile> {
    let real: BTreeSet<String> =
        files.iter().filter(|file| !file.is_stub).map(|file| file.unique_name.clone()).collect();
    files.into_iter().filter(|file| !file.is_stub || !real.contains(&file.unique_name)).collect()
}

fn join(
    request: &AnalyseRequest<'_>,
    sources: Vec<SourceFile>,
    roots: Vec<PathBuf>,
    warnings: Vec<DiscoverWarning>,
    loaded: Vec<Loaded>,
    followed: Followed,
    reuse: &Reuse<'_>,
) -> Analysis {
    let mut files = Vec::with_capacity(sources.len());
    let mut inputs = Vec::with_capacity(sources.len());
    let mut problems: Vec<FileProblem> = Vec::new();
    for (source, loaded) in sources.into_iter().zip(loaded) {
        let is_test = is_test(&source.relative);
        if let Some(facts) = loaded.facts {
            inputs.push(ModuleInput {
                name: source.unique_name.clone(),
                is_package: source.is_package,
                is_test,
                is_third_party: false,
                file: u32::try_from(files.len()).unwrap_or(u32::MAX),
                facts,
            });
        }
        problems.extend(loaded.problem);
        files.push(AnalysedFile::of_project(source, loaded.text, loaded.encoding));
    }
    for (source, loaded) in followed.files {
        let Some(facts) = loaded.facts else { continue };
        inputs.push(ModuleInput {
            name: source.unique_name.clone(),
            is_package: source.is_package,
            is_test: false,
            is_third_party: true,
            file: u32::try_from(files.len()).unwrap_or(u32::MAX),
            facts,
        });
        files.push(AnalysedFile {
            source,
            text: loaded.text,
            encoding: loaded.encoding,
            is_test: false,
            is_runtime: false,
            is_third_party: true,
        });
    }
    let mut program = link(inputs);
    if request.settings.follow_imports {
        describe(&mut program, described(request), request.knowledge.variable_names());
    }
    let hierarchy = Hierarchy::new(&program);
    let resolution = reuse.resolution(&program, &files, request.knowledge, request.settings, || {
        let tells_libraries = !request.settings.prefer.is_empty();
        let options = ResolveOptions { tells_libraries, ..ResolveOptions::default() };
        resolve(&program, &hierarchy, request.knowledge, options)
    });
    let graph = graph::build(&program, &resolution, request.knowledge);
    let unresolved = graph::unresolved_by_reason(&resolution);
    let library_values = resolution.library_values;
    drop(resolution.reaches);
    let effects = effects::infer(&program, &graph, request.knowledge, request.settings, request.least);
    Analysis {
        files,
        roots,
        program,
        hierarchy,
        graph,
        unresolved,
        effects,
        library_values,
        problems,
        warnings,
        notes: followed.notes,
    }
}

/// Names of callables that rules or settings say something of; what they say wins over installed source.
fn described<'a>(request: &AnalyseRequest<'a>) -> Vec<&'a str> {
    let settings = request.settings;
    let mut names = request.knowledge.callable_names();
    names.extend(settings.blocking.iter().chain(&settings.not_blocking).map(String::as_str));
    names
}
