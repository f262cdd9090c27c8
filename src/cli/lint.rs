//! The command `lint`.

use std::path::Path;

use anyhow::Result;

use crate::base::Selection;
use crate::check::{Finding, group};
use crate::cli::arguments::{GlobalArguments, LintArguments, MinConfidence};
use crate::cli::exit::Outcome;
use crate::cli::knowledge::load_knowledge;
use crate::cli::lint_output::LintOutput;
use crate::cli::options::{configuration, select};
use crate::cli::project::{Project, file_view, summary};
use crate::cli::terminal::Terminal;
use crate::driver::{LintRequest, lint};
use crate::graph::Confidence;
use crate::io::repository_top;
use crate::report::{BaseFolder, LintView};
use crate::rules::Selected;

/// Reports findings.
pub(crate) fn run_lint(
    arguments: &LintArguments,
    global: &GlobalArguments,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Outcome> {
    let output = LintOutput::new(&arguments.output)?;
    let mut configuration = configuration(global, &arguments.imports, current_dir, &arguments.paths)?;
    let knowledge = load_knowledge(&configuration, terminal, current_dir)?;
    let knowledge = &*knowledge;
    let settings = &mut configuration.settings;
    settings.target_version = arguments.target_version.or(settings.target_version);
    let flags = Selection {
        select: arguments.select.clone(),
        extend_select: arguments.extend_select.clone(),
        ignore: arguments.ignore.clone(),
    };
    select(settings, flags);
    let selected = Selected::resolve(&settings.selection, knowledge)?;
    let ignored: Vec<String> = settings.per_file_ignores.values().flatten().cloned().collect();
    Selected::resolve(&Selection { ignore: ignored, ..Selection::default() }, knowledge)?;
    let least = match arguments.min_confidence {
        MinConfidence::Definite => Confidence::Definite,
        MinConfidence::Probable => Confidence::Probable,
        MinConfidence::Possible => Confidence::Possible,
    };
    let project =
        Project { paths: &arguments.paths, current_dir, configuration: &configuration, knowledge, least };
    let analysis = project.analyse()?;
    terminal.warn(&analysis.warnings)?;
    if !output.is_quiet() {
        terminal.note(&analysis.notes)?;
    }
    let findings = lint(&LintRequest {
        analysis: &analysis,
        settings_dir: project.settings_dir(),
        settings: &configuration.settings,
        knowledge,
        selected: &selected,
        least,
    })?;
    let findings = group(findings, knowledge);
    let outcome = outcome(arguments, &findings);
    let view = LintView {
        findings: &findings,
        file: &|file| file_view(&analysis, file),
        summary: &summary(&analysis),
        knowledge,
        base: &BaseFolder::new(repository_top(current_dir).unwrap_or(current_dir), current_dir),
        exit_code: outcome.code(),
    };
    output.write(terminal, &view)?;
    Ok(outcome)
}

fn outcome(arguments: &LintArguments, findings: &[Finding]) -> Outcome {
    if findings.is_empty() || arguments.exit_zero { Outcome::Clean } else { Outcome::Found }
}
