//! Runs with a cache print what runs without one print, whatever happened to the files or to the cache in between.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

use tempfile::TempDir;

/// A project and a cache beside it.
struct Project {
    top: TempDir,
}

const FILES: [(&str, &str); 5] = [
    ("pyproject.toml", "[project]\nname = \"shop\"\nrequires-python = \">=3.9\"\n"),
    ("shop/__init__.py", ""),
    (
        "shop/store.py",
        "import time\n\n\ndef load(key):\n    \"\"\"Loads.\"\"\"\n    time.sleep(1)\n    return key\n\n\ndef save(key):\n    return open(key).read()\n",
    ),
    (
        "shop/api.py",
        "import asyncio\n\nfrom shop.store import load, save\n\n\nasync def get(request):\n    return load(request)\n\n\nasync def put(request):\n    await asyncio.sleep(1)\n    return save(request)\n",
    ),
    ("shop/other.py", "from shop.api import get\n\n\nasync def other():\n    return await get(1)\n"),
];

impl Project {
    fn new() -> Self {
        let project = Self { top: tempfile::tempdir().unwrap() };
        for (path, text) in FILES {
            project.write(path, text);
        }
        project
    }

    fn path(&self, name: &str) -> PathBuf {
        self.top.path().join("project").join(name)
    }

    fn cache(&self) -> PathBuf {
        self.top.path().join("cache")
    }

    fn write(&self, name: &str, text: &str) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn edit(&self, name: &str, old: &str, new: &str) {
        let text = fs::read_to_string(self.path(name)).unwrap();
        assert!(text.contains(old), "{name} has no {old:?}");
        self.write(name, &text.replacen(old, new, 1));
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_asyncshift"));
        command.arg("lint").args(arguments).current_dir(self.path("")).env("NO_COLOR", "1");
        command.env_remove("ASYNCSHIFT_CACHE_DIR");
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).arg("--cache-dir").arg(self.cache()).output().unwrap()
    }

    /// Runs with a cache, twice, and without one; what all of them print.
    fn check(&self, arguments: &[&str]) -> String {
        let plain = self.command(arguments).arg("--no-cache").output().unwrap();
        for round in 1..=2 {
            let cached = self.run(arguments);
            assert_same(&cached, &plain, &format!("{arguments:?}, round {round}"));
        }
        String::from_utf8(plain.stdout).unwrap()
    }

    /// The cache's files.
    fn entries(&self) -> Vec<PathBuf> {
        let folder = fs::read_dir(self.cache()).unwrap().next().unwrap().unwrap().path();
        let mut found: Vec<PathBuf> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "bin"))
            .collect();
        found.sort();
        found
    }
}

fn assert_same(left: &Output, right: &Output, what: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(text(&left.stdout), text(&right.stdout), "{what}");
    assert_eq!(text(&left.stderr), text(&right.stderr), "{what}");
    assert_eq!(left.status.code(), right.status.code(), "{what}");
}

const ALL: [&str; 4] = ["--select", "ALL", "--format", "json"];

#[test]
fn nothing_changed() {
    let project = Project::new();
    for format in ["full", "concise", "json"] {
        let report = project.check(&["--format", format]);
        assert!(report.contains("time.sleep"), "{report}");
    }
}

#[test]
fn edits_in_turn() {
    let project = Project::new();
    let mut reports = vec![project.check(&ALL)];
    let edits: [(&str, &str, &str); 10] = [
        ("shop/store.py", "import time\n", "# A comment.\nimport time\n"),
        ("shop/store.py", "\"\"\"Loads.\"\"\"", "\"\"\"Loads\n\n    slowly.\"\"\""),
        ("shop/store.py", "    time.sleep(1)\n", "    time.sleep(1)  # noqa: AS101\n"),
        ("shop/store.py", "  # noqa: AS101", ""),
        ("shop/store.py", "time.sleep(1)", "key.wait()"),
        ("shop/api.py", "import asyncio\n", "import asyncio\n\n\ndef added():\n    return load(2)\n"),
        ("shop/api.py", "await asyncio.sleep(1)", "added()"),
        ("shop/store.py", "key.wait()", "time.sleep(2)"),
        ("shop/store.py", "def load(key):", "def load(key:"),
        ("shop/store.py", "def load(key:", "def load(key):"),
    ];
    for (file, old, new) in edits {
        project.edit(file, old, new);
        reports.push(project.check(&ALL));
    }
    reports.dedup();
    assert!(reports.len() > 7, "the edits change what is found");
}

#[test]
fn files_come_and_go() {
    let project = Project::new();
    let before = project.check(&ALL);
    project
        .write("shop/added.py", "from shop.store import load\n\n\nasync def more():\n    return load(3)\n");
    let after = project.check(&ALL);
    assert!(after.contains("added.py") && !before.contains("added.py"));
    fs::rename(project.path("shop/added.py"), project.path("shop/renamed.py")).unwrap();
    let renamed = project.check(&ALL);
    assert!(renamed.contains("renamed.py") && !renamed.contains("added.py"));
    fs::remove_file(project.path("shop/renamed.py")).unwrap();
    assert_eq!(project.check(&ALL), before);
    fs::write(project.path("shop/broken.py"), b"x = '\xFF'\n").unwrap();
    assert!(project.check(&ALL).contains("broken.py"));
}

