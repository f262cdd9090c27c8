//! The cache folder: entries that are written whole or not at all, and whose loss costs only time.

use std::env;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use xxhash_rust::xxh3::{Xxh3, xxh3_128};

/// Stands for content; two contents do not share one by accident.
pub type Digest = u128;

/// A folder of entries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CacheFolder {
    path: PathBuf,
}

/// Tells backup programs that the folder can be left out (<https://bford.info/cachedir/>).
const TAG: (&str, &str) = (
    "CACHEDIR.TAG",
    "Signature: 8a477f597d28d172789f06886806bc55\n# What asyncshift worked out; it can be removed.\n",
);
/// Tells git the same.
const IGNORE: (&str, &str) = (".gitignore", "*\n");
/// Every entry ends with the digest of what stands before.
const SEAL: usize = size_of::<Digest>();
const EXTENSION: &str = "bin";

/// The digest of some bytes.
pub fn digest(bytes: &[u8]) -> Digest {
    xxh3_128(bytes)
}

/// The digest of the program that runs: what another build worked out counts for nothing.
pub fn tool_digest() -> Option<Digest> {
    let program = fs::read(env::current_exe().ok()?).ok()?;
    Some(digest(&program))
}

impl CacheFolder {
    /// The folder at `path`, which is made when something is first written.
    pub fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// What an entry holds, if it is there and whole.
    pub fn read(&self, name: &str) -> Option<Vec<u8>> {
        let mut bytes = fs::read(self.entry(name)).ok()?;
        let end = bytes.len().checked_sub(SEAL)?;
        let is_whole = bytes[end..] == digest(&bytes[..end]).to_le_bytes();
        bytes.truncate(end);
        is_whole.then_some(bytes)
    }

    /// Writes an entry in one step. Where nothing can be written, nothing is.
    pub fn write(&self, name: &str, parts: &[&[u8]]) -> bool {
        self.try_write(name, parts).is_some()
    }

    /// Removes an entry.
    pub fn remove(&self, name: &str) {
        // It need not be there.
        let _ = fs::remove_file(self.entry(name));
    }

    /// Removes all but the newest `count` entries whose names start so.
    pub fn keep_newest(&self, prefix: &str, count: usize) {
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        let mut found: Vec<(SystemTime, PathBuf)> = entries
            .filter_map(Result::ok)
            .filter(|entry| {
                entry.file_name().to_str().is_some_and(|name| {
                    name.starts_with(prefix) && Path::new(name).extension().is_some_and(|it| it == EXTENSION)
                })
            })
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        found.sort();
        found.truncate(found.len().saturating_sub(count));
        for (_, path) in found {
            // Another run may have been faster.
            let _ = fs::remove_file(path);
        }
    }

    fn entry(&self, name: &str) -> PathBuf {
        self.path.join(format!("{name}.{EXTENSION}"))
    }

    fn try_write(&self, name: &str, parts: &[&[u8]]) -> Option<()> {
        if !self.path.join(TAG.0).is_file() {
            fs::create_dir_all(&self.path).ok()?;
            for (name, content) in [IGNORE, TAG] {
                self.replace(&self.path.join(name), &[content.as_bytes()])?;
            }
        }
        let mut state = Xxh3::new();
        for part in parts {
            state.update(part);
        }
        let seal = state.digest128().to_le_bytes();
        let mut sealed = parts.to_vec();
        sealed.push(&seal);
        self.replace(&self.entry(name), &sealed)
    }

    /// A run that is killed leaves at most a file that nobody reads; the next one that writes removes it.
    fn replace(&self, path: &Path, parts: &[&[u8]]) -> Option<()> {
        let mut temporary =
            tempfile::Builder::new().prefix(".new-").suffix(".tmp").tempfile_in(&self.path).ok()?;
        let mut writer = BufWriter::with_capacity(1 << 20, temporary.as_file_mut());
        for part in parts {
            writer.write_all(part).ok()?;
        }
        writer.flush().ok()?;
        drop(writer);
        temporary.persist(path).ok()?;
        Some(())
    }

    /// Removes what runs that were killed an hour ago or more left behind.
    pub fn sweep(&self) {
        const OLD: u64 = 3600;
        let Ok(entries) = fs::read_dir(&self.path) else { return };
        for entry in entries.filter_map(Result::ok) {
            let is_left = entry.path().extension().is_some_and(|extension| extension == "tmp");
            let age =
                entry.metadata().and_then(|found| found.modified()).ok().and_then(|at| at.elapsed().ok());
            if is_left && age.is_some_and(|age| age.as_secs() > OLD) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::io::CacheFolder;

    #[test]
    fn entries_come_back_whole_or_not_at_all() {
        let top = tempfile::tempdir().unwrap();
        let folder = CacheFolder::new(top.path().join("a/cache"));
        assert_eq!(folder.read("x"), None);
        assert!(folder.write("x", &[b"one", b"two"]));
        assert_eq!(folder.read("x").as_deref(), Some(&b"onetwo"[..]));
        let path = top.path().join("a/cache/x.bin");
        let whole = fs::read(&path).unwrap();
        for broken in [&whole[..whole.len() - 1], &whole[..3], b"", &[whole.as_slice(), b"!"].concat()] {
            fs::write(&path, broken).unwrap();
            assert_eq!(folder.read("x"), None);
        }
        assert!(top.path().join("a/cache/CACHEDIR.TAG").is_file());
        assert_eq!(fs::read_to_string(top.path().join("a/cache/.gitignore")).unwrap(), "*\n");
    }

    #[test]
    fn only_the_newest_entries_stay() {
        let top = tempfile::tempdir().unwrap();
        let folder = CacheFolder::new(top.path().to_owned());
        for name in ["a-1", "a-2", "a-3", "b-1"] {
            assert!(folder.write(name, &[b"x"]));
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        folder.keep_newest("a-", 2);
        let found: Vec<bool> =
            ["a-1", "a-2", "a-3", "b-1"].iter().map(|name| folder.read(name).is_some()).collect();
        assert_eq!(found, [false, true, true, true]);
    }

    #[test]
    fn what_is_no_folder_keeps_nothing() {
        let top = tempfile::tempdir().unwrap();
        let file = top.path().join("file");
        fs::write(&file, "").unwrap();
        let folder = CacheFolder::new(file);
        assert!(!folder.write("x", &[b"x"]));
        assert_eq!(folder.read("x"), None);
    }
}
