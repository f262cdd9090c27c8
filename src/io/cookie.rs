//! The encoding declaration of [PEP 263](https://peps.python.org/pep-0263/).

/// A declared encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cookie<'a> {
    /// The name as written.
    pub(crate) name: &'a str,
    /// The line it stands in, 1 or 2.
    pub(crate) line: u32,
}

/// The encoding that `bytes` declare in the first two lines; in the second only when the first holds no code.
pub(crate) fn find_cookie(bytes: &[u8]) -> Option<Cookie<'_>> {
    let (first, rest) = split_line(bytes);
    if let Some(name) = declared_name(first) {
        return Some(Cookie { name, line: 1 });
    }
    let holds_code = first.iter().find(|&&byte| !is_blank(byte)).is_some_and(|&byte| byte != b'#');
    if holds_code {
        return None;
    }
    declared_name(split_line(rest).0).map(|name| Cookie { name, line: 2 })
}

fn split_line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let Some(end) = bytes.iter().position(|&byte| byte == b'\n' || byte == b'\r') else {
        return (bytes, &[]);
    };
    let break_length = if bytes[end..].starts_with(b"\r\n") { 2 } else { 1 };
    (&bytes[..end], &bytes[end + break_length..])
}

/// Reads `^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)`.
fn declared_name(line: &[u8]) -> Option<&str> {
    let start = line.iter().position(|&byte| !is_blank(byte))?;
    let comment = line[start..].strip_prefix(b"#")?;
    let word = b"coding";
    (0..comment.len()).find_map(|index| {
        let after = comment[index..].strip_prefix(word)?;
        let after = after.strip_prefix(b":").or_else(|| after.strip_prefix(b"="))?;
        let skipped = after.iter().take_while(|&&byte| byte == b' ' || byte == b'\t').count();
        let name = &after[skipped..];
        let length = name.iter().take_while(|&&byte| is_name_byte(byte)).count();
        if length == 0 {
            return None;
        }
        std::str::from_utf8(&name[..length]).ok()
    })
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0x0C)
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

#[cfg(test)]
mod tests {
    use crate::io::cookie::find_cookie;

    #[test]
    fn cookies_of_pep_263() {
        for (text, expected) in [
            ("# -*- coding: latin-1 -*-\n", Some(("latin-1", 1))),
            ("#!/usr/bin/python\n# vim: set fileencoding=utf-8 :\n", Some(("utf-8", 2))),
            ("\x0c # coding=ascii", Some(("ascii", 1))),
            ("\r\n# coding: l1\r\n", Some(("l1", 2))),
            ("# coding: l1\n# coding: utf-8\n", Some(("l1", 1))),
            ("# coding is: no\n# coding: utf-8\n", Some(("utf-8", 2))),
            ("# coding: # coding: utf-8\n", Some(("utf-8", 1))),
            ("import os\n# coding: l1\n", None),
            ("\n\n# coding: l1\n", None),
            ("x = '# coding: l1'\n", None),
            ("", None),
        ] {
            let found = find_cookie(text.as_bytes()).map(|cookie| (cookie.name, cookie.line));
            assert_eq!(found, expected, "{text:?}");
        }
    }
}
