//! What becomes of a function that blocks, with the reason when it stays.

use std::fmt;

use crate::link::ProgramFunctionId;

/// What becomes of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It becomes `async def`, and a sync wrapper keeps its name.
    Convert,
    /// It stays sync, and reaches converted code through their wrappers.
    Bridge(KeepReason),
    /// It stays as it is.
    Keep(KeepReason),
}

/// Why a function that blocks is not converted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeepReason {
    /// The body of a module or class: `await` is not allowed there.
    ModuleLevel,
    /// A lambda cannot await.
    Lambda,
    /// A special method: the interpreter calls it and does not await.
    SpecialMethod,
    /// A property or descriptor: reading an attribute cannot await.
    Property,
    /// A generator: its callers would have to iterate with `async for`.
    Generator,
    /// A decorator whose effect on a coroutine function is not known.
    Decorated,
    /// It overrides a method of a class outside the program, whose callers do not await.
    ForeignOverride,
    /// It overrides, or is overridden by, a method that cannot be converted.
    OverrideFamily,
    /// The converted name is already taken.
    NameTaken,
    /// The scope defines the name more than once, or under a condition.
    Redefined,
    /// It is a test, or stands in a test file.
    Test,
    /// It stands in a script that runs before the project is installed (`setup.py`).
    BuildScript,
    /// No call in it can be awaited or offloaded: it has no async form, or stands where that is not possible.
    NothingToAwait,
    /// What it calls that blocks is itself kept, and cannot be offloaded as a whole.
    CalleeKept,
    /// The blocking call is bound to its thread.
    ThreadBound,
    /// It reads its namespace by name (`locals`, `eval`).
    InspectsNamespace,
    /// A thread, a signal handler, an exit handler or another library calls it.
    CalledFromOutside,
    /// The garbage collector, a signal or the end of the interpreter runs it, through `__del__` or a
    /// handler: no event loop may be run there.
    Finalizer,
    /// It holds a lock of threads around the blocking call.
    HoldsLock,
    /// Its file is not among those that may be edited.
    NotSelected,
    /// It is installed code that the project imports.
    ThirdParty,
    /// Its file has syntax errors.
    BrokenFile,
    /// It is nested in a function, whose local name could not be followed.
    Nested,
    /// It blocks too briefly to be worth a change: a look at a file's name or size.
    Cheap,
    /// It works with an event loop itself: it runs one, which cannot run inside another, or schedules on
    /// the one that is running.
    RunsLoop,
    /// Its module works with coroutines that another loop than asyncio's drives.
    OtherLoop,
    /// Some code that cannot wait uses it, and in place there is no wrapper for that.
    CalledFromSync,
    /// It raises `StopIteration`, which cannot leave a coroutine.
    StopIteration,
    /// The edited file did not pass its checks, so that nothing in it was changed.
    RewriteFailed,
    /// The project's tests failed once it was converted (`fix --verify`).
    VerificationFailed,
    /// Somebody said no to it (`fix --interactive`).
    Declined,
}

/// A function that is kept for a reason of its own, and keeps others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause {
    /// Its reason.
    pub reason: KeepReason,
    /// The function.
    pub function: ProgramFunctionId,
}

impl KeepReason {
    /// All reasons, in order.
    pub const ALL: [Self; 31] = [
        Self::ModuleLevel,
        Self::Lambda,
        Self::SpecialMethod,
        Self::Property,
        Self::Generator,
        Self::Decorated,
        Self::ForeignOverride,
        Self::OverrideFamily,
        Self::NameTaken,
        Self::Redefined,
        Self::Test,
        Self::BuildScript,
        Self::NothingToAwait,
        Self::CalleeKept,
        Self::ThreadBound,
        Self::InspectsNamespace,
        Self::CalledFromOutside,
        Self::Finalizer,
        Self::HoldsLock,
        Self::NotSelected,
        Self::ThirdParty,
        Self::BrokenFile,
        Self::Nested,
        Self::Cheap,
        Self::RunsLoop,
        Self::OtherLoop,
        Self::CalledFromSync,
        Self::StopIteration,
        Self::RewriteFailed,
        Self::VerificationFailed,
        Self::Declined,
    ];

    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ModuleLevel => "module-level",
            Self::Lambda => "lambda",
            Self::SpecialMethod => "special-method",
            Self::Property => "property",
            Self::Generator => "generator",
            Self::Decorated => "decorated",
            Self::ForeignOverride => "foreign-override",
            Self::OverrideFamily => "override-family",
            Self::NameTaken => "name-taken",
            Self::Redefined => "redefined",
            Self::Test => "test",
            Self::BuildScript => "build-script",
            Self::NothingToAwait => "nothing-to-await",
            Self::CalleeKept => "callee-kept",
            Self::ThreadBound => "thread-bound",
            Self::InspectsNamespace => "inspects-namespace",
            Self::CalledFromOutside => "called-from-outside",
            Self::Finalizer => "finalizer",
            Self::HoldsLock => "holds-lock",
            Self::NotSelected => "not-selected",
            Self::ThirdParty => "third-party",
            Self::BrokenFile => "broken-file",
            Self::Nested => "nested",
            Self::Cheap => "cheap",
            Self::RunsLoop => "runs-loop",
            Self::OtherLoop => "other-loop",
            Self::CalledFromSync => "called-from-sync",
            Self::StopIteration => "stop-iteration",
            Self::RewriteFailed => "rewrite-failed",
            Self::VerificationFailed => "verification-failed",
            Self::Declined => "declined",
        }
    }
}

impl fmt::Display for KeepReason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}
