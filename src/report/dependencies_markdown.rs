//! Dependencies for a pull request: a table, and below it what blocks and what to do.

use std::io::{self, Write};

use crate::report::dependencies::{CalleeUse, DependenciesView, LibraryUse, RuleState};
use crate::report::summary::{counted, grouped};

/// Writes a table of all imported libraries, a section for each that blocks, and what is declared besides.
pub fn write_dependencies_markdown(out: &mut dyn Write, view: &DependenciesView<'_>) -> io::Result<()> {
    writeln!(out, "## Dependencies\n")?;
    let (shown, declared) = view.split();
    let is_blocking = view.standard.blocking.calls > 0;
    if !shown.is_empty() || is_blocking {
        writeln!(out, "| library | version | files | blocking calls | async functions | what is known |")?;
        writeln!(out, "| --- | --- | --- | ---: | ---: | --- |")?;
        for library in &shown {
            write_row(out, library, &code(&library.name))?;
        }
        if is_blocking {
            write_row(out, view.standard, "standard library")?;
        }
        writeln!(out)?;
    }
    for library in view.libraries.iter().filter(|library| library.blocking.calls > 0) {
        write_section(out, library)?;
    }
    if !declared.is_empty() {
        let names: Vec<String> = declared.iter().map(|library| code(&library.name)).collect();
        writeln!(out, "{} {}.\n", view.only_declared(), names.join(", "))?;
    }
    writeln!(
        out,
        "Calls are places that block, tests left out; async functions are those that reach them. {} analysed.",
        counted(view.summary.selected_files, "file")
    )
}

fn write_row(out: &mut dyn Write, library: &LibraryUse, name: &str) -> io::Result<()> {
    let blocking = &library.blocking;
    let is_known = library.rules != RuleState::Missing || blocking.calls > 0;
    let number = |count: usize| if is_known { grouped(count) } else { String::new() };
    let version = library.version().map(|version| code(&version)).unwrap_or_default();
    writeln!(
        out,
        "| {name} | {version} | {} | {} | {} | {} |",
        library.files_text(),
        number(blocking.calls),
        number(blocking.async_functions.len()),
        escaped(&library.outlook()),
    )
}

fn write_section(out: &mut dyn Write, library: &LibraryUse) -> io::Result<()> {
    writeln!(out, "### {}\n\n{}.", code(&library.name), escaped(&capitalized(&library.sentence())))?;
    if let Some(note) = &library.note {
        writeln!(out, "\n> {note}")?;
    }
    writeln!(out, "\n| calls | what | waits for | async equivalents |\n| ---: | --- | --- | --- |")?;
    for CalleeUse { name, category, spots, equivalents } in &library.blocking.callees {
        let found: Vec<String> = equivalents
            .iter()
            .map(|equivalent| format!("{} ({})", code(&equivalent.target), equivalent.safety))
            .collect();
        let found = if found.is_empty() { "on a thread".to_owned() } else { found.join(", ") };
        writeln!(out, "| {} | {} | {category} | {found} |", grouped(spots.len()), code(name))?;
    }
    writeln!(out)
}

/// Code in a cell: a bar would end it, even between backticks.
fn code(text: &str) -> String {
    format!("`{}`", escaped(&text.replace('`', "'")))
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}

fn capitalized(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
