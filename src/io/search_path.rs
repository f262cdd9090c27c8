//! The folders of an environment that imports search.

use std::fs;
use std::path::{Path, PathBuf};

/// Where an environment has its packages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SearchPath {
    /// Folders, in the order in which imports look into them.
    pub(crate) folders: Vec<PathBuf>,
    /// Lines of `.pth` files that Python would run; they are not.
    pub(crate) code: Vec<PathCode>,
}

/// A line of code in a `.pth` file (<https://docs.python.org/3/library/site.html>).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathCode {
    /// The file.
    pub(crate) file: PathBuf,
    /// The line.
    pub(crate) line: String,
}

/// The search path of an environment or of an installation of Python; `None` where there is neither.
///
/// `version` is that of an interpreter that was named; otherwise the newest counts.
pub(crate) fn search_path_of(root: &Path, version: Option<&str>) -> Option<SearchPath> {
    let (mut sites, found) = sites(root, version);
    if sites.is_empty() {
        return None;
    }
    if let Some(base) = system_base(root) {
        let version = version.map(str::to_owned).or(found);
        // `home` is the folder of the interpreter: `bin`, or on Windows the installation itself.
        for prefix in base.parent().into_iter().chain([base.as_path()]) {
            sites.extend(self::sites(prefix, version.as_deref()).0);
        }
    }
    Some(with_path_files(sites))
}

/// The search path of a folder that itself holds packages, as `pip install --target` makes it.
pub(crate) fn search_path_at(folder: &Path) -> Option<SearchPath> {
    let holds_source = |folder: &Path| has_entry(folder, is_source);
    let is_site = folder.file_name().is_some_and(|name| name == "site-packages" || name == "dist-packages");
    let has_packages = has_entry(folder, |path| {
        is_source(path)
            || path.extension().is_some_and(|extension| extension == "dist-info")
            || (path.is_dir() && holds_source(path))
    });
    (is_site || has_packages).then(|| with_path_files(vec![folder.to_owned()]))
}

/// The version in the name of an interpreter or of its library folder: `3.12` of `python3.12`.
pub(crate) fn version_in(name: &str) -> Option<&str> {
    let name = name.strip_suffix(".exe").unwrap_or(name);
    let version = ["python", "pypy"].iter().find_map(|kind| name.strip_prefix(kind))?;
    version_key(version).map(|_| version)
}

/// Folders of installed packages below `root`, and the version that they belong to.
fn sites(root: &Path, version: Option<&str>) -> (Vec<PathBuf>, Option<String>) {
    let mut sites = Vec::new();
    let mut found = None;
    for library in ["local/lib", "lib", "lib64"] {
        let library = root.join(library);
        let chosen = versions(&library)
            .into_iter()
            .filter(|(_, folder)| version.is_none_or(|version| version_of(folder) == Some(version)))
            .max();
        if let Some((_, folder)) = chosen {
            found = found.or_else(|| version_of(&folder).map(str::to_owned));
            sites.extend(["site-packages", "dist-packages"].iter().map(|name| folder.join(name)));
        }
        // Debian's packages stand in a folder that all versions share.
        sites.push(library.join("python3/dist-packages"));
    }
    sites.push(root.join("Lib/site-packages"));
    sites.push(root.join("site-packages"));
    sites.retain(|site| site.is_dir());
    (sites, found)
}

fn version_of(folder: &Path) -> Option<&str> {
    folder.file_name().and_then(|name| name.to_str()).and_then(version_in)
}

/// Folders such as `python3.12` that hold installed packages, each with what it is ordered by.
fn versions(library: &Path) -> Vec<((u32, u32), PathBuf)> {
    let Ok(entries) = fs::read_dir(library) else { return Vec::new() };
    entries
        .filter_map(|entry| {
            let folder = entry.ok()?.path();
            let key = version_key(version_of(&folder)?)?;
            let has_packages =
                ["site-packages", "dist-packages"].iter().any(|name| folder.join(name).is_dir());
            has_packages.then_some((key, folder))
        })
        .collect()
}

/// `3.12`, or `3.13t` of a build without the global lock.
fn version_key(version: &str) -> Option<(u32, u32)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.trim_end_matches('t').parse().ok()?))
}

/// The folder of the interpreter that an environment is made from, when its packages are to be seen as well.
fn system_base(root: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(root.join("pyvenv.cfg")).ok()?;
    let value = |key: &str| {
        text.lines().filter_map(|line| line.split_once('=')).find(|(found, _)| found.trim() == key)
    };
    let (_, includes) = value("include-system-site-packages")?;
    let (_, home) = value("home")?;
    includes.trim().eq_ignore_ascii_case("true").then(|| PathBuf::from(home.trim()))
}

/// The folders, each once, and behind each those that its `.pth` files add.
fn with_path_files(sites: Vec<PathBuf>) -> SearchPath {
    let mut path = SearchPath::default();
    let mut seen = Vec::new();
    for site in sites {
        if !add(&mut path, &mut seen, site.clone()) {
            continue;
        }
        for file in path_files(&site) {
            let Ok(bytes) = fs::read(&file) else { continue };
            let text = String::from_utf8_lossy(&bytes);
            for line in text.trim_start_matches('\u{feff}').lines().map(str::trim_end) {
                if line.starts_with("import ") || line.starts_with("import\t") {
                    path.code.push(PathCode { file: file.clone(), line: line.to_owned() });
                } else if !line.trim().is_empty() && !line.starts_with('#') {
                    add(&mut path, &mut seen, site.join(line));
                }
            }
        }
    }
    path
}

