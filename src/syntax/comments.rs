//! Suppression comments: `# noqa`, `# noqa: CODES`, `# asyncshift: ignore` and `# asyncshift: ignore[CHECKS] reason`.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// Who reads a suppression.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SuppressionStyle {
    /// Every linter (<https://flake8.pycqa.org/en/latest/user/violations.html>): its codes may be anybody's.
    Noqa,
    /// This program alone.
    Own,
}

/// A suppression in a comment; a comment can hold several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SuppressionText {
    /// Who reads it.
    pub style: SuppressionStyle,
    /// From its `#` to the next one, or to the comment's end, in bytes of the comment.
    pub range: Range<usize>,
    /// What it suppresses; `None` means everything.
    pub selectors: Option<Vec<Selector>>,
}

/// A code, a name or a category in a suppression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Selector {
    /// The selector; codes are in upper case.
    pub text: String,
    /// Where it stands, in bytes of the comment.
    pub range: Range<usize>,
}

/// The suppressions in a comment, in order.
///
/// A `# noqa:` without a readable code is none, lest a typing error hide everything; ours are kept without a selector, so
/// that the error can be reported.
pub fn suppressions(comment: &str) -> Vec<SuppressionText> {
    let mut hashes = comment.match_indices('#').map(|(at, _)| at).peekable();
    let mut found = Vec::new();
    while let Some(start) = hashes.next() {
        let end = hashes.peek().copied().unwrap_or(comment.len());
        let text = comment[start..end].trim_end();
        if let Some((style, selectors)) = suppression(text) {
            let shifted = |range: &Range<usize>| start + range.start..start + range.end;
            let selectors = selectors.map(|selectors| {
                let shift = |selector: Selector| Selector { range: shifted(&selector.range), ..selector };
                selectors.into_iter().map(shift).collect()
            });
            found.push(SuppressionText { style, range: start..start + text.len(), selectors });
        }
    }
    found
}

/// Reads what begins with a `#`.
fn suppression(text: &str) -> Option<(SuppressionStyle, Option<Vec<Selector>>)> {
    let rest = text[1..].trim_start();
    let at = text.len() - rest.len();
    if let Some(rest) = strip_word(rest, "noqa") {
        return Some((SuppressionStyle::Noqa, noqa_list(text, rest, at + "noqa".len())?));
    }
    let rest = strip_word(rest, "asyncshift")?.trim_start().strip_prefix(':')?.trim_start();
    let rest = strip_word(rest, "ignore")?.trim_start();
    let Some(list) = rest.strip_prefix('[') else { return Some((SuppressionStyle::Own, None)) };
    let start = text.len() - list.len();
    // A list that does not end names nothing that could be relied on.
    let selectors = list.find(']').map_or_else(Vec::new, |end| own_list(text, start..start + end));
    Some((SuppressionStyle::Own, Some(selectors)))
}

/// What follows a word, in whatever case it is written.
fn strip_word<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let head = text.get(..word.len())?;
    let rest = &text[word.len()..];
    let ends_word = rest.chars().next().is_none_or(|next| !next.is_alphanumeric() && !"_-".contains(next));
    (head.eq_ignore_ascii_case(word) && ends_word).then_some(rest)
}

/// The codes behind `noqa`; what comes after them is a reason. The outer `None` means that there should be some.
#[allow(clippy::option_option, reason = "no list and no readable list differ")]
fn noqa_list(text: &str, rest: &str, at: usize) -> Option<Option<Vec<Selector>>> {
    let trimmed = rest.trim_start();
    if !trimmed.starts_with(':') {
        return Some(None);
    }
    let start = at + (rest.len() - trimmed.len()) + 1;
    let words = split(text, start..text.len(), |character| character == ',' || character.is_whitespace());
    let codes: Vec<Selector> = words
        .into_iter()
        .map_while(|range| code(&text[range.clone()]).map(|text| Selector { text, range }))
        .collect();
    (!codes.is_empty()).then_some(Some(codes))
}

