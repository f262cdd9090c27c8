//! What the gate of `lint` lets through: levels, the baseline, changed lines, and comments that come or go.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::base::{Selection, Settings};
use crate::check::{Finding, Levels, group};
use crate::cli::edits::write_files;
use crate::cli::gate_arguments::GateArguments;
use crate::cli::terminal::Terminal;
use crate::driver::{
    AnalysedFile, CompareRequest, compare, difference, noqa_for, retain_changed, without_unused,
};
use crate::graph::Confidence;
use crate::io::{Baseline, BaselineError, read_baseline, write_output};
use crate::report::counted;
use crate::rules::{Knowledge, Selected};

/// The check that `--strict` adds.
const UNRESOLVED: &str = "unresolved-call";
/// The check that knows which comments suppress nothing.
const UNUSED: &str = "unused-suppression";

/// Findings on their way to the report.
pub(crate) struct Gate<'a> {
    pub(crate) arguments: &'a GateArguments,
    pub(crate) settings: &'a Settings,
    pub(crate) settings_dir: Option<&'a Path>,
    pub(crate) current_dir: &'a Path,
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) selected: &'a Selected,
    pub(crate) least: Confidence,
    pub(crate) files: &'a [AnalysedFile],
    pub(crate) roots: &'a [PathBuf],
    pub(crate) terminal: Terminal,
    /// Whether only findings and errors are wanted.
    pub(crate) is_quiet: bool,
}

/// What is left of them.
pub(crate) enum Gated {
    /// Findings to report, grouped, and whether the baseline has what is no longer there.
    Report { findings: Vec<Finding>, is_stale: bool },
    /// They were dealt with in comments.
    Written,
}

/// Lays the flags over the configuration.
pub(crate) fn lay_over(settings: &mut Settings, arguments: &GateArguments) {
    for (pattern, codes) in arguments.per_file_ignores.iter().flat_map(|ignores| &ignores.rules) {
        settings.per_file_ignores.entry(pattern.clone()).or_default().extend(codes.iter().cloned());
    }
    settings.fail_on = arguments.fail_on.map_or(settings.fail_on, Into::into);
    settings.scope = arguments.scope.map_or(settings.scope, Into::into);
}

/// Adds the checks that flags stand for.
pub(crate) fn select_more(selection: &mut Selection, arguments: &GateArguments) {
    let wanted = [(arguments.strict, UNRESOLVED), (arguments.remove_unused_noqa, UNUSED)];
    let more = wanted.iter().filter(|(is_wanted, _)| *is_wanted);
    selection.extend_select.extend(more.map(|(_, check)| (*check).to_owned()));
}

/// The levels that configuration and flags give.
pub(crate) fn levels(
    settings: &Settings,
    arguments: &GateArguments,
    knowledge: &Knowledge,
) -> Result<Levels> {
    Ok(Levels::resolve(&[&settings.levels, &arguments.level], knowledge)?)
}

/// Takes findings, one for each place, through the gate.
pub(crate) fn pass(gate: &Gate<'_>, mut findings: Vec<Finding>, levels: &Levels) -> Result<Gated> {
    if gate.arguments.remove_unused_noqa {
        return remove_unused(gate, &findings);
    }
    levels.apply(&mut findings, gate.knowledge);
    let (mut findings, is_stale) = match baseline_path(gate)? {
        Some(path) => against_baseline(gate, &path, findings)?,
        None => (findings, false),
    };
    if let Some(revision) = &gate.arguments.diff_base {
        retain_changed(&mut findings, gate.files, gate.roots, revision)?;
    }
    let findings = group(findings, gate.knowledge);
    if gate.arguments.add_noqa {
        return add_comments(gate, &findings);
    }
    Ok(Gated::Report { findings, is_stale })
}

/// The flag's path is relative to the current folder, the configuration's to its own.
fn baseline_path(gate: &Gate<'_>) -> Result<Option<PathBuf>> {
    let arguments = gate.arguments;
    if arguments.no_baseline {
        return Ok(None);
    }
    let configured = gate.settings.baseline.as_ref();
    let folder = gate.settings_dir.unwrap_or(gate.current_dir);
    let path = arguments.baseline.clone().or_else(|| configured.map(|path| folder.join(path)));
    if path.is_none() && arguments.update_baseline {
        bail!("`--update-baseline` needs a file: give `--baseline FILE`, or `baseline` in the configuration");
    }
    Ok(path)
}

/// The findings that are not known, and whether others are known that are not there.
fn against_baseline(gate: &Gate<'_>, path: &Path, findings: Vec<Finding>) -> Result<(Vec<Finding>, bool)> {
    let is_update = gate.arguments.update_baseline;
    let known = match read_baseline(path) {
        Err(BaselineError::Missing(_)) if is_update => Baseline::default(),
        read => read?,
    };
    let request = CompareRequest {
        known: &known,
        files: gate.files,
        knowledge: gate.knowledge,
        selected: gate.selected,
        least: gate.least,
    };
    let shown = path.strip_prefix(gate.current_dir).unwrap_or(path).display();
    if is_update {
        // What no baseline excuses stays a finding.
        let excused = compare(&request, findings.clone()).next;
        write_output(path, excused.to_text().as_bytes())?;
        let (came, went) = difference(&known, &excused);
        let total = counted(excused.counts.values().sum(), "place");
        gate.terminal.aside(|out| writeln!(out, "{shown}: {came} came, {went} went, {total} now"))?;
        let left = compare(&CompareRequest { known: &excused, ..request }, findings).new;
        return Ok((left, false));
    }
    let comparison = compare(&request, findings);
    gate.terminal.aside(|out| {
        for stale in &comparison.stale {
            let count = match stale.found {
                0 => String::new(),
                found => format!(" ({} known, {found} found)", stale.known),
            };
            writeln!(out, "error: {shown} has what is fixed: {}{count}", stale.key)?;
        }
        if !comparison.stale.is_empty() && !gate.is_quiet {
            writeln!(out, "`--update-baseline` takes out what is fixed")?;
        }
        if comparison.known > 0 && !gate.is_quiet {
            writeln!(out, "{shown}: {} known and not shown", counted(comparison.known, "place"))?;
        }
        Ok(())
    })?;
    Ok((comparison.new, !comparison.stale.is_empty()))
}

fn add_comments(gate: &Gate<'_>, findings: &[Finding]) -> Result<Gated> {
    let done = noqa_for(findings, gate.files);
    write_files(&done.edits)?;
    said(gate, "Added", &done.refused, done.count, done.edits.len())
}

fn remove_unused(gate: &Gate<'_>, findings: &[Finding]) -> Result<Gated> {
    let Some(rule) = gate.knowledge.checks().iter().find(|check| *check.name == *UNUSED) else {
        bail!("the rules have no check `{UNUSED}`");
    };
    let done = without_unused(findings, &rule.code, gate.files);
    write_files(&done.edits)?;
    said(gate, "Removed", &done.refused, done.count, done.edits.len())
}

fn said(
    gate: &Gate<'_>,
    verb: &str,
    refused: &[(String, String)],
    count: usize,
    files: usize,
) -> Result<Gated> {
    gate.terminal.aside(|out| {
        for (path, reason) in refused {
            writeln!(out, "warning: {path} is left as it is: {reason}")?;
        }
        writeln!(out, "{verb} {} in {}.", counted(count, "suppression"), counted(files, "file"))
    })?;
    Ok(Gated::Written)
}
