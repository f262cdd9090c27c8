//! Source text: line index, edits, unified diffs; knows nothing of Python.
