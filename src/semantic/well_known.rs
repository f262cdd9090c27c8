//! Names of the language itself that decide what code means: builtins, special methods, `typing`.

use crate::syntax::ast::{CmpOp, Operator, UnaryOp};

/// Name of the module body's function, and of its caller in reports.
pub const MODULE: &str = "<module>";
/// True while a type checker reads, false when the program runs (PEP 484).
pub const TYPE_CHECKING: &str = "TYPE_CHECKING";
/// Decorator of signatures that never run (PEP 484).
pub const OVERLOAD: &str = "overload";
/// Exception that marks a method without an implementation.
pub const NOT_IMPLEMENTED_ERROR: &str = "NotImplementedError";
/// The public names of a module.
pub const ALL: &str = "__all__";
/// The proxy for the parent class.
pub const SUPER: &str = "super";
/// The implicit closure over the class being defined.
pub const CLASS_CELL: &str = "__class__";
/// The type test that narrows a name.
pub const ISINSTANCE: &str = "isinstance";
/// The future import that keeps annotations unevaluated (PEP 563).
pub const ANNOTATIONS: &str = "annotations";
/// The module of future imports.
pub const FUTURE: &str = "__future__";
/// Modules whose names are transparent in annotations.
pub const TYPING_MODULES: [&str; 2] = ["typing", "typing_extensions"];

/// Method that fills a new object.
pub const INIT: &str = "__init__";

/// Decorator of methods without receiver.
pub const STATICMETHOD: &str = "staticmethod";
/// Decorator of methods that receive the class.
pub const CLASSMETHOD: &str = "classmethod";
/// Decorator that turns a method into a computed attribute.
pub const PROPERTY: &str = "property";

/// The attribute of a property that makes one with a setter.
pub const SETTER: &str = "setter";

/// Methods that receive the class without a decorator.
pub fn is_implicit_classmethod(name: &str) -> bool {
    matches!(name, "__new__" | "__init_subclass__" | "__class_getitem__")
}

/// The keyword of a class header that names the metaclass.
pub const METACLASS: &str = "metaclass";

/// Whether a base class says nothing of a class's members (`object`, `typing.Generic`, `abc.ABC`).
pub fn is_neutral_base(name: &str) -> bool {
    let (module, last) = name.rsplit_once('.').unwrap_or(("", name));
    match last {
        "object" => module == "builtins",
        "ABC" => module == "abc",
        "Generic" | "Protocol" => TYPING_MODULES.contains(&module),
        _ => false,
    }
}

/// Whether a base class makes a class a protocol.
pub fn is_protocol(name: &str) -> bool {
    name.rsplit_once('.').is_some_and(|(module, last)| last == "Protocol" && TYPING_MODULES.contains(&module))
}

/// Whether a first parameter is the receiver by its name, as PEP 8 has it.
pub fn is_receiver_name(name: &str) -> bool {
    matches!(name, "self" | "cls" | "mcs" | "mcls" | "metacls")
}

/// How a subscripted name wraps its arguments in an annotation (PEP 484, PEP 593).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypingForm {
    /// The first argument itself: `Annotated`, `ClassVar`, `Final`, `Required`.
    First,
    /// Any of the arguments: `Optional`, `Union`.
    Any,
    /// A container that hands out its last argument: `list`, `Iterable`, `dict`.
    Container,
    /// A container that hands out any argument: `tuple`.
    Tuple,
    /// The class object: `type`.
    ClassObject,
    /// What awaiting gives: `Awaitable`, `Coroutine`.
    Awaitable,
    /// What entering gives: `ContextManager`.
    ContextManager,
    /// Nothing that can be followed: `Callable`, `Literal`.
    Opaque,
}

