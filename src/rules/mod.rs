//! The data model of the rule files: libraries, checks, selection.

mod error;

mod message;

mod terms;

mod types;

mod template;

mod condition;

mod versions;

mod function;

mod class;

mod migration;

mod check;
mod library;

mod table;

mod knowledge;

mod equivalent;

mod packed;

mod selection;

mod skeleton;

mod at;

mod raw_rewrite;

mod raw_function;

mod raw_class;

mod raw_check;

mod raw;

// What editors and other tools read is made by the finished program.
#[cfg(embedded_rules)]
mod schema;

mod lower_rewrite;

mod lower_function;

mod lower_class;

mod lower_check;

mod lower;

mod mirror;

mod load;

// The build script, which compiles this folder too, has nothing to embed yet.
#[cfg(embedded_rules)]
mod embedded;

pub use check::{CheckExample, CheckRule, WordList, Wording};
pub use class::{AttributeRule, ClassRule, Member, Protocol, ProtocolRule};
pub use condition::{Argument, ArgumentRef, ArgumentView, Condition, Literal, Met, Test};
pub use equivalent::{Equivalent, is_preferred};
pub use error::RuleError;
pub use function::{
    Blocking, Blocks, Call, Case, FunctionRule, MemberMirror, Mirror, Offload, Receives, Rewrite,
};
pub use knowledge::Knowledge;
pub use library::{
    DecoratorRule, EntryRule, ExampleOutcome, ExceptionRule, Library, LibraryExample, VariableRule,
};
pub use load::RuleFile;
pub use migration::{CallChange, ClassChange, Migration, Support};
#[cfg(embedded_rules)]
pub use schema::{check_schema, library_schema};
pub use selection::{Selected, UnknownCode, matches_selector};
pub use skeleton::library_skeleton;
pub use template::{Placeholder, Template};
pub use terms::{
    CallHow, CallTime, Category, CheckCategory, CheckDefault, DecoratorEffect, EntryPlace, Form, Level,
    Safety, Severity, UnknownWord,
};
pub use types::TypeExpr;
pub use versions::{Retired, RetiredUse, Standing, Versions};
