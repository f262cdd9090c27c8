//! The name under which Python imports a file.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// Where imports start.
pub(crate) struct SourceRoots {
    /// The folders, each with what it takes to believe in it.
    roots: Vec<(PathBuf, Trust)>,
}

/// How sure it is that a folder is on the import path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Trust {
    /// The configuration says so, or the folder is called `src`: names are paths from there, with or without `__init__.py`.
    Full,
    /// A project starts there: names are paths from there, unless packages below say that they start deeper.
    Guess,
}

/// A name and what it hangs on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ModuleName {
    /// The dotted name.
    pub(crate) module: String,
    /// The other dotted name it may have, when it is not sure where imports start.
    pub(crate) alternative: Option<String>,
    /// The folder that `module` is relative to.
    pub(crate) package_root: PathBuf,
}

/// Which folders are packages; asks the disk once for each.
#[derive(Default)]
pub(crate) struct Packages {
    known: HashMap<PathBuf, bool>,
}

impl SourceRoots {
    pub(crate) fn new(roots: Vec<(PathBuf, Trust)>) -> Self {
        Self { roots }
    }

    /// The deepest root above `file`.
    fn nearest(&self, file: &Path) -> Option<&(PathBuf, Trust)> {
        self.roots
            .iter()
            .filter(|(root, _)| file.starts_with(root))
            .max_by_key(|(root, trust)| (root.components().count(), *trust == Trust::Full))
    }
}

impl Packages {
    fn is_package(&mut self, folder: &Path) -> bool {
        if let Some(&known) = self.known.get(folder) {
            return known;
        }
        let found = ["__init__.py", "__init__.pyi"].iter().any(|name| folder.join(name).is_file());
        self.known.insert(folder.to_owned(), found);
        found
    }

    /// The first folder above `folder`, itself included, that is no package.
    fn top(&mut self, folder: &Path) -> PathBuf {
        let mut top = folder;
        while self.is_package(top) {
            let Some(parent) = top.parent() else { break };
            top = parent;
        }
        top.to_owned()
    }
}

/// The name of `file`, which lies under one of `roots`.
pub(crate) fn module_name(file: &Path, roots: &SourceRoots, packages: &mut Packages) -> ModuleName {
    let folder = file.parent().unwrap_or(file);
    let nearest = roots.nearest(file);
    let mut inner = folder;
    // A folder without `__init__.py` inside a package is a portion of it (PEP 420).
    while let (Some((root, _)), Some(parent)) = (nearest, inner.parent())
        && inner != root
        && !packages.is_package(inner)
    {
        inner = parent;
    }
    let is_portion = inner != folder && nearest.is_some_and(|(root, _)| inner != root);
    let top = packages.top(if is_portion { inner } else { folder });
    let Some((root, trust)) = nearest else {
        return ModuleName { module: dotted(file, &top), alternative: None, package_root: top };
    };
    let in_package = top != folder;
    let by_root = ModuleName { module: dotted(file, root), alternative: None, package_root: root.clone() };
    if !in_package || top == *root {
        return by_root;
    }
    let by_package = ModuleName { module: dotted(file, &top), alternative: None, package_root: top };
    let (first, second) = match trust {
        Trust::Full => (by_root, by_package),
        Trust::Guess => (by_package, by_root),
    };
    ModuleName { alternative: Some(second.module), ..first }
}

/// The path of `file` below `base` with dots; a package is named by its folder.
fn dotted(file: &Path, base: &Path) -> String {
    let stem = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let folders = file.parent().and_then(|folder| folder.strip_prefix(base).ok()).unwrap_or(Path::new(""));
    let mut parts: Vec<String> =
        folders.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
    if stem != "__init__" || parts.is_empty() {
        parts.push(stem);
    }
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::io::module_name::{Packages, SourceRoots, Trust, module_name};

    fn check(files: &[&str], roots: &[(&str, Trust)], file: &str, expected: (&str, Option<&str>, &str)) {
        let top = tempfile::tempdir().unwrap();
        for file in files {
            let path = top.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        let roots = roots.iter().map(|(root, trust)| (top.path().join(root), *trust)).collect();
        let found = module_name(&top.path().join(file), &SourceRoots::new(roots), &mut Packages::default());
        let package_root = found.package_root.strip_prefix(top.path()).unwrap();
        assert_eq!((found.module.as_str(), found.alternative.as_deref()), (expected.0, expected.1), "{file}");
        assert_eq!(package_root, Path::new(expected.2), "{file}");
    }

    #[test]
    fn flat_layout() {
        let roots = [("", Trust::Guess)];
        let files = ["pkg/__init__.py", "pkg/sub/__init__.py"];
        check(&files, &roots, "pkg/__init__.py", ("pkg", None, ""));
        check(&files, &roots, "pkg/sub/x.pyi", ("pkg.sub.x", None, ""));
        check(&files, &roots, "pkg/__main__.py", ("pkg.__main__", None, ""));
        check(&files, &roots, "setup.py", ("setup", None, ""));
        check(&files, &roots, "tests/unit/test_x.py", ("tests.unit.test_x", None, ""));
    }

    #[test]
    fn src_layout() {
        let roots = [("", Trust::Guess), ("src", Trust::Full)];
        check(&["src/pkg/__init__.py"], &roots, "src/pkg/x.py", ("pkg.x", None, "src"));
        check(&[], &roots, "src/space/x.py", ("space.x", None, "src"));
        let files = ["src/space/pkg/__init__.py"];
        check(&files, &roots, "src/space/pkg/x.py", ("space.pkg.x", Some("pkg.x"), "src"));
    }

    #[test]
    fn package_below_a_plain_folder_may_start_at_either() {
        let roots = [("", Trust::Guess)];
        let files = ["services/a/app/__init__.py"];
        check(&files, &roots, "services/a/app/x.py", ("app.x", Some("services.a.app.x"), "services/a"));
    }

    #[test]
    fn root_inside_of_a_package() {
        let files = ["pkg/__init__.py", "pkg/sub/__init__.py"];
        check(&files, &[("pkg/sub", Trust::Guess)], "pkg/sub/x.py", ("pkg.sub.x", Some("x"), ""));
        check(&files, &[("pkg", Trust::Full)], "pkg/sub/x.py", ("sub.x", Some("pkg.sub.x"), "pkg"));
    }

    #[test]
    fn init_file_at_the_named_root_keeps_its_name() {
        check(&["__init__.py"], &[("", Trust::Full)], "x/y.py", ("x.y", None, ""));
    }
}
