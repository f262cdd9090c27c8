//! What somebody should look at in converted code before it is trusted.

use std::fmt;

use crate::link::ModuleId;
use crate::text::TextRange;

/// Something to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Note {
    /// The module.
    pub module: ModuleId,
    /// Where, in the text before the conversion.
    pub range: TextRange,
    /// What.
    pub look: Look,
}

/// What to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Look {
    /// A value that other tasks may write is read before an `await` and used after it.
    StateAcrossAwait,
    /// A test and what depends on it are no longer one step.
    CheckThenAct,
    /// A global or class attribute is written around an `await`.
    GlobalWrite,
    /// The async form of a library's call does not mean the same in all respects.
    ReviewedReplacement,
    /// A call moved to a thread touches what may belong to its thread.
    MovedToThread,
    /// The order in which things happen may differ.
    ChangedOrder,
    /// A generator is closed later than before when its loop is left early.
    LateClose,
    /// What is caught may differ: a cancellation, or the end of an async iteration.
    ChangedException,
    /// Something outside the project may call, subclass or replace it.
    OutsideUse,
}

impl Look {
    /// Its name in reports for programs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::StateAcrossAwait => "state-across-await",
            Self::CheckThenAct => "check-then-act",
            Self::GlobalWrite => "global-write",
            Self::ReviewedReplacement => "reviewed-replacement",
            Self::MovedToThread => "moved-to-thread",
            Self::ChangedOrder => "changed-order",
            Self::LateClose => "late-close",
            Self::ChangedException => "changed-exception",
            Self::OutsideUse => "outside-use",
        }
    }
}

impl fmt::Display for Look {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::StateAcrossAwait => {
                "a value is read before the `await` and used after it; another task may write it in between"
            }
            Self::CheckThenAct => {
                "the test and what depends on it are no longer one step; another task may run in between"
            }
            Self::GlobalWrite => "shared state is written around an `await`; other tasks may see half of it",
            Self::ReviewedReplacement => "the async form does not mean the same in all respects",
            Self::MovedToThread => {
                "the call runs in a thread now; see that nothing in it belongs to its thread"
            }
            Self::ChangedOrder => "things may happen in another order than before",
            Self::LateClose => "what the generator holds is closed later when the loop is left early",
            Self::ChangedException => "other exceptions may come out than before",
            Self::OutsideUse => "code outside the project may call, subclass or replace it",
        })
    }
}
