//! Where `lint` prints findings and how: the formats, and what may stand after `--format`.

use std::ffi::OsStr;
use std::path::PathBuf;

use clap::builder::{EnumValueParser, PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Args, Command, Error, ValueEnum};

/// What of `lint` is printed, how and where.
#[derive(Args, Debug)]
pub(crate) struct OutputArguments {
    /// How to print findings, and in which file when that is not standard output; may be given several times
    #[arg(long, value_name = "FORMAT[=FILE]", default_value = "full", value_parser = TargetParser)]
    pub(crate) format: Vec<FormatTarget>,
    /// Write the one format that has no file of its own to this file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Count findings by check
    #[arg(long)]
    pub(crate) statistics: bool,
    /// Print findings and nothing else
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

/// How findings are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// Source, chain and help
    Full,
    /// One line a finding
    Concise,
    /// For programs
    Json,
    /// For programs that read line by line
    JsonLines,
    /// SARIF 2.1.0, for code scanning
    Sarif,
    /// Annotations in GitHub Actions
    Github,
    /// Code quality report of GitLab
    Gitlab,
    /// `JUnit`'s XML, for what shows tests
    Junit,
}

/// A format, and the file it is written to; `None` is standard output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FormatTarget {
    pub(crate) format: LintFormat,
    pub(crate) file: Option<PathBuf>,
}

/// Reads `FORMAT` and `FORMAT=FILE`.
#[derive(Clone)]
struct TargetParser;

impl TypedValueParser for TargetParser {
    type Value = FormatTarget;

    fn parse_ref(
        &self,
        command: &Command,
        argument: Option<&Arg>,
        value: &OsStr,
    ) -> Result<Self::Value, Error> {
        let Some(text) = value.to_str() else {
            return Err(Error::new(ErrorKind::InvalidUtf8).with_cmd(command));
        };
        let (format, file) = match text.split_once('=') {
            Some((format, file)) => (format, Some(file)),
            None => (text, None),
        };
        if file == Some("") {
            let message = format!("`--format {format}=` lacks the name of a file\n");
            return Err(Error::raw(ErrorKind::InvalidValue, message).with_cmd(command));
        }
        let parser = EnumValueParser::<LintFormat>::new();
        let format = parser.parse_ref(command, argument, format.as_ref())?;
        Ok(FormatTarget { format, file: file.map(PathBuf::from) })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        Some(Box::new(LintFormat::value_variants().iter().filter_map(ValueEnum::to_possible_value)))
    }
}
