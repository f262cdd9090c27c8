//! Plans a conversion and turns it into new bytes of files; nothing is written.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::{DEFAULT_TARGET, Settings, Version};
use crate::driver::analyse::in_pool;
use crate::driver::analysis::{AnalysedFile, Analysis, RUNTIME_FILE};
use crate::driver::error::DriverError;
use crate::driver::order::definers_first;
use crate::driver::progress::Progress;
use crate::driver::versions::lowest_versions;
use crate::io::{ReadError, read_manifests, read_source};
use crate::link::ModuleId;
use crate::plan::{FileChange, Plan, PlanRequest, plan};
use crate::rewrite::{RewriteOptions, rewrite, runtime_source};
use crate::rules::Knowledge;

/// What to convert.
pub struct ConvertRequest<'a> {
    /// The analysed project.
    pub analysis: &'a Analysis,
    /// The settings.
    pub settings: &'a Settings,
    /// The rules.
    pub knowledge: &'a Knowledge,
    /// Dotted name, or end of one, of the only function to convert, with what it needs.
    pub only: Option<&'a str>,
    /// Told how far the run is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

/// A planned and verified conversion.
pub struct Conversion {
    /// What was decided.
    pub plan: Plan,
    /// New contents, in the order in which they are to be written.
    pub edits: Vec<FileEdit>,
    /// Files that are left as they are, since their rewrite failed its checks; in module order.
    pub refused: Vec<Refused>,
}

/// The new content of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEdit {
    /// Absolute path.
    pub path: PathBuf,
    /// Path as shown to people.
    pub display: String,
    /// What it holds now; `None` when it is a new file.
    pub old: Option<Vec<u8>>,
    /// What it is to hold.
    pub new: Vec<u8>,
}

/// A file whose rewrite failed its checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The module.
    pub module: ModuleId,
    /// Path as shown to people.
    pub display: String,
    /// Why.
    pub reason: String,
}

/// Each round refuses at least one more file; a project that needs more rounds is left alone.
const MOST_ROUNDS: usize = 12;

/// Plans, rewrites and verifies until every file of the plan passes.
pub fn convert(request: &ConvertRequest<'_>) -> Result<Conversion, DriverError> {
    in_pool(request.settings.jobs, || {
        let versions = lowest_versions(&read_manifests(&request.analysis.roots, Path::new("")));
        let mut refused: Vec<Refused> = Vec::new();
        for _ in 0..MOST_ROUNDS {
            let plan = make_plan(request, &versions, &refused);
            (request.progress)(Progress::Rewrites(plan.files.len()));
            let results: Vec<Result<(ModuleId, FileEdit), Refused>> = plan
                .files
                .par_iter()
                .map(|(module, change)| rewrite_file(request, *module, change))
                .collect();
            let mut edits = Vec::new();
            let known = refused.len();
            for result in results {
                match result {
                    Ok(edit) => edits.push(edit),
                    Err(failure) => refused.push(failure),
                }
            }
            if refused.len() == known {
                refused.sort_by_key(|refused| refused.module);
                let edits = in_order(request, &plan, edits);
                return Conversion { plan, edits, refused };
            }
        }
        refused.sort_by_key(|refused| refused.module);
        Conversion { plan: Plan::default(), edits: Vec::new(), refused }
    })
}

fn make_plan(
    request: &ConvertRequest<'_>,
    versions: &BTreeMap<String, Version>,
    refused: &[Refused],
) -> Plan {
    let analysis = request.analysis;
    let mut modules: Vec<ModuleId> = refused.iter().map(|refused| refused.module).collect();
    modules.sort_unstable();
    plan(&PlanRequest {
        program: &analysis.program,
        graph: &analysis.graph,
        effects: &analysis.effects,
        knowledge: request.knowledge,
        settings: request.settings,
        library_values: &analysis.library_values,
        is_selected: &|module| is_editable(analysis.file(module)),
        only: request.only,
        versions,
        refused: &modules,
    })
}

/// Stubs and the runtime helper are not ours to convert.
fn is_editable(file: &AnalysedFile) -> bool {
    file.source.is_selected && !file.source.is_stub && !file.is_runtime
}

fn rewrite_file(
    request: &ConvertRequest<'_>,
    module: ModuleId,
    change: &FileChange,
) -> Result<(ModuleId, FileEdit), Refused> {
    let file = request.analysis.file(module);
    let refuse = |reason: String| Refused { module, display: file.source.display.clone(), reason };
    let target_version = request.settings.target_version.unwrap_or(DEFAULT_TARGET);
    let Some(encoding) = file.encoding else { return Err(refuse("the file could not be read".to_owned())) };
    let facts = request.analysis.program.facts(module);
    let text = file.text.as_str();
    let new = rewrite(text, facts, change, &RewriteOptions { target_version })
        .map_err(|refusal| refuse(refusal.to_string()))?;
    let old = encoding.encode(text).map_err(|error| refuse(error.to_string()))?;
    let new = encoding.encode(&new).map_err(|error| refuse(error.to_string()))?;
    let edit = FileEdit {
        path: file.source.path.clone(),
        display: file.source.display.clone(),
        old: Some(old),
        new,
    };
    Ok((module, edit))
}

/// The runtime first, then files that define before files that call; what would not change is left out.
fn in_order(request: &ConvertRequest<'_>, plan: &Plan, edits: Vec<(ModuleId, FileEdit)>) -> Vec<FileEdit> {
    let mut ordered = runtime_edits(request, plan);
    let modules: Vec<ModuleId> = edits.iter().map(|(module, _)| *module).collect();
    let mut by_module: FxHashMap<ModuleId, FileEdit> = edits.into_iter().collect();
    for module in definers_first(&request.analysis.program, &request.analysis.graph, &modules) {
        ordered.extend(by_module.remove(&module).filter(|edit| edit.old.as_ref() != Some(&edit.new)));
    }
    ordered
}

fn runtime_edits(request: &ConvertRequest<'_>, plan: &Plan) -> Vec<FileEdit> {
    let mut edits: Vec<FileEdit> = Vec::new();
    for place in &plan.runtime {
        let beside = &request.analysis.file(place.beside).source;
        let name = if place.name.is_empty() { RUNTIME_FILE.to_owned() } else { format!("{}.py", place.name) };
        let path = beside.path.with_file_name(&name);
        let display = Path::new(&beside.display).with_file_name(&name).display().to_string();
        if edits.iter().any(|edit| edit.path == path) {
            continue;
        }
        let new = place.text.as_deref().unwrap_or(runtime_source()).as_bytes().to_vec();
        let old = match read_source(&path) {
            Ok(decoded) => decoded.encoding.encode(&decoded.text).ok(),
            Err(ReadError::Io(error)) if error.kind() == io::ErrorKind::NotFound => None,
            // Writing it will fail with a clear message, if it comes to that.
            Err(ReadError::Io(_) | ReadError::Decode(_)) => Some(Vec::new()),
        };
        if old.as_ref() != Some(&new) {
            edits.push(FileEdit { path, display, old, new });
        }
    }
    edits.sort_by(|left, right| left.path.cmp(&right.path));
    edits
}
