//! What a file defines: scopes, bindings and their versions, functions, classes, imports.

use serde::{Deserialize, Serialize};

use crate::semantic::ids::{
    BindingId, ClassId, DefinitionId, FunctionId, ImportId, NameId, ScopeId, StatementId, ValueId,
};
use crate::semantic::value::Operands;
use crate::text::TextRange;

/// A namespace (<https://docs.python.org/3/reference/executionmodel.html#naming-and-binding>).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Scope {
    /// What opens it.
    pub kind: ScopeKind,
    /// The scope around it; `None` for the module's.
    pub parent: Option<ScopeId>,
    /// Its first binding; the others follow it.
    pub first_binding: BindingId,
    /// How many bindings it has.
    pub bindings: u32,
}

/// What opens a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ScopeKind {
    /// The file.
    Module,
    /// A `def`, `async def` or `lambda`.
    Function(FunctionId),
    /// A `class` body; its names are invisible to functions inside it.
    Class(ClassId),
    /// A comprehension or generator expression.
    Comprehension,
}

/// A name of one scope with all its versions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Binding {
    /// The name.
    pub name: NameId,
    /// The scope it belongs to.
    pub scope: ScopeId,
    /// Its newest version; older ones follow [`Definition::previous`].
    pub last: Option<DefinitionId>,
    /// The version that holds when the scope's body has run to its end, if any path gets there.
    pub at_exit: Option<DefinitionId>,
    /// The first annotation it was given.
    pub annotation: Option<ValueId>,
    /// Whether a nested function writes it (`nonlocal`, `global`).
    pub written_elsewhere: bool,
}

/// One version of a binding.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Definition {
    /// The binding.
    pub binding: BindingId,
    /// What it holds.
    pub kind: DefinitionKind,
    /// Where the name stands; the branch point for a join.
    pub range: TextRange,
    /// The version of the same binding that was made before this one, in source order.
    pub previous: Option<DefinitionId>,
    /// The function whose code makes it.
    pub function: FunctionId,
}

/// What a version of a binding holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum DefinitionKind {
    /// The value of an expression.
    Value(ValueId),
    /// The parameter of this position in [`Function::parameters`].
    Parameter(u32),
    /// A function, after its decorators.
    Function(FunctionId),
    /// A class, after its decorators.
    Class(ClassId),
    /// What an import binds.
    Import(ImportId),
    /// One of several versions: branches meet, or a loop comes round.
    Join(Operands),
    /// The version before, known to be an instance of a class (`isinstance`).
    Narrowed {
        /// The version before the test.
        from: DefinitionId,
        /// The class or tuple of classes.
        class: ValueId,
    },
    /// `del name`, or no value yet (`x: int`).
    Unbound,
    /// Something that value flow does not follow.
    Unknown,
}

/// What kind of code a [`Function`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FunctionKind {
    /// The body of the file.
    Module,
    /// `def` or `async def`.
    Def,
    /// `lambda`.
    Lambda,
}

/// A `def`, a `lambda`, or the module body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Function {
    /// Its name; `<lambdaN>` for the N-th lambda of a scope, `<module>` for the module body.
    pub name: NameId,
    /// What it is.
    pub kind: FunctionKind,
    /// What is remarkable about it.
    pub traits: FunctionTraits,
    /// The scope it opens.
    pub scope: ScopeId,
    /// The class whose body defines it directly.
    pub class: Option<ClassId>,
    /// The function whose code runs the `def`; the module body's is itself.
    pub parent: FunctionId,
    /// From the first decorator, or `async`/`def`/`lambda`, to its end.
    pub range: TextRange,
    /// Where the name stands; empty for lambdas and the module.
    pub name_range: TextRange,
    /// Parameters in order of declaration.
    pub parameters: Vec<Parameter>,
    /// The return annotation.
    pub returns: Option<ValueId>,
    /// Decorator expressions, top to bottom.
    pub decorators: Vec<ValueId>,
    /// What the name is bound to when there are decorators: their calls, the top one last.
    pub decorated: Option<ValueId>,
    /// Values of `return` statements and of a lambda's body.
    pub returned: Vec<ValueId>,
    /// Values of `yield`; `yield from x` adds the element of `x`.
    pub yielded: Vec<ValueId>,
    /// First statement of its body; statements of nested blocks follow, those of nested functions don't.
    pub first_statement: StatementId,
    /// How many statements its body has, nested blocks included.
    pub statements: u32,
    /// The statement that defines it, in its parent; `None` for lambdas and the module.
    pub statement: Option<StatementId>,
    /// First value of its body; the body's other values follow.
    pub first_value: ValueId,
    /// One past the last value of its body.
    pub end_value: ValueId,
}

