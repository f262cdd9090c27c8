//! `fix` in parts: plans, targets, series of patches that `git am` takes, questions, and verification on a copy.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

const STORE: &str = "\
import time


def load(name):
    time.sleep(0.01)
    return name.upper()


def again(count):
    if count == 0:
        return load('end')
    return other(count)


def other(count):
    time.sleep(0.01)
    return again(count - 1)
";
const APP: &str = "\
import store


def main():
    return store.load('x') + store.again(2)


class Base:
    def run(self):
        return store.load('base')


class Late(Base):
    def run(self):
        return 'late'
";
const SERVICE: &str = "\
from app import main


async def serve():
    return main()
";
const TEST: &str = "\
import asyncio

import app
import service
import store

assert store.load('a') == 'A'
assert store.again(1) == 'END'
assert app.main() == 'XEND'
assert app.Base().run() + app.Late().run() == 'BASElate'
assert asyncio.run(service.serve()) == 'XEND'
";

fn write(folder: &Path, files: &[(&str, &str)]) {
    fs::write(folder.join("pyproject.toml"), "").unwrap();
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[("store.py", STORE), ("app.py", APP), ("service.py", SERVICE), ("test_all.py", TEST)],
    );
    folder
}

fn fix(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .arg("fix")
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn git(folder: &Path, arguments: &[&str]) -> Output {
    let identity = ["-c", "user.name=Tester", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false"];
    let output = Command::new("git")
        .args(identity)
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("there is a git");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output
}

fn python(folder: &Path) -> Option<Output> {
    let mut command = Command::new("python3");
    command.args(["-W", "error", "test_all.py"]).env("PYTHONDONTWRITEBYTECODE", "1");
    command.current_dir(folder).output().ok()
}

fn assert_green(folder: &Path, after: &str) {
    let Some(output) = python(folder) else { return };
    assert!(output.status.success(), "after {after}: {}", text(&output.stderr));
}

fn plan(folder: &Path, arguments: &[&str]) -> Value {
    let output = fix(folder, &[&["--plan", "--format", "json"], arguments].concat());
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Names of the functions of all units, those of a unit joined by a plus sign.
fn units(plan: &Value) -> Vec<String> {
    let names = |list: &Value| -> Vec<String> {
        list.as_array().unwrap().iter().map(|place| place["name"].as_str().unwrap().to_owned()).collect()
    };
    let units = plan["units"].as_array().unwrap();
    units.iter().map(|unit| [names(&unit["convert"]), names(&unit["edit"])].concat().join("+")).collect()
}

#[test]
fn units_are_cycles_and_families_and_need_only_earlier_ones() {
    let folder = project();
    let found = plan(folder.path(), &[]);
    let mut sorted = units(&found);
    sorted.sort();
    assert_eq!(
        sorted,
        ["app.Base.run+app.Late.run", "app.main", "service.serve", "store.again+store.other", "store.load"]
    );
    for unit in found["units"].as_array().unwrap() {
        let number = unit["number"].as_u64().unwrap();
        for needed in unit["needs"].as_array().unwrap() {
            assert!(needed.as_u64().unwrap() < number, "{unit}");
        }
    }
    assert_eq!(found["summary"]["converted"], 6);
    assert_eq!(found["summary"]["edited"], 1);
}

#[test]
fn targets_name_what_is_converted() {
    let folder = project();
    let sorted = |arguments: &[&str]| {
        let mut found = units(&plan(folder.path(), arguments));
        found.sort();
        found
    };
    let cycle = "store.again+store.other".to_owned();
    assert_eq!(sorted(&["--function", "load"]), ["store.load"]);
    assert_eq!(sorted(&["--function", "again"]), [cycle.clone(), "store.load".to_owned()]);
    assert_eq!(sorted(&["--module", "store"]), [cycle.clone(), "store.load".to_owned()]);
    assert_eq!(
        sorted(&["--function", "load", "--function", "other"]),
        [cycle.clone(), "store.load".to_owned()]
    );
    assert_eq!(
        sorted(&["--entry", "app.main"]),
        ["app.main".to_owned(), cycle.clone(), "store.load".to_owned()]
    );
    assert_eq!(
        sorted(&["--async-callers"]),
        ["app.main".to_owned(), "service.serve".to_owned(), cycle, "store.load".to_owned()]
    );
    let unknown = fix(folder.path(), &["--module", "stoer"]);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("no module is called `stoer`; did you mean `store`?"));
}

#[test]
fn every_patch_of_a_series_leaves_a_project_that_works() {
    for (per, patches) in [("unit", 6), ("module", 4), ("3", 4)] {
        let (patched, written) = (project(), project());
        git(patched.path(), &["init", "-q"]);
        git(patched.path(), &["add", "."]);
        git(patched.path(), &["commit", "-q", "-m", "base"]);
        let output = fix(patched.path(), &["--patches", "series", "--per", per]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        let mut series: Vec<_> =
            fs::read_dir(patched.path().join("series")).unwrap().map(|entry| entry.unwrap().path()).collect();
        series.sort();
        assert_eq!(series.len(), patches, "--per {per}: {}", text(&output.stderr));
        assert!(text(&output.stderr).contains(&format!("{patches} patches in ")));
        for patch in &series {
            let name = patch.file_name().unwrap().to_str().unwrap();
            git(patched.path(), &["am", "-q", patch.to_str().unwrap()]);
            assert_green(patched.path(), name);
        }
        fix(written.path(), &["--write"]);
        for name in ["store.py", "app.py", "service.py", "_asyncshift.py"] {
            let read = |folder: &TempDir| fs::read_to_string(folder.path().join(name)).unwrap();
            assert_eq!(read(&patched), read(&written), "--per {per}: {name}");
        }
        let subjects = text(&git(patched.path(), &["log", "--format=%s"]).stdout);
        assert!(subjects.contains("Add _asyncshift.py"), "{subjects}");
        let again = fix(patched.path(), &["--patches", "series"]);
        assert_eq!(again.status.code(), Some(2));
        assert!(text(&again.stderr).contains("holds patches already"), "{}", text(&again.stderr));
    }
}

#[test]
fn answers_decide_unit_by_unit() {
    let folder = project();
    fs::write(folder.path().join("answers"), "?\nd\ny\nn\na\n").unwrap();
    let output = fix(folder.path(), &["--interactive", "--answers", "answers"]);
    let (patch, aside) = (text(&output.stdout), text(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "{aside}");
    assert!(aside.contains("n - leave it") && aside.contains("+async def async_load"), "{aside}");
    assert!(aside.contains("2  declined"), "{aside}");
    assert!(patch.contains("async def async_load") && !patch.contains("async_again"), "{patch}");
    assert!(patch.contains("async def async_main"), "{patch}");

    fs::write(folder.path().join("answers"), "q\n").unwrap();
    let output = fix(folder.path(), &["--interactive", "--answers", "answers", "--write"]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(fs::read_to_string(folder.path().join("store.py")).unwrap(), STORE);

    let output = fix(folder.path(), &["--interactive"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("standard input is none"));
}

#[cfg(unix)]
mod verification {
    use super::{STORE, TEST, fix, project, text};
    use std::fs;
    use std::path::Path;
    use std::process::{Command, Stdio};
    use std::thread::sleep;
    use std::time::Duration;

    #[test]
    fn what_makes_the_command_fail_is_dropped() {
        let folder = project();
        // The cycle may not become async, and neither may `Base.run`, whatever the rest does.
        let command = "! grep -q async_again store.py && ! grep -q async_run app.py && python3 test_all.py";
        let output = fix(folder.path(), &["--verify", command, "--write"]);
        let aside = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{aside}");
        assert!(aside.contains("verify: before the conversion: passes"), "{aside}");
        assert!(
            aside.contains("verify: dropped store.again (store.py:9), store.other (store.py:15): "),
            "{aside}"
        );
        assert!(
            aside.contains("verify: dropped app.Base.run (app.py:9), app.Late.run (app.py:14): "),
            "{aside}"
        );
        assert!(aside.contains("3  verification-failed"), "{aside}");
        let store = fs::read_to_string(folder.path().join("store.py")).unwrap();
        assert!(store.contains("async_load") && !store.contains("async_again"), "{store}");
        assert_eq!(fs::read_to_string(folder.path().join("test_all.py")).unwrap(), TEST);
    }

    #[test]
    fn a_command_that_fails_anyway_is_an_error() {
        let folder = project();
        let output = fix(folder.path(), &["--verify", "echo broken by itself; exit 7", "--write"]);
        assert_eq!(output.status.code(), Some(2));
        let aside = text(&output.stderr);
        assert!(
            aside.contains("fails on the project as it is, before any conversion: exit code 7"),
            "{aside}"
        );
        assert!(aside.contains("| broken by itself"), "{aside}");
        assert_eq!(fs::read_to_string(folder.path().join("store.py")).unwrap(), STORE);
    }

    #[test]
    fn a_command_that_takes_too_long_fails() {
        let folder = project();
        let command = "if grep -q async_load store.py; then sleep 60; fi";
        let output = fix(folder.path(), &["--verify", command, "--verify-timeout", "1"]);
        let aside = text(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{aside}");
        assert!(aside.contains("not done after 1 seconds"), "{aside}");
        assert!(!text(&output.stdout).contains("async_load"), "{}", text(&output.stdout));
    }

    #[test]
    fn an_interrupt_ends_the_command_and_leaves_nothing() {
        let (folder, aside) = (project(), tempfile::tempdir().unwrap());
        let marker = aside.path().join("marker");
        let command = format!("pwd > {0}.new; mv {0}.new {0}; sleep 3; touch {0}.late", marker.display());
        let mut run = Command::new(env!("CARGO_BIN_EXE_asyncshift"))
            .args(["fix", "--write", "--verify", &command])
            .current_dir(folder.path())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let wait_for = |done: &dyn Fn() -> bool| {
            (0..200).any(|_| {
                done() || {
                    sleep(Duration::from_millis(50));
                    false
                }
            })
        };
        assert!(wait_for(&|| marker.exists()));
        let copy = fs::read_to_string(&marker).unwrap();
        let copy = Path::new(copy.trim());
        assert!(copy.join("store.py").exists());
        Command::new("kill").args(["-INT", &run.id().to_string()]).status().unwrap();
        assert!(!run.wait().unwrap().success());
        assert!(wait_for(&|| !copy.parent().unwrap().exists()), "{} is still there", copy.display());
        sleep(Duration::from_secs(4));
        assert!(!marker.with_extension("late").exists());
        assert_eq!(fs::read_to_string(folder.path().join("store.py")).unwrap(), STORE);
    }
}
