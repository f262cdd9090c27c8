//! One file in, its owned and serialisable [`ModuleFacts`] out.

mod definition;
mod facts;
mod lower;
pub mod well_known;
mod site;
mod statement;
mod value;

pub use definition::{
    Binding, BindingId, Class, ClassId, Definition, DefinitionId, DefinitionKind, Function, FunctionId,
    FunctionKind, FunctionTraits, Import, ImportId, ImportKind, Parameter, ParameterKind, Scope, ScopeId,
    ScopeKind,
};
pub use facts::{ModuleFacts, NameId, Problem, Suppression};
pub use lower::lower;
pub use site::{Argument, ArgumentKind, Enclosing, Place, Site, SiteId, SiteKind, Store, StoreTarget};
pub use statement::{Block, Statement, StatementId, StatementKind};
pub use value::{ComprehensionKind, Constant, NameUse, Operands, Value, ValueId};