/// Adds a folder unless it is there, perhaps by another way to it.
fn add(path: &mut SearchPath, seen: &mut Vec<PathBuf>, folder: PathBuf) -> bool {
    let Ok(real) = fs::canonicalize(&folder) else { return false };
    let is_new = real.is_dir() && !seen.contains(&real);
    if is_new {
        seen.push(real);
        path.folders.push(folder);
    }
    is_new
}

fn path_files(site: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(site) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let mut files: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "pth"))
        .filter(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')))
        .collect();
    files.sort();
    files
}

fn has_entry(folder: &Path, is_wanted: impl Fn(&Path) -> bool) -> bool {
    fs::read_dir(folder)
        .is_ok_and(|entries| entries.filter_map(Result::ok).any(|entry| is_wanted(&entry.path())))
}

fn is_source(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "py" || extension == "pyi")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use crate::io::search_path::{SearchPath, search_path_at, search_path_of, version_in};

    /// Makes `files`, empty or as `name=content`; a name that ends with a slash is a folder.
    fn make(top: &Path, files: &[&str]) {
        for file in files {
            let (name, content) = file.split_once('=').unwrap_or((file, ""));
            let path = top.join(name);
            if name.ends_with('/') {
                fs::create_dir_all(path).unwrap();
            } else {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(path, content).unwrap();
            }
        }
    }

    fn shown(top: &Path, path: Option<SearchPath>) -> Vec<String> {
        let folders = path.map(|path| path.folders).unwrap_or_default();
        let relative = |path: &Path| path.strip_prefix(top).unwrap_or(path).display().to_string();
        folders.iter().map(|folder| relative(folder)).collect()
    }

    fn check(files: &[&str], version: Option<&str>, expected: &[&str]) {
        let top = tempfile::tempdir().unwrap();
        make(top.path(), files);
        assert_eq!(shown(top.path(), search_path_of(top.path(), version)), expected, "{files:?}");
    }

    #[test]
    fn newest_version_counts_unless_one_is_asked_for() {
        let files =
            ["lib/python3.9/site-packages/", "lib/python3.12/site-packages/", "lib/python3.13/lib-dynload/"];
        check(&files, None, &["lib/python3.12/site-packages"]);
        check(&files, Some("3.9"), &["lib/python3.9/site-packages"]);
        check(&files, Some("3.14"), &[]);
    }

    #[test]
    fn layouts_of_other_systems() {
        check(&["Lib/site-packages/"], None, &["Lib/site-packages"]);
        check(
            &["lib/pypy3.10/site-packages/", "lib64/python3.9/site-packages/"],
            None,
            &["lib/pypy3.10/site-packages", "lib64/python3.9/site-packages"],
        );
        check(
            &["local/lib/python3.13/dist-packages/", "lib/python3/dist-packages/"],
            Some("3.13"),
            &["local/lib/python3.13/dist-packages", "lib/python3/dist-packages"],
        );
        check(&["lib/site.py"], None, &[]);
    }

    #[test]
    fn system_packages_are_included_when_the_environment_says_so() {
        let top = tempfile::tempdir().unwrap();
        let base = top.path().join("base");
        for (answer, expected) in [("true", 2), ("false", 1)] {
            let config = format!(
                "pyvenv.cfg=home = {}/bin\ninclude-system-site-packages = {answer}\n",
                base.display()
            );
            make(top.path(), &["lib/python3.12/site-packages/", &config]);
            make(&base, &["lib/python3.11/site-packages/", "lib/python3.12/site-packages/"]);
            let found = shown(top.path(), search_path_of(top.path(), None));
            let all = ["lib/python3.12/site-packages", "base/lib/python3.12/site-packages"];
            assert_eq!(found, all[..expected]);
        }
    }

    #[test]
    fn path_files_add_folders_and_run_nothing() {
        let top = tempfile::tempdir().unwrap();
        make(
            top.path(),
            &[
                "site-packages/b.pth=# editable\n../src\r\n\nmissing\nimport b_finder; b_finder.install()\n",
                "site-packages/a.pth=../lib\n.\n",
                "site-packages/.hidden.pth=../hidden\n",
                "src/x.py",
                "lib/y.py",
                "hidden/z.py",
            ],
        );
        let path = search_path_at(&top.path().join("site-packages")).unwrap();
        let code: Vec<_> = path.code.iter().map(|code| code.line.clone()).collect();
        assert_eq!(code, ["import b_finder; b_finder.install()"]);
        let expected = ["site-packages", "site-packages/../lib", "site-packages/../src"];
        assert_eq!(shown(top.path(), Some(path)), expected);
    }

    #[test]
    fn folder_of_packages_is_told_by_what_is_in_it() {
        for (files, expected) in [
            (["one.py"].as_slice(), true),
            (&["pkg/__init__.py"], true),
            (&["x-1.0.dist-info/METADATA"], true),
            (&["docs/a.txt"], false),
        ] {
            let top = tempfile::tempdir().unwrap();
            make(top.path(), files);
            assert_eq!(search_path_at(top.path()).is_some(), expected, "{files:?}");
        }
    }

    #[test]
    fn versions_are_read_from_names() {
        for (name, expected) in [
            ("python3.12", Some("3.12")),
            ("pypy3.10", Some("3.10")),
            ("python3.13t", Some("3.13t")),
            ("python3.11.exe", Some("3.11")),
            ("python3", None),
            ("pythonw.exe", None),
        ] {
            assert_eq!(version_in(name), expected, "{name}");
        }
    }
}
