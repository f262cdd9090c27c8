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
use crate::cli::project::{Project, summary_of};
use crate::cli::terminal::Terminal;
use crate::driver::CacheUse;
use crate::graph::Confidence;
use crate::io::{Configuration, cache_variable, repository_top};
use crate::report::{BaseFolder, FileView, LintView};
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
    let linted = project.lint(&selected, &cache_use(arguments, &configuration, current_dir))?;
    terminal.warn(&linted.warnings)?;
    if !output.is_quiet() {
        terminal.note(&linted.notes)?;
    }
    let gate = Gate {
        arguments: &arguments.gate,
        settings: &configuration.settings,
        settings_dir: project.settings_dir(),
        current_dir,
        knowledge,
        selected: &selected,
        least,
        files: &linted.files,
        roots: &linted.roots,
        terminal,
        is_quiet: output.is_quiet(),
    };
    let Gated::Report { findings, is_stale } = pass(&gate, linted.findings, &levels)? else {
        return Ok(Outcome::Clean);
    };
    let fails = is_stale || is_failure(&findings, configuration.settings.fail_on);
    let outcome = if fails && !arguments.exit_zero { Outcome::Found } else { Outcome::Clean };
    let view = LintView {
        findings: &findings,
        file: &|file| {
            let file = &linted.files[file as usize];
            FileView { path: &file.source.display, text: &file.text }
        },
        summary: &summary_of(&linted.figures),
        knowledge,
        base: &BaseFolder::new(repository_top(current_dir).unwrap_or(current_dir), current_dir),
        exit_code: outcome.code(),
    };
    output.write(terminal, &view)?;
    // The system takes memory back faster than a walk through all that was worked out.
    std::mem::forget(linted.worked_out);
    Ok(outcome)
}

/// The folder for what runs work out, if it is used: flags, the environment, the configuration, in this order.
fn cache_use(arguments: &LintArguments, configuration: &Configuration, current_dir: &Path) -> CacheUse {
    // Files that are to be edited are read.
    let edits = arguments.gate.add_noqa || arguments.gate.remove_unused_noqa;
    if arguments.no_cache || edits {
        return CacheUse::No;
    }
    let configured = configuration.settings.cache_dir.as_ref().map(|folder| {
        let base = configuration.path.as_deref().and_then(Path::parent).unwrap_or(current_dir);
        base.join(folder)
    });
    let named = arguments.cache_dir.clone().or_else(cache_variable);
    match named.map(|folder| current_dir.join(folder)).or(configured) {
        Some(folder) => CacheUse::In(folder),
        None => CacheUse::InProject,
    }
}

/// Whether a finding weighs enough.
fn is_failure(findings: &[Finding], least: Level) -> bool {
    findings.iter().any(|finding| finding.level >= least)
}
