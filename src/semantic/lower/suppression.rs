//! Suppression comments, with the lines that they cover.

use crate::semantic::facts::Suppression;
use crate::syntax::{BoundLines, Parsed, suppressions};
use crate::text::TextRange;

/// All suppressions of a file, in source order.
pub(crate) fn read_suppressions(parsed: &Parsed, text: &str) -> Vec<Suppression> {
    let mut found = Vec::new();
    let mut lines = None;
    for comment in parsed.comments() {
        let start = comment.range.start();
        for suppression in suppressions(comment.range.get(text).unwrap_or_default()) {
            // Few files have any, and only those need to know their lines.
            let lines = lines.get_or_insert_with(|| BoundLines::new(parsed, text));
            let at = |offset: usize| start + u32::try_from(offset).unwrap_or(0);
            let own = TextRange::new(at(suppression.range.start), at(suppression.range.end));
            let selectors = suppression.selectors.map(|selectors| {
                selectors.into_iter().map(|selector| selector.text.into_boxed_str()).collect()
            });
            found.push(Suppression {
                range: TextRange::new(lines.start(start), own.end()),
                comment: own,
                style: suppression.style,
                selectors,
            });
        }
    }
    found
}
