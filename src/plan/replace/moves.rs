//! What moves from library to library change.

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::owner::owner;
use crate::plan::replace::imports::support_places;
use crate::plan::request::Plan;
use crate::plan::step::FileChange;
use crate::rules::Support;
use crate::semantic::SiteId;

/// What the moves of a program change.
#[derive(Default)]
pub(in crate::plan) struct Moves {
    /// Functions that must be coroutine functions.
    pub(in crate::plan) functions: Vec<ProgramFunctionId>,
    /// Those of each move, which change together.
    pub(in crate::plan) together: Vec<Vec<ProgramFunctionId>>,
    /// Functions that another library calls, and awaits: they keep their names and get no wrappers.
    pub(in crate::plan) registered: FxHashSet<ProgramFunctionId>,
    /// Sites that these moves change, or that need no change once the library is another one.
    pub(super) owned: FxHashSet<(ModuleId, SiteId)>,
    pub(super) files: FxHashMap<ModuleId, FileChange>,
    pub(super) supports: Vec<(ModuleId, Support)>,
}

impl Moves {
    /// Whether nothing else is to be done at a site.
    pub(in crate::plan) fn owns(&self, module: ModuleId, site: SiteId) -> bool {
        self.owned.contains(&(module, site))
    }

    /// What changes in a module.
    pub(in crate::plan) fn change(&self, module: ModuleId) -> Option<&FileChange> {
        self.files.get(&module)
    }

    /// The functions that these moves change, whether they become async or not.
    pub(in crate::plan) fn touched(&self, ctx: &Context<'_>) -> BTreeSet<ProgramFunctionId> {
        let mut touched = BTreeSet::new();
        for module in ctx.program.modules.ids() {
            let steps = self.change(module).into_iter().flat_map(|change| &change.steps);
            let owners = steps.filter_map(|step| owner(ctx.program.facts(module), step));
            touched.extend(owners.map(|function| ctx.program.function(module, function)));
        }
        touched
    }

    /// Adds the modules that changed code of a module needs.
    pub(in crate::plan) fn add_supports(&self, ctx: &Context<'_>, module: ModuleId, plan: &mut Plan) {
        for (_, support) in self.supports.iter().filter(|(of, _)| *of == module) {
            plan.runtime.extend(support_places(ctx, module, support));
        }
    }
}