/// The form of a subscripted annotation name, by its last part; `None` for an ordinary class.
pub fn typing_form(name: &str) -> Option<TypingForm> {
    Some(match name {
        "Annotated" | "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" | "InitVar" => {
            TypingForm::First
        }
        "Optional" | "Union" => TypingForm::Any,
        "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "deque" | "Deque" | "Iterable"
        | "Iterator" | "Sequence" | "MutableSequence" | "Collection" | "AbstractSet" | "MutableSet"
        | "Reversible" | "KeysView" | "ValuesView" | "dict" | "Dict" | "Mapping" | "MutableMapping"
        | "DefaultDict" | "defaultdict" | "OrderedDict" | "ChainMap" | "AsyncIterable" | "AsyncIterator" => {
            TypingForm::Container
        }
        "Generator" | "AsyncGenerator" => TypingForm::Tuple,
        "tuple" | "Tuple" => TypingForm::Tuple,
        "type" | "Type" => TypingForm::ClassObject,
        "Awaitable" | "Coroutine" => TypingForm::Awaitable,
        "ContextManager"
        | "AbstractContextManager"
        | "AsyncContextManager"
        | "AbstractAsyncContextManager" => TypingForm::ContextManager,
        "Callable" | "Literal" | "LiteralString" | "Concatenate" | "TypeGuard" | "TypeIs" | "Unpack" => {
            TypingForm::Opaque
        }
        _ => return None,
    })
}

/// The class whose methods a container annotation promises.
pub fn container_class(name: &str) -> &'static str {
    match name {
        "dict" | "Dict" | "Mapping" | "MutableMapping" | "DefaultDict" | "defaultdict" | "OrderedDict" => {
            "builtins.dict"
        }
        "set" | "Set" | "frozenset" | "FrozenSet" | "AbstractSet" | "MutableSet" => "builtins.set",
        "tuple" | "Tuple" => "builtins.tuple",
        "Iterator" | "Iterable" | "Generator" | "AsyncIterator" | "AsyncIterable" | "AsyncGenerator" => {
            "collections.abc.Iterator"
        }
        _ => "builtins.list",
    }
}

/// The annotation of generators that says what is sent and returned.
pub const GENERATOR_ANNOTATION: &str = "Generator";

/// Whether a module has the annotations of what can be iterated over.
pub fn is_iteration_module(module: &str) -> bool {
    module == "collections.abc" || TYPING_MODULES.contains(&module)
}

/// What the annotation `name` of the module `home` becomes for an async generator (PEP 525).
pub fn async_iteration_type(home: &str, name: &str) -> Option<&'static str> {
    let is_known = is_iteration_module(home);
    match name {
        "Iterator" if is_known => Some("AsyncIterator"),
        "Iterable" if is_known => Some("AsyncIterable"),
        GENERATOR_ANNOTATION if is_known => Some("AsyncGenerator"),
        _ => None,
    }
}

/// Types that say nothing of what a value can do.
pub fn is_uninformative_type(name: &str) -> bool {
    matches!(
        name,
        "Any" | "object" | "Self" | "Never" | "NoReturn" | "Optional" | "Union" | "Callable" | "TypeVar"
    )
}

/// Runs when a `with` block is entered.
pub const ENTER: &str = "__enter__";
/// The method by which the locks of `threading` are taken without a `with`.
pub const ACQUIRE: &str = "acquire";
/// The method that gives a lock back.
pub const RELEASE: &str = "release";
/// Runs when a `with` block is left.
pub const EXIT: &str = "__exit__";
/// Runs when an `async with` block is entered.
pub const AENTER: &str = "__aenter__";
/// Runs when an `async with` block is left.
pub const AEXIT: &str = "__aexit__";
/// Gives the next item of an iterator.
pub const NEXT: &str = "__next__";
/// Gives the next item of an asynchronous iterator.
pub const ANEXT: &str = "__anext__";

/// The special method that stands for `name` in `async with` and `async for` (PEP 492).
pub fn async_special_method(name: &str) -> Option<&'static str> {
    Some(match name {
        ENTER => AENTER,
        EXIT => AEXIT,
        ITER => AITER,
        NEXT => ANEXT,
        _ => return None,
    })
}

