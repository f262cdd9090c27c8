//! Any bytes decode, parse and lower without a panic, or are refused.
#![no_main]

use asyncshift::io::decode;
use asyncshift::semantic::lower;
use asyncshift::syntax::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(decoded) = decode(bytes.to_vec()) {
        lower(&parse(&decoded.text), &decoded.text);
    }
});
