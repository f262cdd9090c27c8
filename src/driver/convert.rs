//! Plans a conversion and turns it into new bytes of files; nothing is written.

use std::collections::{BTreeMap, BTreeSet};
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
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::{FileChange, KeepReason, Plan, PlanRequest, PlanScope, owner, plan};
use crate::rewrite::{RewriteOptions, rewrite, runtime_source};
use crate::rules::Knowledge;
use crate::semantic::FunctionId;

/// What to convert.
pub struct ConvertRequest<'a> {
    /// The analysed project.
    pub analysis: &'a Analysis,
    /// The settings.
    pub settings: &'a Settings,
    /// The rules.
    pub knowledge: &'a Knowledge,
    /// Which functions may change.
    pub scope: &'a PlanScope,
    /// An earlier conversion of the same project: what it refused is not tried again, and files that come out the same
    /// are not written again.
    pub earlier: Option<&'a Conversion>,
    /// Told how far the run is.
    pub progress: &'a (dyn Fn(Progress) + Sync),
}

/// A planned and verified conversion.
#[derive(Debug)]
pub struct Conversion {
    /// What was decided.
    pub plan: Plan,
    /// The scope of the request, less the functions that had to be dropped.
    pub scope: PlanScope,
    /// New contents, in the order in which they are to be written.
    pub edits: Vec<FileEdit>,
    /// What is left as it is, since its rewrite failed its checks; in module order.
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

/// A file, or functions of it, whose rewrite failed its checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// The module.
    pub module: ModuleId,
    /// Path as shown to people.
    pub display: String,
    /// The functions without which the rewrite passes; empty when the whole file is left alone.
    pub functions: Vec<ProgramFunctionId>,
    /// Why.
    pub reason: String,
}

/// In so many rounds the functions that make a rewrite fail are looked for; after that their files are left alone.
const FINE_ROUNDS: usize = 12;
/// Each round refuses at least one more function or file; a project that needs more rounds is left alone.
const MOST_ROUNDS: usize = 24;

/// Plans, rewrites and verifies until every file of the plan passes.
pub fn convert(request: &ConvertRequest<'_>) -> Result<Conversion, DriverError> {
    in_pool(request.settings.jobs, || {
        let versions = lowest_versions(&read_manifests(&request.analysis.roots, Path::new("")));
        let mut scope = request.scope.clone();
        let mut refused: Vec<Refused> = match request.earlier {
            Some(earlier) => earlier.refused.clone(),
            None => Vec::new(),
        };
        drop_refused(&mut scope, &refused);
        for round in 0..MOST_ROUNDS {
            let plan = make_plan(request, &versions, &scope, &refused);
            (request.progress)(Progress::Rewrites(plan.files.len()));
            let results: Vec<Result<(ModuleId, FileEdit), Refused>> = plan
                .files
                .par_iter()
                .map(|(module, change)| {
                    rewrite_file(request, *module, change).map(|edit| (*module, edit)).map_err(|reason| {
                        let is_fine = round < FINE_ROUNDS;
                        let functions = if is_fine { guilty(request, *module, change) } else { Vec::new() };
                        let display = request.analysis.file(*module).source.display.clone();
                        Refused { module: *module, display, functions, reason }
                    })
                })
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
                return Conversion { plan, scope, edits, refused };
            }
            drop_refused(&mut scope, &refused);
        }
        refused.sort_by_key(|refused| refused.module);
        Conversion { plan: Plan::default(), scope, edits: Vec::new(), refused }
    })
}

fn drop_refused(scope: &mut PlanScope, refused: &[Refused]) {
    for &function in refused.iter().flat_map(|refused| &refused.functions) {
        scope.dropped.entry(function).or_insert(KeepReason::RewriteFailed);
    }
}

