//! A plan for people: units leaves first, each with its functions, why, and what stays around it.

use std::io::{self, Write};

use crate::plan::FrontierSide;
use crate::report::conversion::{write_kept, write_notes, write_reasons, write_refused};
use crate::report::plan_view::{FunctionPlace, PlanView, UnitView, calls_text, sums};
use crate::report::style::{BOLD, DIM};
use crate::report::summary::{counted, write_coverage};

/// So many functions of one side are named beside a unit.
const NAMED: usize = 5;
/// A longer way to what blocks is shown by its ends.
const HOPS: usize = 4;

/// Writes a plan.
pub fn write_plan_text(out: &mut dyn Write, view: &PlanView<'_>) -> io::Result<()> {
    write_heading(out, view)?;
    for (index, unit) in view.units.iter().enumerate() {
        writeln!(out)?;
        write_unit(out, unit, index + 1)?;
    }
    if !view.kept.is_empty() {
        writeln!(out, "\n{BOLD}{} kept:{BOLD:#}", counted(view.kept.len(), "function"))?;
        write_reasons(out, view.kept)?;
        if view.is_detailed {
            write_kept(out, view.kept)?;
        }
    }
    if !view.refused.is_empty() {
        writeln!(out)?;
        write_refused(out, view.refused)?;
    }
    write_notes(out, view.notes)?;
    writeln!(out)?;
    write_coverage(out, view.summary)
}

fn write_heading(out: &mut dyn Write, view: &PlanView<'_>) -> io::Result<()> {
    let sums = sums(view.units);
    writeln!(
        out,
        "{BOLD}{} to convert in {}, {} to edit, {} kept.{BOLD:#}",
        counted(sums.converted, "function"),
        counted(view.units.len(), "unit"),
        counted(view.files, "file"),
        view.kept.len()
    )?;
    let calls = calls_text(sums.awaits, sums.replaced, sums.offloads);
    match (calls.is_empty(), sums.edited) {
        (true, _) => Ok(()),
        (false, 0) => writeln!(out, "{calls}."),
        (false, count) => writeln!(out, "{calls}; {} to edit as well.", counted(count, "function")),
    }
}

/// Writes one unit under its number.
pub fn write_unit(out: &mut dyn Write, unit: &UnitView, number: usize) -> io::Result<()> {
    let calls = calls_text(unit.awaits, unit.replaced, unit.offloads);
    let mut functions = unit.converted.iter().chain(&unit.edited);
    let name = match (unit.converted.len() + unit.edited.len(), functions.next()) {
        (1, Some(function)) => function.name.clone(),
        (count, _) => counted(count, "function"),
    };
    writeln!(out, "{BOLD}{number}. {name}{BOLD:#}")?;
    let mut lines: Vec<String> = Vec::new();
    for (functions, verb) in [(&unit.converted, "convert"), (&unit.edited, "edit")] {
        lines.extend(functions.iter().map(|function| format!("{verb} {}", shown(function))));
    }
    if !calls.is_empty() {
        lines.push(calls);
    }
    if !unit.why.is_empty() {
        let mut hops: Vec<String> = unit.why.iter().map(shown).collect();
        if hops.len() > HOPS {
            let between = 2..hops.len() - 1;
            let more = format!("… {} more", between.len());
            hops.splice(between, [more]);
        }
        lines.push(format!("blocks: {}", hops.join(" → ")));
    }
    if !unit.needs.is_empty() {
        let needs: Vec<String> = unit.needs.iter().map(|needed| (needed + 1).to_string()).collect();
        lines.push(format!("needs {}", needs.join(", ")));
    }
    add_frontier(&mut lines, unit, FrontierSide::Callee, "calls");
    add_frontier(&mut lines, unit, FrontierSide::Caller, "called under its old name by");
    let last = lines.len().saturating_sub(1);
    for (index, line) in lines.iter().enumerate() {
        let branch = if index == last { "└─" } else { "├─" };
        writeln!(out, "   {DIM}{branch}{DIM:#} {line}")?;
    }
    Ok(())
}

fn add_frontier(acc: &mut Vec<String>, unit: &UnitView, side: FrontierSide, words: &str) {
    let of_side = unit.frontier.iter().filter(|frontier| frontier.side == side);
    acc.extend(
        of_side
            .clone()
            .take(NAMED)
            .map(|frontier| format!("{words} {}, kept: {}", shown(&frontier.function), frontier.reason)),
    );
    let more = of_side.count().saturating_sub(NAMED);
    if more > 0 {
        acc.push(format!("{words} {more} more that are kept"));
    }
}

fn shown(function: &FunctionPlace) -> String {
    format!("{} {DIM}({}:{}){DIM:#}", function.name, function.path, function.line)
}
