//! Bad input, through the binary: each kind gives a clear message and the right exit code, and other files go on.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A file that has a finding of its own, to show that other files go on.
const BLOCKS: &str = "import time\n\n\nasync def f():\n    time.sleep(1)\n";
/// That finding.
const FOUND: &str = "good.py:5:5: AS101";

fn project(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pyproject.toml"), "").unwrap();
    fs::write(folder.path().join("good.py"), BLOCKS).unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .unwrap()
}

/// Runs `lint` and looks for each of `expected` in what it prints.
fn check(folder: &Path, code: i32, expected: &[&str]) {
    let output = run(folder, &["lint", "--format", "concise"]);
    let text =
        format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(code), "{text}");
    for part in expected {
        assert!(text.contains(part), "{part:?} is missing in:\n{text}");
    }
}

/// One more file, whose findings and those of the good file are expected.
fn check_file(content: &[u8], expected: &[&str]) {
    let folder = project(&[("odd.py", content)]);
    let expected: Vec<&str> = expected.iter().copied().chain([FOUND]).collect();
    check(folder.path(), 1, &expected);
}

/// One more file that blocks like the good one.
fn check_blocks(content: &[u8], place: &str) {
    check_file(content, &[&format!("odd.py:{place}: AS101 `time.sleep` blocks the event loop")]);
}

#[test]
fn syntax_error_is_a_finding_and_the_rest_is_analysed() {
    let broken = b"import time\ndef (:\n    pass\nasync def g():\n    time.sleep(1)\n";
    check_file(broken, &["odd.py:2:5: AS001", "odd.py:5:5: AS101"]);
}

#[test]
fn undecodable_bytes_are_a_finding() {
    check_file(
        b"x = 1\ny = '\xff'\n",
        &["odd.py:2:1: AS003 cannot read odd.py: line 2: byte 0xff at offset 11 is not valid utf-8"],
    );
    check_file(b"x = 1\0\n", &["odd.py:1:1: AS003 cannot read odd.py: line 1: file is binary"]);
    check_file(
        b"# coding: nonsense\n",
        &["AS003 cannot read odd.py: line 1: unsupported encoding `nonsense`"],
    );
}

#[test]
fn declared_encodings_are_read() {
    check_blocks(
        b"# -*- coding: latin-1 -*-\nimport time\nasync def \xe9t\xe9():\n    time.sleep(1)\n",
        "4:5",
    );
    check_blocks(
        b"# vim: set fileencoding=cp1252 :\nimport time\nasync def f():\n    time.sleep(1)  # \x80\n",
        "4:5",
    );
}

#[test]
fn marks_line_ends_tabs_and_form_feeds_count_as_in_python() {
    check_blocks(b"\xef\xbb\xbfimport time\nasync def f():\n    time.sleep(1)\n", "3:5");
    check_blocks(b"import time\r\nasync def f():\r\n    time.sleep(1)\r\n", "3:5");
    check_blocks(b"import time\rasync def f():\r    time.sleep(1)\r", "3:5");
    check_blocks(b"import time\nasync def f():\n\ttime.sleep(1)\n", "3:2");
    check_blocks(b"import time\n\x0c\nasync def f():\n    time.sleep(1)\n", "4:5");
}

#[test]
fn empty_file_is_fine() {
    check_file(b"", &["Analysed 2 files"]);
}

#[test]
fn large_file_is_fine() {
    let mut text = String::from("import time\n");
    let mut number = 0;
    while text.len() < 5_000_000 {
        writeln!(text, "value_{number} = ['some text', {number}, value_{}]", number / 2).unwrap();
        number += 1;
    }
    text.push_str("async def f():\n    time.sleep(1)\n");
    check_file(text.as_bytes(), &["AS101 `time.sleep` blocks the event loop", "Analysed 2 files"]);
}

#[test]
fn deep_nesting_is_bounded() {
    let deep = format!("x = {}1{}\n", "(".repeat(10_000), ")".repeat(10_000));
    check_file(deep.as_bytes(), &["odd.py:1:", "AS001"]);
    let long = format!("x = {}1\n", "1 + ".repeat(10_000));
    check_file(long.as_bytes(), &["Analysed 2 files"]);
    let chain = format!("x = a{}\n", ".b()".repeat(5_000));
    check_file(chain.as_bytes(), &["Analysed 2 files"]);
}

