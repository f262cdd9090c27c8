//! Dependencies for people at a terminal: a table, and below it what blocks.

use std::io::{self, Write};

use crate::report::dependencies::{CalleeUse, DependenciesView, EquivalentUse, LibraryUse, RuleState};
use crate::report::style::{BOLD, DIM};
use crate::report::summary::{counted, grouped, write_coverage};

/// Titles of the columns; numbers stand right.
const TITLES: [(&str, bool); 6] = [
    ("library", false),
    ("version", false),
    ("files", false),
    ("calls", true),
    ("async", true),
    ("what is known", false),
];

/// Writes a line for each library, the calls of those that block, and the summary.
pub fn write_dependencies_text(out: &mut dyn Write, view: &DependenciesView<'_>) -> io::Result<()> {
    let (shown, declared) = view.split();
    let is_blocking = view.standard.blocking.calls > 0;
    let standard = is_blocking.then(|| row(view.standard, "standard library"));
    let rows: Vec<[String; 6]> =
        shown.iter().map(|library| row(library, &library.name)).chain(standard).collect();
    write_table(out, &rows)?;
    for library in view.libraries.iter().filter(|library| library.blocking.calls > 0) {
        write_callees(out, library)?;
    }
    if !declared.is_empty() {
        let names: Vec<&str> = declared.iter().map(|library| library.name.as_str()).collect();
        writeln!(out, "{BOLD}{}{BOLD:#} {}.", view.only_declared(), names.join(", "))?;
    }
    writeln!(out, "{BOLD}{}{BOLD:#}", conclusion(&shown))?;
    write_coverage(out, view.summary)
}

/// How many libraries there are of each kind.
fn conclusion(shown: &[&LibraryUse]) -> String {
    let count = |holds: &dyn Fn(&LibraryUse) -> bool| shown.iter().filter(|library| holds(library)).count();
    let blocking = count(&|library| library.blocking.calls > 0);
    let calls: usize = shown.iter().map(|library| library.blocking.calls).sum();
    let unknown = count(&|library| library.blocking.calls == 0 && library.rules == RuleState::Missing);
    let rest = shown.len() - blocking - unknown;
    let blocking = match blocking {
        0 => "none blocks here".to_owned(),
        1 => format!("1 blocks at {}", counted(calls, "call")),
        _ => format!("{} block at {}", grouped(blocking), counted(calls, "call")),
    };
    let verb = |count: usize, one: &'static str, more: &'static str| if count == 1 { one } else { more };
    format!(
        "{} {}: {blocking}, {} {} not, {} {} no rules.",
        grouped(shown.len()),
        verb(shown.len(), "library", "libraries"),
        grouped(rest),
        verb(rest, "does", "do"),
        grouped(unknown),
        verb(unknown, "has", "have"),
    )
}

fn row(library: &LibraryUse, name: &str) -> [String; 6] {
    let blocking = &library.blocking;
    let is_known = library.rules != RuleState::Missing || blocking.calls > 0;
    let number = |count: usize| if is_known { grouped(count) } else { "-".to_owned() };
    [
        name.to_owned(),
        library.version().unwrap_or_else(|| "-".to_owned()),
        library.files_text(),
        number(blocking.calls),
        number(blocking.async_functions.len()),
        library.outlook(),
    ]
}

fn write_table(out: &mut dyn Write, rows: &[[String; 6]]) -> io::Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([TITLES[column].0.len()]).max().unwrap_or(0)
    };
    let widths: [usize; 6] = std::array::from_fn(width);
    let titles = TITLES.map(|(title, _)| title.to_owned());
    writeln!(out, "{BOLD}{}{BOLD:#}", line(&titles, &widths))?;
    for row in rows {
        writeln!(out, "{}", line(row, &widths))?;
    }
    writeln!(
        out,
        "{DIM}calls: places that block, tests left out; async: async functions that reach them{DIM:#}"
    )
}

fn line(row: &[String; 6], widths: &[usize; 6]) -> String {
    let mut text = String::new();
    for ((cell, width), (_, is_number)) in row.iter().zip(widths).zip(TITLES) {
        let padding = " ".repeat(width - cell.chars().count());
        let parts: [&str; 2] = if is_number { [&padding, cell] } else { [cell, &padding] };
        text.push_str(&parts.concat());
        text.push_str("  ");
    }
    text.trim_end().to_owned()
}

fn write_callees(out: &mut dyn Write, library: &LibraryUse) -> io::Result<()> {
    writeln!(out, "{BOLD}{}{BOLD:#} blocks at {}", library.name, counted(library.blocking.calls, "call"))?;
    for callee in &library.blocking.callees {
        let CalleeUse { name, category, spots, .. } = callee;
        writeln!(out, "{:>8}  {name} ({category}){DIM}{}{DIM:#}", grouped(spots.len()), equivalents(callee))?;
    }
    Ok(())
}

fn equivalents(callee: &CalleeUse) -> String {
    let one = |found: &EquivalentUse| format!("  -> {} ({})", found.target, found.safety);
    callee.equivalents.iter().map(one).collect()
}
