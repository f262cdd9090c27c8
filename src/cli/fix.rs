//! The command `fix`.

use std::path::Path;

use anyhow::Result;

use crate::cli::arguments::GlobalArguments;
use crate::cli::edits::write_files;
use crate::cli::exit::Outcome;
use crate::cli::fix_arguments::{FixArguments, PlanFormat};
use crate::cli::fix_diff::{DiffRoots, diff};
use crate::cli::fix_interactive::{answers, ask};
use crate::cli::fix_patches::write_patches;
use crate::cli::fix_verify::run_verified;
use crate::cli::fix_view::{Shown, shown};
use crate::cli::knowledge::load_knowledge;
use crate::cli::options::configuration;
use crate::cli::progress::Bar;
use crate::cli::project::{Project, summary};
use crate::cli::terminal::Terminal;
use crate::driver::{Analysis, Conversion, ConvertRequest, convert, find_targets};
use crate::graph::Confidence;
use crate::plan::PlanScope;
use crate::report::{ConversionView, PlanView, write_conversion, write_plan_json, write_plan_text};

/// Prints or applies a conversion.
pub(crate) fn run_fix(
    arguments: &FixArguments,
    global: &GlobalArguments,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Outcome> {
    let mut configuration = configuration(global, &arguments.imports, current_dir, &arguments.paths)?;
    let knowledge = load_knowledge(&configuration, terminal, current_dir)?;
    let knowledge = &*knowledge;
    let settings = &mut configuration.settings;
    settings.target_version = arguments.target_version.or(settings.target_version);
    arguments.conversion.lay_over(&mut settings.conversion);
    let mut answers = arguments.interactive.then(|| answers(arguments.answers.as_deref())).transpose()?;
    let project = Project {
        paths: &arguments.paths,
        current_dir,
        configuration: &configuration,
        knowledge,
        least: Confidence::Probable,
    };
    let analysis = project.analyse()?;
    let targets = find_targets(&analysis, &arguments.targets.names())?;
    let mut scope = PlanScope { targets, ..PlanScope::default() };
    let request = ConvertRequest {
        analysis: &analysis,
        settings: &configuration.settings,
        knowledge,
        scope: &PlanScope::default(),
        earlier: None,
        progress: &|_| {},
    };
    let roots = DiffRoots { first: current_dir, others: &analysis.roots };
    terminal.warn(&analysis.warnings)?;
    terminal.note(&analysis.notes)?;
    if let Some(answers) = &mut answers {
        scope = ask(&ConvertRequest { scope: &scope, ..request }, terminal, &roots, answers)?;
    }
    let request = ConvertRequest { scope: &scope, ..request };
    let conversion = if let Some(command) = &arguments.verify {
        run_verified(&request, command, arguments, terminal, current_dir)?
    } else {
        let bar = Bar::new();
        convert(&ConvertRequest { progress: &|progress| bar.advance(progress), ..request })?
    };
    let shown = shown(&analysis, &conversion);
    if arguments.plan {
        print_plan(arguments, terminal, &analysis, &shown)?;
        return Ok(outcome(arguments, &conversion));
    }
    if let Some(folder) = &arguments.patches {
        write_patches(&request, &conversion, &shown, &current_dir.join(folder), arguments.per.0, terminal)?;
    } else if arguments.write {
        write_files(&conversion.edits)?;
    } else {
        let patch = diff(&conversion.edits, &roots);
        Terminal::plain(|out| out.write_all(&patch))?;
    }
    let view = ConversionView {
        converted: shown.units.iter().map(|unit| unit.converted.len()).sum(),
        files: shown.files,
        kept: &shown.kept,
        refused: &shown.refused,
        notes: &shown.notes,
        summary: &summary(&analysis),
        is_detailed: arguments.verbose,
    };
    terminal.aside(|out| write_conversion(out, &view))?;
    Ok(outcome(arguments, &conversion))
}

fn outcome(arguments: &FixArguments, conversion: &Conversion) -> Outcome {
    let would_change = arguments.check && !conversion.edits.is_empty();
    if would_change { Outcome::Found } else { Outcome::Clean }
}

fn print_plan(
    arguments: &FixArguments,
    terminal: Terminal,
    analysis: &Analysis,
    shown: &Shown,
) -> Result<()> {
    let view = PlanView {
        units: &shown.units,
        files: shown.files,
        kept: &shown.kept,
        refused: &shown.refused,
        notes: &shown.notes,
        summary: &summary(analysis),
        is_detailed: arguments.verbose,
    };
    match arguments.format {
        PlanFormat::Text => terminal.styled(|out| write_plan_text(out, &view))?,
        PlanFormat::Json => Terminal::plain(|out| write_plan_json(out, &view))?,
    }
    Ok(())
}
