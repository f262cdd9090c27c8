//! Versions of distributions, as far as they have an order (<https://peps.python.org/pep-0440/#release-segment>).

use std::cmp::Ordering;

/// The numbers of a release: `4.2`, `2024.3.1`. What follows them (`rc1`, `.post2`) does not count.
#[derive(Clone, Debug)]
pub struct Version(Vec<u32>);

/// What may follow the numbers of a release: a pre-release, a later one, a local name, or any.
const SUFFIXES: [&str; 10] = ["a", "b", "c", "rc", "pre", "post", "rev", "dev", "+", "*"];

impl Version {
    /// The version that `text` is; `None` when it is none.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let end = text.find(|it: char| !it.is_ascii_digit() && it != '.').unwrap_or(text.len());
        let (release, rest) = text.split_at(end);
        let suffix = rest.trim_start_matches(['-', '_']);
        if !suffix.is_empty() && !SUFFIXES.iter().any(|start| suffix.starts_with(start)) {
            return None;
        }
        // A dot may lead to the suffix: `4.2.*`.
        let release = if suffix.is_empty() { release } else { release.trim_end_matches('.') };
        release.split('.').map(|part| part.parse().ok()).collect::<Option<Vec<u32>>>().map(Self)
    }

    /// The lowest version that a specifier such as `>=3.2,<5` allows, if it bounds it; of alternatives, `^3.2 || ^4`,
    /// the lowest of all.
    pub fn lowest(specifier: &str) -> Option<Self> {
        let lower = |part: &str| {
            let signs = ["~=", "===", "==", ">=", ">", "^", "~"];
            signs.iter().find_map(|sign| part.trim().strip_prefix(sign)).and_then(Self::parse)
        };
        let alternatives = specifier.split('|').filter(|part| !part.is_empty());
        let bounds = alternatives.map(|part| part.split(',').filter_map(lower).max());
        bounds.collect::<Option<Vec<Self>>>()?.into_iter().min()
    }

    /// The first two numbers, the second 0 when there is none; `None` when they are no version of Python.
    pub fn major_minor(&self) -> Option<(u8, u8)> {
        let part = |at: usize| u8::try_from(self.0.get(at).copied().unwrap_or(0)).ok();
        Some((part(0)?, part(1)?))
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.0.len().max(other.0.len());
        let padded = |version: &Self| {
            (0..length).map(|at| version.0.get(at).copied().unwrap_or(0)).collect::<Vec<_>>()
        };
        padded(self).cmp(&padded(other))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

#[cfg(test)]
mod tests {
    use crate::base::Version;

    #[test]
    fn numbers_count_and_zeros_at_the_end_do_not() {
        let version = |text| Version::parse(text).unwrap();
        assert!(version("4.10") > version("4.9.1"));
        assert_eq!(version("4.0"), version("4"));
        assert_eq!(version("5.0rc1"), version("5.0"));
        assert_eq!(version("1.0.post2"), version("1.0"));
        for wrong in ["any", "3.x", "", "3..1", "."] {
            assert_eq!(Version::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_lowest_version_that_will_do() {
        for (specifier, lowest) in [
            (">=3.2,<5", Some("3.2")),
            ("==4.2.*", Some("4.2")),
            ("~=4.1", Some("4.1")),
            ("^5.0", Some("5")),
            ("<5", None),
            ("", None),
            ("!=4.0,>=4.2", Some("4.2")),
            (">=4.2||>=3", Some("3")),
            ("^3.2 || <2", None),
        ] {
            assert_eq!(Version::lowest(specifier), lowest.and_then(Version::parse), "{specifier}");
        }
    }
}
