//! Patterns of names: `*` stands for any characters, `?` for one.

/// Whether a name as a whole is what a pattern means.
pub fn matches_pattern(pattern: &str, name: &str) -> bool {
    let Some(star) = pattern.find('*') else {
        return pattern.chars().count() == name.chars().count()
            && pattern.chars().zip(name.chars()).all(|(wanted, found)| wanted == '?' || wanted == found);
    };
    let (head, rest) = (&pattern[..star], &pattern[star + 1..]);
    // Of the places where the head can end there is one; the star then takes as little as it may.
    let Some((at, _)) = name.char_indices().chain([(name.len(), ' ')]).nth(head.chars().count()) else {
        return false;
    };
    let tail = &name[at..];
    matches_pattern(head, &name[..at])
        && tail
            .char_indices()
            .map(|(at, _)| at)
            .chain([tail.len()])
            .any(|at| matches_pattern(rest, &tail[at..]))
}

#[cfg(test)]
mod tests {
    use crate::base::matches_pattern;

    #[test]
    fn stars_and_question_marks() {
        for (pattern, name, expected) in [
            ("main", "main", true),
            ("main", "main2", false),
            ("on_*", "on_message", true),
            ("on_*", "on_", true),
            ("on_*", "_on_x", false),
            ("*_handler", "a_handler", true),
            ("*_handler", "handler", false),
            ("v?", "v1", true),
            ("v?", "v12", false),
            ("*a*b*", "xaxxb", true),
            ("*a*b*", "xbxxa", false),
            ("*", "", true),
        ] {
            assert_eq!(matches_pattern(pattern, name), expected, "{pattern} {name}");
        }
    }
}
