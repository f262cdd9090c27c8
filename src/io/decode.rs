//! Bytes to text, as Python reads a source file.

use thiserror::Error;

use crate::io::cookie::{Cookie, find_cookie};
use crate::io::encoding::{Codec, Encoding, MARK, codec_of};

/// A text and what it takes to write it back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// The text, without a byte order mark.
    pub text: String,
    /// How it was encoded.
    pub encoding: Encoding,
}

/// Why bytes cannot be read as Python source.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// A NUL byte.
    #[error("line {line}: file is binary: it holds a NUL byte at offset {offset}")]
    Binary {
        /// Line of the byte, from 1.
        line: u32,
        /// Offset of the byte in the file.
        offset: usize,
    },
    /// A declared encoding that Python does not have, that cannot hold source, or that we cannot read.
    #[error("line {line}: unsupported encoding `{name}`")]
    UnsupportedEncoding {
        /// Line of the declaration.
        line: u32,
        /// The name as written.
        name: String,
    },
    /// A UTF-8 byte order mark, and a declaration that says otherwise.
    #[error("line {line}: encoding `{name}` is declared, but the file starts with a UTF-8 byte order mark")]
    MarkConflict {
        /// Line of the declaration.
        line: u32,
        /// The name as written.
        name: String,
    },
    /// A byte that means nothing in the encoding.
    #[error("line {line}: byte 0x{byte:02x} at offset {offset} is not valid {encoding}")]
    Undecodable {
        /// Line of the byte, from 1.
        line: u32,
        /// Offset of the byte in the file.
        offset: usize,
        /// The byte.
        byte: u8,
        /// Name of the encoding.
        encoding: &'static str,
    },
    /// More bytes than offsets of 32 bits can name.
    #[error("file has {size} bytes, which is too large")]
    TooLarge {
        /// Its size.
        size: usize,
    },
}

impl DecodeError {
    /// The line to report it at, from 1.
    pub fn line(&self) -> u32 {
        match self {
            Self::Binary { line, .. }
            | Self::UnsupportedEncoding { line, .. }
            | Self::MarkConflict { line, .. }
            | Self::Undecodable { line, .. } => *line,
            Self::TooLarge { .. } => 1,
        }
    }
}

/// Decodes a source file: byte order mark, then the declaration of PEP 263, then UTF-8.
pub fn decode(bytes: Vec<u8>) -> Result<Decoded, DecodeError> {
    if u32::try_from(bytes.len()).is_err() {
        return Err(DecodeError::TooLarge { size: bytes.len() });
    }
    if let Some(offset) = bytes.iter().position(|&byte| byte == 0) {
        return Err(DecodeError::Binary { line: line_of(&bytes, offset), offset });
    }
    let has_mark = bytes.starts_with(MARK);
    let start = if has_mark { MARK.len() } else { 0 };
    let codec = match find_cookie(&bytes[start..]) {
        Some(cookie) => declared_codec(cookie, has_mark)?,
        None => Codec::Utf8,
    };
    let encoding = Encoding { codec, has_mark, is_reversible: true };
    let decoded = match codec {
        Codec::Utf8 => Decoded { text: decode_utf8(bytes, encoding)?, encoding },
        Codec::Ascii => Decoded { text: decode_ascii(&bytes, encoding)?, encoding },
        Codec::Latin1 => Decoded { text: bytes.iter().copied().map(char::from).collect(), encoding },
        Codec::Other(foreign) => decode_foreign(&bytes, encoding, foreign)?,
    };
    if u32::try_from(decoded.text.len()).is_err() {
        return Err(DecodeError::TooLarge { size: decoded.text.len() });
    }
    Ok(decoded)
}

fn declared_codec(cookie: Cookie<'_>, has_mark: bool) -> Result<Codec, DecodeError> {
    let (line, name) = (cookie.line, cookie.name);
    let Some(codec) = codec_of(name) else {
        return Err(DecodeError::UnsupportedEncoding { line, name: name.to_owned() });
    };
    if has_mark && codec != Codec::Utf8 {
        return Err(DecodeError::MarkConflict { line, name: name.to_owned() });
    }
    Ok(codec)
}

fn decode_utf8(bytes: Vec<u8>, encoding: Encoding) -> Result<String, DecodeError> {
    match String::from_utf8(bytes) {
        Ok(mut text) => {
            if encoding.has_mark {
                text.drain(..MARK.len());
            }
            Ok(text)
        }
        Err(error) => {
            let offset = error.utf8_error().valid_up_to();
            Err(undecodable(error.as_bytes(), offset, encoding))
        }
    }
}

fn decode_ascii(bytes: &[u8], encoding: Encoding) -> Result<String, DecodeError> {
    match bytes.iter().position(|byte| !byte.is_ascii()) {
        Some(offset) => Err(undecodable(bytes, offset, encoding)),
        None => Ok(bytes.iter().copied().map(char::from).collect()),
    }
}

fn decode_foreign(
    bytes: &[u8],
    encoding: Encoding,
    foreign: &'static encoding_rs::Encoding,
) -> Result<Decoded, DecodeError> {
    let Some(text) = foreign.decode_without_bom_handling_and_without_replacement(bytes) else {
        return Err(undecodable(bytes, first_malformed(bytes, foreign), encoding));
    };
    let text = text.into_owned();
    let is_reversible = encoding.encode(&text).is_ok_and(|again| again == bytes);
    Ok(Decoded { text, encoding: Encoding { is_reversible, ..encoding } })
}

