//! The folder at which a project starts.

use std::path::{Path, PathBuf};

use ignore::gitignore::Gitignore;

/// What stands in a folder that a Python project, and its imports, start from.
pub(crate) const PROJECT_FILES: [&str; 4] = ["pyproject.toml", "setup.py", "setup.cfg", "asyncshift.toml"];

/// The nearest folder, from `path` upwards, with a project file or a git repository; without one, `path` or its folder.
///
/// A repository that ignores `path` is not its project: what was unpacked or generated inside a
/// checkout stands for itself.
pub(crate) fn project_root(path: &Path) -> PathBuf {
    let start = if path.is_dir() { path } else { path.parent().unwrap_or(path) };
    let is_root = |folder: &&Path| is_marked(folder);
    match start.ancestors().find(is_root) {
        Some(root) if is_ignored(start) && !is_ignored(root) => start.to_owned(),
        root => root.unwrap_or(start).to_owned(),
    }
}

/// The top of the git repository in which `folder` is.
pub fn repository_top(folder: &Path) -> Option<&Path> {
    folder.ancestors().find(|ancestor| ancestor.join(".git").exists())
}

fn has_project_file(folder: &Path) -> bool {
    PROJECT_FILES.iter().any(|name| folder.join(name).is_file())
}

/// Whether a folder has what marks the start of a project.
pub(crate) fn is_marked(folder: &Path) -> bool {
    has_project_file(folder) || folder.join(".git").exists()
}

/// Whether the git repository around `folder` ignores it or a folder around it.
fn is_ignored(folder: &Path) -> bool {
    let Some(repository) = repository_top(folder) else { return false };
    folder.ancestors().take_while(|ancestor| ancestor.starts_with(repository)).any(|ancestor| {
        let file = ancestor.join(".gitignore");
        file.is_file() && Gitignore::new(file).0.matched_path_or_any_parents(folder, true).is_ignore()
    })
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
    fn ignored_folder_is_no_part_of_the_repository() {
        let top = tempfile::tempdir().unwrap();
        let inner = top.path().join("out/case");
        fs::create_dir_all(&inner).unwrap();
        fs::create_dir(top.path().join(".git")).unwrap();
        fs::write(top.path().join(".gitignore"), "/out\n").unwrap();
        assert_eq!(project_root(&inner), inner);
        fs::write(top.path().join("pyproject.toml"), "").unwrap();
        assert_eq!(project_root(&inner), inner);
        fs::write(top.path().join("out/setup.py"), "").unwrap();
        assert_eq!(project_root(&inner), top.path().join("out"));
        assert_eq!(project_root(top.path()), top.path());
    }

    #[test]
    fn inner_folders_are_dropped() {
        let folders = ["/b", "/a/c", "/a", "/ab"].map(PathBuf::from).to_vec();
        assert_eq!(outermost(folders), ["/a", "/ab", "/b"].map(PathBuf::from));
    }
}
