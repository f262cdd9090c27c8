//! Finds the Python files of the projects that some paths lie in, and names their modules.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::io::module_name::{ModuleName, Packages, SourceRoots, Trust, module_name};
use crate::io::patterns::{PathPatterns, PatternError};
use crate::io::project_root::{outermost, project_root};
use crate::io::source_file::{DiscoverWarning, SourceFile};
use crate::io::unique_names::tell_apart;
use crate::io::walk::{Walked, has_python_name, walk};

/// What to look for, beside the paths.
#[derive(Clone, Copy, Debug)]
pub struct DiscoverOptions<'a> {
    /// The folder that relative paths start from and shown paths are relative to.
    pub current_dir: &'a Path,
    /// The folder that `exclude` and `source_roots` are relative to, usually that of the configuration file; `None` means each
    /// project's root.
    pub settings_dir: Option<&'a Path>,
    /// Patterns of files and folders to leave out.
    pub exclude: &'a [String],
    /// Where imports start; empty means: find out.
    pub source_roots: &'a [String],
}

/// All files of the projects, in the order of their paths.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Discovered {
    /// Roots of the projects; none lies in another.
    pub roots: Vec<PathBuf>,
    /// The files.
    pub files: Vec<SourceFile>,
    /// What else is to be said.
    pub warnings: Vec<DiscoverWarning>,
}

