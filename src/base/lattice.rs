//! The one law that whole-program passes rely on: values only grow.

/// A join-semilattice.
///
/// `join_with` is associative, commutative and idempotent, and `bottom` is its identity; a chain of
/// joins therefore ends, whatever the order in which a worklist visits its nodes.
pub trait JoinSemilattice: Clone + PartialEq {
    /// The least element.
    fn bottom() -> Self;
    /// Raises `self` to the least upper bound of both; true when `self` changed.
    fn join_with(&mut self, other: &Self) -> bool;
}
