//! The folder that paths are relative to in reports for other programs: the top of the repository.

use std::fmt::Write as _;
use std::path::Path;

/// A folder and the current folder in it.
///
/// Paths are shown relative to the current folder, but what reads reports in a pipeline knows the repository only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseFolder {
    top: String,
    inner: String,
}

/// A path for other programs, with `/` between its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReportPath {
    /// Below the base folder.
    Relative(String),
    /// Elsewhere.
    Absolute(String),
}

impl BaseFolder {
    /// The folder `top`, with the current folder in it; another current folder is its own top.
    pub fn new(top: &Path, current_dir: &Path) -> Self {
        match current_dir.strip_prefix(top) {
            Ok(inner) => Self { top: slashed(top), inner: slashed(inner) },
            Err(_) => Self { top: slashed(current_dir), inner: String::new() },
        }
    }

    /// The path of a file as reports show it, from the base folder.
    pub(crate) fn path(&self, shown: &str) -> ReportPath {
        let path = slashed(Path::new(shown));
        if !Path::new(shown).is_absolute() {
            let is_top = self.inner.is_empty();
            return ReportPath::Relative(if is_top { path } else { format!("{}/{path}", self.inner) });
        }
        match path.strip_prefix(&self.top).and_then(|rest| rest.strip_prefix('/')) {
            Some(rest) => ReportPath::Relative(rest.to_owned()),
            None => ReportPath::Absolute(path),
        }
    }

    /// The address of the folder, which ends in `/`.
    pub(crate) fn uri(&self) -> String {
        match self.top.as_str() {
            "" => absolute_uri(""),
            top => format!("{}/", absolute_uri(top)),
        }
    }
}

impl ReportPath {
    /// The path itself.
    pub(crate) fn as_str(&self) -> &str {
        match self {
            Self::Relative(path) | Self::Absolute(path) => path,
        }
    }

    /// Its address: relative to the base folder, or whole.
    pub(crate) fn uri(&self) -> String {
        match self {
            Self::Relative(path) => encoded(path),
            Self::Absolute(path) => absolute_uri(path),
        }
    }
}

/// The path with `/` between its parts, and nothing at its end.
fn slashed(path: &Path) -> String {
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    text.trim_end_matches('/').to_owned()
}

/// `file:///a%20b` for `/a b`, and `file:///C%3A/a` for `C:/a`.
fn absolute_uri(path: &str) -> String {
    format!("file:///{}", encoded(path.trim_start_matches('/')))
}

/// The path with all but the characters that RFC 3986 leaves to everyone written as `%` and two digits: a colon, too,
/// as it would make what stands before it a scheme.
fn encoded(path: &str) -> String {
    let mut uri = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            other => {
                let _ = write!(uri, "%{other:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::report::base_folder::{BaseFolder, ReportPath};

    #[test]
    fn paths_start_at_the_top() {
        let check = |current: &str, shown: &str, expected: &str| {
            let base = BaseFolder::new(Path::new("/home/me"), Path::new(current));
            assert_eq!(base.path(shown).uri(), expected);
        };
        check("/home/me", "src/a.py", "src/a.py");
        check("/home/me/src", "a.py", "src/a.py");
        check("/home/me/src", "/home/me/b.py", "b.py");
        check("/home/me/src", "/home/meow/b.py", "file:///home/meow/b.py");
        check("/home/me", "é ü/100%/a:b#?.py", "%C3%A9%20%C3%BC/100%25/a%3Ab%23%3F.py");
        check("/srv", "a.py", "a.py");
    }

    #[test]
    fn folder_is_an_address() {
        let base = BaseFolder::new(Path::new("/a b"), Path::new("/a b/c"));
        assert_eq!(base.uri(), "file:///a%20b/");
        assert_eq!(base.path("d.py"), ReportPath::Relative("c/d.py".to_owned()));
        assert_eq!(BaseFolder::new(Path::new("/"), Path::new("/")).uri(), "file:///");
    }
}
