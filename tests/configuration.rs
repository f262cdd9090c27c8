//! Configuration files and flags, through the binary.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::support::project;

const BLOCKS: &str = "import time\nasync def f():\n    time.sleep(1)\n";

/// The places of all findings.
fn check(folder: &TempDir, inside: &str, arguments: &[&str], expected: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .args(["lint", "--format", "concise"])
        .args(arguments)
        .current_dir(folder.path().join(inside))
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let places: Vec<&str> =
        text.lines().filter_map(|line| line.split_once(": AS")).map(|(place, _)| place).collect();
    assert_eq!(places, expected, "{text}{}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn patterns_are_relative_to_the_configuration() {
    let files = [("pyproject.toml", ""), ("a.py", BLOCKS), ("old/b.py", BLOCKS), ("gen/c.py", BLOCKS)];
    let folder = project(&files);
    check(&folder, "", &[], &["a.py:3:5", "gen/c.py:3:5", "old/b.py:3:5"]);
    let settings = "exclude = ['gen/']\n[per-file-ignores]\n'old/' = ['AS1']\n";
    fs::write(folder.path().join("asyncshift.toml"), settings).unwrap();
    check(&folder, "", &[], &["a.py:3:5"]);
    check(
        &folder,
        "old",
        &["--config", "../asyncshift.toml", ".."],
        &[&format!("{}:3:5", folder_path(&folder, "a.py"))],
    );
    check(&folder, "", &["--isolated"], &["a.py:3:5", "gen/c.py:3:5", "old/b.py:3:5"]);
}

fn folder_path(folder: &TempDir, name: &str) -> String {
    folder.path().canonicalize().unwrap().join(name).display().to_string()
}

#[test]
fn flags_win_over_the_file() {
    let files = [("asyncshift.toml", "ignore = ['AS1']\njobs = 1\n"), ("a.py", BLOCKS)];
    let folder = project(&files);
    check(&folder, "", &[], &[]);
    check(&folder, "", &["--select", "AS101"], &["a.py:3:5"]);
    check(&folder, "", &["--extend-select", "AS3", "--ignore", "AS301"], &[]);
}

#[test]
fn names_can_be_declared() {
    let text = "import lib\nasync def f():\n    lib.wait()\n";
    let folder = project(&[
        ("asyncshift.toml", "blocking = ['lib.wait']\nnot-blocking = ['time.sleep']\n"),
        ("a.py", text),
        ("b.py", BLOCKS),
    ]);
    check(&folder, "", &[], &["a.py:3:5"]);
}
