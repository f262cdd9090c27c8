//! The file of findings that are known: one line for each kind of place, with how many there are.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

/// How many places there are of each key (`AS104 open app.util.load app.web.handle`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    /// Keys of four words each, with a number that is not 0.
    pub counts: BTreeMap<String, usize>,
}

/// Why a baseline cannot be used.
#[derive(Debug, Error)]
pub enum BaselineError {
    /// There is none.
    #[error("there is no baseline at {}: `--update-baseline` makes it", .0.display())]
    Missing(PathBuf),
    /// The system gives no text.
    #[error("cannot read {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// A line that is none of a baseline.
    #[error("{}:{line}: expected a code, three names and a number, not `{text}`", path.display())]
    Line {
        /// The file.
        path: PathBuf,
        /// Its number, from 1.
        line: usize,
        /// What it says.
        text: String,
    },
}

/// What the file begins with.
const HEADER: &str = "\
# Findings of asyncshift that are known: check, subject, the function that holds it, the function it is reached from, count.
# Made by `asyncshift lint --update-baseline`; what is fixed must leave this file.
";

/// What version control puts between the sides of a conflict; all are seven characters at the start of a line.
const OURS: &str = "<<<<<<<";
const BASE: &str = "|||||||";
const BETWEEN: &str = "=======";
const THEIRS: &str = ">>>>>>>";

/// Reads the baseline at `path`.
pub fn read_baseline(path: &Path) -> Result<Baseline, BaselineError> {
    let fail = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => BaselineError::Missing(path.to_owned()),
        _ => BaselineError::Io { path: path.to_owned(), error },
    };
    let text = fs::read_to_string(path).map_err(fail)?;
    Baseline::parse(&text).map_err(|(line, text)| BaselineError::Line { path: path.to_owned(), line, text })
}

impl Baseline {
    /// Adds one place.
    pub fn add(&mut self, key: String) {
        *self.counts.entry(key).or_default() += 1;
    }

    /// How many places of a key are known.
    pub fn count(&self, key: &str) -> usize {
        self.counts.get(key).copied().unwrap_or_default()
    }

    /// The text of the file: sorted, one key a line.
    pub fn to_text(&self) -> String {
        let mut text = HEADER.to_owned();
        for (key, count) in &self.counts {
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{key} {count}");
        }
        text
    }

    /// Reads a file's text; the error is the number and the text of a line.
    ///
    /// A conflict of a merge is harmless: both sides count, and of a key on both sides the higher number.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let mut counts = BTreeMap::new();
        let mut is_base = false;
        for (index, line) in text.lines().enumerate() {
            let line = line.trim();
            let is_mark =
                |mark: &str| line.strip_prefix(mark).is_some_and(|rest| !rest.starts_with(&mark[..1]));
            if is_mark(BASE) {
                is_base = true;
            } else if is_mark(BETWEEN) {
                is_base = false;
            }
            let is_marked = [OURS, BASE, BETWEEN, THEIRS].iter().any(|mark| is_mark(mark));
            // What both sides come from is what neither of them says.
            if is_base || is_marked || line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (key, count) = entry(line).ok_or_else(|| (index + 1, line.to_owned()))?;
            let known: &mut usize = counts.entry(key).or_default();
            *known = count.max(*known);
        }
        Ok(Self { counts })
    }
}

fn entry(line: &str) -> Option<(String, usize)> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (count, key) = words.split_last()?;
    let count = count.parse().ok().filter(|&count| count > 0)?;
    (key.len() == 4).then(|| (key.join(" "), count))
}

#[cfg(test)]
mod tests {
    use crate::io::baseline::{Baseline, HEADER};

    fn check(text: &str, expected: &[(&str, usize)]) {
        let baseline = Baseline::parse(text).unwrap();
        let found: Vec<(&str, usize)> =
            baseline.counts.iter().map(|(key, count)| (key.as_str(), *count)).collect();
        assert_eq!(found, expected);
        assert_eq!(Baseline::parse(&baseline.to_text()).unwrap(), baseline);
    }

    #[test]
    fn is_sorted_and_one_a_line() {
        let mut baseline = Baseline::default();
        for key in ["AS2 x a.f a.f", "AS1 y a.f a.f", "AS2 x a.f a.f"] {
            baseline.add(key.to_owned());
        }
        assert_eq!(baseline.to_text(), format!("{HEADER}AS1 y a.f a.f 1\nAS2 x a.f a.f 2\n"));
        assert_eq!((baseline.count("AS2 x a.f a.f"), baseline.count("AS3 x a.f a.f")), (2, 0));
        check(&baseline.to_text(), &[("AS1 y a.f a.f", 1), ("AS2 x a.f a.f", 2)]);
    }

    #[test]
    fn conflicts_of_a_merge_are_harmless() {
        check(
            "A a a a 1\r\n<<<<<<< HEAD\nB b b b 2\n||||||| 123abc\nC c c c 1\n=======\nB b b b 3\nD d d d 1\n>>>>>>> x\n",
            &[("A a a a", 1), ("B b b b", 3), ("D d d d", 1)],
        );
    }

    #[test]
    fn other_lines_are_named() {
        for line in ["AS101 x 1", "AS101 a b c", "AS101 a b c 0", "AS101 a b c d 1", "{}"] {
            let text = format!("# a\n\n{line}\n");
            assert_eq!(Baseline::parse(&text).unwrap_err(), (3, line.to_owned()));
        }
    }
}
