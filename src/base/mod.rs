//! Ids, interned names, the lattice trait and resolved settings: plain data for every floor.

mod distribution;
mod id;
mod interner;
mod lattice;
mod settings;
mod version;

pub use distribution::normalized;
pub use id::{Id, IdVec};
pub use interner::{Interner, Symbol};
pub use lattice::JoinSemilattice;
pub use settings::{Leaf, LeafKind, NamingSettings, Prefer, Scope, Selection, Settings};
pub use version::Version;
