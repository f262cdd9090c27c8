//! SARIF 2.1.0: findings for code scanning, each with every way from async code to its cause.
//!
//! The format is that of <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use crate::check::{Finding, Hop, Place, Spot};
use crate::report::base_folder::ReportPath;
use crate::report::check_page::check_page;
use crate::report::digest::digests;
use crate::report::json::write_rows;
use crate::report::place::{LintView, places, range_place};
use crate::rules::{CheckDefault, CheckRule, Level};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// Stands for the base folder in addresses.
const BASE: &str = "SRCROOT";

/// Name of our fingerprint; another number when what enters it changes.
const FINGERPRINT: &str = "asyncshift/v1";

/// Writes one run, with the checks that found something and one result a line.
pub fn write_sarif(out: &mut dyn Write, view: &LintView<'_>) -> io::Result<()> {
    let codes: BTreeMap<&str, &Finding> =
        view.findings.iter().map(|finding| (finding.code.as_str(), finding)).collect();
    let indices: BTreeMap<&str, usize> =
        codes.keys().enumerate().map(|(index, code)| (*code, index)).collect();
    let digests = digests(view);
    writeln!(out, "{{\n  \"$schema\": \"{SCHEMA}\",\n  \"version\": \"2.1.0\",\n  \"runs\": [{{")?;
    writeln!(out, "    \"tool\": {{ \"driver\": {{")?;
    let version = env!("CARGO_PKG_VERSION");
    writeln!(out, "      \"name\": \"asyncshift\",\n      \"semanticVersion\": \"{version}\",")?;
    writeln!(out, "      \"rules\": [")?;
    write_rows(out, "        ", codes.values().map(|finding| rule(view, finding)))?;
    writeln!(out, "      ]\n    }} }},")?;
    let bases = json!({ BASE: { "uri": view.base.uri() } });
    writeln!(out, "    \"originalUriBaseIds\": {bases},\n    \"columnKind\": \"unicodeCodePoints\",")?;
    let invocation = json!({ "executionSuccessful": true, "exitCode": view.exit_code });
    writeln!(out, "    \"invocations\": [{invocation}],\n    \"results\": [")?;
    let results = view.findings.iter().zip(&digests).map(|(finding, digest)| {
        let index = indices.get(finding.code.as_str()).copied().unwrap_or_default();
        result(view, finding, index, digest)
    });
    write_rows(out, "      ", results)?;
    writeln!(out, "    ]\n  }}]\n}}")
}

/// What a check is about. A finding is older than the rules at hand when it comes out of a cache.
fn rule(view: &LintView<'_>, finding: &Finding) -> Value {
    match view.knowledge.check(&finding.code) {
        Some(check) => known_rule(check),
        None => json!({ "id": finding.code, "name": finding.name }),
    }
}

fn known_rule(check: &CheckRule) -> Value {
    let severity = match check.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "recommendation",
    };
    json!({
        "id": check.code,
        "name": check.name,
        "shortDescription": { "text": check.summary },
        "fullDescription": { "text": check.summary },
        "help": { "text": check.explanation.trim(), "markdown": check_page(check) },
        "defaultConfiguration": {
            "enabled": check.default != CheckDefault::Off,
            "level": check.level.as_str(),
        },
        "properties": { "tags": ["async", check.category.as_str()], "problem.severity": severity },
    })
}

fn result(view: &LintView<'_>, finding: &Finding, index: usize, digest: &str) -> Value {
    let places = places(finding);
    let text = match &finding.help {
        Some(help) => format!("{}. Help: {help}", finding.message),
        None => finding.message.clone(),
    };
    let mut value = json!({
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.level.as_str(),
        "message": { "text": text },
        "locations": [location(view, finding.file, finding.spot, finding.function.as_deref())],
        "partialFingerprints": { FINGERPRINT: digest },
    });
    if !finding.places.is_empty() {
        let related = places.iter().enumerate().map(|(index, place)| related(view, place, index + 1));
        value["relatedLocations"] = related.collect();
    }
    // A chain of one step is the place itself.
    if places.iter().any(|place| place.chain.len() > 1) {
        value["codeFlows"] = places.iter().map(|place| code_flow(view, place)).collect();
    }
    value["properties"] = json!({
        "category": finding.category.as_str(),
        "confidence": finding.confidence.as_str(),
        "subject": finding.subject,
        "holder": finding.holder(),
        "places": places.len(),
    });
    value
}

/// A place that shares the cause.
fn related(view: &LintView<'_>, place: &Place, id: usize) -> Value {
    let function = place.function.as_deref().unwrap_or_default();
    let mut value = location(view, place.file, place.spot, Some(function));
    value["id"] = json!(id);
    value["message"] = json!({ "text": format!("reached from `{function}`") });
    value
}

/// The way from a place to the cause, one step a hop.
fn code_flow(view: &LintView<'_>, place: &Place) -> Value {
    let steps: Value = place.chain.iter().map(|hop| json!({ "location": step(view, hop) })).collect();
    let function = place.function.as_deref().unwrap_or_default();
    json!({ "message": { "text": format!("from `{function}`") }, "threadFlows": [{ "locations": steps }] })
}

fn step(view: &LintView<'_>, hop: &Hop) -> Value {
    let mut value = location(view, hop.file, Spot::Text(hop.range), Some(&hop.function));
    value["message"] = json!({ "text": format!("reaches `{}`", hop.label) });
    value
}

fn location(view: &LintView<'_>, file: u32, spot: Spot, function: Option<&str>) -> Value {
    let file = (view.file)(file);
    let path = view.base.path(file.path);
    let mut artifact = json!({ "uri": path.uri() });
    if matches!(path, ReportPath::Relative(_)) {
        artifact["uriBaseId"] = json!(BASE);
    }
    let region = match spot {
        Spot::Line(line) => json!({ "startLine": line }),
        Spot::Text(range) => {
            let (start, end) = range_place(file, range);
            json!({
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            })
        }
    };
    let mut value = json!({ "physicalLocation": { "artifactLocation": artifact, "region": region } });
    if let Some(name) = function.filter(|name| !name.is_empty()) {
        value["logicalLocations"] = json!([{ "fullyQualifiedName": name }]);
    }
    value
}

#[cfg(test)]
mod tests {
    use crate::report::testing::render;
    use crate::report::write_sarif;

    #[test]
    fn shows_findings() {
        insta::assert_snapshot!(render(write_sarif));
    }
}