fn first_malformed(bytes: &[u8], foreign: &'static encoding_rs::Encoding) -> usize {
    let mut decoder = foreign.new_decoder_without_bom_handling();
    let capacity = decoder.max_utf8_buffer_length_without_replacement(bytes.len()).unwrap_or(0);
    let mut sink = String::with_capacity(capacity);
    let (result, read) = decoder.decode_to_string_without_replacement(bytes, &mut sink, true);
    match result {
        encoding_rs::DecoderResult::Malformed(length, after) => {
            read.saturating_sub(usize::from(length) + usize::from(after))
        }
        encoding_rs::DecoderResult::InputEmpty | encoding_rs::DecoderResult::OutputFull => 0,
    }
}

fn undecodable(bytes: &[u8], offset: usize, encoding: Encoding) -> DecodeError {
    let byte = bytes.get(offset).copied().unwrap_or(0);
    DecodeError::Undecodable { line: line_of(bytes, offset), offset, byte, encoding: encoding.name() }
}

fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let before = &bytes[..offset.min(bytes.len())];
    let ends_line = |(index, &byte): (usize, &u8)| {
        byte == b'\n' || (byte == b'\r' && bytes.get(index + 1) != Some(&b'\n'))
    };
    before.iter().enumerate().filter(|&pair| ends_line(pair)).count() as u32 + 1
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use crate::io::{EncodeError, decode};

    fn check(bytes: &[u8], name: &str, text: &str) {
        let decoded = decode(bytes.to_vec()).unwrap();
        assert_eq!((decoded.encoding.name(), decoded.text.as_str()), (name, text));
        assert_eq!(decoded.encoding.encode(&decoded.text).unwrap(), bytes);
    }

    fn check_error(bytes: &[u8], message: &str) {
        assert_eq!(decode(bytes.to_vec()).unwrap_err().to_string(), message);
    }

    #[test]
    fn every_encoding_comes_back_to_the_byte() {
        check(b"", "utf-8", "");
        check("x = 'é'\r\ny\rz\n".as_bytes(), "utf-8", "x = 'é'\r\ny\rz\n");
        check(b"\xEF\xBB\xBFx\r\n", "utf-8", "x\r\n");
        check(b"\xEF\xBB\xBF# coding: utf-8\n", "utf-8", "# coding: utf-8\n");
        check(b"# coding: latin-1\n\xE9\x80\n", "latin-1", "# coding: latin-1\né\u{80}\n");
        check(b"# coding: cp1252\n\x80\n", "windows-1252", "# coding: cp1252\n€\n");
        check(b"# coding: shift_jis\n\x83\x65\n", "Shift_JIS", "# coding: shift_jis\nテ\n");
    }

    #[test]
    fn first_of_two_cookies_wins() {
        check(
            b"# coding: latin-1\n# coding: utf-8\n\xE9",
            "latin-1",
            "# coding: latin-1\n# coding: utf-8\né",
        );
    }

    #[test]
    fn undecodable_bytes_are_named() {
        check_error(b"a\r\nb\r\xE9 = 1\n", "line 3: byte 0xe9 at offset 5 is not valid utf-8");
        check_error(b"\xEF\xBB\xBF\n\xFF", "line 2: byte 0xff at offset 4 is not valid utf-8");
        check_error(b"# coding: ascii\n\xE9", "line 2: byte 0xe9 at offset 16 is not valid ascii");
        check_error(b"# coding: euc-jp\nab\xFF", "line 2: byte 0xff at offset 19 is not valid EUC-JP");
        check_error(b"a\n\0", "line 2: file is binary: it holds a NUL byte at offset 2");
    }

    #[test]
    fn declarations_that_python_refuses() {
        check_error(b"\n# coding: klingon\n", "line 2: unsupported encoding `klingon`");
        check_error(
            b"\xEF\xBB\xBF# coding: latin-1\n",
            "line 1: encoding `latin-1` is declared, but the file starts with a UTF-8 byte order mark",
        );
    }

    #[test]
    fn second_spelling_of_a_character_is_read_but_not_written() {
        // 0x87 0x90 is a duplicate of 0x81 0xE0 in this code page.
        let decoded = decode(b"# coding: cp932\n\x87\x90\n".to_vec()).unwrap();
        assert!(decoded.text.ends_with("≒\n"));
        let error = decoded.encoding.encode(&decoded.text).unwrap_err();
        assert_eq!(error, EncodeError::NotReversible { encoding: "Shift_JIS" });
    }

    proptest! {
        #[test]
        fn what_can_be_written_is_what_was_read(body in any::<Vec<u8>>(), cookie in 0_usize..6) {
            let cookies = ["", "# coding: latin-1\n", "# coding: cp1252\n", "# coding: gbk\n", "# coding: big5\n",
                "# coding: iso-2022-jp\n"];
            let mut bytes = cookies[cookie].as_bytes().to_vec();
            bytes.extend(body);
            if let Ok(decoded) = decode(bytes.clone()) && let Ok(again) = decoded.encoding.encode(&decoded.text) {
                prop_assert_eq!(again, bytes);
            }
        }
    }
}
