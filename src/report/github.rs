//! Annotations that GitHub shows at the lines of a pull request: a workflow command a place.
//!
//! The syntax is that of <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.

use std::io::{self, Write};

use crate::check::{Finding, Place};
use crate::report::place::{LintView, chain_text, places, spot_place};
use crate::rules::Level;

/// Writes one command for each place at which async code goes wrong.
pub fn write_github(out: &mut dyn Write, view: &LintView<'_>) -> io::Result<()> {
    for finding in view.findings {
        for place in &*places(finding) {
            write_place(out, view, finding, place)?;
        }
    }
    Ok(())
}

fn write_place(out: &mut dyn Write, view: &LintView<'_>, finding: &Finding, place: &Place) -> io::Result<()> {
    let file = (view.file)(place.file);
    let (start, end) = spot_place(file, place.spot);
    let command = match place.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "notice",
    };
    let path = property(view.base.path(file.path).as_str());
    write!(out, "::{command} file={path},line={},endLine={}", start.line, end.line)?;
    // Columns are only for what stands on one line, and none is known of a file without a text.
    if start.line == end.line && start.column < end.column {
        write!(out, ",col={},endColumn={}", start.column, end.column)?;
    }
    let title = property(&format!("asyncshift {} {}", finding.code, finding.name));
    writeln!(out, ",title={title}::{}", data(&message(view, finding, place)))
}

/// What is wrong, how async code gets there, and what to do.
fn message(view: &LintView<'_>, finding: &Finding, place: &Place) -> String {
    let mut lines = vec![finding.message.clone()];
    lines.extend(chain_text(view, place).map(|chain| format!("chain: {chain}")));
    lines.extend(finding.help.as_ref().map(|help| format!("help: {help}")));
    lines.join("\n")
}

/// The text as the runner wants it after `::`.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The text as the runner wants it after `=`.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use crate::report::github::{data, property};
    use crate::report::testing::render;
    use crate::report::write_github;

    #[test]
    fn shows_places() {
        insta::assert_snapshot!(render(write_github));
    }

    #[test]
    fn escapes_what_the_runner_reads() {
        assert_eq!(data("50%: a,\r\nb"), "50%25: a,%0D%0Ab");
        assert_eq!(property("a:b,100%\n"), "a%3Ab%2C100%25%0A");
    }
}
