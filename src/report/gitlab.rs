//! The code quality report that GitLab shows in a merge request: an array of issues.
//!
//! The fields are those of <https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format>.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::check::Finding;
use crate::report::digest::digests;
use crate::report::json::write_rows;
use crate::report::place::{LintView, chain_text, finding_place, places};
use crate::rules::Level;

/// Writes one issue a finding, where one change mends all its places.
pub fn write_gitlab(out: &mut dyn Write, view: &LintView<'_>) -> io::Result<()> {
    let digests = digests(view);
    let issues = view.findings.iter().zip(&digests).map(|(finding, digest)| issue(view, finding, digest));
    writeln!(out, "[")?;
    write_rows(out, "  ", issues)?;
    writeln!(out, "]")
}

fn issue(view: &LintView<'_>, finding: &Finding, digest: &str) -> Value {
    let file = (view.file)(finding.file);
    let (start, end) = finding_place(file, finding);
    let severity = match finding.level {
        Level::Error => "critical",
        Level::Warning => "major",
        Level::Note => "minor",
    };
    let places = places(finding);
    let chain = places.first().and_then(|place| chain_text(view, place));
    let chain = chain.map(|chain| format!("; chain: {chain}")).unwrap_or_default();
    json!({
        "type": "issue",
        "description": format!("{}: {}{chain}", finding.code, finding.message),
        "check_name": finding.name,
        "categories": ["Bug Risk"],
        "fingerprint": digest,
        "severity": severity,
        "location": {
            "path": view.base.path(file.path).as_str(),
            "lines": { "begin": start.line, "end": end.line },
        },
    })
}

#[cfg(test)]
mod tests {
    use crate::report::testing::render;
    use crate::report::write_gitlab;

    #[test]
    fn shows_findings() {
        insta::assert_snapshot!(render(write_gitlab));
    }
}
