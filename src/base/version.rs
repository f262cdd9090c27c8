//! Versions of distributions, as far as they have an order (<https://peps.python.org/pep-0440/#release-segment>).

use std::cmp::Ordering;

/// The numbers of a release: `4.2`, `2024.3.1`. What follows them (`rc1`, `.post2`) does not count.
#[derive(Clone, Debug)]
pub struct Version(Vec<u32>);

impl Version {
    /// The version at the beginning of `text`; `None` when there is no number.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('v');
        let parts = text.split('.').map_while(|part| {
            let end = part.find(|it: char| !it.is_ascii_digit()).unwrap_or(part.len());
            part[..end].parse().ok()
        });
        let parts: Vec<u32> = parts.collect();
        (!parts.is_empty()).then_some(Self(parts))
    }

    /// The lowest version that a specifier such as `>=3.2,<5` allows, if it bounds it.
    pub fn lowest(specifier: &str) -> Option<Self> {
        let lower = |part: &str| {
            let signs = ["~=", "===", "==", ">=", ">", "^", "~"];
            signs.iter().find_map(|sign| part.trim().strip_prefix(sign)).and_then(Self::parse)
        };
        specifier.split(',').filter_map(lower).max()
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
        assert_eq!(Version::parse("any"), None);
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
        ] {
            assert_eq!(Version::lowest(specifier), lowest.and_then(Version::parse), "{specifier}");
        }
    }
}
