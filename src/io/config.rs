//! Finds the configuration file that applies to a path, and reads it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use toml::de::DeTable;

use crate::base::Settings;
use crate::io::config_error::ConfigError;
use crate::io::config_value::ConfigText;
use crate::io::project_root::{is_marked, project_root};
use crate::io::settings_table::{lowest_version, read_settings};

/// The file that holds nothing but our configuration.
const OWN_FILE: &str = "asyncshift.toml";
/// The file in which our configuration is one table.
const PROJECT_FILE: &str = "pyproject.toml";

/// Settings and where they come from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// The file they were read from, if there is one; paths and patterns in it are relative to its folder.
    pub path: Option<PathBuf>,
    /// What it says, or the defaults.
    pub settings: Settings,
}

/// Reads the nearest configuration upwards from `start`, a file or folder that exists.
///
/// In one folder `asyncshift.toml` comes before `pyproject.toml`, and a `pyproject.toml` without `[tool.asyncshift]` holds no
/// configuration. Without a `target-version`, the lower bound of the nearest `requires-python` of its project counts.
pub fn find_configuration(start: &Path) -> Result<Configuration, ConfigError> {
    let start = fs::canonicalize(start).map_err(|error| ConfigError::Io { path: start.to_owned(), error })?;
    let mut configuration = Configuration::default();
    let mut required = None;
    let root = project_root(&start);
    let has_project = is_marked(&root);
    for folder in start.ancestors() {
        let own = folder.join(OWN_FILE);
        if configuration.path.is_none() && own.is_file() {
            configuration = read_configuration(&own)?;
        }
        let project = folder.join(PROJECT_FILE);
        if project.is_file() {
            let content = match read_project_file(&project) {
                Ok(content) => content,
                // Once the configuration is known, a broken file further up is someone else's.
                Err(_) if configuration.path.is_some() => break,
                Err(error) => return Err(error),
            };
            // Code that belongs to no project is not bound by what a project above it promises.
            if has_project || folder.starts_with(&root) {
                required = required.or(content.required);
            }
            if let (None, Some(settings)) = (&configuration.path, content.settings) {
                configuration = Configuration { path: Some(project), settings };
            }
        }
        if configuration.path.is_some() && required.is_some() {
            break;
        }
    }
    configuration.settings.target_version = configuration.settings.target_version.or(required);
    Ok(configuration)
}

/// Reads the configuration file at `path`, whatever its name; only a `pyproject.toml` holds it in `[tool.asyncshift]`.
pub fn read_configuration(path: &Path) -> Result<Configuration, ConfigError> {
    let is_project_file = path.file_name().is_some_and(|name| name == PROJECT_FILE);
    let settings = if is_project_file {
        let content = read_project_file(path)?;
        let mut settings = content.settings.unwrap_or_default();
        settings.target_version = settings.target_version.or(content.required);
        settings
    } else {
        let text = read_text(path)?;
        let file = ConfigText::new(path, &text);
        let table = parse(&file, &text)?;
        read_settings(&file, &file.root(&table))?
    };
    Ok(Configuration { path: Some(path.to_owned()), settings })
}

/// What we read from a `pyproject.toml`.
struct ProjectFile {
    settings: Option<Settings>,
    required: Option<(u8, u8)>,
}

fn read_project_file(path: &Path) -> Result<ProjectFile, ConfigError> {
    let text = read_text(path)?;
    let file = ConfigText::new(path, &text);
    let table = parse(&file, &text)?;
    // What other tools put in the file is not ours to judge, so only our own table is checked.
    let own = match file.root(&table).get("tool") {
        Some(tools) => tools.table()?.get("asyncshift"),
        None => None,
    };
    let settings = match own {
        Some(own) => Some(read_settings(&file, &own.table()?)?),
        None => None,
    };
    let required = table
        .get("project")
        .and_then(|project| project.get_ref().get("requires-python"))
        .and_then(|value| value.get_ref().as_str())
        .and_then(lowest_version);
    Ok(ProjectFile { settings, required })
}

fn read_text(path: &Path) -> Result<String, ConfigError> {
    let fail = |error| ConfigError::Io { path: path.to_owned(), error };
    let bytes = fs::read(path).map_err(fail)?;
    let text = String::from_utf8(bytes)
        .map_err(|error| fail(io::Error::new(io::ErrorKind::InvalidData, error.utf8_error())))?;
    Ok(text)
}

