//! Moves of a project from one library to the one that it prefers: whole objects at a time, with all their uses.

mod groups;

mod template;

mod values;

mod imports;

mod moves;

mod mover;

mod calls;

mod uses;

mod names;

mod catches;

mod checks;

mod write;

mod carry;

mod plan;

pub(super) use moves::Moves;
pub(super) use plan::moves;
