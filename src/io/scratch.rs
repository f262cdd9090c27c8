//! A folder for a moment, with a small project in it.

use std::fs;
use std::io;
use std::path::Path;

use tempfile::TempDir;

/// A temporary folder; it is removed when this is dropped.
#[derive(Debug)]
pub struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// A folder with these files, each a name and a text; it counts as the root of a project.
    pub fn new(files: &[(&str, &str)]) -> io::Result<Self> {
        let folder = TempDir::new()?;
        fs::write(folder.path().join("pyproject.toml"), "")?;
        for (name, text) in files {
            fs::write(folder.path().join(name), text)?;
        }
        Ok(Self { folder })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}
