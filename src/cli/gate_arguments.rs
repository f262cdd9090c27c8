//! The arguments of `lint` that decide what is let through.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::base::{Level, Scope};

const HEADING: &str = "Gate options";

/// What is let through, and what fails.
#[derive(Args, Debug)]
pub(crate) struct GateArguments {
    /// Not these checks in files that match a pattern of the language of `.gitignore`
    #[arg(
        long,
        value_name = "PATTERN:CODES",
        value_parser = file_ignores,
        visible_alias = "extend-per-file-ignores",
        help_heading = HEADING
    )]
    pub(crate) per_file_ignores: Vec<FileIgnores>,
    /// Give checks another level: `AS104=error`; a code or name wins over the beginning of a code, that over a category
    #[arg(long, value_name = "CODE=LEVEL", value_delimiter = ',', value_parser = level, help_heading = HEADING)]
    pub(crate) level: Vec<(String, Level)>,
    /// Exit 1 only for findings of at least this level
    #[arg(long, value_name = "LEVEL", help_heading = HEADING)]
    pub(crate) fail_on: Option<FailOn>,
    /// Report calls on the event loop of which nobody can tell what they reach
    #[arg(long, help_heading = HEADING)]
    pub(crate) strict: bool,
    /// In which functions what blocks is reported
    #[arg(long, value_name = "SCOPE", help_heading = HEADING)]
    pub(crate) scope: Option<ScopeWord>,
    /// Report only what is not in this file of known findings, and what is in it but was fixed
    #[arg(long, value_name = "FILE", help_heading = HEADING)]
    pub(crate) baseline: Option<PathBuf>,
    /// Write what is found to the baseline, and take out what is fixed
    #[arg(long, help_heading = HEADING)]
    pub(crate) update_baseline: bool,
    /// Use no baseline, whatever the configuration says
    #[arg(long, conflicts_with_all = ["baseline", "update_baseline"], help_heading = HEADING)]
    pub(crate) no_baseline: bool,
    /// Report only findings of which a step is on a line that changed since a git revision; `main...` means since the
    /// branch left `main`
    #[arg(long, value_name = "REV", conflicts_with = "update_baseline", help_heading = HEADING)]
    pub(crate) diff_base: Option<String>,
    /// Add a `# noqa: CODES` comment to each line with a finding, and report nothing
    #[arg(long, conflicts_with_all = ["update_baseline", "remove_unused_noqa"], help_heading = HEADING)]
    pub(crate) add_noqa: bool,
    /// Remove what suppresses nothing from comments, and report nothing
    #[arg(long, conflicts_with = "update_baseline", help_heading = HEADING)]
    pub(crate) remove_unused_noqa: bool,
}

/// Checks that are left out in some files: a pattern, and codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct FileIgnores {
    pub(crate) rules: Vec<(String, Vec<String>)>,
}

/// The least level that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    /// Every finding
    Note,
    /// Not notes
    Warning,
    /// Errors only
    Error,
}

impl From<FailOn> for Level {
    fn from(word: FailOn) -> Self {
        match word {
            FailOn::Note => Self::Note,
            FailOn::Warning => Self::Warning,
            FailOn::Error => Self::Error,
        }
    }
}

/// In which functions what blocks is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ScopeWord {
    /// Those that run on an event loop
    Loop,
    /// All, so that a project that moves to async gets no new blocking calls
    All,
}

impl From<ScopeWord> for Scope {
    fn from(word: ScopeWord) -> Self {
        match word {
            ScopeWord::Loop => Self::Loop,
            ScopeWord::All => Self::All,
        }
    }
}

/// Reads `AS104=error`.
fn level(text: &str) -> Result<(String, Level), String> {
    let (code, word) = text.split_once('=').ok_or("expected CODE=LEVEL, such as AS104=error")?;
    let level = word.trim().parse().map_err(|()| format!("`{word}` is no level: note, warning or error"))?;
    Ok((code.trim().to_owned(), level))
}

/// Reads `tests/:AS1,AS201`, and several of these with commas between them.
fn file_ignores(text: &str) -> Result<FileIgnores, String> {
    let mut rules: Vec<(String, Vec<String>)> = Vec::new();
    for part in text.split(',') {
        match (part.rsplit_once(':'), rules.last_mut()) {
            (Some((pattern, code)), _) => {
                rules.push((pattern.trim().to_owned(), vec![code.trim().to_owned()]));
            }
            (None, Some((_, codes))) => codes.push(part.trim().to_owned()),
            (None, None) => return Err("expected PATTERN:CODES, such as tests/:AS1,AS201".to_owned()),
        }
    }
    if rules.iter().any(|(pattern, codes)| pattern.is_empty() || codes.iter().any(String::is_empty)) {
        return Err("expected PATTERN:CODES, such as tests/:AS1,AS201".to_owned());
    }
    Ok(FileIgnores { rules })
}

#[cfg(test)]
mod tests {
    use crate::base::Level;
    use crate::cli::gate_arguments::{file_ignores, level};

    #[test]
    fn levels_are_read() {
        assert_eq!(level("AS104=error"), Ok(("AS104".to_owned(), Level::Error)));
        assert!(level("AS104").is_err() && level("AS104=fatal").is_err());
    }

    #[test]
    fn ignores_of_files_are_read() {
        let check = |text: &str, expected: &[(&str, &[&str])]| {
            let rules = file_ignores(text).unwrap().rules;
            let found: Vec<(&str, Vec<&str>)> = rules
                .iter()
                .map(|(pattern, codes)| (pattern.as_str(), codes.iter().map(String::as_str).collect()))
                .collect();
            let expected: Vec<(&str, Vec<&str>)> =
                expected.iter().map(|(pattern, codes)| (*pattern, codes.to_vec())).collect();
            assert_eq!(found, expected);
        };
        check("tests/:AS1", &[("tests/", &["AS1"])]);
        check(
            "tests/*:AS1,AS2,c:/x.py:blocking",
            &[("tests/*", &["AS1", "AS2"]), ("c:/x.py", &["blocking"])],
        );
        for wrong in ["tests", "tests/:", ":AS1", ""] {
            assert!(file_ignores(wrong).is_err(), "{wrong}");
        }
    }
}
