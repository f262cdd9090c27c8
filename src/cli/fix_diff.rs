//! Edits as one diff, with paths that git takes.

use std::path::{Path, PathBuf};

use crate::driver::FileEdit;
use crate::text::{diff_file, diff_new_file};

/// What paths in a diff are relative to: the first of these folders in which a file lies.
pub(crate) struct DiffRoots<'a> {
    pub(crate) first: &'a Path,
    pub(crate) others: &'a [PathBuf],
}

/// One diff of all files, in the order of their paths.
pub(crate) fn diff(edits: &[FileEdit], roots: &DiffRoots<'_>) -> Vec<u8> {
    let mut parts: Vec<(String, &FileEdit)> =
        edits.iter().map(|edit| (diff_path(&edit.path, roots), edit)).collect();
    parts.sort_by(|left, right| left.0.cmp(&right.0));
    let diff = |(path, edit): (String, &FileEdit)| match &edit.old {
        Some(old) => diff_file(&path, old, &edit.new),
        None => diff_new_file(&path, &edit.new),
    };
    parts.into_iter().flat_map(diff).collect()
}

/// The path of a file in a diff.
pub(crate) fn diff_path(path: &Path, roots: &DiffRoots<'_>) -> String {
    let relative = path
        .strip_prefix(roots.first)
        .ok()
        .or_else(|| roots.others.iter().find_map(|root| path.strip_prefix(root).ok()))
        .unwrap_or(path);
    let parts: Vec<_> = relative.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}
