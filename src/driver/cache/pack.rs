//! The facts of all files of a project in two entries: those of some earlier run, and what changed since.

use std::path::Path;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::driver::cache::listing::Known;
use crate::driver::cache::store::Store;
use crate::io::{Digest, Stamp, digest};
use crate::semantic::ModuleFacts;

/// The entries, the older one first.
const ENTRIES: [&str; 2] = ["facts", "facts-newer"];
/// The larger entry is written anew when more than one in so many files is not in it.
const FEW: usize = 16;

/// The facts that are in the cache.
#[derive(Default)]
pub(crate) struct FactsCache {
    packs: Vec<Pack>,
    by_path: FxHashMap<String, At>,
    by_content: FxHashMap<Digest, At>,
}

/// What is known of one file of this run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FileFacts {
    pub(crate) known: Known,
    /// Stands for the facts without their positions, once that is worked out.
    pub(crate) shape: Option<Digest>,
    at: Option<At>,
}

/// Pack, and number in it.
type At = (usize, usize);

struct Pack {
    bytes: Vec<u8>,
    /// Where the facts start.
    start: usize,
    files: Vec<PackedFile>,
}

#[derive(Clone, Serialize, Deserialize)]
struct PackedFile {
    path: String,
    known: Known,
    shape: Digest,
    start: u64,
    len: u32,
}

/// What stands before the facts; the length of this comes first of all.
#[derive(Serialize, Deserialize)]
struct Head {
    tool: Digest,
    files: Vec<PackedFile>,
}

const LENGTH: usize = size_of::<u64>();

impl FactsCache {
    /// Reads what is there.
    pub(crate) fn read(store: &Store) -> Self {
        let mut cache = Self::default();
        for name in ENTRIES {
            let Some(pack) = store.folder.read(name).and_then(|bytes| Pack::new(bytes, store.tool)) else {
                // What is newer says little without what it is newer than.
                break;
            };
            let number = cache.packs.len();
            for (index, file) in pack.files.iter().enumerate() {
                cache.by_path.insert(file.path.clone(), (number, index));
                cache.by_content.insert(file.known.content, (number, index));
            }
            cache.packs.push(pack);
        }
        cache
    }

    /// The facts of a file that has not changed since they were kept, without a look at its text.
    pub(crate) fn unread(&self, path: &Path, stamp: Stamp) -> Option<(ModuleFacts, FileFacts)> {
        let &at = self.by_path.get(&*path.to_string_lossy())?;
        let file = self.file(at)?;
        if !file.known.is_certain(stamp) {
            return None;
        }
        Some((self.facts(at)?, FileFacts { known: file.known, shape: Some(file.shape), at: Some(at) }))
    }

    /// The facts of a content, whatever its path.
    pub(crate) fn of_content(&self, known: Known) -> Option<(ModuleFacts, FileFacts)> {
        let &at = self.by_content.get(&known.content)?;
        let shape = self.file(at)?.shape;
        Some((self.facts(at)?, FileFacts { known, shape: Some(shape), at: Some(at) }))
    }

    fn file(&self, (pack, index): At) -> Option<&PackedFile> {
        self.packs.get(pack)?.files.get(index)
    }

    fn facts(&self, at: At) -> Option<ModuleFacts> {
        postcard::from_bytes(self.bytes(at)?).ok()
    }

    fn bytes(&self, at: At) -> Option<&[u8]> {
        let (pack, file) = (self.packs.get(at.0)?, self.file(at)?);
        let start = pack.start.checked_add(usize::try_from(file.start).ok()?)?;
        pack.bytes.get(start..start.checked_add(file.len as usize)?)
    }

    /// Whether a file is kept as it is.
    fn is_kept(&self, path: &str, facts: &FileFacts) -> bool {
        facts.at.is_some() && self.by_path.get(path) == facts.at.as_ref() && {
            let file = facts.at.and_then(|at| self.file(at));
            file.is_some_and(|file| file.known == facts.known)
        }
    }

    /// Keeps the facts of all files of a run: each with its path and what is known of it.
    pub(crate) fn write(&self, store: &Store, files: &[(&Path, FileFacts, &ModuleFacts)]) {
        let named: Vec<(String, &FileFacts, &ModuleFacts)> = files
            .iter()
            .map(|(path, known, facts)| (path.to_string_lossy().into_owned(), known, *facts))
            .collect();
        if named.iter().all(|(path, known, _)| self.is_kept(path, known)) {
            return;
        }
        let is_old = |path: &str, known: &FileFacts| {
            known.at.is_some_and(|(pack, _)| pack == 0) && self.is_kept(path, known)
        };
        let newer: Vec<_> = named.iter().filter(|(path, known, _)| !is_old(path, known)).collect();
        let few = named.len() / FEW;
        let old_files = self.packs.first().map_or(0, |pack| pack.files.len());
        let is_base_good = old_files > 0 && newer.len() <= few && old_files <= named.len() + few;
        let all: Vec<_> = named.iter().collect();
        let (name, wanted) = if is_base_good { (ENTRIES[1], newer) } else { (ENTRIES[0], all) };
        let packed: Vec<(PackedFile, Vec<u8>)> = wanted
            .par_iter()
            .filter_map(|(path, known, facts)| {
                let bytes = match known.at.and_then(|at| self.bytes(at)) {
                    Some(bytes) => bytes.to_vec(),
                    None => postcard::to_stdvec(facts).ok()?,
                };
                let shape = known.shape.or_else(|| shape_of(facts))?;
                let len = u32::try_from(bytes.len()).ok()?;
                Some((PackedFile { path: path.clone(), known: known.known, shape, start: 0, len }, bytes))
            })
            .collect();
        let mut start = 0;
        let mut head = Head { tool: store.tool, files: Vec::with_capacity(packed.len()) };
        let mut parts: Vec<&[u8]> = Vec::with_capacity(packed.len() + 2);
        for (file, bytes) in &packed {
            head.files.push(PackedFile { start, ..file.clone() });
            start += bytes.len() as u64;
            parts.push(bytes);
        }
        let Ok(head) = postcard::to_stdvec(&head) else { return };
        let length = (head.len() as u64).to_le_bytes();
        parts.splice(0..0, [&length[..], &head[..]]);
        store.folder.write(name, &parts);
        if name == ENTRIES[0] {
            store.folder.remove(ENTRIES[1]);
        }
    }
}

impl FileFacts {
    /// Of facts that are not in the cache.
    pub(crate) fn new(known: Known) -> Self {
        Self { known, shape: None, at: None }
    }

    /// The same, with what stands for the facts without their positions.
    pub(crate) fn with_shape(self, shape: Option<Digest>) -> Self {
        Self { shape, ..self }
    }
}

/// Stands for facts without their positions.
pub(crate) fn shape_of(facts: &ModuleFacts) -> Option<Digest> {
    Some(digest(&postcard::to_stdvec(&facts.without_positions()).ok()?))
}

impl Pack {
    fn new(bytes: Vec<u8>, tool: Digest) -> Option<Self> {
        let length = u64::from_le_bytes(bytes.get(..LENGTH)?.try_into().ok()?);
        let start = LENGTH.checked_add(usize::try_from(length).ok()?)?;
        let head: Head = postcard::from_bytes(bytes.get(LENGTH..start)?).ok()?;
        (head.tool == tool).then_some(Self { bytes, start, files: head.files })
    }
}
