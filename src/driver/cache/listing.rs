//! The files of a run with their stamps, and whether they are those of an earlier run.

use std::path::Path;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::io::{Digest, Moment, SourceFile, Stamp, digest, file_digest};

/// What is known of the content of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) stamp: Stamp,
    pub(crate) content: Digest,
    /// When the run began that read it.
    pub(crate) read: Moment,
}

/// The files of a run.
pub(crate) struct Listing {
    /// Stands for the names of all files and all that follows from them.
    pub(crate) names: Digest,
    /// In the order of the files; nothing for what the system says nothing of.
    pub(crate) stamps: Vec<Option<Stamp>>,
}

impl Listing {
    /// Asks for the stamps, on all threads.
    pub(crate) fn new(files: &[SourceFile]) -> Self {
        let stamps = files.par_iter().map(|file| Stamp::of(&file.path)).collect();
        let mut bytes = Vec::with_capacity(files.len() * 128);
        for file in files {
            for part in [&file.display, &file.relative, &file.unique_name, &file.module] {
                bytes.extend_from_slice(part.as_bytes());
                bytes.push(0xFF);
            }
            bytes.extend_from_slice(file.path.as_os_str().as_encoded_bytes());
            let flags = [file.is_package, file.is_stub, file.is_selected];
            bytes.extend(flags.iter().map(|&flag| u8::from(flag)));
            bytes.push(0xFF);
        }
        Self { names: digest(&bytes), stamps }
    }
}

impl Known {
    /// Whether a file has the content if it has this stamp, as far as the stamp alone can tell.
    pub(crate) fn is_certain(&self, stamp: Stamp) -> bool {
        stamp == self.stamp && !stamp.is_doubtful(self.read)
    }

    /// Whether a file with this stamp has the content; it is read if the stamp alone cannot tell.
    pub(crate) fn is_still(&self, path: &Path, stamp: Stamp) -> bool {
        if self.is_certain(stamp) {
            return true;
        }
        file_digest(path) == Some(self.content)
    }
}
