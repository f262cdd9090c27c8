//! Finds the Python environment whose packages a project imports.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::io::search_path::{SearchPath, search_path_at, search_path_of, version_in};

/// Where imports of a project find installed packages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Environment {
    /// The folder by which it was found.
    pub root: PathBuf,
    pub(crate) path: SearchPath,
}

/// Why there is no environment.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EnvironmentError {
    /// None is named and none is found.
    #[error(
        "found no Python environment to follow imports into: VIRTUAL_ENV and CONDA_PREFIX are not set, and `.venv` and \
         `venv` are no environments in {}, or above; name one with `--python PATH`",
        folders.join(", ")
    )]
    NotFound {
        /// Where `.venv` and `venv` were looked for.
        folders: Vec<String>,
    },
    /// What is named does not exist.
    #[error("{named} does not exist: {}", path.display())]
    Missing {
        /// What names it.
        named: NamedBy,
        /// The path.
        path: PathBuf,
    },
    /// What is named is something else.
    #[error("{named} is neither a Python environment nor a folder of packages: {}", path.display())]
    NotAnEnvironment {
        /// What names it.
        named: NamedBy,
        /// The path.
        path: PathBuf,
    },
}

/// What names an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NamedBy {
    /// The command line or the configuration.
    Setting,
    /// This variable of the process's environment.
    Variable(&'static str),
}

impl std::fmt::Display for NamedBy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Setting => f.write_str("what `python` names"),
            Self::Variable(name) => write!(f, "what {name} names"),
        }
    }
}

/// The environment at `named` (an interpreter, an environment, or a folder of packages), or else the active one, or
/// else `.venv` or `venv` in the first of `folders`, or above it, that has one; then in the next.
///
/// The base environment of conda is active for everybody who has conda, so it comes last.
pub fn find_environment(named: Option<&Path>, folders: &[&Path]) -> Result<Environment, EnvironmentError> {
    find(named, folders, &|name| env::var_os(name))
}

fn find(
    named: Option<&Path>,
    folders: &[&Path],
    variable: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Environment, EnvironmentError> {
    if let Some(path) = named {
        return named_environment(path, NamedBy::Setting);
    }
    let active = |name: &'static str| variable(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    if let Some(path) = active(VIRTUAL_ENV) {
        return named_environment(&path, NamedBy::Variable(VIRTUAL_ENV));
    }
    let conda = active(CONDA_PREFIX);
    let is_base = active(CONDA_DEFAULT_ENV).is_some_and(|name| name == Path::new("base"));
    if let Some(path) = conda.as_ref().filter(|_| !is_base) {
        return named_environment(path, NamedBy::Variable(CONDA_PREFIX));
    }
    for folder in folders.iter().flat_map(|folder| folder.ancestors()) {
        for name in ENVIRONMENT_FOLDERS {
            let root = folder.join(name);
            if is_marked(&root)
                && let Some(path) = search_path_of(&root, None)
            {
                return Ok(Environment { root, path });
            }
        }
    }
    if let Some(path) = conda {
        return named_environment(&path, NamedBy::Variable(CONDA_PREFIX));
    }
    let mut shown: Vec<String> = Vec::new();
    for folder in folders {
        let folder = folder.display().to_string();
        if !shown.contains(&folder) {
            shown.push(folder);
        }
    }
    Err(EnvironmentError::NotFound { folders: shown })
}

const VIRTUAL_ENV: &str = "VIRTUAL_ENV";
const CONDA_PREFIX: &str = "CONDA_PREFIX";
const CONDA_DEFAULT_ENV: &str = "CONDA_DEFAULT_ENV";
const ENVIRONMENT_FOLDERS: [&str; 2] = [".venv", "venv"];

/// Whether a folder says that it is an environment; a package may be called `venv` as well.
fn is_marked(root: &Path) -> bool {
    root.join("pyvenv.cfg").is_file() || root.join("conda-meta").is_dir()
}