#[test]
fn same_size_and_time_do_not_hide_a_change() {
    let project = Project::new();
    let before = project.check(&ALL);
    let path = project.path("shop/store.py");
    let time = fs::metadata(&path).unwrap().modified().unwrap();
    project.edit("shop/store.py", "time.sleep(1)", "time.clock(1)");
    fs::File::options().write(true).open(&path).unwrap().set_modified(time).unwrap();
    let after = project.check(&ALL);
    assert_ne!(before, after);
}

#[test]
fn configuration_rules_and_questions_count() {
    let project = Project::new();
    let before = project.check(&[]);
    assert!(before.contains("AS101"));
    assert!(!project.check(&["--ignore", "AS101"]).contains("AS101"));
    assert!(!project.check(&["shop/other.py"]).contains("api.py:"));
    project.write("asyncshift.toml", "ignore = [\"AS101\"]\n");
    assert!(!project.check(&[]).contains("AS101"));
    project.write("asyncshift.toml", "rules = [\"own.toml\"]\n");
    let rule = |blocks: &str| {
        format!(
            "[library]\nname = \"own\"\nmodules = [\"own\"]\n\n[[function]]\nname = \"own.wait\"\nblocking = \"{blocks}\"\n"
        )
    };
    project.write(
        "shop/store.py",
        "import own\n\n\ndef load(key):\n    own.wait()\n\n\ndef save(key):\n    pass\n",
    );
    project.write("own.toml", &rule("network"));
    let network = project.check(&[]);
    project.write("own.toml", &rule("database"));
    let database = project.check(&[]);
    assert_ne!(network, database);
}

#[test]
fn a_cache_that_is_broken_is_an_empty_one() {
    let project = Project::new();
    project.check(&ALL);
    let entries = project.entries();
    assert!(entries.len() >= 3, "{entries:?}");
    for path in &entries {
        let whole = fs::read(path).unwrap();
        let mut flipped = whole.clone();
        let middle = flipped.len() / 2;
        flipped[middle] ^= 0x40;
        for broken in [&whole[..whole.len() / 2], &b""[..], &flipped, b"something else"] {
            fs::write(path, broken).unwrap();
            project.edit("shop/other.py", "\n", "\n#\n");
            project.check(&ALL);
        }
        fs::remove_file(path).unwrap_or_default();
        project.check(&ALL);
    }
    fs::remove_dir_all(project.cache()).unwrap();
    project.check(&ALL);
    // Something that is no folder is in the way.
    fs::remove_dir_all(project.cache()).unwrap();
    fs::write(project.cache(), "").unwrap();
    project.check(&ALL);
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_no_error() {
    use std::os::unix::fs::PermissionsExt;
    let project = Project::new();
    fs::create_dir(project.cache()).unwrap();
    fs::set_permissions(project.cache(), fs::Permissions::from_mode(0o555)).unwrap();
    project.check(&ALL);
    fs::set_permissions(project.cache(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn several_runs_at_once() {
    let project = Project::new();
    let plain = project.command(&ALL).arg("--no-cache").output().unwrap();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    assert_same(&project.run(&ALL), &plain, "at once");
                }
            });
        }
    });
    let left = fs::read_dir(project.entries()[0].parent().unwrap()).unwrap();
    let names: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    assert!(names.iter().all(|name| !name.to_string_lossy().ends_with(".tmp")), "{names:?}");
}

#[test]
fn a_killed_run_does_no_harm() {
    let project = Project::new();
    let plain = project.command(&ALL).arg("--no-cache").output().unwrap();
    for wait in 0..12 {
        let mut child = project
            .command(&ALL)
            .arg("--cache-dir")
            .arg(project.cache())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        thread::sleep(Duration::from_millis(3 * wait));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_same(&project.run(&ALL), &plain, "after a run that was killed");
    }
}

#[test]
fn a_small_project_has_a_cache_only_where_one_is_named() {
    let project = Project::new();
    project.command(&[]).output().unwrap();
    assert!(!project.path(".asyncshift_cache").exists());
    project.command(&[]).env("ASYNCSHIFT_CACHE_DIR", project.cache()).output().unwrap();
    assert!(!project.entries().is_empty());
    project.write("asyncshift.toml", "cache-dir = \"kept\"\n");
    project.command(&[]).output().unwrap();
    assert!(project.path("kept").is_dir());
}

#[test]
fn a_large_project_has_one_that_keeps_itself_out_of_everything() {
    let project = Project::new();
    for number in 0..120 {
        project.write(&format!("shop/part{number}.py"), &format!("def f{number}():\n    return {number}\n"));
    }
    let first = project.command(&ALL).output().unwrap();
    let folder = project.path(".asyncshift_cache");
    assert_eq!(fs::read_to_string(folder.join(".gitignore")).unwrap(), "*\n");
    let tag = fs::read_to_string(folder.join("CACHEDIR.TAG")).unwrap();
    assert!(tag.starts_with("Signature: 8a477f597d28d172789f06886806bc55"));
    assert_same(&project.command(&ALL).output().unwrap(), &first, "with the cache");
    for jobs in ["1", "2", "4"] {
        project.edit("shop/part7.py", "def", "# moved\ndef");
        let plain = project.command(&ALL).arg("--no-cache").output().unwrap();
        let cached = project.command(&ALL).args(["--jobs", jobs]).output().unwrap();
        assert_same(&cached, &plain, jobs);
    }
    assert!(is_bounded(&folder));
}

/// Old entries go.
fn is_bounded(folder: &Path) -> bool {
    fs::read_dir(folder).unwrap().count() < 20
}
