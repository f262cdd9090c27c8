//! Turns a plan's steps into verified text edits.

mod runtime;

mod refusal;

mod layout;

mod locate;

mod wrapper;

mod edits;

mod await_call;

mod offload;

mod substitute;

mod remove_import;

mod async_blocks;

mod source;

mod own_line;

mod collect;

mod unroll;

mod unthread;

mod close_loop;

mod delegate;

mod hoist;

mod cancellation;

mod await_instead;

mod reshape;

mod list_export;

mod convert;

mod extend_import;

mod header;

mod add_import;

mod interpolation;

mod scopes;

mod unawaited;

mod verify;

mod apply;

mod noqa;

pub use apply::{RewriteOptions, rewrite};
pub use noqa::{NoqaRefusal, add_noqa, remove_suppressions};
pub use refusal::Refusal;
pub use runtime::runtime_source;
