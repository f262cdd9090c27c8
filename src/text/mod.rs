//! Source text: line index, edits, unified diffs; knows nothing of Python.

mod range;

mod line_index;

mod source_text;

mod edit;

mod edit_set;

mod quote;

mod diff;

pub use diff::{diff_file, diff_new_file};
pub use edit::Edit;
pub use edit_set::{Conflict, EditSet};
pub use line_index::{LineColumn, LineIndex};
pub use range::TextRange;
pub use source_text::SourceText;
