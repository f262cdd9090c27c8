//! Suppression comments: `# noqa` and `# noqa: CODE, CODE`.

use crate::syntax::parse::Parsed;
use crate::text::TextRange;

/// A `# noqa` comment (<https://flake8.pycqa.org/en/latest/user/violations.html>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoqaComment {
    /// The comment.
    pub range: TextRange,
    /// The codes it names, in upper case; empty means every code.
    pub codes: Vec<String>,
}

/// All suppression comments of a file in source order.
pub fn noqa_comments(parsed: &Parsed, text: &str) -> Vec<NoqaComment> {
    parsed
        .comments()
        .iter()
        .filter_map(|comment| {
            let range = comment.range;
            let codes = parse_noqa(text.get(range.start() as usize..range.end() as usize)?)?;
            Some(NoqaComment { range, codes })
        })
        .collect()
}

/// The codes of a comment that is or holds a `# noqa`, else `None`.
fn parse_noqa(comment: &str) -> Option<Vec<String>> {
    let lower = comment.to_ascii_lowercase();
    let hash = lower.match_indices('#').find(|(at, _)| lower[at + 1..].trim_start().starts_with("noqa"))?.0;
    let rest = comment[hash + 1..].trim_start().get(4..)?;
    let Some(codes) = rest.trim_start().strip_prefix(':') else {
        let ends_word = rest.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != '-');
        return ends_word.then(Vec::new);
    };
    let codes: Vec<String> = codes
        .split(|c: char| c == ',' || c.is_whitespace())
        .filter(|code| !code.is_empty())
        .map_while(|code| {
            let is_code = code.starts_with(|c: char| c.is_ascii_alphabetic())
                && code.chars().all(|c| c.is_ascii_alphanumeric());
            (is_code && code.ends_with(|c: char| c.is_ascii_digit())).then(|| code.to_ascii_uppercase())
        })
        .collect();
    // A list without a readable code suppresses nothing, lest a typing error hide everything.
    (!codes.is_empty()).then_some(codes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_codes() {
        assert_eq!(parse_noqa("# noqa: as101, E501  because"), Some(vec!["AS101".into(), "E501".into()]));
        assert_eq!(parse_noqa("# type: ignore # noqa"), Some(vec![]));
        assert_eq!(parse_noqa("# NOQA:AS101"), Some(vec!["AS101".into()]));
    }

    #[test]
    fn other_comments_suppress_nothing() {
        assert_eq!(parse_noqa("# noqable"), None);
        assert_eq!(parse_noqa("# noqa: because I say so"), None);
        assert_eq!(parse_noqa("# nothing"), None);
    }
}
