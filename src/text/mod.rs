//! Source text: line index, edits, unified diffs; knows nothing of Python.

mod range;

pub use range::TextRange;
