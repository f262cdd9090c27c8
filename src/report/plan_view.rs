//! A plan of a conversion as reports see it.

use crate::plan::{FrontierSide, KeepReason, Look};
use crate::report::summary::{Summary, counted};

/// A plan with all that its reports need.
pub struct PlanView<'a> {
    /// What changes, leaves first.
    pub units: &'a [UnitView],
    /// How many files change.
    pub files: usize,
    /// Functions that stay, in order.
    pub kept: &'a [KeptFunction],
    /// What is left as it is since its rewrite failed its checks.
    pub refused: &'a [RefusedPart],
    /// What somebody should look at, in order.
    pub notes: &'a [NoteView],
    /// How much was analysed.
    pub summary: &'a Summary,
    /// Whether every kept function is listed.
    pub is_detailed: bool,
}

/// Functions that change together.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UnitView {
    /// Its functions that become async, in order.
    pub converted: Vec<FunctionPlace>,
    /// Its functions that change without becoming async, in order.
    pub edited: Vec<FunctionPlace>,
    /// Calls that are awaited under an async name of the project.
    pub awaits: usize,
    /// Calls that go to a thread.
    pub offloads: usize,
    /// Calls for which a library's async form stands in.
    pub replaced: usize,
    /// Positions of the units that it awaits.
    pub needs: Vec<usize>,
    /// The shortest way from one of its functions to what blocks; the last hop is that.
    pub why: Vec<FunctionPlace>,
    /// What stays around it.
    pub frontier: Vec<FrontierView>,
}

/// A function, or something outside the project, and where it is defined or called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FunctionPlace {
    /// Its dotted name.
    pub name: String,
    /// Path of a file as shown.
    pub path: String,
    /// A line of it.
    pub line: u32,
}

/// A function that stays beside a unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrontierView {
    /// On which side it stands.
    pub side: FrontierSide,
    /// The function.
    pub function: FunctionPlace,
    /// Why it stays.
    pub reason: KeepReason,
}

/// A function that stays sync although it blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFunction {
    /// Path of its file as shown.
    pub path: String,
    /// Its line.
    pub line: u32,
    /// Its dotted name.
    pub name: String,
    /// Why.
    pub reason: KeepReason,
    /// Whether it reaches converted code through a wrapper.
    pub is_bridge: bool,
    /// What in the end keeps it, when that is not in itself: functions with their reasons.
    pub because: Vec<(String, KeepReason)>,
}

/// A file, or functions of it, whose rewrite failed its checks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefusedPart {
    /// Path of the file as shown.
    pub path: String,
    /// Names of the functions; none when the whole file is meant.
    pub functions: Vec<String>,
    /// Why.
    pub reason: String,
}

/// Something to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteView {
    /// Path of its file as shown.
    pub path: String,
    /// Its line.
    pub line: u32,
    /// What to look at.
    pub look: Look,
}

/// Sums over all units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    pub(crate) converted: usize,
    pub(crate) edited: usize,
    pub(crate) awaits: usize,
    pub(crate) offloads: usize,
    pub(crate) replaced: usize,
}

pub(crate) fn sums(units: &[UnitView]) -> Sums {
    units.iter().fold(Sums::default(), |sums, unit| Sums {
        converted: sums.converted + unit.converted.len(),
        edited: sums.edited + unit.edited.len(),
        awaits: sums.awaits + unit.awaits,
        offloads: sums.offloads + unit.offloads,
        replaced: sums.replaced + unit.replaced,
    })
}

/// What happens at calls, in words; empty when nothing does.
pub(crate) fn calls_text(awaits: usize, replaced: usize, offloads: usize) -> String {
    let parts = [(awaits, "awaited"), (replaced, "replaced"), (offloads, "offloaded")];
    let mut parts = parts.into_iter().filter(|(count, _)| *count > 0);
    let Some((count, word)) = parts.next() else { return String::new() };
    let first = format!("{} {word}", counted(count, "call"));
    parts.fold(first, |text, (count, word)| format!("{text}, {count} {word}"))
}
