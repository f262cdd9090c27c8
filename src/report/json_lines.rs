//! Findings for programs that read one line at a time: each line is a finding as the JSON report has it.

use std::io::{self, Write};

use crate::report::json::finding_json;
use crate::report::place::LintView;

/// Writes one object a line and nothing else.
pub fn write_json_lines(out: &mut dyn Write, view: &LintView<'_>) -> io::Result<()> {
    for finding in view.findings {
        writeln!(out, "{}", finding_json(view, finding))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::report::testing::render;
    use crate::report::write_json_lines;

    #[test]
    fn shows_findings() {
        insta::assert_snapshot!(render(write_json_lines));
    }
}
