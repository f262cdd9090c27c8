//! Moves of a project from one library to the one that it prefers: whole objects at a time, with all their uses.

mod groups;

mod template;

mod values;

mod uses;

mod calls;

mod names;

mod mover;

mod imports;

use std::collections::BTreeSet;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::OffloadPolicy;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::owner::owner;
use crate::plan::replace::mover::Mover;
use crate::plan::request::Plan;
use crate::plan::scope::Targets;
use crate::plan::step::FileChange;
use crate::plan::verdict::KeepReason;
use crate::rules::{Support, is_preferred};
use crate::semantic::SiteId;

/// What the moves of a program change.
#[derive(Default)]
pub(super) struct Moves {
    /// Functions that must be coroutine functions.
    pub(super) functions: Vec<ProgramFunctionId>,
    /// Those of each move, which change together.
    pub(super) together: Vec<Vec<ProgramFunctionId>>,
    /// Functions that another library calls, and awaits: they keep their names and get no wrappers.
    pub(super) registered: FxHashSet<ProgramFunctionId>,
    /// Sites that these moves change, or that need no change once the library is another one.
    owned: FxHashSet<(ModuleId, SiteId)>,
    files: FxHashMap<ModuleId, FileChange>,
    supports: Vec<(ModuleId, Support)>,
}

impl Moves {
    /// Whether nothing else is to be done at a site.
    pub(super) fn owns(&self, module: ModuleId, site: SiteId) -> bool {
        self.owned.contains(&(module, site))
    }

    /// What changes in a module.
    pub(super) fn change(&self, module: ModuleId) -> Option<&FileChange> {
        self.files.get(&module)
    }

    /// The functions that these moves change, whether they become async or not.
    pub(super) fn touched(&self, ctx: &Context<'_>) -> BTreeSet<ProgramFunctionId> {
        let mut touched = BTreeSet::new();
        for module in ctx.program.modules.ids() {
            let steps = self.change(module).into_iter().flat_map(|change| &change.steps);
            let owners = steps.filter_map(|step| owner(ctx.program.facts(module), step));
            touched.extend(owners.map(|function| ctx.program.function(module, function)));
        }
        touched
    }

    /// Adds the modules that changed code of a module needs.
    pub(super) fn add_supports(&self, ctx: &Context<'_>, module: ModuleId, plan: &mut Plan) {
        for (_, support) in self.supports.iter().filter(|(of, _)| *of == module) {
            plan.runtime.extend(imports::support_places(ctx, module, support));
        }
    }
}

/// The moves to the libraries that the project prefers, given why functions must stay as they are.
pub(super) fn moves(ctx: &Context<'_>, reasons: &FxHashMap<ProgramFunctionId, KeepReason>) -> Moves {
    let mut moves = Moves::default();
    let settings = ctx.request.settings;
    // A part of the program cannot change its library without the rest of it.
    if matches!(ctx.request.scope.targets, Targets::Needed(_))
        || settings.conversion.offload == OffloadPolicy::Always
    {
        return moves;
    }
    for library in ctx.request.knowledge.libraries() {
        for migration in &library.migrations {
            if is_preferred(&settings.prefer, Some(library), &migration.to) {
                Mover::new(ctx, library, migration, reasons).carry_out(&mut moves);
            }
        }
    }
    // One stage of a conversion moves all or nothing.
    if let Targets::Exactly(functions) = &ctx.request.scope.targets
        && !moves.touched(ctx).is_subset(functions)
    {
        return Moves::default();
    }
    moves
}
