//! Parsing that never fails and never overflows the stack: a broken file gives a tree and errors.

use rustpython_ast::token::{TokenKind, Tokens};
use rustpython_ast::{Expr, ModModule, PySourceType, StringLiteral};
use rustpython_parser::{parse_string_annotation, parse_unchecked_source};
use rustpython_text_size::Ranged;

use crate::syntax::ast::range_of;
use crate::syntax::error::SyntaxError;
use crate::syntax::nesting;
use crate::text::TextRange;

/// A parsed file: a tree, its tokens and comments, and what is wrong with it.
pub struct Parsed {
    tree: rustpython_parser::Parsed<ModModule>,
    comments: Vec<Comment>,
    errors: Vec<SyntaxError>,
}

/// A comment, from its `#` to the end of its line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment {
    /// Where it stands.
    pub range: TextRange,
}

/// Parses `text`, which may be anything.
///
/// Text that nests deeper than `CPython` accepts is not given to the parser, whose recursion would
/// end the process: the tree is then empty and the only error says so. Long legal chains still
/// recurse; run this on a large stack.
pub fn parse(text: &str) -> Parsed {
    if let Some(error) = nesting::too_deep(text) {
        let parsed = parse_unchecked_source("", PySourceType::Python);
        return Parsed { tree: parsed, comments: Vec::new(), errors: vec![error] };
    }
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    let errors = parsed
        .errors()
        .iter()
        .map(|error| SyntaxError { range: range_of(error), message: error.error.to_string() })
        .collect();
    let comments = parsed
        .tokens()
        .iter()
        .filter(|token| token.kind() == TokenKind::Comment)
        .map(|token| Comment { range: range_of(token) })
        .collect();
    Parsed { tree: parsed, comments, errors }
}

/// Parses the expression inside a string annotation; `None` when it is none.
pub fn parse_annotation(text: &str, string: &StringLiteral) -> Option<Expr> {
    let inside = text.get(string.range().start().to_usize()..string.range().end().to_usize())?;
    let is_plain = inside.len() <= 2_000 && !string.flags.prefix().is_raw() && !inside.contains('\\');
    if !is_plain || nesting::too_deep(inside).is_some() {
        return None;
    }
    parse_string_annotation(text, string).ok().map(|parsed| *parsed.into_syntax().body)
}

impl Parsed {
    /// The statements of the file.
    pub fn body(&self) -> &[rustpython_ast::Stmt] {
        &self.tree.syntax().body
    }

    /// All tokens, comments and line breaks included, in source order.
    pub fn tokens(&self) -> &Tokens {
        self.tree.tokens()
    }

    /// All comments in source order.
    pub fn comments(&self) -> &[Comment] {
        &self.comments
    }

    /// What is wrong; empty for Python.
    pub fn errors(&self) -> &[SyntaxError] {
        &self.errors
    }
}
