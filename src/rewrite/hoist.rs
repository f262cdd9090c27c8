//! `self.x += f()` becomes `value = f()` and `self.x += value`, so that the target is read after the wait.

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{indentation, newline_at, token_after};
use crate::rewrite::own_line::{Share, closed_end, share};
use crate::rewrite::refusal::Refusal;
use crate::syntax::Parsed;
use crate::syntax::ast::{StmtAugAssign, range_of};
use crate::text::TextRange;

/// Gives the right side of `statement` a name, on a line before it.
pub(crate) fn hoist(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    statement: &StmtAugAssign,
    name: &str,
) -> Result<(), Refusal> {
    let whole = range_of(statement);
    let target = range_of(&*statement.target);
    let not_found = Refusal::NodeNotFound { range: whole };
    let Some((_, operator)) = token_after(parsed, closed_end(parsed, target)) else { return Err(not_found) };
    let head = TextRange::new(whole.start(), operator.end());
    let Some(written) = head.get(text).filter(|head| !head.contains(['\n', '\r', '#'])) else {
        return Err(not_found);
    };
    acc.replace(head, format!("{name} ="));
    let separator = match share(parsed, whole) {
        Share::Alone => {
            format!("{}{}", newline_at(text, whole.start()), indentation(text, whole.start()))
        }
        // Simple statements may stand side by side.
        Share::AfterColon | Share::WithOthers => "; ".to_owned(),
    };
    acc.line_after(whole.end(), format!("{separator}{written} {name}"));
    Ok(())
}
