//! Tries a conversion out on a copy of the project, and leaves out the units that make a command fail.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;

use crate::driver::analysis::Analysis;
use crate::driver::convert::{Conversion, ConvertRequest, FileEdit, convert};
use crate::driver::error::DriverError;
use crate::driver::stages::{difference_of, part_of};
use crate::io::{CommandRun, ProjectCopy, RunEnd};
use crate::link::ProgramFunctionId;
use crate::plan::{KeepReason, Unit};

/// What to try out.
pub struct VerifyRequest<'a> {
    /// What is converted.
    pub convert: &'a ConvertRequest<'a>,
    /// The command line, for the system's shell.
    pub command: &'a str,
    /// How long one run may take.
    pub limit: Option<Duration>,
    /// The folder that stands for the one in which the command is to run.
    pub current_dir: &'a Path,
    /// Told of each run.
    pub ran: &'a dyn Fn(&Trial<'_>),
}

/// A run of the command.
#[derive(Clone, Copy, Debug)]
pub struct Trial<'a> {
    /// On what.
    pub on: TrialOf,
    /// How it went.
    pub run: &'a CommandRun,
}

/// What the command ran on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrialOf {
    /// The project as it is.
    Before,
    /// The whole conversion, as far as it is not dropped: so many units.
    All(usize),
    /// Its first units: so many of so many.
    First(usize, usize),
}

/// A conversion that the command takes.
#[derive(Debug)]
pub struct Verified {
    /// The conversion.
    pub conversion: Conversion,
    /// What was dropped, in the order in which it was found.
    pub dropped: Vec<DroppedUnit>,
    /// How often the command ran.
    pub runs: usize,
}

/// A unit with which the command fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DroppedUnit {
    /// Its functions, in order.
    pub functions: Vec<ProgramFunctionId>,
    /// How the command failed.
    pub run: CommandRun,
}

/// Why a conversion could not be tried out.
#[derive(Debug, Error)]
pub enum VerifyError {
    /// It could not be made.
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// Paths lie in several projects.
    #[error("`--verify` copies one project, and the paths lie in {0}")]
    Projects(usize),
    /// The copy, or the command, cannot be made.
    #[error("cannot run `{command}` on a copy of the project: {error}")]
    Copy {
        /// The command line.
        command: String,
        /// What the system said.
        error: io::Error,
    },
    /// The command fails without any conversion.
    #[error("`{command}` fails on the project as it is, before any conversion: {}", end_text(run))]
    FailsBefore {
        /// The command line.
        command: String,
        /// How it failed.
        run: CommandRun,
    },
    /// The command fails with the conversion, and no unit makes it fail.
    #[error(
        "`{command}` fails with the conversion, and no function can be named that makes it fail: {}",
        end_text(run)
    )]
    NoCause {
        /// The command line.
        command: String,
        /// How it failed.
        run: CommandRun,
    },
}

/// After the conversion the command may take so many times as long as before.
const PATIENCE: u32 = 10;
/// And at least so long.
const LEAST_LIMIT: Duration = Duration::from_secs(60);

/// Converts, runs the command on a copy, and drops unit after unit until it passes. Nothing of the project changes.
pub fn verify(request: &VerifyRequest<'_>) -> Result<Verified, VerifyError> {
    let mut scope = request.convert.scope.clone();
    let mut conversion = convert(request.convert)?;
    let mut bench = Bench::set_up(request, &conversion)?;
    let before = bench.run(TrialOf::Before, &[])?;
    if before.end != RunEnd::Passed {
        return Err(VerifyError::FailsBefore { command: request.command.to_owned(), run: before });
    }
    bench.limit = request.limit.or_else(|| Some((before.time * PATIENCE).max(LEAST_LIMIT)));
    let mut dropped: Vec<DroppedUnit> = Vec::new();
    while !conversion.edits.is_empty() {
        let units = &conversion.plan.units;
        let run = bench.run(TrialOf::All(units.len()), &conversion.edits)?;
        if run.end == RunEnd::Passed {
            break;
        }
        let Some((unit, run)) = first_that_fails(request, &mut bench, &conversion, run.clone())? else {
            return Err(VerifyError::NoCause { command: request.command.to_owned(), run });
        };
        let functions = units[unit].functions();
        scope.dropped.extend(functions.iter().map(|&function| (function, KeepReason::VerificationFailed)));
        dropped.push(DroppedUnit { functions: functions.into_iter().collect(), run });
        conversion =
            convert(&ConvertRequest { scope: &scope, earlier: Some(&conversion), ..*request.convert })?;
    }
    Ok(Verified { conversion, dropped, runs: bench.runs })
}