/// The special method without which another one is of no use.
pub fn special_partner(name: &str) -> Option<&'static str> {
    Some(match name {
        ENTER => EXIT,
        EXIT => ENTER,
        ITER => NEXT,
        NEXT => ITER,
        AENTER => AEXIT,
        AEXIT => AENTER,
        AITER => ANEXT,
        ANEXT => AITER,
        _ => return None,
    })
}

/// The decorator that makes a context manager of a generator function, and its async twin.
pub const CONTEXT_MANAGER: &str = "contextlib.contextmanager";
/// The same for asynchronous generator functions.
pub const ASYNC_CONTEXT_MANAGER: &str = "contextlib.asynccontextmanager";

/// Runs when iteration starts.
pub const ITER: &str = "__iter__";
/// Runs when `async for` starts.
pub const AITER: &str = "__aiter__";
/// Makes the instance of a class.
pub const NEW: &str = "__new__";

/// Reading an attribute that is not there calls it.
pub const GETATTR: &str = "__getattr__";

/// `x[key]` calls it.
pub const GETITEM: &str = "__getitem__";

/// Special methods that value flow looks for whether a program names them or not.
pub const SPECIAL_METHODS: [&str; 41] = [
    "__init__",
    "__new__",
    "__call__",
    "__iter__",
    "__next__",
    "__aiter__",
    "__anext__",
    "__enter__",
    "__exit__",
    "__aenter__",
    "__aexit__",
    "__getitem__",
    "__setitem__",
    "__delitem__",
    "__getattr__",
    "__setattr__",
    "__delattr__",
    "__await__",
    "__init_subclass__",
    "__post_init__",
    "__str__",
    "__repr__",
    "__bytes__",
    "__format__",
    "__bool__",
    "__len__",
    "__hash__",
    "__int__",
    "__float__",
    "__index__",
    "__abs__",
    "__round__",
    "__reversed__",
    "__contains__",
    "__eq__",
    "__ne__",
    "__lt__",
    "__le__",
    "__gt__",
    "__ge__",
    "__dir__",
];

/// Runs when an attribute is written.
pub const SETATTR: &str = "__setattr__";

/// The special method of a comparison, and whether it is the right operand's; identity has none.
pub fn comparison_method(operator: CmpOp) -> Option<(&'static str, bool)> {
    Some(match operator {
        CmpOp::Eq => ("__eq__", false),
        CmpOp::NotEq => ("__ne__", false),
        CmpOp::Lt => ("__lt__", false),
        CmpOp::LtE => ("__le__", false),
        CmpOp::Gt => ("__gt__", false),
        CmpOp::GtE => ("__ge__", false),
        CmpOp::In | CmpOp::NotIn => ("__contains__", true),
        CmpOp::Is | CmpOp::IsNot => return None,
    })
}

/// What precedes a builtin's name in a dotted name.
pub const BUILTINS_PREFIX: &str = "builtins.";
/// The type of `None` in rules.
pub const NONE_TYPE: &str = "None";
/// The class of tuples.
pub const TUPLE: &str = "builtins.tuple";
/// The class of lists.
pub const LIST: &str = "builtins.list";
/// The class of sets.
pub const SET: &str = "builtins.set";
/// The class of dictionaries.
pub const DICT: &str = "builtins.dict";
/// The class that all others derive from.
pub const OBJECT: &str = "builtins.object";
/// The class of strings.
pub const STR: &str = "builtins.str";
/// The class of bytes.
pub const BYTES: &str = "builtins.bytes";
/// The class of truth values.
pub const BOOL: &str = "builtins.bool";
/// The class of integers.
pub const INT: &str = "builtins.int";
/// The class of other numbers.
pub const FLOAT: &str = "builtins.float";
/// The class of iterators.
pub const ITERATOR: &str = "collections.abc.Iterator";
/// The class of generators.
pub const GENERATOR: &str = "collections.abc.Generator";
/// Runs when an item is written.
pub const SETITEM: &str = "__setitem__";
/// The class that awaitables of libraries are kept in.
pub const AWAITABLE: &str = "collections.abc.Awaitable";

