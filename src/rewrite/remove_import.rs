//! Takes away imports that nothing needs any more.

use std::collections::BTreeSet;

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{is_first_on_line, line_start, physical_line_end};
use crate::syntax::Parsed;
use crate::syntax::ast::{Alias, Stmt, range_of};
use crate::text::TextRange;

/// Removes the imports whose aliases stand at `aliases`, whole statements where nothing of them is left.
pub(crate) fn remove_imports(acc: &mut Edits, parsed: &Parsed, text: &str, aliases: &BTreeSet<TextRange>) {
    for statement in parsed.body() {
        let names: &[Alias] = match statement {
            Stmt::Import(import) => &import.names,
            Stmt::ImportFrom(import) => &import.names,
            _ => continue,
        };
        let is_gone = |alias: &Alias| aliases.contains(&range_of(alias));
        if !names.iter().any(is_gone) {
            continue;
        }
        let whole = range_of(statement);
        let end = physical_line_end(text, whole.end()).offset;
        let lines = TextRange::new(line_start(text, whole.start()), end);
        // A comment, or another statement on the line, keeps the import where it is.
        let rest = TextRange::new(whole.end(), end).get(text).unwrap_or_default();
        let is_alone = is_first_on_line(text, whole.start()) && rest.trim().is_empty();
        let has_comment = parsed.comments().iter().any(|comment| whole.contains_range(comment.range));
        if has_comment || !is_alone {
            continue;
        }
        if names.iter().all(is_gone) {
            acc.replace(lines, "");
            continue;
        }
        for (position, alias) in names.iter().enumerate() {
            if !is_gone(alias) {
                continue;
            }
            let own = range_of(alias);
            let range = match (names.get(position + 1), names[..position].last()) {
                (Some(next), _) => TextRange::new(own.start(), range_of(next).start()),
                (None, Some(before)) if !is_gone(before) => TextRange::new(range_of(before).end(), own.end()),
                // What is gone before it took its comma along, and leaves one behind the last that stays.
                _ => {
                    let last = names[..position].iter().rev().find(|name| !is_gone(name));
                    let first = names[..position].iter().rev().take_while(|name| is_gone(name)).last();
                    match (last, first) {
                        (Some(last), Some(first)) => {
                            acc.replace(TextRange::new(range_of(last).end(), range_of(first).start()), "");
                            own
                        }
                        _ => own,
                    }
                }
            };
            acc.replace(range, "");
        }
    }
}
