//! The steps of a conversion: what is to change in one file, in terms of its facts, not of its text.

use crate::semantic::{ComprehensionKind, FunctionId, ImportId, SiteId, StatementId, ValueId};

/// All that is to change in one file. Steps name ids of that file's facts.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct FileChange {
    /// What changes in functions and calls.
    pub steps: Vec<Step>,
    /// Names the changed code needs at module level.
    pub imports: Vec<AddedImport>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// `def f` becomes `async def async_f`; with `wrapper`, `f = sync(async_f)` follows it.
    Convert {
        /// The function, a `def`.
        function: FunctionId,
        /// Its new name.
        new_name: String,
        /// Name under which the module knows the runtime's `sync`; `None` leaves no wrapper.
        wrapper: Option<String>,
        /// Whether the function stays as it is, and the converted one is added below it.
        is_twin: bool,
        /// Name under which the module knows the runtime's `overridable`, where what takes the wrapper's place must be
        /// called instead.
        guard: Option<String>,
    },
    /// A call of a coroutine function is awaited: `f(x)` becomes `await async_f(x)`.
    Await {
        /// The call.
        site: SiteId,
        /// How its callee changes.
        callee: Callee,
    },
    /// A call is renamed and not awaited: what it makes is iterated over or entered.
    Call {
        /// The call.
        site: SiteId,
        /// How its callee changes.
        callee: Callee,
    },
    /// A function gets another name and nothing else.
    Rename {
        /// The function, a `def`.
        function: FunctionId,
        /// Its new name.
        new_name: String,
    },
    /// The last identifier of a decorator is replaced.
    Redecorate {
        /// The decorated function.
        function: FunctionId,
        /// The decorator expression.
        decorator: ValueId,
        /// Its new last identifier.
        name: String,
    },
    /// The return annotation gets another name: `Iterator[T]` becomes `AsyncIterator[T]`.
    Reannotate {
        /// The function.
        function: FunctionId,
        /// A name or an attribute in the annotation.
        value: ValueId,
        /// Its new last identifier.
        name: String,
        /// What goes with it: all from the end of the first value to that of the second.
        cut: Option<(ValueId, ValueId)>,
    },
    /// A function becomes public under its new name too: `__all__ = ["f"]` becomes `__all__ = ["f", "async_f"]`.
    ListExport {
        /// The function.
        function: FunctionId,
        /// Its new name.
        new_name: String,
    },
    /// In a `__next__`, `StopIteration` becomes `StopAsyncIteration`.
    EndIteration {
        /// The function.
        function: FunctionId,
    },
    /// `yield from x` becomes a loop that yields; for one site the async one of two steps counts.
    Delegate {
        /// The `yield from`.
        site: SiteId,
        /// A name for what is handed on, which the function does not use.
        item: String,
        /// Whether the loop is `async for`.
        is_async: bool,
    },
    /// A blocking call runs in a thread: `f(x)` becomes `await asyncio.to_thread(f, x)`.
    Offload {
        /// The call.
        site: SiteId,
        /// How the module spells `to_thread`.
        via: OffloadVia,
    },
    /// `with` over this item becomes `async with`; all items of the statement must have this step.
    AsyncWith {
        /// The `with` item's site.
        site: SiteId,
    },
    /// `for` (statement or comprehension clause) over this iterable becomes `async for`.
    AsyncFor {
        /// The loop's site.
        site: SiteId,
    },
    /// Items that must be waited for are collected where they were gone through at once:
    /// `sum(f(x) for x in y)` becomes `sum([await async_f(x) for x in y])`.
    Collect {
        /// What is waited for, or gone through.
        around: SiteId,
        /// What is collected.
        what: Collected,
        /// The call that the display takes the place of, `list(…)`, and what the display makes.
        instead_of: Option<(SiteId, ComprehensionKind)>,
    },
    /// A `for` statement that may be left early: `for x in f():` becomes `async with aclosing(f()) as items:`
    /// around `async for x in items:`.
    CloseLoop {
        /// The loop's site.
        site: SiteId,
        /// A name that is free in the file.
        name: String,
        /// How the module spells `aclosing`.
        via: String,
    },
    /// `map(f, xs)` becomes `(await async_f(item) for item in xs)`, `filter(f, xs)` the same with a condition.
    Unroll {
        /// The call of `map` or `filter`.
        site: SiteId,
        /// How the function changes that it gets.
        callee: Callee,
        /// A name that is free in the file.
        item: String,
        /// Whether items are chosen, as by `filter`.
        filters: bool,
        /// What is made of them.
        display: ComprehensionKind,
        /// The call that the display takes the place of, `list(…)`.
        instead_of: Option<SiteId>,
    },
    /// The right side of `self.x += f()` gets a line of its own, before the target is read.
    Hoist {
        /// What is waited for in it.
        site: SiteId,
        /// The augmented assignment.
        statement: StatementId,
        /// A name that is free in the file.
        name: String,
    },
    /// A clause that would keep the cancellation of the task gets one before it that lets it through.
    LetCancelThrough {
        /// What is waited for in the `try`.
        site: SiteId,
        /// The `except` clause.
        handler: StatementId,
    },
    /// `asyncio.to_thread(f, x)`, which is awaited, becomes `async_f(x)`.
    Unthread {
        /// The call.
        site: SiteId,
        /// How the function changes that it gets.
        callee: Callee,
    },
    /// `asyncio.run(f())` becomes `await f()`.
    AwaitInstead {
        /// The call that runs a loop; its argument is a call.
        site: SiteId,
    },
    /// An expression is written for another library.
    Substitute {
        /// The function in whose code it stands.
        function: FunctionId,
        /// A call, an attribute or a name.
        value: ValueId,
        /// How.
        with: Box<Substitute>,
    },
    /// Something is imported beside an import that is there, or was.
    Import {
        /// The alias in whose statement's place it stands.
        beside: ImportId,
        /// What is imported.
        added: AddedImport,
    },
    /// A name is imported no more.
    RemoveImport {
        /// The alias.
        import: ImportId,
    },
    /// One more name is imported by an existing `from … import`: `from m import f` becomes
    /// `from m import f, async_f`.
    ExtendImport {
        /// The alias beside which the new one stands.
        import: ImportId,
        /// The new name.
        name: String,
        /// Its local name, when it differs.
        alias: Option<String>,
    },
}

