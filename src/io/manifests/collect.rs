//! Gathers what files say, and reads their bytes.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::base::normalized;
use crate::io::decode::decode;
use crate::io::manifests::declaration::{Declaration, DeclarationKind, Group, ManifestWarning, Manifests};
use crate::io::manifests::requirement::Requirement;

/// What was found so far.
pub(super) struct Collection<'a> {
    current_dir: &'a Path,
    found: Manifests,
    /// Files that were read, each with what it was read for.
    seen: BTreeSet<(PathBuf, DeclarationKind)>,
    /// Files that others include. They come last: what a file's own name says of it wins.
    included: Vec<Included>,
}

/// A file that another one includes, and what for.
pub(super) struct Included {
    pub(super) path: PathBuf,
    pub(super) kind: DeclarationKind,
    pub(super) group: Group,
}

/// A file that is being read.
pub(super) struct ManifestFile {
    pub(super) path: PathBuf,
    /// As shown.
    pub(super) display: String,
    pub(super) text: String,
}

impl Manifests {
    /// A project that the files belong to has this name.
    pub fn add_own(&mut self, name: &str) {
        let name = normalized(name);
        if !name.is_empty() && !self.own.contains(&name) {
            self.own.push(name);
        }
    }
}

impl<'a> Collection<'a> {
    pub(super) fn new(current_dir: &'a Path) -> Self {
        Self { current_dir, found: Manifests::default(), seen: BTreeSet::new(), included: Vec::new() }
    }

    pub(super) fn finish(self) -> Manifests {
        self.found
    }

    /// Reads a file that was not read for this before; says so when it cannot.
    pub(super) fn open(&mut self, path: &Path, kind: DeclarationKind) -> Option<ManifestFile> {
        let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        // Who wants to have something needs no bound on its version from the same line.
        let is_read = self.seen.iter().any(|(seen, known)| *seen == real && *known <= kind);
        if is_read || !self.seen.insert((real, kind)) {
            return None;
        }
        let display = self.shown(path);
        match read_text(path) {
            Ok(text) => {
                if !self.found.files.contains(&display) {
                    self.found.files.push(display.clone());
                }
                Some(ManifestFile { path: path.to_owned(), display, text })
            }
            Err(error) => {
                let message = format!("cannot read file: {error}");
                self.found.warnings.push(ManifestWarning { file: display, line: 1, message });
                None
            }
        }
    }

    /// Remembers that a file is to be read when those are that have a name of their own.
    pub(super) fn include(&mut self, included: Included) {
        self.included.push(included);
    }

    /// What is included and was not asked for before.
    pub(super) fn take_included(&mut self) -> Vec<Included> {
        std::mem::take(&mut self.included)
    }

    pub(super) fn shown(&self, path: &Path) -> String {
        let mut plain = PathBuf::new();
        for part in path.components() {
            let is_back = part == Component::ParentDir && plain.file_name().is_some();
            if is_back {
                plain.pop();
            } else {
                plain.push(part);
            }
        }
        plain.strip_prefix(self.current_dir).unwrap_or(&plain).display().to_string()
    }

    pub(super) fn add(
        &mut self,
        file: &ManifestFile,
        line: u32,
        kind: DeclarationKind,
        group: &Group,
        requirement: Requirement,
    ) {
        let Requirement { name, specifier, marker } = requirement;
        self.found.declarations.push(Declaration {
            name,
            specifier,
            marker,
            kind,
            group: group.clone(),
            file: file.display.clone(),
            line,
        });
    }

    /// The project whose file this is has this name.
    pub(super) fn own(&mut self, name: &str) {
        self.found.add_own(name);
    }

    pub(super) fn warn(&mut self, file: &ManifestFile, line: u32, message: impl Into<String>) {
        let warning = ManifestWarning { file: file.display.clone(), line, message: message.into() };
        self.found.warnings.push(warning);
    }
}

/// The text of a manifest: UTF-8 with or without a mark, UTF-16 with one, or as a comment at its top declares.
fn read_text(path: &Path) -> io::Result<String> {
    let bytes = fs::read(path)?;
    let wide = match bytes.as_slice() {
        [0xFF, 0xFE, ..] => Some(encoding_rs::UTF_16LE),
        [0xFE, 0xFF, ..] => Some(encoding_rs::UTF_16BE),
        _ => None,
    };
    let text = match wide {
        Some(encoding) => encoding.decode(&bytes).0.into_owned(),
        None => decode(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?.text,
    };
    Ok(text)
}