fn named_environment(path: &Path, named: NamedBy) -> Result<Environment, EnvironmentError> {
    let fail = || EnvironmentError::NotAnEnvironment { named, path: path.to_owned() };
    let metadata =
        fs::metadata(path).map_err(|_| EnvironmentError::Missing { named, path: path.to_owned() })?;
    if metadata.is_dir() {
        let found = search_path_of(path, None).or_else(|| search_path_at(path)).ok_or_else(fail)?;
        return Ok(Environment { root: path.to_owned(), path: found });
    }
    // An environment's interpreter is a link to another one, so the path as given comes first.
    let real = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let version = [path, &real].iter().find_map(|path| version_in(path.file_name()?.to_str()?));
    for interpreter in [path, &real] {
        let folder = interpreter.parent().unwrap_or(interpreter);
        let roots = folder.parent().into_iter().chain([folder]);
        for root in roots {
            // The version of the interpreter chooses where several share a folder; an environment has one only.
            let version = version.filter(|_| !is_marked(root));
            if let Some(found) = search_path_of(root, version) {
                return Ok(Environment { root: root.to_owned(), path: found });
            }
        }
    }
    Err(fail())
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;
    use std::fs;
    use std::path::Path;

    use crate::io::environment::find;

    fn make_environment(root: &Path, mark: &str) {
        fs::create_dir_all(root.join("lib/python3.12/site-packages")).unwrap();
        fs::create_dir_all(root.join("bin")).unwrap();
        fs::write(root.join("bin/python"), "").unwrap();
        if mark == "conda-meta" {
            fs::create_dir(root.join(mark)).unwrap();
        } else {
            fs::write(root.join(mark), "version = 3.12.1\n").unwrap();
        }
    }

    /// The root that is found, or what is wrong, with the names of temporary folders cut out.
    fn found(top: &Path, named: Option<&str>, variables: &[(&str, &str)]) -> String {
        let named = named.map(|path| top.join(path));
        let variable = |name: &str| {
            let value = variables.iter().find(|(known, _)| *known == name)?.1;
            let is_path = name != "CONDA_DEFAULT_ENV" && !value.is_empty();
            Some(if is_path { top.join(value).into_os_string() } else { OsString::from(value) })
        };
        let folder = top.join("project/src");
        let text = match find(named.as_deref(), &[&folder], &variable) {
            Ok(environment) => environment.root.display().to_string(),
            Err(error) => error.to_string(),
        };
        text.replace(&format!("{}/", top.display()), "")
    }

    #[test]
    fn order_is_named_active_beside() {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir_all(top.path().join("project/src")).unwrap();
        for (root, mark) in [
            ("named", "pyvenv.cfg"),
            ("active", "pyvenv.cfg"),
            ("conda", "conda-meta"),
            ("venv", "pyvenv.cfg"),
        ] {
            make_environment(&top.path().join(root), mark);
        }
        let active = ("VIRTUAL_ENV", "active");
        let conda = ("CONDA_PREFIX", "conda");
        assert_eq!(found(top.path(), Some("named"), &[active]), "named");
        assert_eq!(found(top.path(), None, &[active, conda]), "active");
        assert_eq!(found(top.path(), None, &[("VIRTUAL_ENV", ""), conda]), "conda");
        assert_eq!(found(top.path(), None, &[conda, ("CONDA_DEFAULT_ENV", "base")]), "venv");
        make_environment(&top.path().join("project/.venv"), "pyvenv.cfg");
        // A package of that name is no environment.
        fs::create_dir_all(top.path().join("project/src/venv/lib")).unwrap();
        assert_eq!(found(top.path(), None, &[]), "project/.venv");
    }

    #[test]
    fn interpreter_and_folder_of_packages_may_be_named() {
        let top = tempfile::tempdir().unwrap();
        make_environment(&top.path().join("env"), "pyvenv.cfg");
        assert_eq!(found(top.path(), Some("env/bin/python"), &[]), "env");
        let site = "env/lib/python3.12/site-packages";
        assert_eq!(found(top.path(), Some(site), &[]), site);
    }

    #[test]
    fn what_is_missing_is_said() {
        let top = tempfile::tempdir().unwrap();
        fs::create_dir_all(top.path().join("empty")).unwrap();
        fs::write(top.path().join("notes.txt"), "").unwrap();
        assert_eq!(found(top.path(), Some("gone"), &[]), "what `python` names does not exist: gone");
        let message =
            "what VIRTUAL_ENV names is neither a Python environment nor a folder of packages: empty";
        assert_eq!(found(top.path(), None, &[("VIRTUAL_ENV", "empty")]), message);
        assert!(found(top.path(), Some("notes.txt"), &[]).ends_with("packages: notes.txt"));
        let message = found(top.path(), None, &[]);
        assert!(message.contains("no environments in project/src, or above"), "{message}");
    }
}
