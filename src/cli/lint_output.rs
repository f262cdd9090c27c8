//! Prints the findings of `lint` in every format that was asked for.

use std::io::{self, Write};
use std::path::Path;

use anyhow::{Result, bail};

use crate::cli::lint_format::{FormatTarget, LintFormat, OutputArguments};
use crate::cli::terminal::{Terminal, unstyled};
use crate::io::write_output;
use crate::report::{
    LintView, write_concise, write_full, write_github, write_gitlab, write_json, write_json_lines,
    write_junit, write_sarif, write_statistics, write_summary,
};

/// What to print where: at most one format goes to standard output, and no two to one file.
#[derive(Debug)]
pub(crate) struct LintOutput {
    targets: Vec<FormatTarget>,
    has_statistics: bool,
    is_quiet: bool,
}

impl LintOutput {
    /// Settles where each format goes.
    pub(crate) fn new(arguments: &OutputArguments) -> Result<Self> {
        let mut targets = arguments.format.clone();
        let mut homeless = targets.iter_mut().filter(|target| target.file.is_none());
        let (first, second) = (homeless.next(), homeless.next());
        match (first, second, &arguments.output_file) {
            (_, Some(_), _) => {
                bail!(
                    "only one format can be printed here: give the others a file, as in `--format sarif=FILE`"
                )
            }
            (None, _, Some(_)) => {
                bail!("every `--format` has a file of its own, so that nothing is left for `--output-file`")
            }
            (Some(target), None, Some(file)) => target.file = Some(file.clone()),
            (_, None, None) => {}
        }
        let files: Vec<&Path> = targets.iter().filter_map(|target| target.file.as_deref()).collect();
        if let Some(twice) = files.iter().enumerate().find(|(index, file)| files[..*index].contains(file)) {
            bail!("two formats are to be written to {}", twice.1.display());
        }
        Ok(Self { targets, has_statistics: arguments.statistics, is_quiet: arguments.quiet })
    }

    /// Whether findings are all that is wanted.
    pub(crate) fn is_quiet(&self) -> bool {
        self.is_quiet
    }

    /// Writes the files, and then what goes to standard output; when nothing does, the end of the report goes to standard
    /// error, so that a run never ends without a word.
    pub(crate) fn write(&self, terminal: Terminal, view: &LintView<'_>) -> Result<()> {
        for target in &self.targets {
            if let Some(file) = &target.file {
                write_output(file, &self.content(target.format, view)?)?;
            }
        }
        match self.targets.iter().find(|target| target.file.is_none()) {
            None => terminal.aside(|out| self.write_end(out, view))?,
            Some(target) if is_text(target.format) => {
                terminal.styled(|out| self.write_format(out, target.format, view))?;
            }
            Some(target) => Terminal::plain(|out| self.write_format(out, target.format, view))?,
        }
        Ok(())
    }

    /// The content of a file. Only what people read has styles; taking them out of the rest could harm a name.
    fn content(&self, format: LintFormat, view: &LintView<'_>) -> io::Result<Vec<u8>> {
        if is_text(format) {
            return unstyled(|out| self.write_format(out, format, view));
        }
        let mut content = Vec::new();
        self.write_format(&mut content, format, view)?;
        Ok(content)
    }

    fn write_format(&self, out: &mut dyn Write, format: LintFormat, view: &LintView<'_>) -> io::Result<()> {
        match format {
            LintFormat::Full => write_full(out, view)?,
            LintFormat::Concise => write_concise(out, view)?,
            LintFormat::Json => write_json(out, view)?,
            LintFormat::JsonLines => write_json_lines(out, view)?,
            LintFormat::Sarif => write_sarif(out, view)?,
            LintFormat::Github => write_github(out, view)?,
            LintFormat::Gitlab => write_gitlab(out, view)?,
            LintFormat::Junit => write_junit(out, view)?,
        }
        if is_text(format) { self.write_end(out, view) } else { Ok(()) }
    }

    /// What follows the findings in formats for people.
    fn write_end(&self, out: &mut dyn Write, view: &LintView<'_>) -> io::Result<()> {
        if self.has_statistics {
            write_statistics(out, view.findings)?;
        }
        if self.is_quiet { Ok(()) } else { write_summary(out, view.findings, view.summary) }
    }
}

/// Whether people read the format.
fn is_text(format: LintFormat) -> bool {
    match format {
        LintFormat::Full | LintFormat::Concise => true,
        LintFormat::Json
        | LintFormat::JsonLines
        | LintFormat::Sarif
        | LintFormat::Github
        | LintFormat::Gitlab
        | LintFormat::Junit => false,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use crate::cli::lint_format::OutputArguments;
    use crate::cli::lint_output::LintOutput;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        output: OutputArguments,
    }

    fn targets(words: &str) -> String {
        let line = match Line::try_parse_from(format!("lint {words}").split_whitespace()) {
            Ok(line) => line,
            Err(error) => return error.to_string().lines().next().unwrap_or_default().to_owned(),
        };
        let output = match LintOutput::new(&line.output) {
            Ok(output) => output,
            Err(error) => return error.to_string(),
        };
        let shown = output.targets.iter().map(|target| match &target.file {
            Some(file) => format!("{:?} in {}", target.format, file.display()),
            None => format!("{:?}", target.format),
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn formats_find_their_places() {
        assert_eq!(targets(""), "Full");
        assert_eq!(targets("-o out.txt"), "Full in out.txt");
        assert_eq!(targets("--format json"), "Json");
        assert_eq!(targets("--format json --output-file a=b"), "Json in a=b");
        assert_eq!(targets("--format full --format sarif=a=b.sarif"), "Full, Sarif in a=b.sarif");
        assert_eq!(targets("--format json --format junit=j.xml -o o"), "Json in o, Junit in j.xml");
    }

    #[test]
    fn what_has_no_place_is_refused() {
        let check = |words: &str, part: &str| {
            let found = targets(words);
            assert!(found.contains(part), "{words}: {found}");
        };
        check("--format json --format full", "only one format");
        check("--format json=a -o b", "nothing is left");
        check("--format json=a --format sarif=a", "two formats");
        check("--format json=", "lacks the name of a file");
        check("--format xml", "invalid value 'xml'");
        check("--format xml=a", "invalid value 'xml'");
    }
}