/// How an expression is written for another library.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Substitute {
    /// Whether it is awaited.
    pub is_awaited: bool,
    /// What stands before it.
    pub before: String,
    /// What becomes of its callee; of an attribute or a name, of itself.
    pub callee: NewCallee,
    /// Arguments that are passed in another way.
    pub arguments: Vec<NewArgument>,
    /// Arguments that are added.
    pub added: Vec<String>,
    /// What stands after it.
    pub after: String,
    /// What stands around all of that.
    pub around: Option<(String, String)>,
    /// Whether brackets stand around it already.
    pub is_enclosed: bool,
}

/// What becomes of a callee, an attribute or a name.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum NewCallee {
    /// Nothing.
    #[default]
    Same,
    /// Its last identifier is replaced.
    Last(String),
    /// All of it is replaced.
    Whole(String),
    /// Of a call: the method and its arguments are left out, so that the object stays.
    Gone,
}

/// An argument that is passed in another way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewArgument {
    /// Its value.
    pub value: ValueId,
    /// What stands before the value, in place of its keyword.
    pub before: String,
    /// What stands after it.
    pub after: String,
}

/// How the callee of an awaited call changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Callee {
    /// It stays.
    Same,
    /// Its last identifier is replaced: `self.f` to `self.async_f`, `m.f` to `m.async_f`, `f` to `async_f`.
    Renamed(String),
    /// Its last identifier is replaced, and keyword arguments are renamed: `x.get(a=1)` to `x.aget(b=1)`.
    Twin {
        /// The new identifier.
        name: String,
        /// Old keyword to new keyword.
        keywords: Vec<(String, String)>,
    },
    /// It stays, and its async function is looked up by the runtime's `async_of`, which has this name:
    /// `f(x)` to `async_of(f)(x)`.
    LookedUp(String),
    /// All of it is replaced by a dotted name; keyword arguments are renamed.
    Replaced {
        /// The new callee as the module spells it.
        spelling: String,
        /// Old keyword to new keyword.
        keywords: Vec<(String, String)>,
    },
}

