//! Text as XML wants it.

/// The text for an attribute in double quotes or for the content of an element. White space that a parser would change in
/// attributes is written as a reference; what no reference can name becomes the replacement character.
pub(crate) fn escaped(text: &str) -> String {
    let mut acc = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => acc.push_str("&amp;"),
            '<' => acc.push_str("&lt;"),
            // Also keeps `]]>` out of text, where it must not stand.
            '>' => acc.push_str("&gt;"),
            '"' => acc.push_str("&quot;"),
            '\n' => acc.push_str("&#10;"),
            '\r' => acc.push_str("&#13;"),
            '\t' => acc.push_str("&#9;"),
            // The characters of XML 1.0, section 2.2.
            '\0'..'\u{20}' | '\u{fffe}' | '\u{ffff}' => acc.push(char::REPLACEMENT_CHARACTER),
            other => acc.push(other),
        }
    }
    acc
}

#[cfg(test)]
mod tests {
    use crate::report::xml::escaped;

    #[test]
    fn nothing_ends_an_attribute_or_a_text() {
        assert_eq!(escaped("<a b=\"c\">&]]>"), "&lt;a b=&quot;c&quot;&gt;&amp;]]&gt;");
        assert_eq!(escaped("a\n\r\t\u{1b}\u{fffe}é"), "a&#10;&#13;&#9;\u{fffd}\u{fffd}é");
    }
}
