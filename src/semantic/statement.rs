//! The statement skeleton of a function: enough for checks and plans to do without a tree.

use serde::{Deserialize, Serialize};

use crate::semantic::ids::{ClassId, DefinitionId, FunctionId, SiteId, StatementId, ValueId};
use crate::text::TextRange;

/// One statement. The ranges of ids cover it with all its nested blocks, nested functions' bodies
/// excluded; what it reads and writes itself is what its children's ranges leave over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Statement {
    /// What it is.
    pub kind: StatementKind,
    /// From its first to its last byte, nested blocks included.
    pub range: TextRange,
    /// The statement whose block holds it; `None` at the top of a function's body.
    pub parent: Option<StatementId>,
    /// Which block of the parent.
    pub block: Block,
    /// The function whose code it is.
    pub function: FunctionId,
    /// One past the last statement nested in it.
    pub end: StatementId,
    /// Values it makes and reads: first, and one past the last.
    pub values: (ValueId, ValueId),
    /// Versions of names it makes: first, and one past the last.
    pub definitions: (DefinitionId, DefinitionId),
    /// Sites in it: first, and one past the last.
    pub sites: (SiteId, SiteId),
    /// Indices of its writes in [`crate::semantic::ModuleFacts::stores`]: first, and one past the last.
    pub stores: (u32, u32),
}

/// What a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatementKind {
    /// An expression for its effect.
    Expression,
    /// `=`, `+=`, `x: T = v`.
    Assign {
        /// `+=` and the like.
        augmented: bool,
    },
    /// `del`.
    Delete,
    /// `return`.
    Return,
    /// `raise`.
    Raise,
    /// `break`.
    Break,
    /// `continue`.
    Continue,
    /// `pass`.
    Pass,
    /// `assert`.
    Assert,
    /// `global` or `nonlocal`.
    Scope,
    /// `import` or `from … import`.
    Import,
    /// `type X = …`.
    TypeAlias,
    /// `def`.
    Function(FunctionId),
    /// `class`.
    Class(ClassId),
    /// `if`; an `elif` is an `If` in the `Else` block.
    If,
    /// `for`.
    For {
        /// `async for`.
        is_async: bool,
    },
    /// `while`.
    While,
    /// `try`.
    Try,
    /// One `except` clause, in the `Handler` block of its `try`.
    Handler,
    /// `with`.
    With {
        /// `async with`.
        is_async: bool,
    },
    /// `match`.
    Match,
    /// One `case`, in the body of its `match`.
    Case,
}

/// Which block of its parent a statement stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Block {
    /// The body.
    Body,
    /// `else`.
    Else,
    /// `except`.
    Handler,
    /// `finally`.
    Finally,
}
