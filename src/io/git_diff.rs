//! Which lines of which files changed, read from what git prints.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

/// The lines that changed, by absolute path.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    files: BTreeMap<PathBuf, Lines>,
}

/// Lines of one file.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Lines {
    All,
    /// First and last, from 1, in order.
    Some(Vec<(u32, u32)>),
}

impl Changes {
    /// Whether anything in a file changed.
    pub fn has(&self, path: &Path) -> bool {
        self.files.contains_key(path)
    }

    /// Whether one of some lines of a file changed, as git counts them: each ends at a line feed.
    pub fn touches(&self, path: &Path, first: u32, last: u32) -> bool {
        match self.files.get(path) {
            None => false,
            Some(Lines::All) => true,
            Some(Lines::Some(ranges)) => ranges.iter().any(|&(start, end)| start <= last && first <= end),
        }
    }

    /// Takes all of a file as changed.
    pub(crate) fn add_whole(&mut self, path: PathBuf) {
        self.files.insert(path, Lines::All);
    }

    /// Adds a patch without context lines, whose paths are relative to `top`, with `b/` before those of the new side.
    pub(crate) fn add_patch(&mut self, patch: &[u8], top: &Path) {
        let mut current: Option<PathBuf> = None;
        // Lines of the hunk that are still to come: their text may look like anything.
        let (mut old, mut new) = (0_u32, 0_u32);
        for line in patch.split(|&byte| byte == b'\n') {
            if old > 0 || new > 0 {
                match line.first() {
                    Some(b'-') => old = old.saturating_sub(1),
                    Some(b'+') => new = new.saturating_sub(1),
                    _ => {}
                }
            } else if line.starts_with(b"diff --git ") {
                current = None;
            } else if let Some(name) = line.strip_prefix(b"+++ ") {
                current = new_path(name).map(|path| top.join(path));
            } else if let Some(header) = line.strip_prefix(b"@@ ") {
                let Some(hunk) = hunk(header) else { continue };
                (old, new) = (hunk.old, hunk.new);
                if let (Some(path), true) = (&current, hunk.new > 0) {
                    let lines = self.files.entry(path.clone()).or_insert_with(|| Lines::Some(Vec::new()));
                    if let Lines::Some(ranges) = lines {
                        ranges.push((hunk.start, hunk.start + (hunk.new - 1)));
                    }
                }
            }
        }
    }
}

struct Hunk {
    old: u32,
    start: u32,
    new: u32,
}

/// Reads `-3,2 +5 @@ ...`: a number of lines that is not there is 1.
fn hunk(header: &[u8]) -> Option<Hunk> {
    let header = String::from_utf8_lossy(header);
    let mut parts = header.split(' ');
    let range = |part: Option<&str>, sign: char| {
        let part = part?.strip_prefix(sign)?;
        let (start, count) = part.split_once(',').unwrap_or((part, "1"));
        Some((start.parse::<u32>().ok()?, count.parse::<u32>().ok()?))
    };
    let (_, old) = range(parts.next(), '-')?;
    let (start, new) = range(parts.next(), '+')?;
    Some(Hunk { old, start, new })
}

/// The path of the new side; `None` when the file is gone.
fn new_path(name: &[u8]) -> Option<PathBuf> {
    // Behind a name with a blank git puts a tab.
    let name = name.strip_suffix(b"\t").unwrap_or(name);
    let name = match name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\"")) {
        Some(quoted) => unquoted(quoted),
        None => name.to_vec(),
    };
    name.strip_prefix(b"b/").map(path_of)
}

/// Takes back what git does to names with odd characters: `\t`, `\"`, `\303`.
fn unquoted(name: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&byte, after)) = rest.split_first() {
        rest = after;
        if byte != b'\\' {
            bytes.push(byte);
            continue;
        }
        let Some((&escaped, after)) = rest.split_first() else { break };
        let octal = rest.get(..3).filter(|digits| digits.iter().all(|digit| (b'0'..=b'7').contains(digit)));
        if let Some(digits) = octal {
            let value = digits.iter().fold(0_u32, |value, digit| value * 8 + u32::from(digit - b'0'));
            bytes.push(value as u8);
            rest = &rest[3..];
            continue;
        }
        bytes.push(match escaped {
            b'a' => 0x07,
            b'b' => 0x08,
            b't' => b'\t',
            b'n' => b'\n',
            b'v' => 0x0B,
            b'f' => 0x0C,
            b'r' => b'\r',
            other => other,
        });
        rest = after;
    }
    bytes
}

/// A path as git gives it.
#[cfg(unix)]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    PathBuf::from(OsString::from_vec(bytes.to_vec()))
}

/// A path as git gives it.
#[cfg(not(unix))]
pub(crate) fn path_of(bytes: &[u8]) -> PathBuf {
    PathBuf::from(OsString::from(String::from_utf8_lossy(bytes).into_owned()))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::io::Changes;

    /// The changed lines among the first ten of a file.
    fn check(patch: &str, file: &str, expected: &[u32]) {
        let mut changes = Changes::default();
        changes.add_patch(patch.as_bytes(), Path::new("/top"));
        let path = Path::new("/top").join(file);
        let lines: Vec<u32> = (1..=10).filter(|&line| changes.touches(&path, line, line)).collect();
        assert_eq!(lines, expected, "{patch}");
        assert_eq!(changes.has(&path), !expected.is_empty());
    }

    #[test]
    fn hunks_say_which_lines_are_new() {
        let patch = "diff --git a/a.py b/a.py\nindex 1..2 100644\n--- a/a.py\n+++ b/a.py\n@@ -1 +1,2 @@ def f():\n-x\n+y\n+z\n\
                     @@ -4,2 +5,0 @@\n-a\n-b\n@@ -9,0 +9 @@\n+c\n\\ No newline at end of file\n";
        check(patch, "a.py", &[1, 2, 9]);
        check(patch, "b.py", &[]);
    }

    #[test]
    fn text_that_looks_like_a_header_is_text() {
        let patch = "diff --git a/a.py b/a.py\n--- a/a.py\n+++ b/a.py\n@@ -1,2 +1,2 @@\n--- a/x\n-diff --git\n+++ b/b.py\n+@@ -1 +8 @@\n@@ -5 +5 @@\n-x\n+y\n";
        check(patch, "a.py", &[1, 2, 5]);
        check(patch, "b.py", &[]);
    }

    #[test]
    fn names_with_odd_characters() {
        let patch = |name: &str| format!("diff --git x y\n--- /dev/null\n+++ {name}\n@@ -0,0 +1 @@\n+x\n");
        check(&patch("b/a b/c.py\t"), "a b/c.py", &[1]);
        check(&patch(r#""b/\303\251\t\"\\.py""#), "é\t\"\\.py", &[1]);
        check(&patch("b/b/c.py"), "b/c.py", &[1]);
    }

    #[test]
    fn renamed_and_removed_files() {
        let patch = "diff --git a/a.py b/c.py\nsimilarity index 90%\nrename from a.py\nrename to c.py\n--- a/a.py\n+++ b/c.py\n@@ -2 +2 @@\n-x\n+y\n\
                     diff --git a/d.py b/d.py\ndeleted file mode 100644\n--- a/d.py\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-x\n-y\n";
        check(patch, "c.py", &[2]);
        check(patch, "a.py", &[]);
        check(patch, "d.py", &[]);
    }
}
