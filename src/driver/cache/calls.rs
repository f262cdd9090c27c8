//! What every call reaches, kept for as long as nothing changes but where things stand.

use crate::driver::cache::store::Store;
use crate::io::{Digest, digest};
use crate::link::Program;
use crate::resolve::Resolution;
use crate::rules::Knowledge;

const PREFIX: &str = "calls-";
/// Programs of which it is kept; the files of a project are a program of their own in each state of their code.
const MOST: usize = 3;

/// The name of the entry for a program, whose modules have these shapes in their order.
pub(crate) fn calls_key(
    store: &Store,
    program: &Program,
    knowledge: &Knowledge,
    shapes: impl Iterator<Item = Option<Digest>>,
) -> Option<String> {
    let mut bytes = Vec::with_capacity(program.modules.len() * 64);
    bytes.extend_from_slice(&store.tool.to_le_bytes());
    bytes.extend_from_slice(&knowledge.added().to_le_bytes());
    for (module, shape) in program.modules.iter().zip(shapes) {
        bytes.extend_from_slice(module.name.as_bytes());
        bytes.extend([
            0xFF,
            u8::from(module.is_package),
            u8::from(module.is_test),
            u8::from(module.is_third_party),
        ]);
        bytes.extend_from_slice(&shape?.to_le_bytes());
    }
    Some(format!("{PREFIX}{:032x}", digest(&bytes)))
}

/// What is kept under `key`.
pub(crate) fn read_calls(store: &Store, key: &str, program: &Program) -> Option<Resolution> {
    Resolution::from_bytes(&store.folder.read(key)?, program)
}

/// Keeps it.
pub(crate) fn write_calls(store: &Store, key: &str, resolution: &Resolution) {
    if let Some(bytes) = resolution.to_bytes() {
        store.folder.write(key, &[&bytes]);
        store.folder.keep_newest(PREFIX, MOST);
    }
}
