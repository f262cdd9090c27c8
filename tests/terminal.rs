//! Colours and output files, through the binary.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

fn project() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pyproject.toml"), "").unwrap();
    fs::write(folder.path().join("a.py"), "import time\nasync def f():\n    time.sleep(1)\n").unwrap();
    folder
}

/// What `lint` prints with these arguments and variables.
fn lint(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .arg("lint")
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .env_remove("CLICOLOR_FORCE")
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_pipe_has_no_colours_unless_asked() {
    let folder = project();
    let plain = lint(folder.path(), &[], &[]);
    assert!(!plain.contains('\u{1b}'));
    assert_eq!(lint(folder.path(), &["--color", "never"], &[("CLICOLOR_FORCE", "1")]), plain);
    let colored = lint(folder.path(), &["--color", "always"], &[]);
    assert!(colored.contains('\u{1b}'));
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
}

#[test]
fn no_color_is_honoured() {
    let folder = project();
    assert!(!lint(folder.path(), &[], &[("NO_COLOR", "1"), ("TERM", "xterm-256color")]).contains('\u{1b}'));
}

#[test]
fn an_output_file_holds_the_report_and_the_output_nothing() {
    let folder = project();
    let printed = lint(folder.path(), &["--format", "json"], &[]);
    let arguments = ["--format", "json", "--output-file", "out.json", "--color", "always"];
    for _ in 0..2 {
        assert_eq!(lint(folder.path(), &arguments, &[]), "");
        assert_eq!(fs::read_to_string(folder.path().join("out.json")).unwrap(), printed);
    }
}
