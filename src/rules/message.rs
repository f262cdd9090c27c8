//! Puts what the reader of TOML says of a rule file into the words of its format.

use std::fmt::Write as _;

/// The reader's words and ours.
const WORDS: [(&str, &str); 8] = [
    ("unknown field", "unknown key"),
    ("missing field", "missing key"),
    ("unknown variant", "unknown word"),
    ("expected a sequence", "expected an array"),
    ("expected a map", "expected a table"),
    ("invalid type: map", "invalid type: table"),
    ("invalid type: sequence", "invalid type: array"),
    ("duplicate field", "duplicate key"),
];

/// How near a word must be to be what was meant.
const NEAR: f64 = 0.8;

/// What is wrong, in one line; a word that is not known comes with the one that was probably meant.
pub(crate) fn in_plain_words(message: &str) -> String {
    let mut plain = message.lines().collect::<Vec<_>>().join(", ");
    for (theirs, ours) in WORDS {
        plain = plain.replace(theirs, ours);
    }
    // The types that read a file are not for its author.
    if let Some(start) = plain.find("expected struct Raw") {
        plain.truncate(start);
        plain.push_str("expected a table");
    }
    let Some((start, choices)) = plain.split_once(", expected one of ") else { return plain };
    let Some(word) = quoted(start).last() else { return plain };
    let score = |choice: &&str| strsim::jaro_winkler(word, choice);
    let best = quoted(choices).max_by(|left, right| score(left).total_cmp(&score(right)));
    match best.filter(|choice| score(choice) >= NEAR) {
        Some(choice) => {
            let mut plain = start.to_owned();
            let _ = write!(plain, "; did you mean `{choice}`?");
            plain
        }
        None => plain,
    }
}

/// The words in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[cfg(test)]
mod tests {
    use crate::rules::message::in_plain_words;

    #[test]
    fn words_are_those_of_the_format() {
        for (theirs, ours) in [
            (
                "unknown field `blokcing`, expected one of `blocking`, `note`",
                "unknown key `blokcing`; did you mean `blocking`?",
            ),
            (
                "unknown variant `zzz`, expected one of `network`, `disk`",
                "unknown word `zzz`, expected one of `network`, `disk`",
            ),
            (
                "invalid type: string \"a\", expected a sequence",
                "invalid type: string \"a\", expected an array",
            ),
            (
                "invalid type: integer `0`, expected struct RawCall",
                "invalid type: integer `0`, expected a table",
            ),
            ("missing field `modules`", "missing key `modules`"),
        ] {
            assert_eq!(in_plain_words(theirs), ours);
        }
    }
}
