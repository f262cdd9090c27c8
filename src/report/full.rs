//! The format for people: message, source line, and the chain from async code to what blocks.

use std::io::{self, Write};

use crate::check::{Finding, Hop, Spot};
use crate::graph::Confidence;
use crate::report::place::{FileView, LintView, finding_place, range_place, spot_place};
use crate::report::snippet::{short_line, write_snippet};
use crate::report::style::{BOLD, DIM, GUIDE, HELP, level_style};
use crate::report::summary::counted;
use crate::text::LineColumn;

/// Writes all findings, without the summary.
pub fn write_full(out: &mut dyn Write, view: &LintView<'_>) -> io::Result<()> {
    for finding in view.findings {
        write_finding(out, view, finding)?;
        writeln!(out)?;
    }
    Ok(())
}

fn write_finding(out: &mut dyn Write, view: &LintView<'_>, finding: &Finding) -> io::Result<()> {
    let file = (view.file)(finding.file);
    let style = level_style(finding.level);
    let (start, _) = finding_place(file, finding);
    writeln!(out, "{style}{}[{}]{style:#}{BOLD}: {}{BOLD:#}", finding.level, finding.code, finding.message)?;
    writeln!(out, "  {GUIDE}-->{GUIDE:#} {}:{}:{}", file.path, start.line, start.column)?;
    if let Spot::Text(range) = finding.spot {
        write_snippet(out, file, range, style)?;
    }
    if let Some(function) = &finding.function {
        writeln!(out, "  {GUIDE}={GUIDE:#} in: {function}")?;
    }
    // A chain of one hop says nothing that the message does not.
    if finding.chain.len() > 1 {
        writeln!(out, "  {GUIDE}={GUIDE:#} chain:")?;
        write_chain(out, view, &finding.chain)?;
    }
    write_places(out, view, finding)?;
    if finding.confidence != Confidence::Definite {
        writeln!(out, "  {GUIDE}={GUIDE:#} confidence: {}", finding.confidence)?;
    }
    if let Some(help) = &finding.help {
        writeln!(out, "  {GUIDE}={GUIDE:#} {HELP}help{HELP:#}: {help}")?;
    }
    Ok(())
}

/// How many of the places that share a cause are shown.
const SHOWN_PLACES: usize = 5;

/// The first places that share a cause, and how many more there are.
fn write_places(out: &mut dyn Write, view: &LintView<'_>, finding: &Finding) -> io::Result<()> {
    if finding.places.is_empty() {
        return Ok(());
    }
    writeln!(out, "  {GUIDE}={GUIDE:#} reached from:")?;
    let rows = finding.places.iter().take(SHOWN_PLACES).map(|place| {
        let file = (view.file)(place.file);
        let (start, _) = spot_place(file, place.spot);
        row(file, start, place.function.as_deref().unwrap_or_default())
    });
    write_rows(out, &rows.collect::<Vec<_>>(), |_| "      ".to_owned())?;
    match finding.places.len().saturating_sub(SHOWN_PLACES) {
        0 => Ok(()),
        more => writeln!(out, "      {DIM}and {}{DIM:#}", counted(more, "more place")),
    }
}

/// One line a hop: place, what is reached, source.
fn write_chain(out: &mut dyn Write, view: &LintView<'_>, chain: &[Hop]) -> io::Result<()> {
    let rows = chain.iter().map(|hop| {
        let file = (view.file)(hop.file);
        let (start, _) = range_place(file, hop.range);
        row(file, start, &hop.label)
    });
    write_rows(out, &rows.collect::<Vec<_>>(), |index| format!("    {:>2}. ", index + 1))
}

/// A place, a name for it, and its source line.
type Row<'a> = (String, &'a str, String);

fn row<'a>(file: FileView<'_>, start: LineColumn, name: &'a str) -> Row<'a> {
    (format!("{}:{}:{}", file.path, start.line, start.column), name, short_line(file, start.line))
}

/// Writes rows below each other, each after what `start` says of its number.
fn write_rows(out: &mut dyn Write, rows: &[Row<'_>], start: impl Fn(usize) -> String) -> io::Result<()> {
    let place_width = rows.iter().map(|(place, ..)| place.chars().count()).max().unwrap_or(0);
    let name_width = rows.iter().map(|(_, name, _)| name.chars().count()).max().unwrap_or(0);
    for (index, (place, name, line)) in rows.iter().enumerate() {
        let start = start(index);
        writeln!(out, "{start}{place:<place_width$}  {BOLD}{name:<name_width$}{BOLD:#}  {DIM}{line}{DIM:#}")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::report::testing::render;
    use crate::report::write_full;

    #[test]
    fn shows_findings() {
        insta::assert_snapshot!(render(write_full));
    }
}
