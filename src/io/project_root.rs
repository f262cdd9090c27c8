//! The folder at which a project starts.

use std::path::{Path, PathBuf};

/// What stands in a folder that a Python project, and its imports, start from.
pub(crate) const PROJECT_FILES: [&str; 4] = ["pyproject.toml", "setup.py", "setup.cfg", "asyncshift.toml"];

/// The nearest folder, from `path` upwards, with a project file or a git repository; without one, `path` or its folder.
pub(crate) fn project_root(path: &Path) -> PathBuf {
    let start = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let is_root = |folder: &&Path| {
        PROJECT_FILES.iter().any(|name| folder.join(name).is_file()) || folder.join(".git").exists()
    };
    start.ancestors().find(is_root).unwrap_or(start).to_owned()
}

/// `folders` in order, without those that lie in another one.
pub(crate) fn outermost(mut folders: Vec<PathBuf>) -> Vec<PathBuf> {
    folders.sort();
    let mut kept: Vec<PathBuf> = Vec::new();
    for folder in folders {
        if !kept.iter().any(|outer| folder.starts_with(outer)) {
            kept.push(folder);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::PathBuf;

    use crate::io::project_root::{outermost, project_root};

    #[test]
    fn nearest_marker_wins_and_else_the_folder_itself() {
        let top = tempfile::tempdir().unwrap();
        let inner = top.path().join("a/b");
        fs::create_dir_all(&inner).unwrap();
        fs::write(inner.join("x.py"), "").unwrap();
        assert_eq!(project_root(&inner), inner);
        assert_eq!(project_root(&inner.join("x.py")), inner);
        fs::create_dir(top.path().join(".git")).unwrap();
        assert_eq!(project_root(&inner), top.path());
        fs::write(top.path().join("a/setup.cfg"), "").unwrap();
        assert_eq!(project_root(&inner.join("x.py")), top.path().join("a"));
    }

    #[test]
    fn inner_folders_are_dropped() {
        let folders = ["/b", "/a/c", "/a", "/ab"].map(PathBuf::from).to_vec();
        assert_eq!(outermost(folders), ["/a", "/ab", "/b"].map(PathBuf::from));
    }
}
