//! The data model of the rule files: libraries, checks, selection.

mod error;

mod terms;

mod types;

mod template;

mod condition;

mod function;

mod class;

mod library;

mod check;

mod table;

mod knowledge;

mod equivalent;

mod selection;

mod raw;

mod lower_rewrite;

mod lower_function;

mod lower_class;

mod lower;

mod mirror;

mod load;

pub use check::{CheckExample, CheckRule, WordList, Wording};
pub use class::{AttributeRule, ClassRule, Member, Protocol, ProtocolRule};
pub use condition::{Argument, ArgumentRef, ArgumentView, Condition, Literal, Met, Test};
pub use equivalent::Equivalent;
pub use error::RuleError;
pub use function::{
    Blocking, Blocks, Call, Case, FunctionRule, MemberMirror, Mirror, Offload, Receives, Rewrite, Versions,
};
pub use knowledge::Knowledge;
pub use library::{
    DecoratorRule, EntryRule, ExampleOutcome, ExceptionRule, Library, LibraryExample, VariableRule,
};
pub use load::{RuleFile, embedded_files};
pub use selection::{Selected, UnknownCode, matches_selector};
pub use template::{Placeholder, Template};
pub use terms::{
    CallHow, CallTime, Category, CheckDefault, DecoratorEffect, EntryPlace, Form, Level, Safety, Severity,
    UnknownWord,
};
pub use types::TypeExpr;
