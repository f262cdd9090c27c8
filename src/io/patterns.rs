//! Path patterns of the configuration, in the language of `.gitignore`.

use std::path::{Path, PathBuf};

use ignore::gitignore::{Gitignore, GitignoreBuilder};
use thiserror::Error;

/// Patterns relative to one folder; the last one that matches decides, and `!` takes back.
#[derive(Clone, Debug)]
pub struct PathPatterns {
    base: PathBuf,
    matcher: Gitignore,
}

/// A pattern that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("invalid pattern `{pattern}`: {message}")]
pub struct PatternError {
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it.
    pub message: String,
}

impl PathPatterns {
    /// Reads `patterns`, which are relative to the folder `base`.
    pub fn new(base: &Path, patterns: &[String]) -> Result<Self, PatternError> {
        let mut builder = GitignoreBuilder::new(base);
        builder.allow_unclosed_class(false);
        for pattern in patterns {
            let fail = |error: ignore::Error| {
                let message = match error {
                    ignore::Error::Glob { err, .. } => err,
                    other => other.to_string(),
                };
                PatternError { pattern: pattern.clone(), message }
            };
            builder.add_line(None, pattern).map_err(fail)?;
        }
        let matcher = builder
            .build()
            .map_err(|error| PatternError { pattern: patterns.join(", "), message: error.to_string() })?;
        Ok(Self { base: base.to_owned(), matcher })
    }

    /// Whether a pattern means the file or folder `path` itself; false outside of the base.
    pub fn matches(&self, path: &Path, is_folder: bool) -> bool {
        path.strip_prefix(&self.base)
            .is_ok_and(|relative| self.matcher.matched(relative, is_folder).is_ignore())
    }

    /// Whether a pattern means the file `path` or a folder that it lies in; false outside of the base.
    pub fn matches_file_or_folder(&self, path: &Path) -> bool {
        path.strip_prefix(&self.base)
            .is_ok_and(|relative| self.matcher.matched_path_or_any_parents(relative, false).is_ignore())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::io::PathPatterns;

    fn patterns(lines: &[&str]) -> PathPatterns {
        let lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        PathPatterns::new(Path::new("/p"), &lines).unwrap()
    }

    #[test]
    fn patterns_are_those_of_gitignore() {
        let patterns = patterns(&["tests/", "*_pb2.py", "/gen/*.py", "!gen/keep.py"]);
        for (path, expected) in [
            ("/p/a/x_pb2.py", true),
            ("/p/gen/x.py", true),
            ("/p/gen/keep.py", false),
            ("/p/a/gen/x.py", false),
            ("/q/x_pb2.py", false),
        ] {
            assert_eq!(patterns.matches(Path::new(path), false), expected, "{path}");
        }
        assert!(patterns.matches(Path::new("/p/a/tests"), true));
        assert!(!patterns.matches(Path::new("/p/a/tests/x.py"), false));
        assert!(patterns.matches_file_or_folder(Path::new("/p/a/tests/x.py")));
    }

    #[test]
    fn broken_pattern_is_named() {
        let error = PathPatterns::new(Path::new("/p"), &["a[".to_owned()]).unwrap_err();
        assert!(error.to_string().starts_with("invalid pattern `a[`: "), "{error}");
    }
}