/// Properties of a function that its own body and header decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct FunctionTraits {
    /// `async def`.
    pub is_async: bool,
    /// Its own body yields.
    pub is_generator: bool,
    /// Its body has `yield from`.
    pub has_yield_from: bool,
    /// The value of a `yield` or `yield from` is used (`x = yield`).
    pub uses_sent_value: bool,
    /// A `return` has a value.
    pub returns_value: bool,
    /// Calls `locals`, `globals`, `eval`, `exec` or `vars` without arguments.
    pub inspects_namespace: bool,
    /// Calls `globals`, `eval` or `exec`, so that what it names cannot be told; `locals` only reads.
    pub runs_text: bool,
    /// The body is only a docstring, `pass`, `...` or `raise NotImplementedError`.
    pub is_stub: bool,
    /// Uses zero-argument `super()` or `__class__`.
    pub uses_super: bool,
    /// Runs under `if TYPE_CHECKING:` or only as an `@overload`.
    pub is_type_only: bool,
    /// The same scope defines the name again, or defines it under a condition.
    pub is_redefined: bool,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Parameter {
    /// Its name.
    pub name: NameId,
    /// How arguments reach it.
    pub kind: ParameterKind,
    /// The version it defines in the function's scope.
    pub definition: DefinitionId,
    /// Its default, evaluated where the `def` runs.
    pub default: Option<ValueId>,
    /// Its annotation.
    pub annotation: Option<ValueId>,
    /// Where it stands, annotation included, default not.
    pub range: TextRange,
}

/// How arguments reach a parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ParameterKind {
    /// Before `/`.
    PositionalOnly,
    /// By position or name.
    Regular,
    /// `*args`.
    VarPositional,
    /// After `*`.
    KeywordOnly,
    /// `**kwargs`.
    VarKeyword,
}

/// A class statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Class {
    /// Its name.
    pub name: NameId,
    /// The scope of its body; members are the scope's bindings.
    pub scope: ScopeId,
    /// The class whose body defines it directly.
    pub outer: Option<ClassId>,
    /// The function whose code runs the class statement.
    pub function: FunctionId,
    /// Base expressions in order; `*bases` is a starred value.
    pub bases: Vec<ValueId>,
    /// Keywords of the header, `metaclass` among them.
    pub keywords: Vec<(Option<NameId>, ValueId)>,
    /// Decorator expressions, top to bottom.
    pub decorators: Vec<ValueId>,
    /// What the name is bound to when there are decorators.
    pub decorated: Option<ValueId>,
    /// From the first decorator or `class` to its end.
    pub range: TextRange,
    /// Where the name stands.
    pub name_range: TextRange,
    /// The statement that defines it.
    pub statement: StatementId,
}

/// One alias of an import statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Import {
    /// Which form, and what it names.
    pub kind: ImportKind,
    /// The whole statement's identity: aliases of one statement share it.
    pub statement: StatementId,
    /// The alias (`name as other`), or the `*`.
    pub range: TextRange,
    /// The scope it binds in.
    pub scope: ScopeId,
    /// The version it makes; `None` for a star import.
    pub definition: Option<DefinitionId>,
    /// Stands under `if TYPE_CHECKING:`.
    pub is_type_only: bool,
}

/// The forms of import (<https://docs.python.org/3/reference/simple_stmts.html#import>).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ImportKind {
    /// `import a.b` binds `a`; `import a.b as c` binds `a.b`.
    Module {
        /// The dotted path.
        module: NameId,
        /// Whether it has an `as` part.
        renamed: bool,
    },
    /// `from ..module import name`.
    From {
        /// The dotted path after the dots, if any.
        module: Option<NameId>,
        /// How many dots.
        level: u32,
        /// The name asked for.
        name: NameId,
    },
    /// `from ..module import *`.
    Star {
        /// The dotted path after the dots, if any.
        module: Option<NameId>,
        /// How many dots.
        level: u32,
    },
}
