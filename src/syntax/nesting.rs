//! Bounds on nesting, checked before the parser recurses.

use rustpython_ast::token::TokenKind;
use rustpython_parser::{Mode, lexer};

use crate::syntax::error::SyntaxError;
use crate::text::TextRange;

/// `CPython` refuses more open brackets than this ("too many nested parentheses").
const MAX_BRACKETS: usize = 200;
/// `CPython` refuses more indentation levels than this ("too many levels of indentation").
const MAX_INDENTATION: usize = 100;
/// Longest run of tokens without a separator, in which each token may cost a level of recursion.
const MAX_CHAIN: usize = 30_000;

/// Says where `text` nests too deep to be parsed, if it does.
///
/// A scan over bytes decides whether the exact, slower look at tokens is needed at all.
pub(crate) fn too_deep(text: &str) -> Option<SyntaxError> {
    let scan = scan(text.as_bytes());
    if !scan.is_suspicious() {
        return None;
    }
    let mut lexer = lexer::lex(text, Mode::Module);
    let (mut brackets, mut indentation, mut chain) = (0usize, 0usize, 0usize);
    loop {
        let kind = lexer.next_token();
        match kind {
            TokenKind::EndOfFile => return None,
            TokenKind::Lpar | TokenKind::Lsqb | TokenKind::Lbrace => {
                brackets += 1;
                chain += 1;
            }
            TokenKind::Rpar | TokenKind::Rsqb | TokenKind::Rbrace => brackets = brackets.saturating_sub(1),
            TokenKind::Indent => indentation += 1,
            TokenKind::Dedent => indentation = indentation.saturating_sub(1),
            TokenKind::Comma | TokenKind::Newline | TokenKind::Semi => chain = 0,
            TokenKind::Comment | TokenKind::NonLogicalNewline => {}
            _ => chain += 1,
        }
        let (message, at) = if brackets > MAX_BRACKETS {
            ("too many nested parentheses", scan.bracket_at)
        } else if indentation > MAX_INDENTATION {
            ("too many levels of indentation", scan.indented_at)
        } else if chain > MAX_CHAIN {
            ("expression is too long to be analysed", scan.run_at)
        } else {
            continue;
        };
        let at = u32::try_from(at).unwrap_or(0);
        return Some(SyntaxError { range: TextRange::new(at, at), message: message.to_owned() });
    }
}

/// What a look at the bytes alone says; brackets in strings and comments count as well.
#[derive(Default)]
struct Scan {
    deepest: usize,
    /// Where brackets first nest deeper than the bound.
    bracket_at: usize,
    widest: usize,
    /// Where a line first starts with more blanks than the bound.
    indented_at: usize,
    longest: usize,
    /// Where the longest run without a separator starts.
    run_at: usize,
}

impl Scan {
    fn is_suspicious(&self) -> bool {
        self.deepest > MAX_BRACKETS || self.widest > MAX_INDENTATION || self.longest > MAX_CHAIN
    }

    /// Looks at the blanks with which the line from `start` on begins.
    fn indent(&mut self, bytes: &[u8], start: usize) {
        let is_blank = |&&byte: &&u8| byte == b' ' || byte == b'\t';
        let width = bytes.get(start..).unwrap_or_default().iter().take_while(is_blank).count();
        if width > self.widest {
            if self.widest <= MAX_INDENTATION {
                self.indented_at = start;
            }
            self.widest = width;
        }
    }

    fn end_run(&mut self, start: usize, end: usize) {
        if end - start > self.longest {
            self.longest = end - start;
            self.run_at = start;
        }
    }
}

/// What the scan does at a byte.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    None,
    Open,
    Close,
    Comma,
    Line,
}

/// One look-up a byte: nearly all bytes are none of these.
const MARKS: [Mark; 256] = {
    let mut marks = [Mark::None; 256];
    marks[b'(' as usize] = Mark::Open;
    marks[b'[' as usize] = Mark::Open;
    marks[b'{' as usize] = Mark::Open;
    marks[b')' as usize] = Mark::Close;
    marks[b']' as usize] = Mark::Close;
    marks[b'}' as usize] = Mark::Close;
    marks[b',' as usize] = Mark::Comma;
    marks[b'\n' as usize] = Mark::Line;
    marks[b'\r' as usize] = Mark::Line;
    marks
};

fn scan(bytes: &[u8]) -> Scan {
    let mut scan = Scan::default();
    let (mut brackets, mut run_start) = (0usize, 0usize);
    scan.indent(bytes, 0);
    for (at, &byte) in bytes.iter().enumerate() {
        match MARKS[usize::from(byte)] {
            Mark::None => {}
            Mark::Open => {
                brackets += 1;
                scan.deepest = scan.deepest.max(brackets);
                if brackets == MAX_BRACKETS + 1 && scan.bracket_at == 0 {
                    scan.bracket_at = at;
                }
            }
            Mark::Close => brackets = brackets.saturating_sub(1),
            Mark::Comma => {
                scan.end_run(run_start, at);
                run_start = at;
            }
            Mark::Line => {
                if brackets == 0 {
                    scan.end_run(run_start, at);
                    run_start = at;
                }
                scan.indent(bytes, at + 1);
            }
        }
    }
    scan.end_run(run_start, bytes.len());
    scan
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_parentheses_are_bounded_as_in_cpython() {
        let nested = |depth: usize| format!("x = {}1{}\n", "(".repeat(depth), ")".repeat(depth));
        assert!(too_deep(&nested(200)).is_none());
        let error = too_deep(&nested(10_000)).unwrap();
        assert_eq!(error.message, "too many nested parentheses");
        assert_eq!(error.range.start(), 204);
    }

    #[test]
    fn brackets_in_strings_do_not_nest() {
        assert!(too_deep(&format!("x = '{}'\n", "(".repeat(5_000))).is_none());
    }

    #[test]
    fn long_unary_chains_are_bounded() {
        assert!(too_deep(&format!("x = {}1\n", "-".repeat(1_000_000))).is_some());
        assert!(too_deep(&format!("x = {}1\n", "-".repeat(10_000))).is_none());
    }

    #[test]
    fn long_lists_are_no_chains() {
        assert!(too_deep(&format!("x = [{}]\n", "-1, ".repeat(100_000))).is_none());
    }
}
