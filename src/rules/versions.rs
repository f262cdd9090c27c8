//! The versions that have something, and what older ones allowed that newer ones do not.

use serde::{Deserialize, Serialize};

use crate::base::Version;
use crate::rules::condition::ArgumentRef;

/// The versions of Python, or of a library, that have something; as they are written, `3.9`.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Versions {
    /// The first.
    pub since: Option<Box<str>>,
    /// The first in which it is deprecated.
    pub deprecated: Option<Box<str>>,
    /// The first that no longer has it.
    pub removed: Option<Box<str>>,
}

/// A way of using something that newer versions deprecate or do not have, where the thing itself stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// The way.
    pub usage: RetiredUse,
    /// The versions that have it.
    pub versions: Versions,
}

/// A way of using something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RetiredUse {
    /// This argument is passed.
    Given(ArgumentRef),
    /// This argument is a collection of coroutines.
    Coroutines(ArgumentRef),
    /// It is called where no event loop runs.
    NoLoop,
}

/// What a version says of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// Nothing against it.
    Current,
    /// It is deprecated since this version.
    Deprecated(&'a str),
    /// It is gone since this version.
    Removed(&'a str),
}

impl Versions {
    /// What the version `target` says.
    pub fn standing(&self, target: (u8, u8)) -> Standing<'_> {
        let reached = |version: &Option<Box<str>>| {
            version
                .as_deref()
                .and_then(Version::parse)
                .and_then(|it| it.major_minor())
                .is_some_and(|it| it <= target)
        };
        match (&self.removed, &self.deprecated) {
            (Some(removed), _) if reached(&self.removed) => Standing::Removed(removed),
            (_, Some(deprecated)) if reached(&self.deprecated) => Standing::Deprecated(deprecated),
            _ => Standing::Current,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::rules::versions::{Standing, Versions};

    #[test]
    fn the_target_decides() {
        let versions =
            Versions { since: None, deprecated: Some("3.4.4".into()), removed: Some("3.10".into()) };
        assert_eq!(versions.standing((3, 3)), Standing::Current);
        assert_eq!(versions.standing((3, 9)), Standing::Deprecated("3.4.4"));
        assert_eq!(versions.standing((3, 10)), Standing::Removed("3.10"));
        assert_eq!(Versions::default().standing((3, 14)), Standing::Current);
    }
}
