//! What the system says of a file without reading it: enough to know that it is still the same.

use std::fs;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use serde::{Deserialize, Serialize};

/// A point in time, in nanoseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Moment(i64);

/// Clocks of file systems are coarse: what changed within so many nanoseconds may bear one time.
const COARSE: i64 = 2_000_000_000;

impl Moment {
    /// Now.
    pub fn now() -> Self {
        Self::of(SystemTime::now())
    }

    fn of(time: SystemTime) -> Self {
        let nanoseconds = time.duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_nanos());
        Self(i64::try_from(nanoseconds).unwrap_or(i64::MAX))
    }
}

/// Size, times and identity of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    size: u64,
    modified: Moment,
    /// When anything of it changed, its times included.
    changed: Moment,
    inode: u64,
    device: u64,
}

impl Stamp {
    /// The stamp of the file at `path`, through links.
    pub fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        let modified = Moment::of(metadata.modified().ok()?);
        let (changed, inode, device) = identity(&metadata);
        Some(Self { size: metadata.len(), modified, changed: changed.unwrap_or(modified), inode, device })
    }

    /// How many bytes the file has.
    pub fn length(&self) -> u32 {
        u32::try_from(self.size).unwrap_or(u32::MAX)
    }

    /// Whether a later write may have left the same stamp, if the file was read after `moment`.
    pub fn is_doubtful(&self, moment: Moment) -> bool {
        self.modified.max(self.changed).0 >= moment.0.saturating_sub(COARSE)
    }
}

#[cfg(unix)]
fn identity(metadata: &fs::Metadata) -> (Option<Moment>, u64, u64) {
    use std::os::unix::fs::MetadataExt;
    let changed = metadata.ctime().saturating_mul(1_000_000_000).saturating_add(metadata.ctime_nsec());
    (Some(Moment(changed)), metadata.ino(), metadata.dev())
}

#[cfg(not(unix))]
fn identity(_metadata: &fs::Metadata) -> (Option<Moment>, u64, u64) {
    (None, 0, 0)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::io::stamp::{Moment, Stamp};

    #[test]
    fn a_write_changes_the_stamp_or_leaves_it_doubtful() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        assert_eq!(Stamp::of(&path), None);
        let before = Moment::now();
        fs::write(&path, "a").unwrap();
        let stamp = Stamp::of(&path).unwrap();
        assert!(stamp.is_doubtful(before));
        assert!(!stamp.is_doubtful(Moment(i64::MAX)));
        fs::write(&path, "ab").unwrap();
        assert_ne!(Stamp::of(&path).unwrap(), stamp);
    }
}
