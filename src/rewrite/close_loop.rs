//! A `for` that may be left early goes through an async generator inside `async with aclosing(…)`.

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{indentation, newline_at, token_after, tokens_from};
use crate::rewrite::own_line::{block_unit, closed_end, line_starts};
use crate::rewrite::refusal::Refusal;
use crate::rewrite::source::Source;
use crate::syntax::ast::{StmtFor, TokenKind, range_of};
use crate::text::TextRange;

/// Wraps `statement`; `name` stands for the generator, and `via` for `aclosing`.
///
/// ```text
/// for x in f():                  async with aclosing(f()) as items:
///     break                          async for x in items:
///                                        break
/// ```
pub(crate) fn close_loop(
    acc: &mut Edits,
    source: &Source<'_>,
    statement: &StmtFor,
    name: &str,
    via: &str,
) -> Result<(), Refusal> {
    let &Source { parsed, text, .. } = source;
    let (whole, target, iterable) =
        (range_of(statement), range_of(&*statement.target), range_of(&*statement.iter));
    let not_found = Refusal::NodeNotFound { range: iterable };
    let keyword = tokens_from(parsed, target.end()).iter().find(|token| token.kind() == TokenKind::In);
    let Some(keyword) = keyword else { return Err(not_found) };
    let first = token_after(parsed, range_of(keyword).end());
    let colon = token_after(parsed, closed_end(parsed, iterable));
    let (Some((_, first)), Some((TokenKind::Colon, colon))) = (first, colon) else { return Err(not_found) };
    let head = TextRange::new(whole.start(), range_of(keyword).start());
    let Some(head) = head.get(text).filter(|head| !head.contains('#')) else { return Err(not_found) };
    let indent = indentation(text, whole.start());
    let body_start = statement.body.first().map(|first| range_of(first).start());
    let unit = block_unit(parsed, text, whole.start(), body_start);
    let newline = newline_at(text, whole.start());
    acc.replace(TextRange::new(whole.start(), first.start()), format!("async with {via}("));
    acc.line_after(colon.start(), format!(") as {name}:{newline}{indent}{unit}async {head}in {name}"));
    let body = TextRange::new(colon.end(), whole.end());
    acc.indent(body, &line_starts(parsed, text, source.nodes, body), unit);
    Ok(())
}