/// The module that a conversion adds to a project.
pub const RUNTIME_MODULE: &str = "_asyncshift";
/// Its function that makes a sync wrapper, wherever the module stands.
pub const RUNTIME_SYNC: &str = "_asyncshift.sync";
/// Its decorator of async functions whose sync names others may replace.
pub const RUNTIME_OVERRIDABLE: &str = "_asyncshift.overridable";
/// Its function that finds the async function of a sync name.
pub const RUNTIME_ASYNC_OF: &str = "_asyncshift.async_of";
/// Its functions that value flow looks through.
pub const RUNTIME_WRAPPINGS: [&str; 3] = [RUNTIME_SYNC, RUNTIME_OVERRIDABLE, RUNTIME_ASYNC_OF];
/// Its function that runs a call in a thread.
pub const RUNTIME_TO_THREAD: &str = "_asyncshift.to_thread";
/// The runtime's context manager that ends an async generator (contextlib's from Python 3.10).
pub const ACLOSING: &str = "aclosing";
/// Calls a function for each item.
pub const MAP: &str = "builtins.map";
/// Chooses items by a function.
pub const FILTER: &str = "builtins.filter";
/// Runs a loop for one coroutine.
pub const ASYNCIO_RUN: &str = "asyncio.run";
/// The same, on a loop that is there.
pub const RUN_UNTIL_COMPLETE: &str = "asyncio.AbstractEventLoop.run_until_complete";
/// Gives the loop of the thread.
pub const GET_EVENT_LOOP: &str = "asyncio.get_event_loop";
/// Ends an iterator.
pub const STOP_ITERATION: &str = "builtins.StopIteration";
/// The class of all exceptions.
pub const BASE_EXCEPTION: &str = "builtins.BaseException";
/// The class of all exceptions that are no request to stop.
pub const EXCEPTION: &str = "builtins.Exception";
/// How the name of what a cancellation raises ends, in each of its modules.
pub const CANCELLED_SUFFIX: &str = ".CancelledError";
/// What the cancellation of a task raises in it.
pub const CANCELLED_ERROR: &str = "asyncio.CancelledError";
/// The class of values that each thread has its own of.
pub const THREAD_LOCAL: &str = "threading.local";
/// What precedes the names of the event loop's own functions.
pub const ASYNCIO_PREFIX: &str = "asyncio.";
/// The standard function that runs a call in a thread (Python 3.9).
pub const TO_THREAD: &str = "asyncio.to_thread";

/// The name that a function of the runtime helper goes by, whatever package holds the helper.
pub fn runtime_name(name: &str) -> Option<&'static str> {
    let ends_with = |wanted: &str| {
        name.strip_suffix(wanted).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    };
    if let Some(known) = RUNTIME_WRAPPINGS.into_iter().find(|known| ends_with(known)) {
        Some(known)
    } else if ends_with(RUNTIME_TO_THREAD) {
        Some(TO_THREAD)
    } else {
        None
    }
}

/// What a decorator of the language does to a method that becomes a coroutine function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MethodDecorator {
    /// It stays what it is: `staticmethod`, `abstractmethod`, `override`.
    Transparent,
    /// Reading an attribute runs it.
    Property,
}

/// The effect of a decorator of the language, by its dotted name.
pub fn method_decorator(name: &str) -> Option<MethodDecorator> {
    Some(match name {
        "builtins.staticmethod"
        | "builtins.classmethod"
        | "abc.abstractmethod"
        | CONTEXT_MANAGER
        | "typing.overload"
        | "typing_extensions.overload" => MethodDecorator::Transparent,
        "typing.override" | "typing.final" | "typing_extensions.override" | "typing_extensions.final" => {
            MethodDecorator::Transparent
        }
        "builtins.property" | "functools.cached_property" | "abc.abstractproperty" => {
            MethodDecorator::Property
        }
        _ => return None,
    })
}

