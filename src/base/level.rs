//! How much a finding weighs.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How much a finding weighs; what weighs more is greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// For information.
    #[default]
    Note,
    /// Worth changing.
    Warning,
    /// Wrong.
    Error,
}

impl Level {
    /// Every level, the least first.
    pub const ALL: &'static [Self] = &[Self::Note, Self::Warning, Self::Error];

    /// The word for it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// So many levels below this one, but no less than a note.
    #[must_use]
    pub fn lowered_by(self, steps: u8) -> Self {
        Self::ALL[usize::from((self as u8).saturating_sub(steps))]
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(word: &str) -> Result<Self, ()> {
        Self::ALL.iter().copied().find(|level| level.as_str() == word).ok_or(())
    }
}
