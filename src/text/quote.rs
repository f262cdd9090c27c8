//! File names as git writes them in a patch.

/// Quotes `name` as C does when git would: control characters, `"`, `\` and bytes beyond ASCII.
///
/// `a/é` becomes `"a/\303\251"`; `a/b c` stays as it is.
pub(crate) fn quote(name: &str) -> String {
    let is_plain = |byte: u8| matches!(byte, b' '..=b'~') && byte != b'"' && byte != b'\\';
    if name.bytes().all(is_plain) {
        return name.to_owned();
    }
    let mut quoted = String::from("\"");
    for byte in name.bytes() {
        match byte {
            0x07 => quoted.push_str("\\a"),
            0x08 => quoted.push_str("\\b"),
            b'\t' => quoted.push_str("\\t"),
            b'\n' => quoted.push_str("\\n"),
            0x0B => quoted.push_str("\\v"),
            0x0C => quoted.push_str("\\f"),
            b'\r' => quoted.push_str("\\r"),
            b'"' => quoted.push_str("\\\""),
            b'\\' => quoted.push_str("\\\\"),
            b' '..=b'~' => quoted.push(char::from(byte)),
            _ => {
                let digits = [byte >> 6, (byte >> 3) & 7, byte & 7];
                quoted.push('\\');
                quoted.extend(digits.map(|digit| char::from(b'0' + digit)));
            }
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use crate::text::quote::quote;

    #[test]
    fn only_special_names_are_quoted() {
        for (name, expected) in [
            ("a/b c.py", "a/b c.py"),
            ("a/é.py", "\"a/\\303\\251.py\""),
            ("a/\"\\\t\n\x01.py", "\"a/\\\"\\\\\\t\\n\\001.py\""),
        ] {
            assert_eq!(quote(name), expected);
        }
    }
}
