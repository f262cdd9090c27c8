//! The encoding of a source file, kept so that the file can be written back to the byte.

use thiserror::Error;

/// How a file's bytes and its text belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Encoding {
    pub(crate) codec: Codec,
    /// Whether a UTF-8 byte order mark stands before the text.
    pub(crate) has_mark: bool,
    /// Whether encoding the text that was read gave the bytes that were read.
    pub(crate) is_reversible: bool,
}

/// Why a text cannot be written in its file's encoding.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// The text now has a character that the encoding lacks.
    #[error("character {character:?} does not exist in encoding {encoding}")]
    Unencodable {
        /// The first such character.
        character: char,
        /// Name of the encoding.
        encoding: &'static str,
    },
    /// The bytes of the file have more than one spelling in this encoding, and writing would change others than meant.
    #[error("text in encoding {encoding} would not come back byte for byte")]
    NotReversible {
        /// Name of the encoding.
        encoding: &'static str,
    },
}

/// The UTF-8 byte order mark.
pub(crate) const MARK: &[u8] = b"\xEF\xBB\xBF";

/// What turns bytes into characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Codec {
    Utf8,
    Ascii,
    /// ISO 8859-1, where each byte is the character of the same number.
    Latin1,
    Other(&'static encoding_rs::Encoding),
}

impl Encoding {
    /// UTF-8 without a byte order mark, as new files are written.
    pub const UTF8: Self = Self { codec: Codec::Utf8, has_mark: false, is_reversible: true };

    /// Its name in messages.
    pub fn name(self) -> &'static str {
        match self.codec {
            Codec::Utf8 => "utf-8",
            Codec::Ascii => "ascii",
            Codec::Latin1 => "latin-1",
            Codec::Other(encoding) => encoding.name(),
        }
    }

    /// The bytes of `text`; of a text that was decoded and not changed, the bytes it was decoded from.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, EncodeError> {
        if !self.is_reversible {
            return Err(EncodeError::NotReversible { encoding: self.name() });
        }
        let mut bytes = if self.has_mark { MARK.to_vec() } else { Vec::new() };
        self.push_encoded(&mut bytes, text)?;
        Ok(bytes)
    }

    fn push_encoded(self, acc: &mut Vec<u8>, text: &str) -> Result<(), EncodeError> {
        let limit = match self.codec {
            Codec::Utf8 => {
                acc.extend_from_slice(text.as_bytes());
                return Ok(());
            }
            Codec::Other(encoding) => return push_foreign(acc, text, encoding),
            Codec::Ascii => 0x7F,
            Codec::Latin1 => 0xFF,
        };
        for character in text.chars() {
            let byte = u8::try_from(u32::from(character)).ok().filter(|&byte| byte <= limit);
            let Some(byte) = byte else {
                return Err(EncodeError::Unencodable { character, encoding: self.name() });
            };
            acc.push(byte);
        }
        Ok(())
    }
}

