//! Ids, interned names, the lattice trait and resolved settings: plain data for every floor.

mod id;
mod interner;
mod lattice;
mod settings;

pub use id::{Id, IdVec};
pub use interner::{Interner, Symbol};
pub use lattice::JoinSemilattice;
pub use settings::{Leaf, LeafKind, NamingSettings, Prefer, Selection, Settings};