#[cfg(unix)]
#[test]
fn symlink_loops_and_dangling_links_end() {
    use std::os::unix::fs::symlink;
    let folder = project(&[("pkg/a.py", b"")]);
    symlink(folder.path(), folder.path().join("pkg/loop")).unwrap();
    symlink("self", folder.path().join("self")).unwrap();
    symlink("nowhere.py", folder.path().join("dangling.py")).unwrap();
    check(folder.path(), 1, &[FOUND]);
}

#[cfg(unix)]
#[test]
fn folder_without_permission_is_skipped() {
    use std::os::unix::fs::PermissionsExt;
    let folder = project(&[("closed/a.py", b""), ("secret.py", b"")]);
    let closed = folder.path().join("closed");
    let secret = folder.path().join("secret.py");
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o000)).unwrap();
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    // A privileged user reads everything, so there is nothing to see for one.
    if fs::read(&secret).is_err() {
        check(folder.path(), 1, &[FOUND, "skipped closed", "secret.py:1:1: AS003 cannot read secret.py"]);
    }
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn vanished_folder_is_an_error() {
    let folder = project(&[]);
    let gone = folder.path().join("gone");
    fs::create_dir(&gone).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_asyncshift"));
    command.arg("lint").arg("../gone").current_dir(&gone).env("NO_COLOR", "1");
    fs::remove_dir(&gone).unwrap();
    // The process cannot start in it, or finds that it is not there: never a panic.
    if let Ok(output) = command.output() {
        assert_eq!(output.status.code(), Some(2));
    }
    let output = run(folder.path(), &["lint", "gone"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn two_files_that_claim_one_module_are_named() {
    let folder = project(&[("pkg.py", b""), ("pkg/__init__.py", b"")]);
    check(folder.path(), 1, &[FOUND, "are both module `pkg`"]);
}

#[test]
fn missing_path_is_an_error() {
    let folder = project(&[]);
    let output = run(folder.path(), &["lint", "good.py", "missing.py"]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "error: no such file or directory: missing.py\n");
    assert!(output.stdout.is_empty());
}

#[test]
fn unknown_configuration_key_is_an_error_with_a_suggestion() {
    let folder = project(&[("asyncshift.toml", b"selct = []\n")]);
    check(folder.path(), 2, &["error: ", "asyncshift.toml:1: unknown key `selct`; did you mean `select`?"]);
}

#[test]
fn unknown_code_is_an_error_with_a_suggestion() {
    let folder = project(&[("asyncshift.toml", b"select = ['AS191']\n")]);
    check(folder.path(), 2, &["error: unknown check `AS191`, did you mean `AS101`?"]);
    let folder = project(&[("asyncshift.toml", b"[per-file-ignores]\n'a.py' = ['AS191']\n")]);
    check(folder.path(), 2, &["error: unknown check `AS191`, did you mean `AS101`?"]);
}

#[test]
fn nothing_to_analyse_is_clean() {
    let folder = tempfile::tempdir().unwrap();
    check(folder.path(), 0, &["No findings.", "Analysed 0 files"]);
}

#[test]
fn every_number_of_threads_prints_the_same() {
    let folder = project(&[("a.py", b"def (:\n"), ("b.py", BLOCKS.as_bytes()), ("c.py", b"\xff")]);
    let one = run(folder.path(), &["lint", "--jobs", "1", "--format", "json"]);
    let many = run(folder.path(), &["lint", "--jobs", "8", "--format", "json"]);
    assert_eq!(one.stdout, many.stdout);
    assert_eq!(one.status.code(), Some(1));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    use std::io::Read;
    use std::process::Stdio;
    let many = "async def f():\n    time.sleep(1)\n".repeat(5_000);
    let folder = project(&[("odd.py", format!("import time\n{many}").as_bytes())]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .args(["lint", "--format", "concise"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = child.stdout.take().unwrap();
    let mut first = [0; 16];
    out.read_exact(&mut first).unwrap();
    drop(out);
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