fn parse<'a>(file: &ConfigText<'_>, text: &'a str) -> Result<DeTable<'a>, ConfigError> {
    let table = DeTable::parse(text).map_err(|error| ConfigError::Syntax {
        path: file.path.to_owned(),
        line: error.span().map_or(1, |span| file.line(span.start)),
        message: error.message().replace('\n', ", "),
    })?;
    Ok(table.into_inner())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::base::{
        Affix, ConversionMode, ConversionSettings, Leaf, LeafKind, Level, NamingSettings, OffloadPolicy,
        Scope, Selection, Settings,
    };
    use crate::io::{Configuration, find_configuration, read_configuration};

    fn read(text: &str) -> Result<Settings, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("asyncshift.toml");
        fs::write(&path, text).unwrap();
        let prefix = format!("{}:", path.display());
        let found = read_configuration(&path).map(|configuration| configuration.settings);
        found.map_err(|error| error.to_string().replace(&prefix, ""))
    }

    fn check_error(text: &str, message: &str) {
        assert_eq!(read(text), Err(message.to_owned()));
    }

    #[test]
    fn every_key_is_read() {
        let settings = read(
            r#"
            select = ["A"]
            extend-select = ["B1"]
            ignore = ["B2"]
            exclude = ["gen/"]
            src = ["lib"]
            target-version = "py310"
            rules = ["my-rules/"]
            blocking = ["a.b"]
            not-blocking = ["c.d"]
            jobs = 3
            follow-imports = true
            python = ".venv"
            fail-on = "warning"
            baseline = "known.txt"
            cache-dir = ".kept"
            scope = "all"
            levels = { AS2 = "error", AS1 = "note" }
            naming.prefix = "a"
            naming.allow = ["main", "on_*"]
            prefer = { http = "x" }
            [per-file-ignores]
            "tests/*" = ["A"]
            [fix]
            mode = "in-place"
            closed-world = true
            offload = "never"
            unsafe-fixes = true
            disk = true
            [[leaf]]
            kind = "with"
            call = "self._pool.acquire"
            async = "self._pool.async_acquire"
            "#,
        )
        .unwrap();
        let expected = Settings {
            selection: Selection {
                select: Some(vec!["A".to_owned()]),
                extend_select: vec!["B1".to_owned()],
                ignore: vec!["B2".to_owned()],
            },
            naming: NamingSettings {
                affix: Affix::Prefix("a".to_owned()),
                is_chosen: true,
                allow: vec!["main".to_owned(), "on_*".to_owned()],
            },
            target_version: Some((3, 10)),
            exclude: vec!["gen/".to_owned()],
            source_roots: vec!["lib".to_owned()],
            rules: vec!["my-rules/".into()],
            blocking: vec!["a.b".to_owned()],
            not_blocking: vec!["c.d".to_owned()],
            levels: vec![("AS2".to_owned(), Level::Error), ("AS1".to_owned(), Level::Note)],
            fail_on: Level::Warning,
            baseline: Some("known.txt".into()),
            scope: Scope::All,
            prefer: [("http".to_owned(), "x".to_owned())].into(),
            per_file_ignores: [("tests/*".to_owned(), vec!["A".to_owned()])].into(),
            leaves: vec![Leaf {
                kind: LeafKind::With,
                call: "self._pool.acquire".to_owned(),
                replacement: "self._pool.async_acquire".to_owned(),
            }],
            conversion: ConversionSettings {
                mode: ConversionMode::InPlace,
                closed_world: true,
                offload: OffloadPolicy::Never,
                unsafe_fixes: true,
                disk: true,
            },
            follow_imports: true,
            python: Some(".venv".into()),
            jobs: Some(3),
            cache_dir: Some(".kept".into()),
        };
        assert_eq!(settings, expected);
    }

    #[test]
    fn empty_file_means_defaults() {
        assert_eq!(read(""), Ok(Settings::default()));
    }

    #[test]
    fn an_affix_is_a_prefix_or_a_suffix_or_nothing() {
        let naming = |text: &str| {
            let naming = read(text).unwrap().naming;
            (naming.affix, naming.is_chosen)
        };
        let suffix = Affix::Suffix("_async".to_owned());
        assert_eq!(naming("naming.allow = ['x']"), (Affix::default(), false));
        assert_eq!(naming("naming.prefix = 'async_'"), (Affix::default(), true));
        assert_eq!(naming("naming.suffix = '_async'"), (suffix.clone(), true));
        assert_eq!(naming("naming.prefix = ''\nnaming.suffix = '_async'"), (suffix, true));
        assert_eq!(naming("naming.prefix = ''"), (Affix::None, true));
        assert_eq!(naming("naming.prefix = ''\nnaming.suffix = ''"), (Affix::None, true));
        check_error(
            "naming.prefix = 'a'\nnaming.suffix = '_async'\n",
            "2: `naming.suffix` must be empty beside a prefix, not `_async`",
        );
        check_error(
            "naming.suffix = '-x'\n",
            "1: `naming.suffix` must be the end of a Python name, not `-x`",
        );
    }

    #[test]
    fn unknown_keys_are_named_with_the_nearest() {
        check_error("\nselct = []\n", "2: unknown key `selct`; did you mean `select`?");
        check_error("not_blocking = []\n", "1: unknown key `not_blocking`; did you mean `not-blocking`?");
        check_error("[naming]\nprefx = 'a'\n", "2: unknown key `naming.prefx`; did you mean `prefix`?");
        check_error("tool.asyncshift.jobs = 1\n", "1: unknown key `tool`");
    }

    #[test]
    fn wrong_types_and_values_are_named_with_their_line() {
        check_error("ignore = 'A'\n", "1: `ignore` must be an array of strings, not a string");
        check_error("ignore = [\n'A',\n1]\n", "3: `ignore` must be an array of strings, not an integer");
        check_error("naming = 1\n", "1: `naming` must be a table, not an integer");
        check_error("jobs = 0\n", "1: `jobs` must be a positive integer, not `0`");
        check_error("jobs = -1\n", "1: `jobs` must be a positive integer, not `-1`");
        check_error("follow-imports = 'yes'\n", "1: `follow-imports` must be true or false, not a string");
        check_error("environment = ''\n", "1: `environment` must be a string that is not empty, not ``");
        check_error(
            "python = 'a'\nenvironment = 'b'\n",
            "2: `python` is set twice, as `environment` means the same",
        );
        check_error(
            "fail-on = 'never'\n",
            "1: `fail-on` must be \"note\", \"warning\" or \"error\", not `never`",
        );
        check_error("[levels]\nAS1 = 2\n", "2: `levels.AS1` must be a string, not an integer");
        check_error("fix.disk = 1\n", "1: `fix.disk` must be true or false, not an integer");
        check_error(
            "[fix]\nmode = 'twins'\n",
            "2: `fix.mode` must be \"wrapper\", \"in-place\" or \"twin\", not `twins`",
        );
        check_error(
            "[fix]\nclosed-word = true\n",
            "2: unknown key `fix.closed-word`; did you mean `closed-world`?",
        );
        check_error("scope = 'both'\n", "1: `scope` must be \"loop\" or \"all\", not `both`");
        check_error("jobs = true\n", "1: `jobs` must be a positive integer, not a boolean");
        check_error(
            "naming.prefix = '1a'\n",
            "1: `naming.prefix` must be the beginning of a Python name, not `1a`",
        );
        check_error(
            "src = []\nsource-roots = []\n",
            "2: `source-roots` is set twice, as `src` means the same",
        );
        for version in ["2.7", "3", "3.9.1", "py27", "py3x", "3.900"] {
            let expected = "a Python version such as \"3.9\" or \"py39\"";
            check_error(
                &format!("target-version = '{version}'"),
                &format!("1: `target-version` must be {expected}, not `{version}`"),
            );
        }
    }

    #[test]
    fn leaves_are_checked() {
        check_error("[[leaf]]\nkind = 'with'\ncall = 'f'\n", "1: `leaf` needs the key `async`");
        check_error(
            "[[leaf]]\nkind = 'wait'\n",
            "2: `leaf.kind` must be \"await\", \"with\" or \"for\", not `wait`",
        );
        check_error("[leaf]\nkind = 'with'\n", "1: `leaf` must be an array of tables, not a table");
        check_error(
            "[[leaf]]\nkind='for'\ncall=''\n",
            "3: `leaf.call` must be a string that is not empty, not ``",
        );
    }

    #[test]
    fn broken_toml_is_named_with_its_line() {
        let message = read("jobs = 1\nselect = [\n").unwrap_err();
        assert!(message.starts_with("2: ") || message.starts_with("3: "), "{message}");
        assert!(!message.contains('\n'), "{message}");
    }

    #[test]
    fn nearest_file_wins_and_our_own_comes_first() {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join("a/b");
        fs::create_dir_all(&folder).unwrap();
        let found = |start: &str| {
            let Configuration { path, settings } = find_configuration(&top.path().join(start)).unwrap();
            let name = path.map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
            (name, settings.jobs, settings.target_version)
        };
        let own = Some("asyncshift.toml".to_owned());
        let project = Some("pyproject.toml".to_owned());
        fs::write(top.path().join("asyncshift.toml"), "jobs = 1").unwrap();
        fs::write(top.path().join("a/pyproject.toml"), "[project]\nrequires-python = '>=3.9'\n[tool.x]\n")
            .unwrap();
        assert_eq!(found("a/b"), (own.clone(), Some(1), Some((3, 9))));
        fs::write(folder.join("pyproject.toml"), "[tool.asyncshift]\njobs = 2").unwrap();
        assert_eq!(found("a/b/pyproject.toml"), (project, Some(2), Some((3, 9))));
        fs::write(folder.join("asyncshift.toml"), "jobs = 3\ntarget-version = '3.12'").unwrap();
        assert_eq!(found("a/b"), (own, Some(3), Some((3, 12))));
    }

    #[test]
    fn errors_in_our_table_of_a_project_file_are_named() {
        let top = tempfile::tempdir().unwrap();
        let path = top.path().join("pyproject.toml");
        fs::write(&path, "[tool.other]\nx = 1\n[tool.asyncshift]\njob = 1\n").unwrap();
        let message = find_configuration(top.path()).unwrap_err().to_string();
        assert!(
            message.ends_with("pyproject.toml:4: unknown key `tool.asyncshift.job`; did you mean `jobs`?"),
            "{message}"
        );
    }
}
