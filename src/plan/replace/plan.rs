//! The moves that a project asks for.

use rustc_hash::FxHashMap;

use crate::base::{ConversionMode, OffloadPolicy};
use crate::link::ProgramFunctionId;
use crate::plan::context::Context;
use crate::plan::replace::mover::Mover;
use crate::plan::replace::moves::Moves;
use crate::plan::scope::Targets;
use crate::plan::verdict::KeepReason;
use crate::rules::is_preferred;

/// The moves to the libraries that the project prefers, given why functions must stay as they are.
pub(in crate::plan) fn moves(ctx: &Context<'_>, reasons: &FxHashMap<ProgramFunctionId, KeepReason>) -> Moves {
    let mut moves = Moves::default();
    let settings = ctx.request.settings;
    // A part of the program cannot change its library without the rest of it.
    if matches!(ctx.request.scope.targets, Targets::Needed(_))
        // Twins share objects with the sync functions that stay beside them.
        || ctx.mode() == ConversionMode::Twin
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
