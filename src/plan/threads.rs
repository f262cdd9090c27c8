//! Which functions may be handed to a thread under their names.

use std::cell::RefCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::offload::may_run_in_thread;
use crate::plan::verdict::KeepReason;
use crate::rules::Severity;
use crate::semantic::well_known;

/// Which functions may run in a thread, found when asked for.
pub(super) struct Threads<'a> {
    pub(super) local: FxHashSet<ModuleId>,
    pub(super) reasons: &'a FxHashMap<ProgramFunctionId, KeepReason>,
    pub(super) known: RefCell<FxHashMap<ProgramFunctionId, bool>>,
}

impl Threads<'_> {
    /// Whether all of `targets` may run in a thread.
    pub(super) fn take(&self, ctx: &Context<'_>, targets: &[ProgramFunctionId]) -> bool {
        targets.iter().all(|&target| {
            if let Some(&known) = self.known.borrow().get(&target) {
                return known;
            }
            let may = may_run_in_thread(ctx, &self.local, target);
            self.known.borrow_mut().insert(target, may);
            may
        })
    }

    /// Whether all of `targets` block, are kept for a reason of their own, and may run in a thread.
    pub(super) fn take_kept(&self, ctx: &Context<'_>, targets: &[ProgramFunctionId]) -> bool {
        let is_kept = targets.iter().all(|&target| {
            let blocks = ctx.effects.blocked(ctx.graph.function_node(target));
            let is_worth_it = blocks.is_some_and(|found| found.blocking.severity >= Severity::Medium);
            // A call of a generator function runs nothing; what goes through it does, wherever that is.
            let (module, local) = ctx.program.locate_function(target);
            let runs = !ctx.program.facts(module).functions[local].traits.is_generator;
            is_worth_it
                && runs
                && self.reasons.get(&target).is_some_and(|&reason| stays_callable(ctx, target, reason))
        });
        is_kept && self.take(ctx, targets)
    }
}

/// Whether a function that is kept for `reason` can be handed to a thread under its name.
fn stays_callable(ctx: &Context<'_>, function: ProgramFunctionId, reason: KeepReason) -> bool {
    match reason {
        KeepReason::Decorated
        | KeepReason::Redefined
        | KeepReason::NameTaken
        | KeepReason::HoldsLock
        | KeepReason::OverrideFamily
        | KeepReason::Nested => true,
        KeepReason::SpecialMethod => ctx.function_text(function) == well_known::CALL,
        KeepReason::ThirdParty => {
            let name = ctx.function_text(function);
            !well_known::is_dunder(name) || name == well_known::CALL
        }
        KeepReason::ModuleLevel
        | KeepReason::Lambda
        | KeepReason::Property
        | KeepReason::Generator
        | KeepReason::ForeignOverride
        | KeepReason::Test
        | KeepReason::BuildScript
        | KeepReason::NothingToAwait
        | KeepReason::CalleeKept
        | KeepReason::ThreadBound
        | KeepReason::InspectsNamespace
        | KeepReason::CalledFromOutside
        | KeepReason::Finalizer
        | KeepReason::NotSelected
        | KeepReason::BrokenFile
        | KeepReason::Cheap
        | KeepReason::RunsLoop
        | KeepReason::OtherLoop
        | KeepReason::CalledFromSync
        | KeepReason::StopIteration
        | KeepReason::RewriteFailed
        | KeepReason::VerificationFailed
        | KeepReason::Declined => false,
    }
}
