//! Checks of what functions are called: async ones with the affix, sync ones without, and no strangers in between.

mod freedom;

mod sibling;

mod convention;

mod missing;

mod sync_name;

mod unrelated;

pub(crate) use missing::async_names;
pub(crate) use sync_name::sync_names;
pub(crate) use unrelated::unrelated_async_names;
