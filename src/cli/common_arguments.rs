//! Arguments that several commands share.

use std::path::PathBuf;

use clap::Args;

/// What the commands that analyse take: where imports lead.
#[derive(Args, Debug, Default)]
pub(crate) struct ImportArguments {
    /// Analyse installed packages that the project imports as well; nothing is reported or edited in them
    #[arg(long, overrides_with = "no_follow_imports")]
    pub(crate) follow_imports: bool,
    /// Analyse the project alone, whatever the configuration says
    #[arg(long, hide = true, overrides_with = "follow_imports")]
    pub(crate) no_follow_imports: bool,
    /// The interpreter, virtual environment or folder in which they are installed; when not given, the active
    /// environment, or else `.venv` or `venv`
    #[arg(long, value_name = "PATH", visible_alias = "environment")]
    pub(crate) python: Option<PathBuf>,
}

/// The version that a flag names.
pub(crate) fn version(text: &str) -> Result<(u8, u8), String> {
    let fail = || "expected a Python version such as 3.9 or py39".to_owned();
    let (major, minor) = match text.strip_prefix("py") {
        Some(digits) => digits.split_at_checked(1).ok_or_else(fail)?,
        None => text.split_once('.').ok_or_else(fail)?,
    };
    match (major, minor.parse()) {
        ("3", Ok(minor)) if minor < 100 => Ok((3, minor)),
        _ => Err(fail()),
    }
}

#[cfg(test)]
mod tests {
    use crate::cli::common_arguments::version;

    #[test]
    fn versions_are_read() {
        assert_eq!(version("3.9"), Ok((3, 9)));
        assert_eq!(version("py312"), Ok((3, 12)));
        for wrong in ["2.7", "3", "py", "py27", "3.9.1", "3.x", ""] {
            assert!(version(wrong).is_err(), "{wrong}");
        }
    }
}
