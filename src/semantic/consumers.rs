//! What builtins and the standard library do with an iterable that they get.

/// What a callable does with its first argument, an iterable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Consumer {
    /// It goes through all of it before it returns.
    Collects,
    /// The same, when that is the only positional argument.
    Compares,
    /// It stops as soon as it knows; the name of the runtime's async twin.
    ShortCircuits(&'static str),
    /// It takes one item; the name of the runtime's async twin.
    Advances(&'static str),
    /// It hands items on when it is asked for them; the name of the runtime's async twin.
    Passes(&'static str),
}

/// How a callable goes through its argument, if that is known.
pub fn consumer(name: &str) -> Option<Consumer> {
    Some(match name {
        "builtins.list"
        | "builtins.tuple"
        | "builtins.set"
        | "builtins.frozenset"
        | "builtins.dict"
        | "builtins.sum"
        | "builtins.sorted"
        | "builtins.bytes"
        | "builtins.bytearray"
        | "builtins.str.join"
        | "builtins.bytes.join"
        | "builtins.list.extend"
        | "builtins.set.update"
        | "builtins.dict.update"
        | "builtins.dict.fromkeys"
        | "collections.Counter"
        | "collections.OrderedDict"
        | "collections.deque"
        | "collections.deque.extend"
        | "math.fsum"
        | "math.prod"
        | "statistics.mean"
        | "statistics.median" => Consumer::Collects,
        "builtins.max" | "builtins.min" => Consumer::Compares,
        "builtins.any" => Consumer::ShortCircuits("async_any"),
        "builtins.all" => Consumer::ShortCircuits("async_all"),
        "builtins.next" => Consumer::Advances("async_next"),
        "builtins.enumerate" => Consumer::Passes("async_enumerate"),
        "builtins.zip" => Consumer::Passes("async_zip"),
        _ => return None,
    })
}

/// Whether `name` is one of the runtime's functions that take an async iterable.
pub fn is_async_twin(name: &str) -> bool {
    matches!(name, "async_any" | "async_all" | "async_next" | "async_enumerate" | "async_zip" | "aclosing")
}

/// Whether a builtin calls the function that it gets, before it returns or while its result is gone through.
pub fn calls_its_argument(name: &str) -> bool {
    matches!(name, "builtins.map" | "builtins.filter" | "builtins.sorted" | "builtins.max" | "builtins.min")
}
