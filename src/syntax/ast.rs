//! The syntax tree's node types, under the names that other floors use.

pub use rustpython_ast::token::{TokenKind, Tokens, parenthesized_range};
pub use rustpython_ast::visitor::{self, Visitor};
pub use rustpython_ast::*;
pub use rustpython_text_size::{Ranged, TextRange as NodeRange, TextSize};

use crate::text::TextRange;

/// The range of a node as the text floor knows it.
pub fn range_of(node: &impl Ranged) -> TextRange {
    let range = node.range();
    TextRange::new(range.start().to_u32(), range.end().to_u32())
}
