//! The command `lint`.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;

use crate::base::Selection;
use crate::check::{Finding, group};
use crate::cli::arguments::{GlobalArguments, LintArguments, LintFormat, MinConfidence};
use crate::cli::exit::Outcome;
use crate::cli::knowledge::load_knowledge;
use crate::cli::options::{configuration, select};
use crate::cli::project::{Project, summary_of};
use crate::cli::terminal::{Terminal, unstyled};
use crate::driver::CacheUse;
use crate::graph::Confidence;
use crate::io::{Configuration, cache_variable, write_output};
use crate::report::{FileView, LintView, write_concise, write_full, write_json, write_statistics, write_summary};
use crate::rules::Selected;

/// Reports findings.
pub(crate) fn run_lint(
    arguments: &LintArguments,
    global: &GlobalArguments,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Outcome> {
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
    let linted = project.lint(&selected, &cache_folder(arguments, &configuration, current_dir))?;
    terminal.warn(&linted.warnings)?;
    terminal.note(&linted.notes)?;
    let findings = group(linted.findings, knowledge);
    let view = LintView {
        findings: &findings,
        file: &|file| {
            let file = &linted.files[file as usize];
            FileView { path: &file.path, text: &file.text }
        },
        summary: &summary_of(&linted.figures),
    };
    write_report(arguments, terminal, &view)?;
    // The system takes memory back faster than a walk through all that was worked out.
    std::mem::forget(linted.analysis);
    Ok(outcome(arguments, &findings))
}

/// The folder for what runs work out, if it is used: flags, the environment, the configuration, in this order.
fn cache_folder(arguments: &LintArguments, configuration: &Configuration, current_dir: &Path) -> CacheUse {
    if arguments.no_cache {
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

fn outcome(arguments: &LintArguments, findings: &[Finding]) -> Outcome {
    if findings.is_empty() || arguments.exit_zero { Outcome::Clean } else { Outcome::Found }
}

fn write_report(arguments: &LintArguments, terminal: Terminal, view: &LintView<'_>) -> Result<()> {
    let write = |out: &mut dyn Write| write_format(out, arguments, view);
    if let Some(path) = &arguments.output_file {
        write_output(path, &unstyled(write)?)?;
        return Ok(());
    }
    match arguments.format {
        LintFormat::Json => Terminal::plain(write)?,
        LintFormat::Full | LintFormat::Concise => terminal.styled(write)?,
    }
    Ok(())
}

fn write_format(out: &mut dyn Write, arguments: &LintArguments, view: &LintView<'_>) -> io::Result<()> {
    match arguments.format {
        LintFormat::Full => write_full(out, view)?,
        LintFormat::Concise => write_concise(out, view)?,
        LintFormat::Json => return write_json(out, view),
    }
    if arguments.statistics {
        write_statistics(out, view.findings)?;
    }
    write_summary(out, view.findings, view.summary)
}
