//! Walks a folder for Python files, leaving out what is generated, installed or ignored.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use ignore::{DirEntry, WalkBuilder};

use crate::io::patterns::PathPatterns;
use crate::io::project_root::PROJECT_FILES;

/// Folders that hold no source of the project. Names with a leading dot are left out anyway.
const SKIPPED: [&str; 11] = [
    "__pycache__",
    "__pypackages__",
    "_build",
    "bower_components",
    "buck-out",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "venv",
    "virtualenv",
];

/// What walks have found so far.
#[derive(Default)]
pub(crate) struct Walked {
    /// Python files.
    pub(crate) files: BTreeSet<PathBuf>,
    /// Symbolic links with a Python name.
    pub(crate) links: BTreeSet<PathBuf>,
    /// Folders that were entered.
    pub(crate) folders: BTreeSet<PathBuf>,
    /// Folders that hold a project file.
    pub(crate) projects: BTreeSet<PathBuf>,
    /// What could not be read, and why.
    pub(crate) failures: Vec<(PathBuf, String)>,
}

/// Walks `folder`, whatever its own name, and adds what it finds.
///
/// Links to folders are not followed, so that there are no loops and no file has two names.
pub(crate) fn walk(acc: &mut Walked, folder: &Path, excluded: &PathPatterns) {
    let excluded = excluded.clone();
    let walker = WalkBuilder::new(folder)
        .follow_links(false)
        .filter_entry(move |entry| entry.depth() == 0 || !is_skipped(entry, &excluded))
        .build();
    for entry in walker {
        match entry {
            Ok(entry) => record(acc, entry),
            Err(error) => acc.failures.push(describe(error, folder)),
        }
    }
}

/// Whether a file of this name is Python source or a stub.
pub(crate) fn has_python_name(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "py" || extension == "pyi")
}

fn record(acc: &mut Walked, entry: DirEntry) {
    let Some(kind) = entry.file_type() else { return };
    if kind.is_dir() {
        acc.folders.insert(entry.into_path());
        return;
    }
    if PROJECT_FILES.iter().any(|name| entry.file_name() == *name)
        && let Some(folder) = entry.path().parent()
    {
        acc.projects.insert(folder.to_owned());
    }
    if !has_python_name(entry.path()) {
        return;
    }
    if kind.is_symlink() {
        acc.links.insert(entry.into_path());
    } else if kind.is_file() {
        acc.files.insert(entry.into_path());
    }
}

fn is_skipped(entry: &DirEntry, excluded: &PathPatterns) -> bool {
    let is_folder = entry.file_type().is_some_and(|kind| kind.is_dir());
    let is_known = is_folder && SKIPPED.iter().any(|name| entry.file_name() == *name);
    is_known || excluded.matches(entry.path(), is_folder) || (is_folder && is_environment(entry.path()))
}

/// Whether `folder` is an environment that packages are installed in, by venv or conda.
pub(crate) fn is_environment(folder: &Path) -> bool {
    folder.join("pyvenv.cfg").is_file()
        || fs::metadata(folder.join("conda-meta")).is_ok_and(|found| found.is_dir())
}

/// The innermost path that an error of the walk names, and what the system said.
fn describe(error: ignore::Error, folder: &Path) -> (PathBuf, String) {
    match error {
        ignore::Error::WithPath { path, err } => (path.clone(), describe(*err, &path).1),
        ignore::Error::WithDepth { err, .. } => describe(*err, folder),
        ignore::Error::Io(error) => (folder.to_owned(), describe_io(&error)),
        other => (folder.to_owned(), other.to_string()),
    }
}

/// What went wrong, in our words where the system's would name the path again.
fn describe_io(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "it is gone".to_owned(),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::io::PathPatterns;
    use crate::io::walk::{Walked, walk};

    fn walked(folder: &Path) -> Walked {
        let mut acc = Walked::default();
        walk(&mut acc, folder, &PathPatterns::new(folder, &[]).unwrap());
        acc
    }

    #[test]
    fn vanished_folder_is_a_failure_that_names_it() {
        let top = tempfile::tempdir().unwrap();
        let gone = top.path().join("gone");
        assert_eq!(walked(&gone).failures, [(gone, "it is gone".to_owned())]);
    }

    #[cfg(unix)]
    #[test]
    fn unreadable_folder_is_a_failure_and_the_others_go_on() {
        use std::os::unix::fs::PermissionsExt;
        let top = tempfile::tempdir().unwrap();
        let closed = top.path().join("closed");
        fs::create_dir(&closed).unwrap();
        fs::write(top.path().join("a.py"), "").unwrap();
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
        let found = walked(top.path());
        assert_eq!(found.files.len(), 1);
        if fs::read_dir(&closed).is_err() {
            assert_eq!(found.failures, [(closed.clone(), "permission denied".to_owned())]);
        } else {
            println!("skipped: this user may read every folder");
        }
        fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
    }
}
