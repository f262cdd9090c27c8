//! Where code reaches code, over the whole program.

/// A site's, value's or store's position in the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Place {
    Site(u32),
    Value(u32),
    Store(u32),
}
