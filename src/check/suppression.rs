//! Which findings a `# noqa` comment takes back.

use crate::semantic::ModuleFacts;
use crate::text::TextRange;

/// Whether a comment on the first or last line of `range` suppresses the check `code`.
pub(crate) fn is_suppressed(facts: &ModuleFacts, range: TextRange, code: &str) -> bool {
    let last = range.end().saturating_sub(1).max(range.start());
    facts.suppressions.iter().any(|suppression| {
        let is_on_line = suppression.range.contains(range.start()) || suppression.range.contains(last);
        let is_meant = suppression.codes.is_empty() || suppression.codes.iter().any(|known| **known == *code);
        is_on_line && is_meant
    })
}

#[cfg(test)]
mod tests {
    use crate::check::suppression::is_suppressed;
    use crate::semantic::lower;
    use crate::syntax::parse;
    use crate::text::TextRange;

    fn check(text: &str, place: &str, code: &str, expected: bool) {
        let facts = lower(&parse(text), text);
        let start = text.find(place).unwrap() as u32;
        let range = TextRange::new(start, start + place.len() as u32);
        assert_eq!(is_suppressed(&facts, range, code), expected, "{text}");
    }

    #[test]
    fn on_the_same_line_by_code_or_for_all() {
        check("f()  # noqa\n", "f()", "AS101", true);
        check("f()  # noqa: E501, AS101\n", "f()", "AS101", true);
        check("f()  # noqa: AS201\n", "f()", "AS101", false);
        check("g()\nf()  # noqa\n", "g()", "AS101", false);
    }

    #[test]
    fn on_the_last_line_of_a_call() {
        check("f(\n    1,\n)  # noqa\n", "f(\n    1,\n)", "AS101", true);
    }
}