/// `setter`, `getter` and `deleter` of a property.
pub fn is_property_part(name: &str) -> bool {
    matches!(name, SETTER | "getter" | "deleter")
}

/// Runs when an object is collected.
pub const DEL: &str = "__del__";
/// What precedes the names of functions that register what runs at the end, on a signal, or when an
/// object is collected.
pub const FINALIZER_MODULES: [&str; 3] = ["atexit.", "signal.", "weakref."];
/// The special method of calling an instance.
pub const CALL: &str = "__call__";

/// Whether a module is a script that runs before the project is installed.
pub fn is_build_script(module: &str) -> bool {
    module == "setup"
}

/// Whether test runners take a function of this name for a test.
pub fn is_test_name(name: &str) -> bool {
    name.starts_with("test_")
}

/// A builtin whose effect on value flow is part of the language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StructuralBuiltin {
    /// `super`.
    Super,
    /// `staticmethod`, `classmethod`, `property`.
    Wrap(Wrapping),
    /// `type`.
    Type,
    /// `getattr`.
    Getattr,
}

/// What a builtin decorator makes of a method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wrapping {
    /// `staticmethod`.
    Static,
    /// `classmethod`.
    Class,
    /// `property`.
    Property,
    /// The runtime helper's `sync`.
    Sync,
    /// The runtime helper's `async_of`: what `sync` made a wrapper of.
    AsyncOf,
    /// The runtime helper's `overridable`: what it gets.
    Overridable,
}

/// The structural builtin of this name.
pub fn structural_builtin(name: &str) -> Option<StructuralBuiltin> {
    Some(match name {
        SUPER => StructuralBuiltin::Super,
        STATICMETHOD => StructuralBuiltin::Wrap(Wrapping::Static),
        CLASSMETHOD => StructuralBuiltin::Wrap(Wrapping::Class),
        PROPERTY => StructuralBuiltin::Wrap(Wrapping::Property),
        RUNTIME_SYNC => StructuralBuiltin::Wrap(Wrapping::Sync),
        RUNTIME_ASYNC_OF => StructuralBuiltin::Wrap(Wrapping::AsyncOf),
        RUNTIME_OVERRIDABLE => StructuralBuiltin::Wrap(Wrapping::Overridable),
        "type" => StructuralBuiltin::Type,
        "getattr" => StructuralBuiltin::Getattr,
        _ => return None,
    })
}

/// Whether a dotted name is a builtin class, so that calling it makes an instance.
pub fn is_builtin_instance(name: &str) -> bool {
    name.strip_prefix(BUILTINS_PREFIX).is_some_and(is_builtin_class)
}

/// The dotted name of a type as rules write it: builtins without their module.
pub fn qualify_builtin(name: &str) -> String {
    if !name.contains('.') && is_builtin_class(name) {
        format!("{BUILTINS_PREFIX}{name}")
    } else {
        name.to_owned()
    }
}

/// Builtins that read or change a namespace by name.
pub fn inspects_namespace(name: &str, arguments: usize) -> bool {
    matches!(name, "locals" | "globals" | "eval" | "exec") || (name == "vars" && arguments == 0)
}

/// Builtins that run a text, or hand out the module's namespace to be written.
pub fn runs_text(name: &str) -> bool {
    matches!(name, "globals" | "eval" | "exec")
}

/// Whether `name` is a special method name (<https://docs.python.org/3/reference/datamodel.html>).
pub fn is_dunder(name: &str) -> bool {
    name.len() > 4 && name.starts_with("__") && name.ends_with("__")
}

