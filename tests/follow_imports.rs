//! `--follow-imports` on a small project and an environment that is made for it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

const SITE: &str = ".venv/lib/python3.12/site-packages";

const APP: &str = "\
import asyncio
from kit import load, Store
from kit.remote import fetch


async def handle(path):
    load(path)
    await fetch(path)
    return await asyncio.to_thread(load, path)


def read(path):
    return load(path)


class Shelf(Store):
    def get(self, name):
        return load(name)
";

/// Paths below site-packages with their texts.
const KIT: [(&str, &str); 5] = [
    ("kit/__init__.py", "from ._files import load\nfrom .store import *\n"),
    (
        "kit/_files.py",
        "import time\n\n\ndef load(path):\n    return _wait(path)\n\n\ndef _wait(path):\n    time.sleep(1)  # noqa\n",
    ),
    (
        "kit/store.py",
        "__all__ = ['Store']\n\n\nclass Store:\n    def get(self, name):\n        return name\n",
    ),
    (
        "kit/remote.py",
        "import time\n\n\nasync def fetch(path):\n    time.sleep(1)\n\n\nasync def own():\n    time.sleep(1)\n",
    ),
    ("kit/unused.py", "import missing_from_everywhere\n"),
];

fn project(app: &str, installed: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "pyproject.toml", "");
    write(folder.path(), "app.py", app);
    write(folder.path(), ".venv/pyvenv.cfg", "home = /nowhere/bin\nversion = 3.12.1\n");
    for (name, text) in installed {
        write(&folder.path().join(SITE), name, text);
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

fn run(folder: &TempDir, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .args(arguments)
        .current_dir(folder.path())
        .env_remove("VIRTUAL_ENV")
        .env_remove("CONDA_PREFIX")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap().replace('\\', "/")
}

/// The findings, each as `place code words`.
fn findings(folder: &TempDir, arguments: &[&str]) -> Vec<String> {
    let output = run(folder, &[&["lint", "--format", "concise"], arguments].concat());
    let text = text(&output.stdout);
    text.lines().filter(|line| line.contains(": AS")).map(str::to_owned).collect()
}

#[test]
fn what_blocks_in_a_package_is_found_where_the_project_calls_it() {
    let folder = project(APP, &KIT);
    assert_eq!(findings(&folder, &[]), [""; 0]);
    assert_eq!(
        findings(&folder, &["--follow-imports"]),
        [
            "app.py:7:5: AS101 `load` blocks the event loop: it reaches `time.sleep` (sleep)",
            "app.py:8:5: AS101 `kit.remote.fetch` blocks the event loop although it is awaited: it reaches `time.sleep` (sleep)",
        ]
    );
}

#[test]
fn chain_shows_the_package_and_the_summary_counts_the_project() {
    let folder = project(APP, &KIT);
    let output = run(&folder, &["lint", "--follow-imports"]);
    let text = text(&output.stdout);
    for expected in [
        ".venv/lib/python3.12/site-packages/kit/_files.py:9:5   time.sleep ",
        "run it on a thread: `await asyncio.to_thread(load, ...)`",
        "Analysed 1 file with 4 of third parties, 3 functions, 5 calls: 100.0% resolved",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert_eq!(self::text(&output.stderr), "");
}

#[test]
fn configuration_asks_for_it_and_a_flag_takes_it_back() {
    let folder = project(APP, &KIT);
    fs::rename(folder.path().join(".venv"), folder.path().join("env")).unwrap();
    fs::create_dir(folder.path().join("inner")).unwrap();
    write(folder.path(), "pyproject.toml", "[tool.asyncshift]\nfollow-imports = true\npython = 'env'\n");
    assert_eq!(findings(&folder, &[]).len(), 2);
    assert_eq!(findings(&folder, &["--no-follow-imports"]).len(), 0);
    assert_eq!(findings(&folder, &["--python", "env/lib/python3.12/site-packages"]).len(), 2);
}

#[test]
fn without_an_environment_it_says_where_it_looked() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "a.py", "import kit\n");
    let output = run(&folder, &["lint", "--follow-imports"]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(message.contains("`.venv` and `venv` are no environments in "), "{message}");
    let output = run(&folder, &["lint", "--python", "x"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("give it with `--follow-imports`"));
    let output = run(&folder, &["graph", "--follow-imports", "--python", "x"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("what `python` names does not exist"));
}

#[test]
fn conversion_offloads_installed_code_and_edits_only_the_project() {
    let folder = project(APP, &KIT);
    let output = run(&folder, &["fix", "--follow-imports", "--verbose"]);
    let diff = text(&output.stdout);
    for expected in [
        "+    await asyncio.to_thread(load, path)\n",
        "+async def async_read(path):\n+    return await asyncio.to_thread(load, path)\n",
    ] {
        assert!(diff.contains(expected), "{expected}\n{diff}");
    }
    assert!(!diff.contains("site-packages"), "{diff}");
    // What the package itself may call stays.
    assert!(!diff.contains("def async_get"), "{diff}");
    assert!(text(&output.stderr).contains("foreign-override"), "{}", text(&output.stderr));
    let output = run(&folder, &["fix", "--follow-imports", "--write"]);
    assert_eq!(output.status.code(), Some(0));
    for (name, before) in KIT {
        assert_eq!(fs::read_to_string(folder.path().join(SITE).join(name)).unwrap(), before);
    }
    let again = run(&folder, &["fix", "--follow-imports"]);
    assert_eq!(text(&again.stdout), "");
}

#[test]
fn graph_draws_what_the_project_reaches() {
    let folder = project(APP, &KIT);
    let whole = text(&run(&folder, &["graph", "--follow-imports"]).stdout);
    assert!(whole.contains("kit._files.load") && !whole.contains("kit._files._wait"), "{whole}");
    let from = text(&run(&folder, &["graph", "--follow-imports", "--from", "read"]).stdout);
    assert!(from.contains("call kit._files._wait"), "{from}");
    let to = text(&run(&folder, &["graph", "--follow-imports", "--to", "time.sleep"]).stdout);
    assert!(to.contains("app.read") && to.contains("kit._files._wait"), "{to}");
    assert!(!to.contains("kit.remote.own"), "nothing of the project reaches it: {to}");
    let json = text(&run(&folder, &["graph", "--follow-imports", "--format", "json"]).stdout);
    let is_flagged =
        |line: &str| line.contains("\"id\":\"kit._files.load\"") && line.contains("\"third_party\":true");
    assert!(json.lines().any(is_flagged), "{json}");
}

#[test]
fn rules_and_settings_win_over_source() {
    let app = "\
import requests
from kit import load


async def handle(url):
    requests.get(url)
    load(url)
";
    let installed = [
        ("requests/__init__.py", "from .api import get\n"),
        ("requests/api.py", "def get(url):\n    return None\n"),
        ("kit/__init__.py", "from ._files import load\n"),
        ("kit/_files.py", "def load(path):\n    return None\n"),
    ];
    let folder = project(app, &installed);
    write(folder.path(), "asyncshift.toml", "follow-imports = true\nblocking = ['kit.load']\n");
    assert_eq!(
        findings(&folder, &[]),
        [
            "app.py:6:5: AS102 `requests.get` blocks the event loop (network)",
            "app.py:7:5: AS109 `kit.load` blocks the event loop (user-defined)",
        ]
    );
}

#[test]
fn names_of_the_project_win_and_broken_files_are_skipped() {
    let app = "\
import time
import kit
import local
import broken
import asyncio


async def handle():
    local.work()
    kit.work()
";
    let blocks = "import time\n\n\ndef work():\n    time.sleep(1)\n";
    let installed = [
        ("local.py", blocks),
        ("kit.py", blocks),
        ("broken.py", "print 'old'\n"),
        ("asyncio.py", "broken (\n"),
    ];
    let folder = project(app, &installed);
    write(folder.path(), "local.py", "def work():\n    return 1\n");
    let output = run(&folder, &["lint", "--follow-imports", "--format", "concise"]);
    let found: Vec<String> =
        text(&output.stdout).lines().filter(|line| line.contains(": AS")).map(str::to_owned).collect();
    assert_eq!(
        found,
        ["app.py:10:5: AS101 `kit.work` blocks the event loop: it reaches `time.sleep` (sleep)"]
    );
    let notes = text(&output.stderr);
    assert!(notes.starts_with("note: did not follow imports into .venv/lib/"), "{notes}");
    assert!(notes.contains("broken.py: line 1: ") && notes.lines().count() == 1, "{notes}");
}

#[test]
fn namespace_packages_may_be_shared_with_the_project() {
    let app = "\
import space.far.deep
from space import near


async def handle():
    space.far.deep.work()
    near.work()
";
    let blocks = "import time\n\n\ndef work():\n    time.sleep(1)\n";
    let installed = [("space/far/__init__.py", ""), ("space/far/deep.py", blocks), ("space/near.py", blocks)];
    let folder = project(app, &installed);
    write(folder.path(), "space/near.py", "def work():\n    return 1\n");
    assert_eq!(findings(&folder, &["--follow-imports"]).len(), 1);
}

#[test]
fn threads_change_nothing() {
    let folder = project(APP, &KIT);
    let report =
        |jobs| text(&run(&folder, &["graph", "--follow-imports", "--format", "json", "--jobs", jobs]).stdout);
    assert_eq!(report("1"), report("2"));
}

#[test]
fn guards_and_callbacks_of_packages_are_nobodys_wait() {
    let app = "\
import kit
import time


def slow():
    time.sleep(1)


def register():
    kit.call(slow)


async def handle():
    kit.count()
    kit.call(print)
";
    let kit = "\
import threading

_lock = threading.Lock()


def count():
    with _lock:
        _lock.acquire()
        return 1


def call(function):
    return function()
";
    let folder = project(app, &[("kit.py", kit)]);
    assert_eq!(findings(&folder, &["--follow-imports"]), [""; 0]);
}

#[test]
fn names_that_source_does_not_show_stay_named() {
    let app = "\
import requests
from requests import get


async def handle(url):
    get(url)
    requests.post(url)
    requests.later(url)
";
    let folder = project(app, &[("requests/__init__.py", "globals().update(get=1, post=2)\n")]);
    assert_eq!(
        findings(&folder, &["--follow-imports"]),
        [
            "app.py:6:5: AS102 `requests.get` blocks the event loop (network)",
            "app.py:7:5: AS102 `requests.post` blocks the event loop (network)",
        ]
    );
}
