//! Parsing of one Python file: the only floor that names the parser crates.

pub mod ast;

mod error;

mod nesting;

mod parse;

mod bound_lines;

mod comments;

pub use bound_lines::BoundLines;
pub use comments::{Selector, SuppressionStyle, SuppressionText, suppressions};
pub use error::SyntaxError;
pub use parse::{Comment, Parsed, parse, parse_annotation};
