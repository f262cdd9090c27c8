//! Joins the facts of all files: modules, symbols, re-exports, class hierarchies.