/// The codec that Python calls `name`, if it can hold source code.
///
/// Python knows more spellings than the web does: `_` and `-` are one, and `cp932` or `latin_1` are names.
pub(crate) fn codec_of(name: &str) -> Option<Codec> {
    let name = name.to_ascii_lowercase().replace('_', "-");
    match name.as_str() {
        "utf-8" | "utf8" | "u8" | "utf" | "cp65001" | "utf8-ucs2" | "utf8-ucs4" => return Some(Codec::Utf8),
        "ascii" | "us-ascii" | "us" | "646" | "ansi-x3.4-1968" | "ansi-x3.4-1986" | "cp367" | "ibm367"
        | "csascii" | "iso646-us" | "iso-646.irv-1991" | "iso-ir-6" => return Some(Codec::Ascii),
        "latin-1" | "latin1" | "latin" | "l1" | "8859" | "cp819" | "ibm819" | "iso8859" | "iso8859-1"
        | "iso-8859-1" | "iso-ir-100" | "iso-8859-1-1987" | "csisolatin1" => return Some(Codec::Latin1),
        _ => {}
    }
    // Python's tokenizer takes any suffix: `utf-8-sig`, `latin-1-unix`.
    if name.starts_with("utf-8-") {
        return Some(Codec::Utf8);
    }
    if ["latin-1-", "iso-8859-1-", "iso-latin-1-"].iter().any(|prefix| name.starts_with(prefix)) {
        return Some(Codec::Latin1);
    }
    let label = match name.as_str() {
        "latin9" | "latin-9" => "iso-8859-15",
        "mac-roman" | "macroman" | "macintosh" => "macintosh",
        "cp932" | "932" | "mskanji" | "ms-kanji" | "s-jis" | "shiftjis" => "shift_jis",
        "cp936" | "936" | "ms936" => "gbk",
        "cp949" | "949" | "ms949" | "uhc" | "euckr" => "euc-kr",
        "cp950" | "950" | "ms950" => "big5",
        "eucjp" | "ujis" | "u-jis" => "euc-jp",
        "euc-cn" | "euccn" | "eucgb2312-cn" => "gb2312",
        "gb18030-2000" => "gb18030",
        "cyrillic" => "iso-8859-5",
        "greek" | "greek8" => "iso-8859-7",
        other => other,
    };
    // `iso8859_15` reaches here as `iso8859-15`, which is a label; `windows_1252` as `windows-1252`.
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())
        .or_else(|| encoding_rs::Encoding::for_label(name.replace('-', "_").as_bytes()))?;
    let holds_source = encoding.is_ascii_compatible()
        && encoding != encoding_rs::REPLACEMENT
        && encoding != encoding_rs::X_USER_DEFINED;
    holds_source.then_some(Codec::Other(encoding))
}

fn push_foreign(
    acc: &mut Vec<u8>,
    text: &str,
    encoding: &'static encoding_rs::Encoding,
) -> Result<(), EncodeError> {
    let (bytes, _, has_gaps) = encoding.encode(text);
    if has_gaps {
        let is_missing = |character: &char| encoding.encode(character.encode_utf8(&mut [0; 4])).2;
        let character = text.chars().find(is_missing).unwrap_or(char::REPLACEMENT_CHARACTER);
        return Err(EncodeError::Unencodable { character, encoding: encoding.name() });
    }
    acc.extend_from_slice(&bytes);
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::io::encoding::codec_of;
    use crate::io::{Encoding, decode};

    #[test]
    fn python_names_of_codecs() {
        for (name, expected) in [
            ("UTF_8", Some("utf-8")),
            ("utf-8-sig", Some("utf-8")),
            ("Latin_1", Some("latin-1")),
            ("iso-8859-1-unix", Some("latin-1")),
            ("us_ascii", Some("ascii")),
            ("cp1252", Some("windows-1252")),
            ("windows_1251", Some("windows-1251")),
            ("iso8859_15", Some("ISO-8859-15")),
            ("koi8_r", Some("KOI8-R")),
            ("euc_jp", Some("EUC-JP")),
            ("shift_jis", Some("Shift_JIS")),
            ("cp932", Some("Shift_JIS")),
            ("gb2312", Some("GBK")),
            ("utf-16", None),
            ("utf-7", None),
            ("hz", None),
            ("nonsense", None),
        ] {
            let found = codec_of(name).map(|codec| Encoding { codec, ..Encoding::UTF8 }.name());
            assert_eq!(found, expected, "{name}");
        }
    }

    #[test]
    fn new_character_that_the_encoding_lacks() {
        for (cookie, message) in [
            ("latin-1", "character '€' does not exist in encoding latin-1"),
            ("ascii", "character '€' does not exist in encoding ascii"),
            ("koi8-r", "character '€' does not exist in encoding KOI8-R"),
        ] {
            let decoded = decode(format!("# coding: {cookie}\n").into_bytes()).unwrap();
            let error = decoded.encoding.encode("x = '€'").unwrap_err();
            assert_eq!(error.to_string(), message);
        }
    }
}
