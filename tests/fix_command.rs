//! The command `fix` through the binary: diff, check, write, encodings, and files that cannot be written.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const STORE: &str = "import time\n\n\ndef load(name):\n    time.sleep(1)\n    return name\n";
const APP: &str = "from store import load\n\n\ndef main():\n    return load('x')\n";

fn project(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("pyproject.toml"), "").unwrap();
    for (name, content) in files {
        fs::write(folder.path().join(name), content).unwrap();
    }
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

fn both() -> TempDir {
    project(&[("store.py", STORE.as_bytes()), ("app.py", APP.as_bytes())])
}

#[test]
fn prints_a_diff_that_git_takes_and_that_equals_what_is_written() {
    let (patched, written) = (both(), both());
    let output = fix(patched.path(), &[]);
    assert_eq!(output.status.code(), Some(0));
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git")
            .arg("apply")
            .args(arguments)
            .current_dir(patched.path())
            .env("GIT_CEILING_DIRECTORIES", patched.path().parent().unwrap())
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        std::io::Write::write_all(&mut git.stdin.take().unwrap(), &output.stdout).unwrap();
        assert!(git.wait().unwrap().success());
    };
    git(&["-"]);
    git(&["--reverse", "-"]);
    assert_eq!(fs::read_to_string(patched.path().join("store.py")).unwrap(), STORE);
    assert_eq!(fs::read_to_string(patched.path().join("app.py")).unwrap(), APP);
    assert!(!patched.path().join("_asyncshift.py").exists());
    git(&["-"]);
    assert_eq!(fix(written.path(), &["--write"]).status.code(), Some(0));
    for name in ["store.py", "app.py", "_asyncshift.py"] {
        let read = |folder: &TempDir| fs::read_to_string(folder.path().join(name)).unwrap();
        assert_eq!(read(&patched), read(&written), "{name}");
    }
    let store = fs::read_to_string(written.path().join("store.py")).unwrap();
    assert!(store.contains("async def async_load(name):\n    await asyncio.sleep(1)\n"), "{store}");
    assert!(store.contains("load = sync(async_load)"), "{store}");
}

#[test]
fn a_second_run_prints_nothing() {
    let folder = both();
    fix(folder.path(), &["--write"]);
    let again = fix(folder.path(), &["--check"]);
    assert_eq!(again.status.code(), Some(0), "{}", String::from_utf8_lossy(&again.stdout));
    assert!(again.stdout.is_empty());
}

#[test]
fn check_changes_nothing_and_tells_by_its_exit_code() {
    let folder = both();
    assert_eq!(fix(folder.path(), &["--check"]).status.code(), Some(1));
    assert_eq!(fs::read_to_string(folder.path().join("store.py")).unwrap(), STORE);
}

#[test]
fn a_function_that_fails_its_checks_is_left_and_the_others_go_on() {
    // What `=` prints is the source of the call, which would change.
    let store =
        format!("{STORE}\n\ndef show():\n    print(f'{{load(1)=}}')\n\n\ndef last():\n    return load(2)\n");
    let folder = project(&[("store.py", store.as_bytes())]);
    let output = fix(folder.path(), &["--write", "--verbose"]);
    let aside = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{aside}");
    assert!(aside.contains("store.py: store.show: left as it is: "), "{aside}");
    assert!(aside.contains("store.show kept: rewrite-failed"), "{aside}");
    let text = fs::read_to_string(folder.path().join("store.py")).unwrap();
    assert!(text.contains("async def async_load") && text.contains("async def async_last"), "{text}");
    assert!(text.contains("\ndef show():\n    print(f'{load(1)=}')\n"), "{text}");
}

#[test]
fn only_given_paths_are_edited() {
    let folder = both();
    let output = fix(folder.path(), &["store.py", "--verbose"]);
    let patch = String::from_utf8(output.stdout).unwrap();
    assert!(patch.contains("+++ b/store.py") && !patch.contains("b/app.py"), "{patch}");
    let aside = String::from_utf8(output.stderr).unwrap();
    assert!(aside.contains("1 function converted in 1 file"), "{aside}");
}

#[test]
fn encoding_mark_and_line_ends_come_back() {
    let latin = "# coding: latin-1\nimport time\n\n\ndef load():\n    time.sleep(1)  # \u{e9}\n";
    let bytes: Vec<u8> = latin.chars().map(|character| character as u8).collect();
    let marked = format!("\u{feff}{}", STORE.replace('\n', "\r\n"));
    let folder = project(&[("latin.py", &bytes), ("marked.py", marked.as_bytes())]);
    assert_eq!(fix(folder.path(), &["--write"]).status.code(), Some(0));
    let latin = fs::read(folder.path().join("latin.py")).unwrap();
    assert!(latin.windows(4).any(|part| part == b"# \xe9\n"));
    assert!(latin.windows(10).any(|part| part == b"async_load"));
    let marked = fs::read(folder.path().join("marked.py")).unwrap();
    assert!(marked.starts_with(b"\xef\xbb\xbf"));
    let text = String::from_utf8(marked).unwrap();
    assert!(text.contains("async_load"));
    assert_eq!(text.matches('\n').count(), text.matches("\r\n").count(), "{text:?}");
}

#[cfg(unix)]
#[test]
fn a_file_that_cannot_be_written_stops_with_a_message() {
    use std::os::unix::fs::PermissionsExt;
    let folder = both();
    let store = folder.path().join("store.py");
    fs::set_permissions(&store, fs::Permissions::from_mode(0o444)).unwrap();
    let output = fix(folder.path(), &["--write"]);
    assert_eq!(output.status.code(), Some(2));
    let message = String::from_utf8(output.stderr).unwrap();
    assert!(
        message.contains("error: stopped after 1 of 3 files") && message.contains("store.py"),
        "{message}"
    );
    assert_eq!(fs::read_to_string(&store).unwrap(), STORE);
    assert_eq!(fs::read_to_string(folder.path().join("app.py")).unwrap(), APP);
}
