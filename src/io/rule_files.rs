//! Finds and reads rule files: TOML files that a user or a package wrote.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// A rule file: where it is, as shown to people, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleText {
    /// The path.
    pub path: String,
    /// The content.
    pub text: String,
}

/// Why a rule file cannot be read.
#[derive(Debug, Error)]
pub enum RuleFileError {
    /// There is no such file or folder.
    #[error("no such file or folder: {}", .0.display())]
    Missing(PathBuf),
    /// A folder holds no rule file.
    #[error("no `.toml` file in {}", .0.display())]
    Empty(PathBuf),
    /// Anything else.
    #[error("cannot read {}: {error}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// The rule file at `path`, or all below a folder, sorted by path.
pub fn read_rule_files(path: &Path) -> Result<Vec<RuleText>, RuleFileError> {
    let fail = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => RuleFileError::Missing(path.to_owned()),
        _ => RuleFileError::Io { path: path.to_owned(), error },
    };
    if !fs::metadata(path).map_err(fail)?.is_dir() {
        return Ok(vec![read(path)?]);
    }
    let mut files = Vec::new();
    collect(path, &mut files)?;
    if files.is_empty() {
        return Err(RuleFileError::Empty(path.to_owned()));
    }
    files.sort();
    files.iter().map(|file| read(file)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), RuleFileError> {
    let fail = |error| RuleFileError::Io { path: folder.to_owned(), error };
    for entry in fs::read_dir(folder).map_err(fail)? {
        let path = entry.map_err(fail)?.path();
        // A link to a folder is not followed: it may lead back.
        if path.is_dir() && !path.is_symlink() {
            collect(&path, files)?;
        } else if path.to_string_lossy().ends_with(".toml") {
            files.push(path);
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<RuleText, RuleFileError> {
    let text =
        fs::read_to_string(path).map_err(|error| RuleFileError::Io { path: path.to_owned(), error })?;
    Ok(RuleText { path: path.display().to_string(), text })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::io::read_rule_files;

    #[test]
    fn folders_are_read_in_order() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a")).unwrap();
        for name in ["b.toml", "a/c.toml", "a/note.md"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let found = read_rule_files(folder.path()).unwrap();
        assert_eq!(found.iter().map(|file| file.text.as_str()).collect::<Vec<_>>(), ["a/c.toml", "b.toml"]);
        assert!(read_rule_files(&folder.path().join("none")).is_err());
    }
}
