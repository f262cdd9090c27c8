//! The command `lint`.

use std::path::Path;

use anyhow::Result;

use crate::base::{Level, Selection};
use crate::check::Finding;
use crate::cli::arguments::{GlobalArguments, LintArguments, MinConfidence};
use crate::cli::exit::Outcome;
use crate::cli::knowledge::load_knowledge;
use crate::cli::lint_gate::{Gate, Gated, lay_over, levels, pass, select_more};
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
    lay_over(settings, &arguments.gate);
    let mut flags = Selection {
        select: arguments.select.clone(),
        extend_select: arguments.extend_select.clone(),
        ignore: arguments.ignore.clone(),
    };
    select_more(&mut flags, &arguments.gate);
    select(settings, flags);
    let levels = levels(settings, &arguments.gate, knowledge)?;
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
    let gate = Gate {
        arguments: &arguments.gate,
        settings: &configuration.settings,
        settings_dir: project.settings_dir(),
        current_dir,
        knowledge,
        selected: &selected,
        least,
        files: &analysis.files,
        roots: &analysis.roots,
        terminal,
        is_quiet: output.is_quiet(),
    };
    let Gated::Report { findings, is_stale } = pass(&gate, findings, &levels)? else {
        return Ok(Outcome::Clean);
    };
    let fails = is_stale || is_failure(&findings, configuration.settings.fail_on);
    let outcome = if fails && !arguments.exit_zero { Outcome::Found } else { Outcome::Clean };
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

/// Whether a finding weighs enough.
fn is_failure(findings: &[Finding], least: Level) -> bool {
    findings.iter().any(|finding| finding.level >= least)
}
