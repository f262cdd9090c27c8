//! Ids, interned names, the lattice trait and resolved settings: plain data for every floor.

mod affix;
mod conversion;
mod distribution;
mod id;
mod interner;
mod lattice;
mod level;
mod pattern;
mod settings;
mod version;

pub use affix::Affix;
pub use conversion::{ConversionMode, ConversionSettings, OffloadPolicy};
pub use distribution::normalized;
pub use id::{Id, IdVec};
pub use interner::{Interner, Symbol};
pub use lattice::JoinSemilattice;
pub use level::Level;
pub use pattern::matches_pattern;
pub use settings::{DEFAULT_TARGET, Leaf, LeafKind, NamingSettings, Prefer, Scope, Selection, Settings};
pub use version::Version;