/// Why there is nothing to analyse.
#[derive(Debug, Error)]
pub enum DiscoverError {
    /// A given path does not exist.
    #[error("no such file or directory: {0}")]
    NoSuchPath(String),
    /// A given path is a device, a pipe or the like.
    #[error("not a file or directory: {0}")]
    NotAFile(String),
    /// A given path cannot be read.
    #[error("cannot read {path}: {error}")]
    Unreadable {
        /// The path as given.
        path: String,
        /// What the system said.
        error: io::Error,
    },
    /// An `exclude` pattern cannot be read.
    #[error(transparent)]
    Pattern(#[from] PatternError),
}

/// Finds every Python file of the projects that `paths` lie in.
///
/// Left out are hidden, ignored and excluded files, environments and build folders, but never what is given: a file that is given
/// is taken whatever its name, and a folder that is given is entered.
pub fn discover(paths: &[PathBuf], options: &DiscoverOptions<'_>) -> Result<Discovered, DiscoverError> {
    let current_dir = canonical(options.current_dir, options.current_dir)?;
    let mut given = Vec::new();
    for path in paths {
        let found = canonical(&current_dir.join(path), path)?;
        if !found.is_dir() && !found.is_file() {
            return Err(DiscoverError::NotAFile(path.display().to_string()));
        }
        given.push(found);
    }
    let roots = outermost(given.iter().map(|path| project_root(path)).collect());
    let mut warnings = BTreeSet::new();
    let mut files = Vec::new();
    for root in &roots {
        let settings_dir = match options.settings_dir {
            Some(folder) => canonical(folder, folder)?,
            None => root.clone(),
        };
        let excluded = PathPatterns::new(&settings_dir, options.exclude)?;
        let walked = walk_project(root, &given, &excluded);
        for (path, message) in &walked.failures {
            let path = shown(path, &current_dir);
            warnings.insert(DiscoverWarning::Unreadable { path, message: message.clone() });
        }
        let source_roots = source_roots(root, &settings_dir, &walked, options, &current_dir, &mut warnings);
        let mut packages = Packages::default();
        for path in with_linked_files(walked) {
            let name = module_name(&path, &source_roots, &mut packages);
            let is_selected = given.iter().any(|folder| path.starts_with(folder));
            files.push(source_file(path, name, root, &current_dir, is_selected));
        }
    }
    files.sort_by(|left: &SourceFile, right| left.path.cmp(&right.path));
    tell_apart(&mut files, &mut warnings);
    Ok(Discovered { roots, files, warnings: warnings.into_iter().collect() })
}

fn canonical(path: &Path, given: &Path) -> Result<PathBuf, DiscoverError> {
    fs::canonicalize(path).map_err(|error| {
        let path = given.display().to_string();
        match error.kind() {
            // `a.py/` and `a.py/b` are no paths either.
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => DiscoverError::NoSuchPath(path),
            _ => DiscoverError::Unreadable { path, error },
        }
    })
}

fn walk_project(root: &Path, given: &[PathBuf], excluded: &PathPatterns) -> Walked {
    let mut walked = Walked::default();
    walk(&mut walked, root, excluded);
    for path in given.iter().filter(|path| path.starts_with(root)) {
        if path.is_file() {
            walked.files.insert(path.clone());
        } else if !walked.folders.contains(path) {
            walk(&mut walked, path, excluded);
        }
    }
    walked
}

/// Where imports start in the project at `root`.
fn source_roots(
    root: &Path,
    settings_dir: &Path,
    walked: &Walked,
    options: &DiscoverOptions<'_>,
    current_dir: &Path,
    warnings: &mut BTreeSet<DiscoverWarning>,
) -> SourceRoots {
    let mut roots = vec![(root.to_owned(), Trust::Guess)];
    if options.source_roots.is_empty() {
        for project in walked.projects.iter().map(PathBuf::as_path).chain([root]) {
            let source = project.join("src");
            let is_layout = source.is_dir() && !source.join("__init__.py").exists();
            roots.push((project.to_owned(), Trust::Guess));
            if is_layout {
                roots.push((source, Trust::Full));
            }
        }
    }
    for configured in options.source_roots {
        let path = settings_dir.join(configured);
        match fs::canonicalize(&path) {
            Ok(found) if found.is_dir() => roots.push((found, Trust::Full)),
            Ok(_) | Err(_) => {
                warnings.insert(DiscoverWarning::MissingSourceRoot { path: shown(&path, current_dir) });
            }
        }
    }
    SourceRoots::new(roots)
}

/// The files, and those links whose target is not among them: no file has two names.
fn with_linked_files(walked: Walked) -> BTreeSet<PathBuf> {
    let mut files = walked.files;
    let mut targets = BTreeSet::new();
    let mut linked = Vec::new();
    for link in walked.links {
        let Ok(target) = fs::canonicalize(&link) else { continue };
        let is_new = target.is_file() && !files.contains(&target) && targets.insert(target);
        if is_new {
            linked.push(link);
        }
    }
    files.extend(linked);
    files
}

fn source_file(
    path: PathBuf,
    name: ModuleName,
    root: &Path,
    current_dir: &Path,
    is_selected: bool,
) -> SourceFile {
    SourceFile {
        display: shown(&path, current_dir),
        relative: slashed(path.strip_prefix(root).unwrap_or(&path)),
        unique_name: name.module.clone(),
        module: name.module,
        alternative: name.alternative,
        package_root: name.package_root,
        is_package: path.file_stem().is_some_and(|stem| stem == "__init__"),
        is_stub: has_python_name(&path) && path.extension().is_some_and(|extension| extension == "pyi"),
        is_selected,
        path,
    }
}

fn shown(path: &Path, current_dir: &Path) -> String {
    match path.strip_prefix(current_dir) {
        Ok(relative) if relative.as_os_str().is_empty() => ".".to_owned(),
        Ok(relative) => relative.display().to_string(),
        Err(_) => path.display().to_string(),
    }
}

fn slashed(path: &Path) -> String {
    let parts: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::{Path, PathBuf};

    use crate::io::{DiscoverOptions, Discovered, discover};

    /// Makes `files`, empty or as `name=content`.
    fn make(top: &Path, files: &[&str]) {
        for file in files {
            let (name, content) = file.split_once('=').unwrap_or((file, ""));
            let path = top.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }

    fn find(
        top: &Path,
        paths: &[&str],
        exclude: &[&str],
        source_roots: &[&str],
    ) -> Result<Discovered, String> {
        let to_strings = |items: &[&str]| items.iter().map(|&item| item.to_owned()).collect::<Vec<_>>();
        let (exclude, source_roots) = (to_strings(exclude), to_strings(source_roots));
        let options = DiscoverOptions {
            current_dir: top,
            settings_dir: None,
            exclude: &exclude,
            source_roots: &source_roots,
        };
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        discover(&paths, &options).map_err(|error| error.to_string())
    }

    /// Each file as `path unique_name`, the selected ones with a star.
    fn check(files: &[&str], paths: &[&str], expected: &[&str]) {
        let top = tempfile::tempdir().unwrap();
        make(top.path(), files);
        let found = find(top.path(), paths, &[], &[]).unwrap();
        let lines: Vec<_> = found
            .files
            .iter()
            .map(|file| {
                let star = if file.is_selected { "*" } else { "" };
                format!("{star}{} {}", file.display, file.unique_name)
            })
            .collect();
        assert_eq!(lines, expected);
        assert_eq!(found.warnings, []);
    }

    fn check_warnings(files: &[&str], expected: &[&str]) {
        let top = tempfile::tempdir().unwrap();
        make(top.path(), files);
        let warnings = find(top.path(), &["."], &[], &[]).unwrap().warnings;
        assert_eq!(warnings.iter().map(ToString::to_string).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn whole_project_is_found_from_one_file() {
        check(
            &["pyproject.toml", "src/pkg/__init__.py", "src/pkg/a.py", "src/pkg/a.pyi", "tests/test_a.py"],
            &["src/pkg/a.py"],
            &[
                "src/pkg/__init__.py pkg",
                "*src/pkg/a.py pkg.a",
                "src/pkg/a.pyi pkg.a",
                "tests/test_a.py tests.test_a",
            ],
        );
    }

    #[test]
    fn what_is_generated_installed_or_hidden_is_left_out() {
        check(
            &[
                "a.py",
                "build/b.py",
                "env/pyvenv.cfg",
                "env/lib/c.py",
                "conda/conda-meta/history",
                "conda/d.py",
                ".hidden/e.py",
                "node_modules/f.py",
                "x/__pycache__/g.py",
                "notes.txt",
            ],
            &["."],
            &["*a.py a"],
        );
    }

    #[test]
    fn gitignore_counts_in_a_repository_only() {
        check(&["a.py", "gen.py", ".gitignore=gen.py"], &["."], &["*a.py a", "*gen.py gen"]);
        check(&["a.py", "gen.py", ".gitignore=gen.py", ".git/HEAD"], &["."], &["*a.py a"]);
    }

    #[test]
    fn what_is_given_is_taken() {
        let files = ["setup.py", "gen.py", "build/x.py", "script", ".gitignore=gen.py", ".git/HEAD"];
        check(
            &files,
            &["gen.py", "build", "script"],
            &["*build/x.py build.x", "*gen.py gen", "*script script", "setup.py setup"],
        );
    }

    #[test]
    fn several_projects_at_once() {
        check(
            &["one/setup.py", "one/a.py", "two/setup.py", "two/a.py", "three/b.py"],
            &["two", "one/a.py"],
            &["*one/a.py a", "one/setup.py setup", "*two/a.py a@.", "*two/setup.py setup@."],
        );
    }

    #[test]
    fn projects_within_a_project_start_imports_of_their_own() {
        check(
            &[
                ".git/HEAD",
                "apps/one/setup.py",
                "apps/one/m.py",
                "apps/two/pyproject.toml",
                "apps/two/src/m.py",
            ],
            &["."],
            &["*apps/one/m.py m", "*apps/one/setup.py setup", "*apps/two/src/m.py m@apps/two/src"],
        );
    }

    #[test]
    fn test_folders_and_conftest_need_no_warning() {
        check_warnings(
            &[
                "conftest.py",
                "tests/conftest.py",
                "tests/a/test_x.py",
                "tests/b/test_x.py",
                "a/app/__init__.py",
                "b/app/__init__.py",
                "x.py",
                "x.pyi",
                "src/x.py",
            ],
            &[],
        );
    }

    #[test]
    fn module_beside_a_package_of_its_name_is_hidden_by_it() {
        check_warnings(&["a.py", "a/__init__.py"], &["a/__init__.py and a.py are both module `a`"]);
    }

    #[test]
    fn user_patterns_and_source_roots() {
        let top = tempfile::tempdir().unwrap();
        make(top.path(), &["lib/space/pkg/__init__.py", "lib/gen/x.py", "lib/y_pb2.py"]);
        let found = find(top.path(), &["."], &["gen/", "*_pb2.py"], &["lib", "nowhere"]).unwrap();
        let modules: Vec<_> = found.files.iter().map(|file| file.module.as_str()).collect();
        assert_eq!(modules, ["space.pkg"]);
        assert_eq!(found.warnings[0].to_string(), "source root nowhere is no folder");
        let error = find(top.path(), &["."], &["a["], &[]).unwrap_err();
        assert!(error.starts_with("invalid pattern `a[`: "), "{error}");
    }

    #[test]
    fn missing_path_is_an_error() {
        let top = tempfile::tempdir().unwrap();
        make(top.path(), &["a.py"]);
        for path in ["no/x.py", "a.py/b"] {
            let error = find(top.path(), &["a.py", path], &[], &[]).unwrap_err();
            assert_eq!(error, format!("no such file or directory: {path}"));
        }
    }

    #[cfg(unix)]
    #[test]
    fn links_make_no_loop_and_no_second_name() {
        use std::os::unix::fs::symlink;
        let top = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        make(top.path(), &["pkg/a.py"]);
        make(outside.path(), &["shared.py"]);
        symlink("..", top.path().join("pkg/loop")).unwrap();
        symlink("a.py", top.path().join("pkg/b.py")).unwrap();
        symlink("nowhere.py", top.path().join("pkg/broken.py")).unwrap();
        symlink("self.py", top.path().join("pkg/self.py")).unwrap();
        symlink(outside.path().join("shared.py"), top.path().join("pkg/shared.py")).unwrap();
        let found = find(top.path(), &["."], &[], &[]).unwrap();
        let shown: Vec<_> = found.files.iter().map(|file| file.display.as_str()).collect();
        assert_eq!(shown, ["pkg/a.py", "pkg/shared.py"]);
        assert_eq!(found.warnings, []);
    }
}
