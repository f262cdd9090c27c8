//! Writes a file whole or not at all.

use std::fs::{self, File, Metadata};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

/// Why a file was left as it was.
#[derive(Debug, Error)]
pub enum WriteError {
    /// There is no such file any more.
    #[error("no such file: {}", .0.display())]
    Missing(PathBuf),
    /// It is a folder, a device or the like.
    #[error("not a regular file: {}", .0.display())]
    NotAFile(PathBuf),
    /// The file's mode forbids writing.
    #[error("file is read-only: {}", .0.display())]
    ReadOnly(PathBuf),
    /// Someone else wrote it in the meantime.
    #[error("file changed since it was read: {}", .0.display())]
    Changed(PathBuf),
    /// A new file would replace one that is there.
    #[error("file already exists: {}", .0.display())]
    Exists(PathBuf),
    /// The folder takes no new file.
    #[error("cannot write in folder {}: {error}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// Anything else, such as a full disk.
    #[error("cannot write {}: {error}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        error: io::Error,
    },
}

/// Replaces the content `expected` of the file at `path` by `new`, in one step.
///
/// A symbolic link stays and its target is written; mode and, where allowed, owner are kept. When the file does not hold
/// `expected` any more, nothing is written.
pub fn replace_file(path: &Path, expected: &[u8], new: &[u8]) -> Result<(), WriteError> {
    replace_with(path, expected, |file| file.write_all(new))
}

/// Makes a folder and those above it, if they are not there.
pub fn create_folder(path: &Path) -> Result<(), WriteError> {
    fs::create_dir_all(path).map_err(|error| WriteError::Folder { folder: path.to_owned(), error })
}

/// Creates the file at `path` with the content `new`, in one step; its folder must exist and the file must not.
pub fn create_file(path: &Path, new: &[u8]) -> Result<(), WriteError> {
    if fs::symlink_metadata(path).is_ok() {
        return Err(WriteError::Exists(path.to_owned()));
    }
    let folder = folder_of(path);
    let mut temporary = temporary_in(folder)?;
    let fail = |error| WriteError::Io { path: path.to_owned(), error };
    temporary.as_file_mut().write_all(new).map_err(fail)?;
    allow_readers(temporary.as_file()).map_err(fail)?;
    temporary.as_file().sync_all().map_err(fail)?;
    temporary.persist_noclobber(path).map_err(|failed| {
        if failed.error.kind() == io::ErrorKind::AlreadyExists {
            return WriteError::Exists(path.to_owned());
        }
        fail(failed.error)
    })?;
    sync_folder(folder);
    Ok(())
}

fn replace_with(
    path: &Path,
    expected: &[u8],
    write: impl FnOnce(&mut File) -> io::Result<()>,
) -> Result<(), WriteError> {
    let fail = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => WriteError::Missing(path.to_owned()),
        _ => WriteError::Io { path: path.to_owned(), error },
    };
    let target = fs::canonicalize(path).map_err(fail)?;
    let metadata = fs::metadata(&target).map_err(fail)?;
    if !metadata.is_file() {
        return Err(WriteError::NotAFile(path.to_owned()));
    }
    if metadata.permissions().readonly() {
        return Err(WriteError::ReadOnly(path.to_owned()));
    }
    let folder = folder_of(&target);
    let mut temporary = temporary_in(folder)?;
    write(temporary.as_file_mut()).map_err(fail)?;
    keep_owner(temporary.as_file(), &metadata);
    // Changing the owner clears some bits of the mode, so the mode comes second.
    temporary.as_file().set_permissions(metadata.permissions()).map_err(fail)?;
    temporary.as_file().sync_all().map_err(fail)?;
    // Compared as late as possible: what another program saves before this line is not lost.
    if fs::read(&target).map_err(fail)? != expected {
        return Err(WriteError::Changed(path.to_owned()));
    }
    temporary.persist(&target).map_err(|failed| fail(failed.error))?;
    sync_folder(folder);
    Ok(())
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// A file beside the one to replace, so that renaming stays on one disk; it vanishes unless it is kept.
fn temporary_in(folder: &Path) -> Result<NamedTempFile, WriteError> {
    tempfile::Builder::new()
        .prefix(".asyncshift-")
        .suffix(".tmp")
        .tempfile_in(folder)
        .map_err(|error| WriteError::Folder { folder: folder.to_owned(), error })
}

