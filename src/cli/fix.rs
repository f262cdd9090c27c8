//! The command `fix`.

use std::path::{Path, PathBuf};

use anyhow::Result;

use crate::base::{ConversionMode, ConversionSettings, OffloadPolicy};
use crate::cli::arguments::{FixArguments, GlobalArguments, Mode, Offload};
use crate::cli::edits::write_files;
use crate::cli::exit::Outcome;
use crate::cli::knowledge::load_knowledge;
use crate::cli::options::configuration;
use crate::cli::progress::Bar;
use crate::cli::project::{Project, summary};
use crate::cli::terminal::Terminal;
use crate::driver::{Analysis, Conversion, ConvertRequest, FileEdit, convert, find_functions};
use crate::graph::Confidence;
use crate::plan::{PlanScope, Targets, Verdict};
use crate::report::{ConversionView, KeptFunction, write_conversion};
use crate::text::{diff_file, diff_new_file};

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
    settings.conversion = conversion_settings(arguments);
    let project = Project {
        paths: &arguments.paths,
        current_dir,
        configuration: &configuration,
        knowledge,
        least: Confidence::Probable,
    };
    let analysis = project.analyse()?;
    let mut scope = PlanScope::default();
    if let Some(name) = &arguments.function {
        let nodes = find_functions(&analysis, name)?;
        let functions = nodes.into_iter().filter_map(|node| analysis.graph.function(node)).collect();
        scope.targets = Targets::Needed(functions);
    }
    let bar = Bar::new();
    let conversion = convert(&ConvertRequest {
        analysis: &analysis,
        settings: &configuration.settings,
        knowledge,
        scope: &scope,
        earlier: None,
        progress: &|progress| bar.advance(progress),
    })?;
    drop(bar);
    terminal.warn(&analysis.warnings)?;
    terminal.note(&analysis.notes)?;
    if arguments.write {
        write_files(&conversion.edits)?;
    } else {
        let patch = patch(&conversion.edits, current_dir, &analysis.roots);
        Terminal::plain(|out| out.write_all(&patch))?;
    }
    report(arguments, terminal, &analysis, &conversion)?;
    let would_change = arguments.check && !conversion.edits.is_empty();
    Ok(if would_change { Outcome::Found } else { Outcome::Clean })
}

fn conversion_settings(arguments: &FixArguments) -> ConversionSettings {
    ConversionSettings {
        mode: match arguments.mode {
            Mode::Wrapper => ConversionMode::Wrapper,
            Mode::InPlace => ConversionMode::InPlace,
            Mode::Twin => ConversionMode::Twin,
        },
        closed_world: arguments.closed_world,
        offload: match arguments.offload {
            Offload::Fallback => OffloadPolicy::Fallback,
            Offload::Never => OffloadPolicy::Never,
            Offload::Always => OffloadPolicy::Always,
        },
        unsafe_fixes: arguments.unsafe_fixes,
        rewrite_tests: arguments.rewrite_tests,
        disk: arguments.disk,
    }
}

/// One diff of all files, in the order of their paths.
fn patch(edits: &[FileEdit], current_dir: &Path, roots: &[PathBuf]) -> Vec<u8> {
    let mut parts: Vec<(String, &FileEdit)> =
        edits.iter().map(|edit| (patch_path(&edit.path, current_dir, roots), edit)).collect();
    parts.sort_by(|left, right| left.0.cmp(&right.0));
    let diff = |(path, edit): (String, &FileEdit)| match &edit.old {
        Some(old) => diff_file(&path, old, &edit.new),
        None => diff_new_file(&path, &edit.new),
    };
    parts.into_iter().flat_map(diff).collect()
}

/// Relative to the current folder; a file elsewhere is named from its project's root.
fn patch_path(path: &Path, current_dir: &Path, roots: &[PathBuf]) -> String {
    let relative = path
        .strip_prefix(current_dir)
        .ok()
        .or_else(|| roots.iter().find_map(|root| path.strip_prefix(root).ok()))
        .unwrap_or(path);
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

fn report(
    arguments: &FixArguments,
    terminal: Terminal,
    analysis: &Analysis,
    conversion: &Conversion,
) -> Result<()> {
    let mut converted = 0;
    let mut kept = Vec::new();
    for (function, verdict) in &conversion.plan.verdicts {
        let (reason, is_bridge) = match verdict {
            Verdict::Convert => {
                converted += 1;
                continue;
            }
            Verdict::Bridge(reason) => (*reason, true),
            Verdict::Keep(reason) => (*reason, false),
        };
        let (module, local) = analysis.program.locate_function(*function);
        let file = analysis.file(module);
        let start = analysis.program.facts(module).functions[local].name_range.start();
        kept.push(KeptFunction {
            path: file.source.display.clone(),
            line: file.text.line_column(start).line,
            name: analysis.program.function_name(*function),
            reason,
            is_bridge,
        });
    }
    let refused: Vec<(String, String)> =
        conversion.refused.iter().map(|refused| (refused.display.clone(), refused.reason.clone())).collect();
    let view = ConversionView {
        converted,
        files: conversion.edits.iter().filter(|edit| edit.old.is_some()).count(),
        kept: &kept,
        refused: &refused,
        summary: &summary(analysis),
        is_detailed: arguments.verbose,
    };
    terminal.aside(|out| write_conversion(out, &view))?;
    Ok(())
}