/// What a [`Step::Collect`] collects.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collected {
    /// A generator expression: its parentheses become brackets.
    Generator {
        /// Its value.
        value: ValueId,
    },
    /// Whatever has become iterable for `async for` only: `[item async for item in self.pages]`.
    Value {
        /// The iterable.
        value: ValueId,
        /// A name that is free in the file.
        item: String,
    },
    /// What a call of an async generator function gives: `[item async for item in f()]`.
    Call {
        /// The call.
        site: SiteId,
        /// A name that is free in the file.
        item: String,
    },
}

/// How a module spells `to_thread`.
pub type OffloadVia = String;

/// A name that changed code needs at module level; added once, after the module's other imports.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AddedImport {
    /// `import module`.
    Module(String),
    /// `from module import name`; the module may be relative (`._asyncshift`).
    From {
        /// The module, with leading dots when relative.
        module: String,
        /// The name.
        name: String,
    },
}

/// Where a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepPlace {
    /// At the definition of a function.
    Function(FunctionId),
    /// At a site in the code of one.
    Site(SiteId),
    /// At module level, because of other steps.
    Module,
}

/// What a step does, as counts tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// It makes a function async.
    Definition,
    /// It awaits something of the project.
    Await,
    /// It hands a call to a thread.
    Offload,
    /// It calls a library's async form.
    Replace,
    /// It does something that follows from other steps.
    Other,
}

impl Step {
    /// Where it stands, and what it does.
    pub fn outline(&self) -> (StepPlace, StepKind) {
        match self {
            Self::Convert { function, .. } => (StepPlace::Function(*function), StepKind::Definition),
            Self::Await { site, callee: Callee::Renamed(_) | Callee::Same | Callee::LookedUp(_) } => {
                (StepPlace::Site(*site), StepKind::Await)
            }
            Self::Await { site, callee: Callee::Twin { .. } | Callee::Replaced { .. } } => {
                (StepPlace::Site(*site), StepKind::Replace)
            }
            Self::Offload { site, .. } => (StepPlace::Site(*site), StepKind::Offload),
            Self::AsyncWith { site } | Self::AsyncFor { site } => (StepPlace::Site(*site), StepKind::Await),
            Self::Rename { function, .. } => (StepPlace::Function(*function), StepKind::Definition),
            Self::Redecorate { function, .. }
            | Self::Reannotate { function, .. }
            | Self::ListExport { function, .. }
            | Self::EndIteration { function } => (StepPlace::Function(*function), StepKind::Other),
            Self::Delegate { site, is_async: true, .. } => (StepPlace::Site(*site), StepKind::Await),
            Self::Call { site, .. } | Self::Delegate { site, is_async: false, .. } => {
                (StepPlace::Site(*site), StepKind::Other)
            }
            Self::CloseLoop { site, .. }
            | Self::Unroll { site, .. }
            | Self::Unthread { site, .. }
            | Self::AwaitInstead { site } => (StepPlace::Site(*site), StepKind::Await),
            Self::Collect { around, .. } => (StepPlace::Site(*around), StepKind::Other),
            Self::Hoist { site, .. } | Self::LetCancelThrough { site, .. } => {
                (StepPlace::Site(*site), StepKind::Other)
            }
            Self::Substitute { function, .. } => (StepPlace::Function(*function), StepKind::Replace),
            Self::Import { .. } | Self::RemoveImport { .. } | Self::ExtendImport { .. } => {
                (StepPlace::Module, StepKind::Other)
            }
        }
    }
}
