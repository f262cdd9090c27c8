//! Runs the Python tests of the runtime helper, warnings as errors, with every Python of the machine, in both modes.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::thread;

#[test]
fn runtime_helper_behaves() {
    let pythons = pythons();
    if pythons.is_empty() {
        println!("skipped: there is no Python of version 3.8 or later");
    }
    let modes = ["same_thread", "portal"].map(|mode| {
        let pythons = pythons.clone();
        thread::spawn(move || {
            for python in pythons {
                check(&python, mode);
            }
        })
    });
    for mode in modes {
        mode.join().expect("the helper passes its tests");
    }
}

#[test]
fn scenarios_are_as_documented() {
    let Some(python) = pythons().pop() else { return };
    let documented = fs::read_to_string(in_repository("docs/runtime.md")).expect("the page exists");
    let output = run(&python, "tests/runtime/scenarios.py", "same_thread");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let rows: Vec<&str> = said.lines().filter(|line| line.starts_with("| **")).collect();
    assert_eq!(rows.len(), 13, "{said}");
    for row in rows {
        // The cost of a call is another one on each machine, and how a wrong loop shows depends on the version.
        let is_the_same_everywhere = !row.starts_with("| **g**") && !row.starts_with("| **j**");
        assert!(!is_the_same_everywhere || documented.contains(row), "not in docs/runtime.md: {row}");
    }
}

fn check(python: &Path, mode: &str) {
    let output = run(python, "tests/runtime/test_runtime.py", mode);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} in mode {mode}: {said}", python.display());
    // An exception in a finaliser fails no test of its own.
    for complaint in ["Exception ignored", "was never awaited", "ResourceWarning", "DeprecationWarning"] {
        assert!(!said.contains(complaint), "{} in mode {mode}: {said}", python.display());
    }
}

fn run(python: &Path, script: &str, mode: &str) -> Output {
    Command::new(python)
        .args(["-X", "dev", "-W", "error", "-B"])
        .arg(in_repository(script))
        .env("ASYNC_SYNC_MODE", mode)
        .env_remove("ASYNC_SYNC_NESTED")
        .output()
        .expect("this Python has just been run")
}

fn in_repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// One interpreter for each version from 3.8, by version.
fn pythons() -> Vec<PathBuf> {
    let mut candidates: Vec<PathBuf> = vec!["python3".into()];
    candidates.extend((8..=14).map(|minor| format!("python3.{minor}").into()));
    if let Some(home) = env::var_os("HOME") {
        let versions = fs::read_dir(Path::new(&home).join(".pyenv/versions")).into_iter().flatten().flatten();
        candidates.extend(versions.map(|version| version.path().join("bin/python")));
    }
    let mut found: Vec<(u32, PathBuf)> =
        candidates.into_iter().filter_map(|path| Some((minor(&path)?, path))).collect();
    found.sort();
    found.dedup_by_key(|(minor, _)| *minor);
    found.into_iter().map(|(_, path)| path).collect()
}

fn minor(python: &Path) -> Option<u32> {
    let output = Command::new(python).args(["-c", "import sys; print(sys.version_info[1])"]).output().ok()?;
    let minor = String::from_utf8_lossy(&output.stdout).trim().parse().ok()?;
    (output.status.success() && minor >= 8).then_some(minor)
}
