//! The folder in which the program was started, and files that a user names for its output.

use std::env;
use std::fs;
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use crate::io::write::{WriteError, create_file, replace_file};

/// The folder that relative paths start from.
pub fn current_dir() -> io::Result<PathBuf> {
    fs::canonicalize(env::current_dir()?)
}

/// The cache folder that the environment names.
pub fn cache_variable() -> Option<PathBuf> {
    env::var_os("ASYNCSHIFT_CACHE_DIR").filter(|folder| !folder.is_empty()).map(PathBuf::from)
}

/// The name of a patch that a folder holds, the first by name; a folder that is not there holds none.
pub fn find_patches(folder: &Path) -> io::Result<Option<String>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let mut first: Option<String> = None;
    for entry in entries {
        let name = entry?.file_name().to_string_lossy().into_owned();
        let is_patch = Path::new(&name).extension().is_some_and(|extension| extension == "patch");
        if is_patch && first.as_ref().is_none_or(|first| name < *first) {
            first = Some(name);
        }
    }
    Ok(first)
}

/// The lines of a file, as they are asked for.
pub fn open_lines(path: &Path) -> io::Result<Box<dyn BufRead>> {
    Ok(Box::new(BufReader::new(fs::File::open(path)?)))
}

/// Makes `content` the whole content of the file at `path`, which may be new; a pipe or a device is written to.
pub fn write_output(path: &Path, content: &[u8]) -> Result<(), WriteError> {
    let is_stream = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir());
    if is_stream {
        let file = fs::OpenOptions::new().write(true).open(path);
        let written = file.and_then(|mut file| file.write_all(content));
        return written.map_err(|error| WriteError::Io { path: path.to_owned(), error });
    }
    match fs::read(path) {
        Ok(old) => replace_file(path, &old, content),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create_file(path, content),
        Err(error) => Err(WriteError::Io { path: path.to_owned(), error }),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::io::write_output;

    #[test]
    fn writes_new_and_old_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.json");
        for content in ["{}", "[]"] {
            write_output(&path, content.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), content);
        }
        assert!(write_output(&folder.path().join("missing/out"), b"").is_err());
        assert!(write_output(folder.path(), b"").is_err());
    }

    #[cfg(unix)]
    #[test]
    fn devices_are_written_to() {
        write_output("/dev/null".as_ref(), b"{}").unwrap();
    }
}
