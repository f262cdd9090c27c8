//! The end of every report: how many findings, in how much code, and how much of it is understood.

use std::io::{self, Write};

use crate::check::Finding;
use crate::graph::Coverage;
use crate::report::style::{BOLD, DIM};
use crate::rules::Level;

/// What stands at the end of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    /// Files that were asked for.
    pub selected_files: usize,
    /// Files that were analysed, the project around them included.
    pub files: usize,
    /// Installed files that imports led to, analysed as well but not counted below.
    pub third_party_files: usize,
    /// Functions in them.
    pub functions: usize,
    /// Calls in them.
    pub coverage: Coverage,
    /// Why calls are not resolved, counted.
    pub unresolved: Vec<(&'static str, usize)>,
}

/// `n` with its noun in singular or plural.
pub fn counted(count: usize, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", grouped(count))
}

/// The text with a capital letter at its start and no full stop at its end.
pub(crate) fn capital(text: &str) -> String {
    let text = text.trim_end_matches('.');
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Percent with one decimal, rounded down so that only all is 100.
pub(crate) fn rounded(percent: f64) -> f64 {
    (percent * 10.0).floor() / 10.0
}

/// Findings by check: code, name and how many, in order of the codes.
pub(crate) fn by_code(findings: &[Finding]) -> Vec<(&str, &str, usize)> {
    let mut counts: Vec<(&str, &str, usize)> = Vec::new();
    let mut codes: Vec<(&str, &str)> =
        findings.iter().map(|finding| (finding.code.as_str(), finding.name.as_str())).collect();
    codes.sort_unstable();
    for (code, name) in codes {
        match counts.last_mut() {
            Some((known, _, count)) if *known == code => *count += 1,
            Some(_) | None => counts.push((code, name, 1)),
        }
    }
    counts
}

/// Writes a table of how many findings, and places that they stand for, each check has.
pub fn write_statistics(out: &mut dyn Write, findings: &[Finding]) -> io::Result<()> {
    const WIDTH: usize = 8;
    if findings.is_empty() {
        return Ok(());
    }
    writeln!(out, "{DIM}{:>WIDTH$}  {:>WIDTH$}  check{DIM:#}", "findings", "places")?;
    for (code, name, count) in by_code(findings) {
        let of_code = findings.iter().filter(|finding| finding.code == code);
        let places: usize = of_code.map(|finding| finding.places.len().max(1)).sum();
        let (count, places) = (grouped(count), grouped(places));
        writeln!(out, "{count:>WIDTH$}  {places:>WIDTH$}  {BOLD}{code}{BOLD:#} {name}")?;
    }
    Ok(())
}

/// Writes the summary.
pub fn write_summary(out: &mut dyn Write, findings: &[Finding], summary: &Summary) -> io::Result<()> {
    if findings.is_empty() {
        writeln!(out, "{BOLD}No findings.{BOLD:#}")?;
    } else {
        let parts: Vec<String> = [Level::Error, Level::Warning, Level::Note]
            .iter()
            .filter_map(|&level| {
                let count = findings.iter().filter(|finding| finding.level == level).count();
                (count > 0).then(|| counted(count, level.as_str()))
            })
            .collect();
        let total = counted(findings.len(), "finding");
        writeln!(out, "{BOLD}Found {total}{BOLD:#} ({}).", parts.join(", "))?;
    }
    write_coverage(out, summary)
}

/// Writes how much was analysed, and how much of it is understood.
pub(crate) fn write_coverage(out: &mut dyn Write, summary: &Summary) -> io::Result<()> {
    let coverage = summary.coverage;
    let around = if summary.files == summary.selected_files {
        String::new()
    } else {
        format!(" of {}", grouped(summary.files))
    };
    let followed = match summary.third_party_files {
        0 => String::new(),
        count => format!(" with {} of third parties", grouped(count)),
    };
    writeln!(
        out,
        "{DIM}Analysed {}{around} {}{followed}, {}, {}: {:.1}% resolved, {:.1}% of those that are not only named \
         ({} resolved, {} only named, {} unresolved).{DIM:#}",
        grouped(summary.selected_files),
        if summary.files == 1 { "file" } else { "files" },
        counted(summary.functions, "function"),
        counted(coverage.calls, "call"),
        rounded(coverage.percent_of_all()),
        rounded(coverage.percent()),
        grouped(coverage.resolved),
        grouped(coverage.named),
        grouped(coverage.unresolved),
    )
}

#[cfg(test)]
mod tests {
    use crate::report::summary::{counted, grouped};
    use crate::report::testing::render;
    use crate::report::{write_statistics, write_summary};

    #[test]
    fn ends_every_report() {
        let text = render(|out, view| {
            write_statistics(out, view.findings)?;
            write_summary(out, view.findings, view.summary)
        });
        insta::assert_snapshot!(text);
    }

    #[test]
    fn numbers_are_grouped() {
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(counted(1, "call"), "1 call");
        assert_eq!(counted(2_000, "call"), "2,000 calls");
    }
}
