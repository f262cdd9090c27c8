//! Why a file is left as it is.

use thiserror::Error;

use crate::text::{Conflict, TextRange};

/// Why the steps of a file were not applied.
///
/// Ranges are of the text before the rewrite, except in the variants that say they judge the result.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The file is no Python to begin with.
    #[error("syntax error at {range:?}: {message}")]
    SyntaxErrorInSource {
        /// Where.
        range: TextRange,
        /// What, in the parser's words.
        message: String,
    },
    /// A step names an id that the facts do not have.
    #[error("a step names something that the file's facts do not have")]
    UnknownId,
    /// The facts tell of something that the text does not have there.
    #[error("nothing at {range:?} fits the step")]
    NodeNotFound {
        /// Where it was looked for.
        range: TextRange,
    },
    /// Two steps want different things of the same code.
    #[error("steps contradict each other at {range:?}")]
    Contradiction {
        /// The code.
        range: TextRange,
    },
    /// Two steps change the same bytes.
    #[error("steps conflict: {0}")]
    Conflict(#[from] Conflict),
    /// A callee is to be renamed but does not end in an identifier (`handlers[0]()`).
    #[error("callee at {range:?} has no name to change")]
    NamelessCallee {
        /// The callee.
        range: TextRange,
    },
    /// A function is to become async but is.
    #[error("function at {range:?} is async already")]
    AlreadyAsync {
        /// Its name.
        range: TextRange,
    },
    /// Only some items of a `with` are to become async.
    #[error("only some items of the `with` at {range:?} become async")]
    MixedWith {
        /// The statement's first item.
        range: TextRange,
    },
    /// `f"{call()=}"` prints its own source, which would change.
    #[error("interpolation at {range:?} prints its own source")]
    PrintsItself {
        /// The replacement field.
        range: TextRange,
    },
    /// New text inside an f-string has a quote, a backslash, a comment or a line break, which needs Python 3.12.
    #[error("new text at {range:?} cannot stand in an f-string before Python 3.12")]
    UnfitForInterpolation {
        /// Where the new text would stand.
        range: TextRange,
    },
    /// `@await f()` needs Python 3.9.
    #[error("`await` at {range:?} cannot start a decorator before Python 3.9")]
    AwaitInDecorator {
        /// The call.
        range: TextRange,
    },
    /// The result is no Python.
    #[error("result has a syntax error at {range:?}: {message}")]
    SyntaxErrorInResult {
        /// Where in the result.
        range: TextRange,
        /// What, in the parser's words.
        message: String,
    },
    /// An `await`, `async with`, `async for` or async comprehension of the result stands where it cannot.
    #[error("result awaits at {range:?}, outside of async code")]
    AwaitOutsideAsync {
        /// Where in the result.
        range: TextRange,
    },
    /// An async comprehension of the result stands in another comprehension, which needs Python 3.11.
    #[error("result has an async comprehension inside another at {range:?}, which needs Python 3.11")]
    NestedAsyncComprehension {
        /// The inner comprehension, in the result.
        range: TextRange,
    },
    /// An `await` would turn a generator expression into an async generator unseen by its consumer.
    #[error("result turns the generator expression at {range:?} into an async generator")]
    GeneratorBecomesAsync {
        /// The generator expression, in the result.
        range: TextRange,
    },
    /// `yield from` stands in an async function of the result.
    #[error("result has `yield from` in an async function at {range:?}")]
    YieldFromInAsync {
        /// Where in the result.
        range: TextRange,
    },
    /// `yield from` stands behind something else on its line, where no loop can.
    #[error("`yield from` at {range:?} shares its line")]
    DelegatesInLine {
        /// The statement.
        range: TextRange,
    },
    /// `return value` stands in an async generator of the result.
    #[error("result returns a value from an async generator at {range:?}")]
    ReturnInAsyncGenerator {
        /// The `return`, in the result.
        range: TextRange,
    },
    /// A call of a function that becomes async stands in the result where nothing waits for what it gives.
    #[error("result does not await the call at {range:?}")]
    NotAwaited {
        /// The call, in the result.
        range: TextRange,
    },
    /// Undoing the edits does not give the source again.
    #[error("edits cannot be undone")]
    NotReversible,
    /// A comment of the source is missing in the result.
    #[error("result loses a comment")]
    CommentLost,
}