fn make_plan(
    request: &ConvertRequest<'_>,
    versions: &BTreeMap<String, Version>,
    scope: &PlanScope,
    refused: &[Refused],
) -> Plan {
    let analysis = request.analysis;
    let whole = refused.iter().filter(|refused| refused.functions.is_empty());
    let mut modules: Vec<ModuleId> = whole.map(|refused| refused.module).collect();
    modules.sort_unstable();
    plan(&PlanRequest {
        program: &analysis.program,
        graph: &analysis.graph,
        effects: &analysis.effects,
        knowledge: request.knowledge,
        settings: request.settings,
        library_values: &analysis.library_values,
        is_selected: &|module| is_editable(analysis.file(module)),
        scope,
        versions,
        refused: &modules,
    })
}

/// The functions whose steps make the rewrite of a file fail; none when it fails without any of them.
///
/// Functions are added in halves, and a half that fails is divided, so that those in which nothing is wrong cost little.
fn guilty(request: &ConvertRequest<'_>, module: ModuleId, change: &FileChange) -> Vec<ProgramFunctionId> {
    let program = &request.analysis.program;
    let facts = program.facts(module);
    let owners: Vec<Option<FunctionId>> = change.steps.iter().map(|step| owner(facts, step)).collect();
    let functions: Vec<FunctionId> =
        owners.iter().flatten().copied().collect::<BTreeSet<_>>().into_iter().collect();
    let passes = |kept: &BTreeSet<FunctionId>| {
        let is_kept = |owner: &Option<FunctionId>| owner.is_none_or(|owner| kept.contains(&owner));
        let steps = change.steps.iter().zip(&owners).filter(|(_, owner)| is_kept(owner));
        let steps = steps.map(|(step, _)| step.clone()).collect();
        rewrite_file(request, module, &FileChange { steps, imports: change.imports.clone() }).is_ok()
    };
    let mut kept = BTreeSet::new();
    if !passes(&kept) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut waiting: Vec<&[FunctionId]> = vec![&functions];
    while let Some(part) = waiting.pop() {
        let with_part: BTreeSet<FunctionId> = kept.iter().chain(part).copied().collect();
        if passes(&with_part) {
            kept = with_part;
        } else if let [function] = part {
            found.push(program.function(module, *function));
        } else {
            let (first, second) = part.split_at(part.len() / 2);
            waiting.push(second);
            waiting.push(first);
        }
    }
    found.sort_unstable();
    found
}

/// Stubs and the runtime helper are not ours to convert.
fn is_editable(file: &AnalysedFile) -> bool {
    file.source.is_selected && !file.source.is_stub && !file.is_runtime
}

fn rewrite_file(
    request: &ConvertRequest<'_>,
    module: ModuleId,
    change: &FileChange,
) -> Result<FileEdit, String> {
    let file = request.analysis.file(module);
    if let Some(edit) =
        request.earlier.and_then(|earlier| same_edit(earlier, &file.source.path, module, change))
    {
        return Ok(edit.clone());
    }
    let target_version = request.settings.target_version.unwrap_or(DEFAULT_TARGET);
    let encoding = file.encoding.ok_or_else(|| "the file could not be read".to_owned())?;
    let facts = request.analysis.program.facts(module);
    let text = file.text.as_str();
    let new = rewrite(text, facts, change, &RewriteOptions { target_version })
        .map_err(|refusal| refusal.to_string())?;
    let old = encoding.encode(text).map_err(|error| error.to_string())?;
    let new = encoding.encode(&new).map_err(|error| error.to_string())?;
    let (path, display) = (file.source.path.clone(), file.source.display.clone());
    Ok(FileEdit { path, display, old: Some(old), new })
}

/// The edit of an earlier conversion that came from the same change.
fn same_edit<'a>(
    earlier: &'a Conversion,
    path: &Path,
    module: ModuleId,
    change: &FileChange,
) -> Option<&'a FileEdit> {
    let files = &earlier.plan.files;
    let found = files.binary_search_by_key(&module, |(known, _)| *known).ok()?;
    let is_same = files[found].1 == *change;
    earlier.edits.iter().find(|edit| is_same && edit.path == path)
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
