//! The closed vocabularies of the rule files: categories, severities, forms, effects, levels.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

pub use crate::base::Level;

/// A word that is not in a closed vocabulary.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {vocabulary} `{word}`, expected one of {expected}")]
pub struct UnknownWord {
    /// What was looked for, as in "category".
    pub vocabulary: &'static str,
    /// The word that was found.
    pub word: String,
    /// The words that exist, joined by commas.
    pub expected: String,
}

/// Declares enums whose variants are words: text, `Display`, `FromStr` and serde agree by construction.
macro_rules! vocabulary {
    ($($(#[$meta:meta])* $what:literal $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $text:literal,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(embedded_rules, derive(schemars::JsonSchema))]
        pub enum $name {
            $($(#[$variant_meta])* #[serde(rename = $text)] $variant,)+
        }

        impl $name {
            /// Every variant, in declaration order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as rule files and reports spell it.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $text,)+
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.as_str())
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|variant| variant.as_str() == word).ok_or_else(|| UnknownWord {
                    vocabulary: $what,
                    word: word.to_owned(),
                    expected: [$($text,)+].join(", "),
                })
            }
        }
    )+};
}

vocabulary! {
    /// What a blocking call waits for.
    "category" Category {
        /// A peer on the network, name resolution included.
        Network = "network",
        /// A database server or file.
        Database = "database",
        /// A file system.
        Disk = "disk",
        /// A child process.
        Subprocess = "subprocess",
        /// Time itself.
        Sleep = "sleep",
        /// Another thread or process.
        Lock = "lock",
        /// A person at a terminal.
        Console = "console",
        /// Nothing: it computes for long.
        Cpu = "cpu",
        /// An event loop that runs inside the running one.
        EventLoop = "event-loop",
        /// Whatever it is that a project's settings say blocks.
        UserDefined = "user-defined",
    }

    /// How much a blocking call hurts the event loop.
    "severity" Severity {
        /// Usually microseconds, as a `stat` of a local file.
        Low = "low",
        /// Usually milliseconds.
        Medium = "medium",
        /// Unbounded or many milliseconds.
        High = "high",
    }

    /// How far a rewrite keeps the meaning, from the least to the most.
    "safety" Safety {
        /// A direction only; a person writes the code.
        Suggest = "suggest",
        /// Right in most places; a person reads the change.
        Review = "review",
        /// Same meaning wherever the arguments can be mapped.
        DropIn = "drop-in",
    }

    /// How the replacement of a call is used.
    "form" Form {
        /// `await target(...)`.
        Await = "await",
        /// `async with target(...)`.
        AsyncWith = "async with",
        /// `async with await target(...)`.
        AsyncWithAwait = "async with await",
        /// `async for item in target(...)`.
        AsyncFor = "async for",
        /// `await asyncio.to_thread(original, ...)`.
        ToThread = "to_thread",
        /// `target(...)`, not awaited.
        Plain = "none",
        /// `.target`, read without a call.
        Attribute = "attribute",
        /// `await x.target`, read without a call.
        AwaitAttribute = "await attribute",
        /// Assigning becomes `await x.target(value)`; reading stays.
        Setter = "setter",
    }

    /// When and where a callable that is passed as an argument runs.
    "call time" CallTime {
        /// During the call, on the caller's thread.
        Now = "now",
        /// After the call, on an unknown thread: kept for later.
        Later = "later",
        /// On another thread.
        Thread = "thread",
        /// In another process.
        Process = "process",
        /// On the running event loop, some time after the call.
        Loop = "loop",
        /// On an event loop that the call itself runs until it is done.
        RunLoop = "run-loop",
    }

    /// How an argument is used up by the call it is passed to.
    "use" CallHow {
        /// It is called.
        Call = "call",
        /// Each element of it is called.
        CallElements = "call-elements",
        /// It is awaited.
        Await = "await",
        /// Each element of it is awaited.
        AwaitElements = "await-elements",
    }

    /// What a decorator does to the function below it.
    "decorator effect" DecoratorEffect {
        /// Calling the result calls the function.
        Transparent = "transparent",
        /// The function is returned as it is and remembered by somebody who calls it later.
        Registers = "registers",
        /// A generator becomes a context manager.
        ContextManager = "contextmanager",
        /// An async generator becomes an async context manager.
        AsyncContextManager = "asynccontextmanager",
        /// The result of a call is kept and returned again.
        Cache = "cache",
        /// Reading the attribute calls the function.
        Property = "property",
        /// A thread runs the function; callers await it.
        Offloads = "offloads",
        /// Nothing is known.
        Unknown = "unknown",
    }

    /// Where a framework runs a sync entry point.
    "place" EntryPlace {
        /// On the event loop.
        Loop = "loop",
        /// On a worker thread.
        Thread = "thread",
        /// In a process without an event loop.
        Process = "process",
    }

    /// What kind of trouble a check looks for.
    "category" CheckCategory {
        /// Files that cannot be analysed, and comments that excuse nothing.
        General = "general",
        /// What stops the event loop.
        Blocking = "blocking",
        /// How coroutines and tasks are awaited.
        Awaiting = "awaiting",
        /// What async functions are called.
        Naming = "naming",
        /// What is shared between tasks.
        State = "state",
        /// What newer versions of Python do in another way.
        Legacy = "legacy",
    }

    /// Whether a check reports when nobody selected anything.
    "default" CheckDefault {
        /// Only when selected.
        Off = "off",
        /// Unless it is deselected.
        On = "on",
        /// Always; it cannot be ignored.
        Always = "always",
    }
}

impl Category {
    /// The severity of a rule that states none.
    pub const fn default_severity(self) -> Severity {
        match self {
            Self::Network
            | Self::Database
            | Self::Subprocess
            | Self::Sleep
            | Self::Lock
            | Self::Console
            | Self::EventLoop
            | Self::UserDefined => Severity::High,
            Self::Disk | Self::Cpu => Severity::Medium,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_survive_a_round_trip() {
        for category in Category::ALL {
            assert_eq!(category.to_string().parse(), Ok(*category));
        }
        assert_eq!("drop-in".parse(), Ok(Safety::DropIn));
        assert!(Safety::Suggest < Safety::DropIn);
    }

    #[test]
    fn an_unknown_word_names_what_exists() {
        let error = "hihg".parse::<Severity>().unwrap_err();
        assert_eq!(error.to_string(), "unknown severity `hihg`, expected one of low, medium, high");
    }
}
