//! Findings for programs. The schema only grows: fields keep their names and meaning.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::check::{Finding, Hop, Place};
use crate::report::place::{LintView, finding_place, places, range_place, spot_place};
use crate::report::snippet::short_line;
use crate::report::summary::{Summary, by_code, rounded};

/// Number of the schema.
const VERSION: u32 = 1;

/// Writes one object: all findings, one a line, and the summary.
pub fn write_json(out: &mut dyn Write, view: &LintView<'_>) -> io::Result<()> {
    writeln!(out, "{{\n  \"version\": {VERSION},\n  \"findings\": [")?;
    write_rows(out, "    ", view.findings.iter().map(|finding| finding_json(view, finding)))?;
    writeln!(out, "  ],\n  \"summary\": {}\n}}", summary_json(view.findings, view.summary))
}

/// Writes the elements of an array, one a line.
pub(crate) fn write_rows(
    out: &mut dyn Write,
    indent: &str,
    rows: impl Iterator<Item = Value>,
) -> io::Result<()> {
    let mut rows = rows.peekable();
    while let Some(row) = rows.next() {
        let comma = if rows.peek().is_some() { "," } else { "" };
        writeln!(out, "{indent}{row}{comma}")?;
    }
    Ok(())
}

/// A finding with all that is known of it.
pub(crate) fn finding_json(view: &LintView<'_>, finding: &Finding) -> Value {
    let file = (view.file)(finding.file);
    let (start, end) = finding_place(file, finding);
    let places: Vec<Value> = places(finding).iter().map(|place| place_json(view, place)).collect();
    json!({
        "code": finding.code,
        "name": finding.name,
        "category": finding.category.as_str(),
        "level": finding.level.as_str(),
        "message": finding.message,
        "help": finding.help,
        "file": file.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "function": finding.function,
        "confidence": finding.confidence.as_str(),
        "subject": finding.subject,
        "holder": finding.holder(),
        "fingerprint": finding.fingerprint(),
        "chain": chain_json(view, &finding.chain),
        "places": places,
    })
}

/// A place that shares the cause: the chain from its async function.
fn place_json(view: &LintView<'_>, place: &Place) -> Value {
    let file = (view.file)(place.file);
    let (start, end) = spot_place(file, place.spot);
    json!({
        "file": file.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "function": place.function,
        "level": place.level.as_str(),
        "confidence": place.confidence.as_str(),
        "chain": chain_json(view, &place.chain),
    })
}

fn chain_json(view: &LintView<'_>, chain: &[Hop]) -> Vec<Value> {
    chain.iter().map(|hop| hop_json(view, hop)).collect()
}

fn hop_json(view: &LintView<'_>, hop: &Hop) -> Value {
    let file = (view.file)(hop.file);
    let (start, end) = range_place(file, hop.range);
    json!({
        "file": file.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "function": hop.function,
        "reaches": hop.label,
        "source": short_line(file, start.line),
    })
}

fn summary_json(findings: &[Finding], summary: &Summary) -> Value {
    let mut counts = Map::new();
    for (code, _, count) in by_code(findings) {
        counts.insert(code.to_owned(), json!(count));
    }
    let mut value = coverage_json(summary);
    value["findings"] = json!(findings.len());
    value["by_code"] = Value::Object(counts);
    value
}

/// Files, functions and calls, as every JSON report has them.
pub(crate) fn coverage_json(summary: &Summary) -> Value {
    let coverage = summary.coverage;
    let mut reasons = Map::new();
    for (reason, count) in &summary.unresolved {
        reasons.insert((*reason).to_owned(), json!(count));
    }
    json!({
        "selected_files": summary.selected_files,
        "files": summary.files,
        "third_party_files": summary.third_party_files,
        "functions": summary.functions,
        "calls": {
            "total": coverage.calls,
            "resolved": coverage.resolved,
            "named": coverage.named,
            "unresolved": coverage.unresolved,
            "percent": rounded(coverage.percent()),
            "percent_of_all": rounded(coverage.percent_of_all()),
            "incomplete": reasons,
        },
    })
}

#[cfg(test)]
mod tests {
    use crate::report::testing::render;
    use crate::report::write_json;

    #[test]
    fn shows_findings() {
        insta::assert_snapshot!(render(write_json));
    }
}
