//! `__all__ = ["f"]` becomes `__all__ = ["f", "async_f"]`, in the layout it has.

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{indentation, is_first_on_line, line_start, newline_at};
use crate::semantic::well_known;
use crate::syntax::Parsed;
use crate::syntax::ast::{Expr, ExprStringLiteral, Stmt, range_of};

/// Lists `new` beside `old` where the module lists its public names in a plain display.
pub(crate) fn list_export(acc: &mut Edits, parsed: &Parsed, text: &str, old: &str, new: &str) {
    for statement in parsed.body() {
        let elements = listed(statement);
        let has = |name: &str| strings(elements).any(|entry| entry.value.to_str() == name);
        if has(new) {
            return;
        }
        let Some(entry) = strings(elements).find(|entry| entry.value.to_str() == old) else { continue };
        let range = range_of(entry);
        let Some(spelled) = range.get(text) else { return };
        // A string in several parts, or with escapes, is left alone.
        let Some(at) = spelled.find(old).filter(|_| spelled.len() <= old.len() + 3) else { return };
        let spelled = format!("{}{new}{}", &spelled[..at], &spelled[at + old.len()..]);
        if is_first_on_line(text, range.start()) {
            // Before the entry, so that its comma and comment stay with it.
            let newline = newline_at(text, line_start(text, range.start()));
            let line = format!("{spelled},{newline}{}", indentation(text, range.start()));
            acc.open(range, line);
        } else {
            acc.close(range.end(), format!(", {spelled}"));
        }
        return;
    }
}

/// The elements of a display that a statement calls `__all__`.
fn listed(statement: &Stmt) -> &[Expr] {
    let (target, value) = match statement {
        Stmt::Assign(assign) => match assign.targets.as_slice() {
            [target] => (target, &*assign.value),
            _ => return &[],
        },
        Stmt::AnnAssign(assign) => match &assign.value {
            Some(value) => (&*assign.target, &**value),
            None => return &[],
        },
        _ => return &[],
    };
    let Expr::Name(name) = target else { return &[] };
    match value {
        Expr::List(list) if name.id.as_str() == well_known::ALL => &list.elts,
        Expr::Tuple(tuple) if name.id.as_str() == well_known::ALL => &tuple.elts,
        _ => &[],
    }
}

fn strings(elements: &[Expr]) -> impl Iterator<Item = &ExprStringLiteral> {
    elements.iter().filter_map(|element| match element {
        Expr::StringLiteral(string) => Some(string),
        _ => None,
    })
}
