//! How `fix` converts: which shape the result has, and how far it may go.

/// How a project's functions become async.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ConversionMode {
    /// `def f` becomes `async def async_f`, and a sync wrapper keeps the name `f`.
    #[default]
    Wrapper,
    /// `def f` becomes `async def f`; all callers are expected inside the project.
    InPlace,
    /// `async def async_f` is added beside `def f`, which stays as it is.
    Twin,
}

/// When a blocking call goes to a thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum OffloadPolicy {
    /// Where it has no preferred or drop-in equivalent.
    #[default]
    Fallback,
    /// Never: what has no equivalent stays as it is.
    Never,
    /// Always: no equivalent takes the place of a library.
    Always,
}

/// What `fix` was asked to do beyond the choice of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct ConversionSettings {
    /// The shape of the result.
    pub mode: ConversionMode,
    /// Whether no code outside the project subclasses, replaces or calls what is converted.
    pub closed_world: bool,
    /// When a blocking call goes to a thread.
    pub offload: OffloadPolicy,
    /// Whether changes that need a review are made as well.
    pub unsafe_fixes: bool,
    /// Whether short calls of the local disk count as blocking.
    pub disk: bool,
}