/// The special method of a binary operator's left operand.
pub fn binary_method(operator: Operator, in_place: bool) -> &'static str {
    match (operator, in_place) {
        (Operator::Add, false) => "__add__",
        (Operator::Add, true) => "__iadd__",
        (Operator::Sub, false) => "__sub__",
        (Operator::Sub, true) => "__isub__",
        (Operator::Mult, false) => "__mul__",
        (Operator::Mult, true) => "__imul__",
        (Operator::MatMult, false) => "__matmul__",
        (Operator::MatMult, true) => "__imatmul__",
        (Operator::Div, false) => "__truediv__",
        (Operator::Div, true) => "__itruediv__",
        (Operator::Mod, false) => "__mod__",
        (Operator::Mod, true) => "__imod__",
        (Operator::Pow, false) => "__pow__",
        (Operator::Pow, true) => "__ipow__",
        (Operator::LShift, false) => "__lshift__",
        (Operator::LShift, true) => "__ilshift__",
        (Operator::RShift, false) => "__rshift__",
        (Operator::RShift, true) => "__irshift__",
        (Operator::BitOr, false) => "__or__",
        (Operator::BitOr, true) => "__ior__",
        (Operator::BitXor, false) => "__xor__",
        (Operator::BitXor, true) => "__ixor__",
        (Operator::BitAnd, false) => "__and__",
        (Operator::BitAnd, true) => "__iand__",
        (Operator::FloorDiv, false) => "__floordiv__",
        (Operator::FloorDiv, true) => "__ifloordiv__",
    }
}

/// The special method of a unary operator; `not` has none of its own.
pub fn unary_method(operator: UnaryOp) -> Option<&'static str> {
    match operator {
        UnaryOp::Invert => Some("__invert__"),
        UnaryOp::UAdd => Some("__pos__"),
        UnaryOp::USub => Some("__neg__"),
        UnaryOp::Not => None,
    }
}

/// Whether `name` is a builtin function, class or constant (<https://docs.python.org/3/library/functions.html>).
pub fn is_builtin(name: &str) -> bool {
    BUILTIN_FUNCTIONS.binary_search(&name).is_ok() || is_builtin_class(name)
}

/// Whether `name` is a builtin class, exceptions included.
pub fn is_builtin_class(name: &str) -> bool {
    BUILTIN_CLASSES.binary_search(&name).is_ok()
        || name.ends_with("Error")
        || name.ends_with("Warning")
        || matches!(
            name,
            "BaseException"
                | "Exception"
                | "BaseExceptionGroup"
                | "ExceptionGroup"
                | "StopIteration"
                | "StopAsyncIteration"
                | "KeyboardInterrupt"
                | "SystemExit"
                | "GeneratorExit"
        )
}

/// Builtin functions and constants, sorted.
const BUILTIN_FUNCTIONS: [&str; 59] = [
    "Ellipsis",
    "NotImplemented",
    "__build_class__",
    "__debug__",
    "__doc__",
    "__file__",
    "__import__",
    "__name__",
    "__package__",
    "__spec__",
    "abs",
    "aiter",
    "all",
    "anext",
    "any",
    "ascii",
    "bin",
    "breakpoint",
    "callable",
    "chr",
    "compile",
    "copyright",
    "credits",
    "delattr",
    "dir",
    "divmod",
    "eval",
    "exec",
    "exit",
    "format",
    "getattr",
    "globals",
    "hasattr",
    "hash",
    "help",
    "hex",
    "id",
    "input",
    "isinstance",
    "issubclass",
    "iter",
    "len",
    "license",
    "locals",
    "max",
    "min",
    "next",
    "oct",
    "open",
    "ord",
    "pow",
    "print",
    "quit",
    "repr",
    "round",
    "setattr",
    "sorted",
    "sum",
    "vars",
];

/// Builtin classes that are not exceptions, sorted.
const BUILTIN_CLASSES: [&str; 26] = [
    "bool",
    "bytearray",
    "bytes",
    "classmethod",
    "complex",
    "dict",
    "enumerate",
    "filter",
    "float",
    "frozenset",
    "int",
    "list",
    "map",
    "memoryview",
    "object",
    "property",
    "range",
    "reversed",
    "set",
    "slice",
    "staticmethod",
    "str",
    "super",
    "tuple",
    "type",
    "zip",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(BUILTIN_FUNCTIONS.is_sorted());
        assert!(BUILTIN_CLASSES.is_sorted());
    }
}
