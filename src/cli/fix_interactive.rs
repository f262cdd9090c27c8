//! `fix --interactive`: asks for each unit whether it is to be converted.

use std::collections::BTreeSet;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::cli::fix_diff::{DiffRoots, diff};
use crate::cli::fix_view::unit_view;
use crate::cli::terminal::Terminal;
use crate::driver::{Conversion, ConvertRequest, FileEdit, convert, difference_of, part_of};
use crate::io::open_lines;
use crate::link::ProgramFunctionId;
use crate::plan::{KeepReason, PlanScope, Targets, Unit};
use crate::report::write_unit;

/// What to do with a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Yes,
    No,
    All,
    Quit,
    Diff,
    Help,
}

const HELP: &str = "\
y - convert this unit
n - leave it, and what cannot be converted without it
a - convert this unit and all later ones
q - leave this unit and all later ones
d - show the change
? - print help";

/// Where answers come from: a file that stands for a terminal, or the terminal.
pub(crate) fn answers(file: Option<&Path>) -> Result<Box<dyn BufRead>> {
    if let Some(file) = file {
        return open_lines(file).with_context(|| format!("cannot read {}", file.display()));
    }
    if !io::stdin().is_terminal() {
        bail!("`--interactive` asks on a terminal, and standard input is none");
    }
    Ok(Box::new(BufReader::new(io::stdin())))
}

/// Asks about the units of a conversion, leaves first, and returns the scope that holds what was answered yes.
pub(crate) fn ask(
    request: &ConvertRequest<'_>,
    terminal: Terminal,
    roots: &DiffRoots<'_>,
    answers: &mut dyn BufRead,
) -> Result<PlanScope> {
    let mut scope = request.scope.clone();
    let mut accepted: BTreeSet<ProgramFunctionId> = BTreeSet::new();
    let mut conversion = convert(request)?;
    let mut before: Vec<FileEdit> = Vec::new();
    let mut asked = 0;
    loop {
        let units = &conversion.plan.units;
        let is_open = |unit: &&Unit| unit.functions().iter().any(|function| !accepted.contains(function));
        let open: Vec<&Unit> = units.iter().filter(is_open).collect();
        let Some(unit) = open.first() else { return Ok(scope) };
        let functions = unit.functions();
        asked += 1;
        let wanted: BTreeSet<ProgramFunctionId> = accepted.union(&functions).copied().collect();
        let after = part_of(request, &conversion, &wanted)?.edits;
        let view = unit_view(request.analysis, unit);
        terminal.aside(|out| write_unit(out, &view, asked))?;
        let answer = loop {
            let question = format!("({asked}/{}) Convert this unit [y,n,a,q,d,?]? ", asked + open.len() - 1);
            match read_answer(terminal, &question, answers)? {
                Answer::Diff => {
                    let mut edits = difference_of(&before, &after);
                    // The helper is the same for all units.
                    edits.retain(|edit| edit.old.is_some());
                    let change = diff(&edits, roots);
                    terminal.aside(|out| out.write_all(&change))?;
                }
                Answer::Help => terminal.aside(|out| writeln!(out, "{HELP}"))?,
                decided => break decided,
            }
        };
        match answer {
            Answer::Yes => {
                accepted = wanted;
                before = after;
            }
            Answer::All => return Ok(scope),
            Answer::No => {
                decline(&mut scope, &functions);
                conversion = replan(request, &scope, &conversion)?;
            }
            Answer::Quit => {
                for unit in &open {
                    decline(&mut scope, &unit.functions());
                }
                if accepted.is_empty() {
                    scope.targets = Targets::Exactly(BTreeSet::new());
                }
                return Ok(scope);
            }
            Answer::Diff | Answer::Help => {}
        }
    }
}

fn decline(scope: &mut PlanScope, functions: &BTreeSet<ProgramFunctionId>) {
    scope.dropped.extend(functions.iter().map(|&function| (function, KeepReason::Declined)));
}

fn replan(request: &ConvertRequest<'_>, scope: &PlanScope, earlier: &Conversion) -> Result<Conversion> {
    Ok(convert(&ConvertRequest { scope, earlier: Some(earlier), ..*request })?)
}

/// Asks until there is an answer; the end of the input means to quit.
fn read_answer(terminal: Terminal, question: &str, answers: &mut dyn BufRead) -> Result<Answer> {
    loop {
        terminal.aside(|out| write!(out, "{question}"))?;
        let mut line = String::new();
        if answers.read_line(&mut line)? == 0 {
            terminal.aside(|out| writeln!(out))?;
            return Ok(Answer::Quit);
        }
        match line.trim() {
            "y" => return Ok(Answer::Yes),
            "n" => return Ok(Answer::No),
            "a" => return Ok(Answer::All),
            "q" => return Ok(Answer::Quit),
            "d" => return Ok(Answer::Diff),
            "" => {}
            _ => return Ok(Answer::Help),
        }
    }
}
