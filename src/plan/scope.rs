//! Which functions may change: those that are asked for, less those that were dropped.

use std::collections::{BTreeMap, BTreeSet};

use crate::link::ProgramFunctionId;
use crate::plan::verdict::KeepReason;

/// Which functions a plan may change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlanScope {
    /// What is asked for.
    pub targets: Targets,
    /// Functions that stay as they are although they could change, and why: a unit that failed its checks, or that
    /// somebody declined. What must change with them stays as well.
    pub dropped: BTreeMap<ProgramFunctionId, KeepReason>,
}

/// What is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Targets {
    /// All that blocks.
    #[default]
    All,
    /// These, and what they need.
    Needed(BTreeSet<ProgramFunctionId>),
    /// These and no others. The set holds whole units, and with a unit those that it needs.
    Exactly(BTreeSet<ProgramFunctionId>),
}

impl Targets {
    /// Whether a function is asked for by itself.
    pub(super) fn ask_for(&self, function: ProgramFunctionId) -> bool {
        match self {
            Self::All => true,
            Self::Needed(functions) | Self::Exactly(functions) => functions.contains(&function),
        }
    }
}