#[cfg(unix)]
fn keep_owner(file: &File, metadata: &Metadata) {
    use std::os::unix::fs::{MetadataExt, fchown};
    // Only a privileged user can give a file away; for everyone else it already has the right owner.
    let _ = fchown(file, Some(metadata.uid()), Some(metadata.gid()));
}

#[cfg(not(unix))]
fn keep_owner(_file: &File, _metadata: &Metadata) {}

/// Temporary files are private; a new source file has the mode that version control gives it.
#[cfg(unix)]
fn allow_readers(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn allow_readers(_file: &File) -> io::Result<()> {
    Ok(())
}

/// Makes the renaming last; some systems cannot, and the content is safe either way.
fn sync_folder(folder: &Path) {
    if let Ok(handle) = File::open(folder) {
        let _ = handle.sync_all();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::{self, Write};
    use std::path::Path;

    use crate::io::write::replace_with;
    use crate::io::{WriteError, create_file, replace_file};

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<_> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn replaces_and_leaves_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").unwrap();
        replace_file(&path, b"old", b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["a.py"]);
    }

    #[test]
    fn refuses_what_changed_in_the_meantime() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "theirs").unwrap();
        let error = replace_file(&path, b"old", b"new").unwrap_err();
        assert!(error.to_string().starts_with("file changed since it was read: "));
        assert_eq!(fs::read(&path).unwrap(), b"theirs");
        assert_eq!(names(folder.path()), ["a.py"]);
    }

    #[test]
    fn missing_files_and_folders_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let gone = replace_file(&folder.path().join("a.py"), b"", b"x").unwrap_err();
        assert!(matches!(gone, WriteError::Missing(_)));
        let not_a_file = replace_file(folder.path(), b"", b"x").unwrap_err();
        assert!(matches!(not_a_file, WriteError::NotAFile(_)));
        let no_folder = create_file(&folder.path().join("no/a.py"), b"").unwrap_err();
        assert!(matches!(no_folder, WriteError::Folder { .. }));
    }

    #[test]
    fn creates_only_what_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        create_file(&path, b"new").unwrap();
        assert!(matches!(create_file(&path, b"again").unwrap_err(), WriteError::Exists(_)));
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(folder.path()), ["a.py"]);
    }

    #[test]
    fn disk_that_fills_up_leaves_the_old_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").unwrap();
        let error = replace_with(&path, b"old", |file| {
            file.write_all(b"ne")?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert!(matches!(error, WriteError::Io { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(folder.path()), ["a.py"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn full_device_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").unwrap();
        let error = replace_with(&path, b"old", |_| fs::write("/dev/full", "new")).unwrap_err();
        let message = error.to_string();
        assert!(message.contains("a.py") && message.contains("No space left"), "{message}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[cfg(unix)]
    #[test]
    fn mode_and_symbolic_link_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("target.py");
        let link = folder.path().join("link.py");
        fs::write(&target, "old").unwrap();
        fs::set_permissions(&target, fs::Permissions::from_mode(0o750)).unwrap();
        symlink("target.py", &link).unwrap();
        replace_file(&link, b"old", b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&target).unwrap(), b"new");
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o7777, 0o750);
    }

    #[cfg(unix)]
    #[test]
    fn read_only_file_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert!(matches!(replace_file(&path, b"old", b"new").unwrap_err(), WriteError::ReadOnly(_)));
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[cfg(unix)]
    #[test]
    fn read_only_folder_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.py");
        fs::write(&path, "old").unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
        let binds_us = fs::write(folder.path().join("probe"), "").is_err();
        if binds_us {
            assert!(matches!(replace_file(&path, b"old", b"new").unwrap_err(), WriteError::Folder { .. }));
        } else {
            println!("skipped: this user may write in read-only folders");
        }
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    }
}
