//! The checklist for awaiting the rounds of a loop together, and what stands against it.

use std::collections::BTreeSet;

/// An item of the checklist A01 to A15 of reasons to leave awaits one after the other.
///
/// A13 is about awaits in a row, which are no loop: they are held against the same items.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Item {
    /// A01: a round uses what an earlier one made.
    Carried,
    /// A02: something shared is written.
    Shared,
    /// A03: a round can be the last.
    LeavesEarly,
    /// A04: somebody handles the first error of all rounds.
    Errors,
    /// A05: the order can be seen from outside, or what is awaited is not known to be a plain read.
    Order,
    /// A06: the program bounds already how many run at once.
    Bound,
    /// A07: what is iterated over is made on demand, or changes.
    Iterable,
    /// A08: what is used does one thing at a time.
    Single,
    /// A09: the waiting, or the order, is on purpose.
    Pacing,
    /// A10: a context, a task's identity or a time limit is shared.
    Context,
    /// A11: a function made in the body captures a name of the round.
    Closure,
    /// A12: a handler of one round's errors does more than to go on.
    PerRound,
    /// A14: the loop polls, retries or counts.
    Repeats,
    /// A15: an inner loop awaits as well.
    Nested,
    /// Nothing is gained: what is awaited does not wait, or runs already.
    NoGain,
}

/// The items that stand against awaiting together, in order.
pub(crate) type Against = BTreeSet<Item>;

impl Item {
    /// The name of its wording, and of the item.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Carried => "a01",
            Self::Shared => "a02",
            Self::LeavesEarly => "a03",
            Self::Errors => "a04",
            Self::Order => "a05",
            Self::Bound => "a06",
            Self::Iterable => "a07",
            Self::Single => "a08",
            Self::Pacing => "a09",
            Self::Context => "a10",
            Self::Closure => "a11",
            Self::PerRound => "a12",
            Self::Repeats => "a14",
            Self::Nested => "a15",
            Self::NoGain => "no-gain",
        }
    }
}

/// The names of items, as a reader of the checklist knows them.
pub(crate) fn listed(against: &Against) -> String {
    let names: Vec<String> = against.iter().map(|item| item.name().to_uppercase()).collect();
    names.join(", ")
}
