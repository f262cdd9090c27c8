//! The data model of the rule files: libraries, checks, selection.
