//! Findings as tests that failed, for what shows results of tests: `JUnit`'s XML, as Jenkins describes it.

use std::collections::BTreeMap;
use std::io::{self, Write};

use crate::check::Finding;
use crate::report::place::{LintView, chain_text, finding_place, places, spot_place};
use crate::report::xml::escaped;

/// Writes one suite with a failed case for each finding, or with one case that passed.
pub fn write_junit(out: &mut dyn Write, view: &LintView<'_>) -> io::Result<()> {
    let failures = view.findings.len();
    let tests = failures.max(1);
    let counts = format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"0\"");
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"asyncshift\" {counts}>")?;
    writeln!(out, "  <testsuite name=\"asyncshift\" {counts}>")?;
    if failures == 0 {
        // Some readers take a suite without cases for a mistake.
        writeln!(out, "    <testcase classname=\"asyncshift\" name=\"no findings\"/>")?;
    }
    let mut seen: BTreeMap<(String, String), usize> = BTreeMap::new();
    for finding in view.findings {
        let class = class_name(view.base.path((view.file)(finding.file).path).as_str());
        let name = case_name(finding);
        let count = seen.entry((class.clone(), name.clone())).or_default();
        *count += 1;
        let name = if *count > 1 { format!("{name} ({count})") } else { name };
        write_case(out, view, finding, &class, &name)?;
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn write_case(
    out: &mut dyn Write,
    view: &LintView<'_>,
    finding: &Finding,
    class: &str,
    name: &str,
) -> io::Result<()> {
    writeln!(out, "    <testcase classname=\"{}\" name=\"{}\">", escaped(class), escaped(name))?;
    let (message, level) = (escaped(&finding.message), finding.level);
    write!(out, "      <failure message=\"{message}\" type=\"{level}\">")?;
    let lines: Vec<String> = details(view, finding).iter().map(|line| escaped(line)).collect();
    writeln!(out, "{}</failure>\n    </testcase>", lines.join("\n"))
}

/// The name of the case: like the fingerprint, the same when lines move.
fn case_name(finding: &Finding) -> String {
    let mut name = format!("{} {}", finding.code, finding.name);
    if !finding.subject.is_empty() {
        name = format!("{name}: {}", finding.subject);
    }
    match finding.holder() {
        "" => name,
        holder => format!("{name} in {holder}"),
    }
}

/// `src.app.a` for `src/app/a.py`: readers take dots for the steps of packages.
fn class_name(path: &str) -> String {
    let stem = path.strip_suffix(".py").unwrap_or(path);
    stem.trim_start_matches('/').replace('.', "_").replace('/', ".")
}

/// Where it is, each way there, and what to do.
fn details(view: &LintView<'_>, finding: &Finding) -> Vec<String> {
    let at = |file, start: crate::text::LineColumn| {
        let path = view.base.path((view.file)(file).path);
        format!("{}:{}:{}", path.as_str(), start.line, start.column)
    };
    let (start, _) = finding_place((view.file)(finding.file), finding);
    let mut lines = vec![format!("{}: {} {}", at(finding.file, start), finding.code, finding.message)];
    for place in &*places(finding) {
        if let Some(chain) = chain_text(view, place) {
            let (start, _) = spot_place((view.file)(place.file), place.spot);
            lines.push(format!("{}: {chain}", at(place.file, start)));
        }
    }
    lines.extend(finding.help.as_ref().map(|help| format!("help: {help}")));
    lines
}

#[cfg(test)]
mod tests {
    use crate::report::junit::class_name;
    use crate::report::testing::render;
    use crate::report::write_junit;

    #[test]
    fn shows_findings() {
        insta::assert_snapshot!(render(write_junit));
    }

    #[test]
    fn files_are_classes() {
        assert_eq!(class_name("src/app/a.py"), "src.app.a");
        assert_eq!(class_name("/tmp/v1.2/a.pyi"), "tmp.v1_2.a_pyi");
    }
}
