//! What earlier runs worked out: the facts of files, what calls reach, whole reports.

mod store;

mod listing;

mod pack;

mod calls;

mod report;

pub(crate) use calls::{calls_key, read_calls, write_calls};
pub(crate) use listing::{Known, Listing};
pub(crate) use pack::{FactsCache, FileFacts, shape_of};
pub(crate) use report::{Question, StoredReport, report_key};
pub(crate) use store::Store;
