//! The cache of one project, for this build of the tool.

use std::path::{Path, PathBuf};

use crate::io::{CacheFolder, Digest, Moment, digest, tool_digest};

/// A cache folder in use.
pub(crate) struct Store {
    pub(crate) folder: CacheFolder,
    /// The tool that wrote the entries, which no other can read.
    pub(crate) tool: Digest,
    /// When the run began: what changed later may not be what was read.
    pub(crate) started: Moment,
}

/// The folder in a project, unless settings name one.
const FOLDER: &str = ".asyncshift_cache";

/// A smaller project is analysed before its cache could be read.
const FEWEST_FILES: usize = 100;

impl Store {
    /// The store of the project at `root`; nothing where none is worth it.
    pub(crate) fn open(named: Option<&Path>, root: &Path, files: usize) -> Option<Self> {
        let started = Moment::now();
        let path = match named {
            Some(folder) => folder.join(Self::project(root)),
            None if files < FEWEST_FILES => return None,
            None => root.join(FOLDER),
        };
        Some(Self { folder: CacheFolder::new(path), tool: tool_digest()?, started })
    }

    /// A folder that several projects share has one folder for each.
    fn project(root: &Path) -> PathBuf {
        let name = root.file_name().and_then(|name| name.to_str()).unwrap_or("root");
        let place = digest(root.as_os_str().as_encoded_bytes());
        PathBuf::from(format!("{name}-{:016x}", place as u64))
    }
}