/// The selectors between brackets.
fn own_list(text: &str, inside: Range<usize>) -> Vec<Selector> {
    let words = split(text, inside, |character| character == ',' || character.is_whitespace());
    let selector = |range: Range<usize>| {
        let word = &text[range.clone()];
        Selector { text: code(word).unwrap_or_else(|| word.to_owned()), range }
    };
    words.into_iter().map(selector).collect()
}

/// A word in upper case, if it looks like a code or the beginning of one: letters, then digits.
fn code(word: &str) -> Option<String> {
    let is_code = word.starts_with(|first: char| first.is_ascii_alphabetic())
        && word.ends_with(|last: char| last.is_ascii_digit())
        && word.chars().all(|character| character.is_ascii_alphanumeric());
    is_code.then(|| word.to_ascii_uppercase())
}

fn split(text: &str, inside: Range<usize>, is_gap: impl Fn(char) -> bool) -> Vec<Range<usize>> {
    let mut words = Vec::new();
    let mut start = None;
    for (at, character) in text[inside.clone()].char_indices() {
        let at = inside.start + at;
        if !is_gap(character) {
            start.get_or_insert(at);
        } else if let Some(start) = start.take() {
            words.push(start..at);
        }
    }
    words.extend(start.map(|start| start..inside.end));
    words
}

#[cfg(test)]
mod tests {
    use crate::syntax::{SuppressionStyle, suppressions};

    /// Each suppression as `style range-text [selectors]`; the selectors must stand where they say.
    fn check(comment: &str, expected: &[&str]) {
        let found: Vec<String> = suppressions(comment)
            .into_iter()
            .map(|found| {
                let style = match found.style {
                    SuppressionStyle::Noqa => "noqa",
                    SuppressionStyle::Own => "own",
                };
                let list = found.selectors.map_or_else(
                    || "all".to_owned(),
                    |selectors| {
                        for selector in &selectors {
                            assert!(selector.text.eq_ignore_ascii_case(&comment[selector.range.clone()]));
                        }
                        let texts: Vec<String> =
                            selectors.into_iter().map(|selector| selector.text).collect();
                        texts.join("+")
                    },
                );
                format!("{style} {list}: {}", &comment[found.range])
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn reads_codes() {
        check("# noqa: as101, E501  because", &["noqa AS101+E501: # noqa: as101, E501  because"]);
        check("# type: ignore # noqa", &["noqa all: # noqa"]);
        check("# NOQA:AS101", &["noqa AS101: # NOQA:AS101"]);
        check("# noqa : AS1 E501", &["noqa AS1+E501: # noqa : AS1 E501"]);
    }

    #[test]
    fn reads_our_own() {
        check("# asyncshift: ignore", &["own all: # asyncshift: ignore"]);
        check(
            "# asyncshift: ignore[blocking-network, as104] it is só",
            &["own blocking-network+AS104: # asyncshift: ignore[blocking-network, as104] it is só"],
        );
        check("#asyncshift:ignore [blocking]", &["own blocking: #asyncshift:ignore [blocking]"]);
    }

    #[test]
    fn several_share_a_comment() {
        check(
            "# noqa: E501 # why  # asyncshift: ignore[AS101]",
            &["noqa E501: # noqa: E501", "own AS101: # asyncshift: ignore[AS101]"],
        );
    }

    #[test]
    fn lists_that_cannot_be_read_suppress_nothing() {
        check("# noqa: because I say so", &[]);
        check("# asyncshift: ignore[]", &["own : # asyncshift: ignore[]"]);
        check("# asyncshift: ignore[AS101", &["own : # asyncshift: ignore[AS101"]);
    }

    #[test]
    fn other_comments_suppress_nothing() {
        for comment in ["# noqable", "# nothing", "#", "##", "# asyncshift", "# asyncshift: ignored", "# é"]
        {
            check(comment, &[]);
        }
    }
}
