//! Value flow: one small expression per value, in an arena.

use serde::{Deserialize, Serialize};

use crate::semantic::ids::{BindingId, ClassId, DefinitionId, FunctionId, NameId, SiteId, ValueId};

/// A run of the operand pool, read through [`crate::semantic::ModuleFacts::operands`] for values and
/// `joined` for versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Operands {
    /// First index in the pool.
    pub start: u32,
    /// How many.
    pub len: u32,
}

/// What a value is made of. Operands are values of the same file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Value {
    /// Nothing is known.
    Unknown,
    /// A literal.
    Constant(Constant),
    /// A name that is read.
    Name {
        /// The name.
        name: NameId,
        /// What it refers to.
        reference: NameUse,
    },
    /// `base.name`.
    Attribute {
        /// The receiver.
        base: ValueId,
        /// The attribute.
        name: NameId,
    },
    /// What the call at a site returns.
    Call(SiteId),
    /// `base[index]`; a slice has `index` [`Value::Slice`].
    Item {
        /// The container.
        base: ValueId,
        /// The subscript.
        index: ValueId,
    },
    /// A slice inside a subscript.
    Slice {
        /// Where it starts; 0 when that is not said.
        start: i32,
        /// Where it ends; the largest number when that is not said.
        end: i32,
        /// Whether both are literals or absent, and there is no step.
        is_literal: bool,
    },
    /// `[…]`, its elements.
    List(Operands),
    /// `(…)`, its elements.
    Tuple(Operands),
    /// `{…}`, its elements.
    Set(Operands),
    /// `{k: v}`: key, value, key, value; for `**x` the key is [`Value::Starred`] of `x` and the value `x`.
    Dict(Operands),
    /// `*x` in a display, or in an argument list.
    Starred(ValueId),
    /// A lambda, or the bare function that a decorator receives.
    Function(FunctionId),
    /// The bare class that a decorator receives.
    Class(ClassId),
    /// A comprehension or generator expression.
    Comprehension {
        /// What it makes.
        kind: ComprehensionKind,
        /// The element; for a dict the value.
        element: ValueId,
        /// The key of a dict comprehension, else the element.
        key: ValueId,
    },
    /// `await x`.
    Await(ValueId),
    /// What `yield` gives back.
    Yield,
    /// What `yield from x` returns.
    YieldFrom(ValueId),
    /// One of several: `a or b`, `a if c else b`, the target of `match`.
    Choice(Operands),
    /// An arithmetic or bitwise operation; the dunder is named by the operator.
    Binary {
        /// Left operand.
        left: ValueId,
        /// Right operand.
        right: ValueId,
        /// Name of the left operand's special method (`__add__`, or `__iadd__` for `+=`).
        method: NameId,
    },
    /// `-x`, `+x`, `~x`; `not x` is [`Value::Test`].
    Unary {
        /// The operand.
        operand: ValueId,
        /// Name of the special method.
        method: NameId,
    },
    /// A comparison, a chain of which has one value per operator; or `not x`: the result is a bool.
    Test(Operands),
    /// A string with interpolations.
    Interpolation(Operands),
    /// What iterating over a value hands out.
    Element {
        /// The iterable.
        of: ValueId,
        /// `async for`.
        is_async: bool,
    },
    /// The `index`-th target of an unpacking.
    Unpacked {
        /// The value unpacked.
        of: ValueId,
        /// Position, from the front; a starred target collects the rest.
        index: u16,
        /// Whether the target is starred.
        starred: bool,
    },
    /// What a context manager binds with `as`.
    Entered {
        /// The context manager.
        of: ValueId,
        /// `async with`.
        is_async: bool,
    },
    /// The instance that an `except` clause binds; the operand is the class or a tuple.
    Caught(ValueId),
    /// A string annotation, parsed.
    Quoted(ValueId),
}

/// What a name that is read refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum NameUse {
    /// The version of a name of the same scope that reaches this use.
    Reaching(DefinitionId),
    /// A name of an enclosing scope or of the module: any version that its scope leaves.
    Binding(BindingId),
    /// A class body's name that may also be the module's or builtin.
    Unresolved,
}

/// A literal.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Constant {
    /// `None`.
    None,
    /// `True` or `False`.
    Bool(bool),
    /// `...`.
    Ellipsis,
    /// An integer that fits.
    Int(i32),
    /// Any other number.
    Number,
    /// A string of at most 80 bytes.
    Str(NameId),
    /// A longer string.
    LongStr,
    /// Bytes.
    Bytes,
}

/// What a comprehension makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ComprehensionKind {
    /// `[…]`.
    List,
    /// `{…}`.
    Set,
    /// `{k: v …}`.
    Dict,
    /// `(… for …)`.
    Generator,
}