/// The text for how a command ended, with the last lines that it printed.
pub fn end_text(run: &CommandRun) -> String {
    let mut text = match run.end {
        RunEnd::Passed => "passes".to_owned(),
        RunEnd::Failed(Some(code)) => format!("exit code {code}"),
        RunEnd::Failed(None) => "ended by a signal".to_owned(),
        RunEnd::TimedOut => format!("not done after {} seconds", run.time.as_secs()),
    };
    for line in &run.tail {
        text.push_str("\n    | ");
        text.extend(line.chars().filter(|character| !character.is_control()));
    }
    text
}

/// The unit with which the command begins to fail when units are added leaves first, and the run that failed; by halving.
fn first_that_fails(
    request: &VerifyRequest<'_>,
    bench: &mut Bench<'_>,
    conversion: &Conversion,
    whole: CommandRun,
) -> Result<Option<(usize, CommandRun)>, VerifyError> {
    let units = &conversion.plan.units;
    let (mut passing, mut failing, mut run) = (0, units.len(), whole);
    while failing > passing + 1 {
        let middle = passing.midpoint(failing);
        let functions: BTreeSet<ProgramFunctionId> =
            units[..middle].iter().flat_map(Unit::functions).collect();
        let part = part_of(request.convert, conversion, &functions)?;
        let tried = bench.run(TrialOf::First(middle, units.len()), &part.edits)?;
        if tried.end == RunEnd::Passed {
            passing = middle;
        } else {
            (failing, run) = (middle, tried);
        }
    }
    Ok(failing.checked_sub(1).map(|unit| (unit, run)))
}

/// The copy in which the command runs.
struct Bench<'a> {
    request: &'a VerifyRequest<'a>,
    root: PathBuf,
    copy: ProjectCopy,
    inside: PathBuf,
    imports: Vec<PathBuf>,
    limit: Option<Duration>,
    state: Vec<FileEdit>,
    runs: usize,
}

impl<'a> Bench<'a> {
    fn set_up(request: &'a VerifyRequest<'a>, conversion: &Conversion) -> Result<Self, VerifyError> {
        let analysis = request.convert.analysis;
        let [root] = analysis.roots.as_slice() else {
            return Err(VerifyError::Projects(analysis.roots.len()));
        };
        let copy = ProjectCopy::new(root).map_err(|error| copy_error(request, error))?;
        let inside = request.current_dir.strip_prefix(root).unwrap_or(Path::new("")).to_owned();
        let imports = import_folders(analysis, root, &copy.path(), &conversion.edits);
        Ok(Self {
            request,
            root: root.clone(),
            copy,
            inside,
            imports,
            limit: request.limit,
            state: Vec::new(),
            runs: 0,
        })
    }

    /// Runs the command on the project with some edits.
    fn run(&mut self, on: TrialOf, edits: &[FileEdit]) -> Result<CommandRun, VerifyError> {
        let fail = |error| copy_error(self.request, error);
        let relative = |edit: &'_ FileEdit| edit.path.strip_prefix(&self.root).map(Path::to_owned);
        let mut files: Vec<(PathBuf, Option<Vec<u8>>)> = Vec::new();
        for edit in difference_of(&self.state, edits) {
            files.extend(relative(&edit).map(|path| (path, Some(edit.new))));
        }
        let stays = |gone: &&FileEdit| edits.iter().any(|edit| edit.path == gone.path);
        for gone in self.state.iter().filter(|edit| edit.old.is_none() && !stays(edit)) {
            files.extend(relative(gone).map(|path| (path, None)));
        }
        let files: Vec<(&Path, Option<&[u8]>)> =
            files.iter().map(|(path, content)| (path.as_path(), content.as_deref())).collect();
        self.copy.put(&files).map_err(fail)?;
        self.state = edits.to_vec();
        self.runs += 1;
        let run = self.copy.run(self.request.command, &self.inside, &self.imports, self.limit);
        let run = run.map_err(|error| copy_error(self.request, error))?;
        (self.request.ran)(&Trial { on, run: &run });
        Ok(run)
    }
}

fn copy_error(request: &VerifyRequest<'_>, error: io::Error) -> VerifyError {
    VerifyError::Copy { command: request.command.to_owned(), error }
}

/// The folders of the copy from which changed modules are imported. They go before what is installed, since that may be
/// the project itself, in place.
fn import_folders(analysis: &Analysis, root: &Path, copy: &Path, edits: &[FileEdit]) -> Vec<PathBuf> {
    let changed: BTreeSet<&Path> = edits.iter().map(|edit| edit.path.as_path()).collect();
    let files = analysis.files.iter().filter(|file| changed.contains(file.source.path.as_path()));
    let folders: BTreeSet<&Path> =
        files.filter_map(|file| file.source.package_root.strip_prefix(root).ok()).collect();
    folders.into_iter().map(|folder| copy.join(folder)).collect()
}
