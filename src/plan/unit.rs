//! Units: functions that must change together.

use std::collections::BTreeSet;

use crate::link::ProgramFunctionId;
use crate::plan::verdict::KeepReason;

/// Functions that must change together: they call each other, override each other, or are one. A unit needs no
/// unit that comes later in a plan.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Unit {
    /// Functions that become async, in order.
    pub converted: Vec<ProgramFunctionId>,
    /// Functions that change without becoming async, in order: async ones that wait where they blocked, and those that
    /// use another library.
    pub edited: Vec<ProgramFunctionId>,
    /// Calls that are awaited under an async name of the project.
    pub awaits: usize,
    /// Calls that go to a thread.
    pub offloads: usize,
    /// Calls for which a library's async form stands in.
    pub replaced: usize,
    /// Positions of the units that it awaits, ascending.
    pub needs: Vec<usize>,
    /// Functions that stay and that a function of the unit calls, or is called by, in order.
    pub frontier: Vec<Frontier>,
}

/// A function that stays, beside a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Frontier {
    /// On which side of the unit it stands.
    pub side: FrontierSide,
    /// The function.
    pub function: ProgramFunctionId,
    /// Why it stays.
    pub reason: KeepReason,
}

/// On which side of a unit a function stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FrontierSide {
    /// It calls the unit, through the name that stays.
    Caller,
    /// The unit calls it.
    Callee,
}

impl Unit {
    /// All functions of the unit that change, in order.
    pub fn functions(&self) -> BTreeSet<ProgramFunctionId> {
        self.converted.iter().chain(&self.edited).copied().collect()
    }
}
