//! Sites: the places where something can run, each with the construct that encloses it.

use serde::{Deserialize, Serialize};

use crate::semantic::ids::{ClassId, FunctionId, NameId, SiteId, StatementId, ValueId};
use crate::semantic::value::Operands;
use crate::text::TextRange;

/// A place where code runs or a function escapes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Site {
    /// What stands there.
    pub kind: SiteKind,
    /// What encloses it.
    pub place: Place,
    /// The whole expression; for `for` and `with` the iterable or the context expression.
    pub range: TextRange,
}

/// A comprehension or generator expression, and its clauses.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clauses {
    /// What it makes, a [`crate::semantic::Value::Comprehension`].
    pub value: ValueId,
    /// Its `for` clauses, at least one.
    pub sites: Vec<SiteId>,
}

/// What stands at a site.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum SiteKind {
    /// `callee(arguments)`.
    Call {
        /// What is called.
        callee: ValueId,
        /// The call's own value.
        value: ValueId,
        /// Index range in [`crate::semantic::ModuleFacts::arguments`].
        arguments: Operands,
    },
    /// A decorator applied: called with the function or class below it.
    Decorator {
        /// The decorator expression.
        callee: ValueId,
        /// The result.
        value: ValueId,
        /// The decorated function or class, or the result of the decorator below.
        argument: ValueId,
    },
    /// `await operand`.
    Await {
        /// What is awaited.
        operand: ValueId,
    },
    /// `for … in iterable`.
    For {
        /// The iterable.
        iterable: ValueId,
        /// `async for`.
        is_async: bool,
    },
    /// A `for` clause of a comprehension.
    Comprehension {
        /// The iterable.
        iterable: ValueId,
        /// `async for`.
        is_async: bool,
        /// What the comprehension makes is lazy: a generator expression.
        is_lazy: bool,
        /// The first clause, whose iterable the enclosing scope evaluates at once.
        is_first: bool,
    },
    /// One item of a `with`.
    With {
        /// The context manager.
        context: ValueId,
        /// `async with`.
        is_async: bool,
    },
    /// `yield from iterable`.
    YieldFrom {
        /// The iterable.
        iterable: ValueId,
    },
    /// `raise exception`.
    Raise {
        /// What is raised.
        exception: ValueId,
    },
    /// `a, b = value`: iterates.
    Unpack {
        /// What is unpacked.
        value: ValueId,
    },
    /// A class statement: its metaclass and `__init_subclass__` run.
    Class {
        /// The class.
        class: ClassId,
    },
}

/// Where a site stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The function whose code runs it.
    pub function: FunctionId,
    /// The statement it is part of.
    pub statement: StatementId,
    /// Constructs between the function and the site.
    pub enclosing: Enclosing,
}

/// Constructs between a function and a site in it; several can hold at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Enclosing(u16);

impl Enclosing {
    /// Directly in the body.
    pub const BODY: Self = Self(0);
    /// In a class body.
    pub const CLASS_BODY: Self = Self(1);
    /// In the default of a parameter.
    pub const DEFAULT: Self = Self(2);
    /// In an annotation.
    pub const ANNOTATION: Self = Self(4);
    /// In a decorator expression.
    pub const DECORATOR: Self = Self(8);
    /// In a list, set or dict comprehension, but not in its first iterable.
    pub const COMPREHENSION: Self = Self(16);
    /// In a generator expression, but not in its first iterable.
    pub const GENERATOR: Self = Self(32);
    /// In a base or keyword of a class header.
    pub const CLASS_HEADER: Self = Self(64);
    /// In a `type X = …` value or the bound of a type parameter.
    pub const TYPE_ALIAS: Self = Self(128);
    /// In the first operands that may be skipped: right of `and`, `or`, in `a if c else b`.
    pub const CONDITIONAL: Self = Self(256);
    /// In the replacement field of an f-string.
    pub const INTERPOLATION: Self = Self(512);
    /// Inside a comprehension that stands inside another comprehension.
    pub const NESTED_COMPREHENSION: Self = Self(1024);

    /// Both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` holds.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0 && other.0 != 0
    }
}

/// An argument of a call.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Argument {
    /// How it is passed.
    pub kind: ArgumentKind,
    /// Its value; for `*x` and `**x` the value of `x`.
    pub value: ValueId,
}

/// How an argument is passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ArgumentKind {
    /// By position.
    Positional,
    /// `*x`.
    Starred,
    /// `name=x`.
    Keyword(NameId),
    /// `**x`.
    DoubleStarred,
}

/// A write that is not to a name.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Store {
    /// What is written to.
    pub target: StoreTarget,
    /// What is written; `None` for `del` and for a bare annotation.
    pub value: Option<ValueId>,
    /// The annotation, in `self.x: T = v`.
    pub annotation: Option<ValueId>,
    /// The target.
    pub range: TextRange,
    /// Where it stands.
    pub place: Place,
}

/// What a [`Store`] writes to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum StoreTarget {
    /// `base.name = …`.
    Attribute {
        /// The receiver.
        base: ValueId,
        /// The attribute.
        name: NameId,
    },
    /// `base[index] = …`.
    Item {
        /// The container.
        base: ValueId,
        /// The subscript.
        index: ValueId,
    },
}
