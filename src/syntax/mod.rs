//! Parsing of one Python file: the only floor that names the parser crates.

pub mod ast;
mod comments;
mod nesting;
mod parse;

pub use comments::{NoqaComment, noqa_comments};
pub use parse::{Comment, Parsed, SyntaxError, parse, parse_annotation};
