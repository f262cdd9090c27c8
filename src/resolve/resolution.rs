//! What the solver found.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::link::{ModuleId, ProgramFunctionId};
use crate::resolve::reach::{Confidence, EdgeKind, Unresolved};
use crate::semantic::{FunctionId, ModuleFacts, SiteId, ValueId};
use crate::text::TextRange;

/// How far the solver goes, and in which order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResolveOptions {
    /// How many functions and classes a place may hold before they are no longer told apart.
    pub widen_at: usize,
    /// How many other values a place may hold: a dispatch over more receivers is no more than a guess,
    /// while a table of functions is often larger.
    pub most_data: usize,
    /// The order of the work.
    pub schedule: Schedule,
    /// Whether the values that belong to libraries are told.
    pub tells_libraries: bool,
}

/// The order of the solver's work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Schedule {
    /// What is new at a place goes on from there.
    Worklist,
    /// Every constraint is tried on every value of its place, until a whole sweep changes nothing: slow, and
    /// so simple that the worklist is tested against it.
    Sweeps,
}

impl Default for ResolveOptions {
    fn default() -> Self {
        Self { widen_at: 24, most_data: 12, schedule: Schedule::Worklist, tells_libraries: false }
    }
}

/// What is reached.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReachTarget {
    /// A function of the program.
    Function(ProgramFunctionId),
    /// Something outside, by dotted name.
    External(Arc<str>),
}

/// What reaches something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReachPlace {
    /// A site.
    Site(SiteId),
    /// An expression.
    Value(ValueId),
    /// A write, by its index among those of the module.
    Store(u32),
}

impl ReachPlace {
    /// Where it stands.
    pub fn range(self, facts: &ModuleFacts) -> TextRange {
        match self {
            Self::Site(site) => facts.sites[site].range,
            Self::Value(value) => facts.value_ranges[value],
            Self::Store(store) => facts.stores[store as usize].range,
        }
    }
}

/// One way in which a place of the program reaches code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reach {
    /// The module of the place.
    pub module: ModuleId,
    /// The function whose code it is.
    pub caller: FunctionId,
    /// The site, when it is one.
    pub site: Option<SiteId>,
    /// What stands there.
    pub place: ReachPlace,
    /// The place.
    pub range: TextRange,
    /// What is reached.
    pub target: ReachTarget,
    /// How.
    pub kind: EdgeKind,
    /// How sure that is.
    pub confidence: Confidence,
}

/// A value that belongs to a library.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LibraryValue {
    /// The module in which it stands.
    pub module: ModuleId,
    /// The value.
    pub value: ValueId,
    /// The dotted name of what it is, or of the class whose object it is.
    pub name: Arc<str>,
    /// Whether it is an object of that class.
    pub is_object: bool,
    /// Whether it can be nothing else.
    pub is_sole: bool,
}

/// What every place of the program can reach, ordered by module and place.
#[derive(Debug, Default)]
pub struct Resolution {
    /// What is reached, and from where.
    pub reaches: Vec<Reach>,
    /// Call sites, by position in the program, at which something could be missing.
    pub incomplete: Vec<(usize, Unresolved)>,
    /// Call sites, by position in the program, that make an instance of a class without an
    /// initialiser of its own.
    pub constructions: Vec<usize>,
    /// Values that belong to libraries, when that was asked for.
    pub library_values: Vec<LibraryValue>,
    /// Whether the solver gave up for lack of budget; what it had is then only `Possible`.
    pub exhausted: bool,
}
