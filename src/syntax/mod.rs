//! Parsing of one Python file: the only floor that names the parser crates.

pub mod ast;

mod error;

mod nesting;

mod parse;

mod comments;

pub use comments::{NoqaComment, noqa_comments};
pub use error::SyntaxError;
pub use parse::{Comment, Parsed, parse, parse_annotation};
