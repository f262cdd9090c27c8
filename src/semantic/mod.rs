//! One file in, its owned and serialisable [`ModuleFacts`] out.

pub mod well_known;

mod standard_modules;

mod implicit;

mod ids;

mod value;

mod statement;

mod definition;

mod site;

mod facts;

mod consumers;

mod usage;

mod lower;

mod shape;

pub use consumers::{Consumer, calls_its_argument, consumer, is_async_twin};
pub use definition::{
    Binding, Class, Definition, DefinitionKind, Function, FunctionKind, FunctionTraits, Import, ImportKind,
    Parameter, ParameterKind, Scope, ScopeKind,
};
pub use facts::{ModuleFacts, Problem, ProtocolKind, ProtocolUse, Suppression};
pub use ids::{
    BindingId, ClassId, DefinitionId, FunctionId, ImportId, NameId, ScopeId, SiteId, StatementId, ValueId,
};
pub use implicit::Implicit;
pub use lower::lower;
pub use site::{Argument, ArgumentKind, Clauses, Enclosing, Place, Site, SiteKind, Store, StoreTarget};
pub use standard_modules::{is_former_standard_module, is_standard_module};
pub use statement::{Block, Statement, StatementKind};
pub use usage::ValueUse;
pub use value::{ComprehensionKind, Constant, NameUse, Operands, Value};
