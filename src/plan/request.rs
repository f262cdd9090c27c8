//! What a plan is made from, and what it says.

use std::collections::BTreeMap;

use crate::base::{Settings, Version};
use crate::effects::Effects;
use crate::graph::CallGraph;
use crate::link::{ModuleId, Program, ProgramFunctionId};
use crate::plan::note::Note;
use crate::plan::scope::PlanScope;
use crate::plan::step::FileChange;
use crate::plan::unit::Unit;
use crate::plan::verdict::{Cause, KeepReason, Verdict};
use crate::resolve::LibraryValue;
use crate::rules::Knowledge;

/// What a plan is made from.
pub struct PlanRequest<'a> {
    /// The program.
    pub program: &'a Program,
    /// Its call graph.
    pub graph: &'a CallGraph,
    /// What blocks in it.
    pub effects: &'a Effects,
    /// The rules.
    pub knowledge: &'a Knowledge,
    /// The settings.
    pub settings: &'a Settings,
    /// Values that belong to libraries, in module order, when the project prefers one library to another.
    pub library_values: &'a [LibraryValue],
    /// Whether a module may be edited.
    pub is_selected: &'a dyn Fn(ModuleId) -> bool,
    /// Which functions may change.
    pub scope: &'a PlanScope,
    /// Normalised name of a distribution to the lowest version that the project works with, as far as it says.
    pub versions: &'a BTreeMap<String, Version>,
    /// Modules whose edited text failed its checks before: they are left alone.
    pub refused: &'a [ModuleId],
}

/// What is to change, file by file, and what becomes of every function that blocks.
#[derive(Debug, Default)]
pub struct Plan {
    /// Changes by module, in module order; only modules that change.
    pub files: Vec<(ModuleId, FileChange)>,
    /// Functions that block, in order, with their verdicts.
    pub verdicts: Vec<(ProgramFunctionId, Verdict)>,
    /// What in the end keeps functions that are kept for what they call.
    pub causes: BTreeMap<ProgramFunctionId, Vec<Cause>>,
    /// Functions that change together since they use one library.
    pub together: Vec<Vec<ProgramFunctionId>>,
    /// What changes, in units, leaves first.
    pub units: Vec<Unit>,
    /// What somebody should look at, in order.
    pub notes: Vec<Note>,
    /// Where the runtime helper module is needed: the modules (packages) beside which it is to
    /// stand, by dotted name; empty for a folder that is no package.
    pub runtime: Vec<RuntimePlace>,
}

/// A place where the runtime helper module must exist.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RuntimePlace {
    /// A module in the same folder.
    pub beside: ModuleId,
    /// The helper's module name, without package.
    pub name: String,
    /// What it holds, when it is not the runtime helper itself.
    pub text: Option<String>,
}

impl Plan {
    /// Functions that are kept for `reason`.
    pub fn kept(&self, reason: KeepReason) -> usize {
        self.verdicts
            .iter()
            .filter(|(_, verdict)| matches!(verdict, Verdict::Keep(kept) | Verdict::Bridge(kept) if *kept == reason))
            .count()
    }
}
