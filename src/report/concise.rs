//! One line a finding: `file:line:column: CODE message`.

use std::io::{self, Write};

use crate::report::place::{LintView, finding_place};
use crate::report::style::{BOLD, level_style};

/// Writes all findings, without the summary.
pub fn write_concise(out: &mut dyn Write, view: &LintView<'_>) -> io::Result<()> {
    for finding in view.findings {
        let file = (view.file)(finding.file);
        let (start, _) = finding_place(file, finding);
        let style = level_style(finding.level);
        writeln!(
            out,
            "{BOLD}{}{BOLD:#}:{}:{}: {style}{}{style:#} {}",
            file.path, start.line, start.column, finding.code, finding.message
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::report::testing::render;
    use crate::report::write_concise;

    #[test]
    fn shows_findings() {
        insta::assert_snapshot!(render(write_concise));
    }
}
