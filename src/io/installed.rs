//! Finds the source of installed modules by their dotted names, as Python's import system would.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::io::environment::Environment;
use crate::io::source_file::SourceFile;

/// Modules of an environment; each is looked for once.
pub struct Installed<'a> {
    environment: &'a Environment,
    current_dir: &'a Path,
    known: HashMap<String, Option<Entry>>,
}

/// What a dotted name leads to.
#[derive(Clone, Debug)]
enum Entry {
    /// A file.
    Module(PathBuf),
    /// A folder with an `__init__`.
    Package { folder: PathBuf, init: PathBuf },
    /// Folders without one (PEP 420).
    Namespace(Vec<PathBuf>),
}

impl<'a> Installed<'a> {
    /// The modules of `environment`; paths are shown relative to `current_dir`.
    pub fn new(environment: &'a Environment, current_dir: &'a Path) -> Self {
        Self { environment, current_dir, known: HashMap::new() }
    }

    /// Whether there is a package or module of this name, with source or without.
    pub fn has(&mut self, dotted: &str) -> bool {
        self.entry(dotted).is_some()
    }

    /// Whether the name is that of folders without an `__init__`, to which others may add.
    pub fn is_namespace(&mut self, dotted: &str) -> bool {
        matches!(self.entry(dotted), Some(Entry::Namespace(_)))
    }

    /// The source of a module, if it has any: `.py`, or a stub where there is nothing else to read.
    pub fn source(&mut self, dotted: &str) -> Option<SourceFile> {
        let (path, is_package) = match self.entry(dotted)? {
            Entry::Module(path) => (path, false),
            Entry::Package { init, .. } => (init, true),
            Entry::Namespace(_) => return None,
        };
        let up = dotted.split('.').count() + usize::from(is_package);
        let package_root = path.ancestors().nth(up).unwrap_or(&path).to_owned();
        let display = path.strip_prefix(self.current_dir).unwrap_or(&path).display().to_string();
        let relative = path.strip_prefix(&package_root).unwrap_or(&path);
        let parts: Vec<_> =
            relative.components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect();
        Some(SourceFile {
            display,
            relative: parts.join("/"),
            module: dotted.to_owned(),
            alternative: None,
            unique_name: dotted.to_owned(),
            package_root,
            is_package,
            is_stub: path.extension().is_some_and(|extension| extension == "pyi"),
            is_selected: false,
            path,
        })
    }

    /// The `.pth` file whose code, which is not run, seems to make a package importable.
    pub fn hidden_by(&self, root: &str) -> Option<&Path> {
        let plain = |text: &str| text.to_lowercase().replace(['-', '.'], "_");
        let root = plain(root);
        self.environment
            .path
            .code
            .iter()
            .find(|code| {
                let name = code.file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
                let text = plain(&format!("{name} {}", code.line));
                // Other code of this kind changes how Python starts.
                text.contains("editable") && text.contains(&root)
            })
            .map(|code| code.file.as_path())
    }

    fn entry(&mut self, dotted: &str) -> Option<Entry> {
        if let Some(known) = self.known.get(dotted) {
            return known.clone();
        }
        let found = match dotted.rsplit_once('.') {
            None => look_in(&self.environment.path.folders, dotted),
            Some((parent, name)) => match self.entry(parent) {
                Some(Entry::Package { folder, .. }) => look_in(&[folder], name),
                Some(Entry::Namespace(folders)) => look_in(&folders, name),
                Some(Entry::Module(_)) | None => None,
            },
        };
        self.known.insert(dotted.to_owned(), found.clone());
        found
    }
}

/// The first folder that has the name decides; folders without an `__init__` count only when none does.
fn look_in(folders: &[PathBuf], name: &str) -> Option<Entry> {
    let mut portions = Vec::new();
    for parent in folders {
        let folder = parent.join(name);
        let is_folder = folder.is_dir();
        let file = |path: PathBuf| path.is_file().then_some(path);
        let init = |name: &str| if is_folder { file(folder.join(name)) } else { None };
        if let Some(init) = init("__init__.py") {
            return Some(Entry::Package { folder, init });
        }
        if let Some(path) = file(parent.join(format!("{name}.py"))) {
            return Some(Entry::Module(path));
        }
        // Only compiled code can stand behind a stub that is alone.
        if let Some(init) = init("__init__.pyi") {
            return Some(Entry::Package { folder, init });
        }
        if let Some(path) = file(parent.join(format!("{name}.pyi"))) {
            return Some(Entry::Module(path));
        }
        if is_folder {
            portions.push(folder);
        }
    }
    (!portions.is_empty()).then_some(Entry::Namespace(portions))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::io::environment::find_environment;
    use crate::io::installed::Installed;

    fn check(files: &[&str], expected: &[(&str, Option<&str>)]) {
        let top = tempfile::tempdir().unwrap();
        let site = top.path().join("lib/python3.12/site-packages");
        fs::create_dir_all(&site).unwrap();
        for file in files {
            let (name, content) = file.split_once('=').unwrap_or((file, ""));
            let path = site.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        let environment = find_environment(Some(top.path()), &[]).unwrap();
        let mut installed = Installed::new(&environment, &site);
        for (name, path) in expected {
            let found = installed.source(name).map(|file| file.display);
            assert_eq!(found.as_deref(), *path, "{name}");
        }
    }

    #[test]
    fn packages_modules_and_namespaces() {
        check(
            &[
                "pkg/__init__.py",
                "pkg/sub.py",
                "one.py",
                "space/part/__init__.py",
                "both.py",
                "both/__init__.py",
            ],
            &[
                ("pkg", Some("pkg/__init__.py")),
                ("pkg.sub", Some("pkg/sub.py")),
                ("pkg.none", None),
                ("one", Some("one.py")),
                ("one.sub", None),
                ("space", None),
                ("space.part", Some("space/part/__init__.py")),
                ("both", Some("both/__init__.py")),
            ],
        );
    }

    #[test]
    fn stubs_count_where_nothing_else_stands() {
        check(
            &["a.py", "a.pyi", "fast.pyi", "fast.cpython-312.so", "b-stubs/__init__.pyi", "c.so"],
            &[("a", Some("a.py")), ("fast", Some("fast.pyi")), ("b", None), ("c", None)],
        );
    }

    #[test]
    fn package_beside_a_path_file_is_found() {
        let top = tempfile::tempdir().unwrap();
        let site = top.path().join("Lib/site-packages");
        fs::create_dir_all(&site).unwrap();
        fs::create_dir_all(top.path().join("work/src/tool")).unwrap();
        fs::write(top.path().join("work/src/tool/__init__.py"), "").unwrap();
        fs::write(site.join("tool.pth"), "../../work/src\n").unwrap();
        fs::write(site.join("__editable__.my_kit-1.0.pth"), "import __editable___my_kit_finder\n").unwrap();
        let environment = find_environment(Some(top.path()), &[]).unwrap();
        let mut installed = Installed::new(&environment, Path::new("/"));
        assert_eq!(installed.source("tool").map(|file| file.relative).as_deref(), Some("tool/__init__.py"));
        assert!(
            installed.hidden_by("my_kit").is_some_and(|file| file.ends_with("__editable__.my_kit-1.0.pth"))
        );
        assert_eq!(installed.hidden_by("other"), None);
    }
}
