//! What `text` calls a patch, `git apply` takes and turns the old bytes into the new ones.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use asyncshift::text::{diff_file, diff_new_file};
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::strategy::Just;

/// Runs `git apply` in `folder`; its complaint when it refuses.
fn git_apply(folder: &Path, patch: &[u8]) -> Result<(), String> {
    let mut git = Command::new("git")
        .args(["-c", "core.autocrlf=false", "apply", "--whitespace=nowarn", "-"])
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CEILING_DIRECTORIES", folder.parent().expect("a temporary folder has a parent"))
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("git is installed");
    git.stdin.take().expect("stdin is piped").write_all(patch).expect("git reads its input");
    let output = git.wait_with_output().expect("git ends");
    if output.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&output.stderr).into_owned()) }
}

fn changed(name: &str, old: &[u8], new: &[u8]) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder");
    fs::write(&path, old).expect("the old file");
    git_apply(folder.path(), &diff_file(name, old, new))?;
    fs::read(&path).map_err(|error| error.to_string())
}

fn created(name: &str, new: &[u8]) -> Result<Vec<u8>, String> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    git_apply(folder.path(), &diff_new_file(name, new))?;
    fs::read(folder.path().join(name)).map_err(|error| error.to_string())
}

fn some_text() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![Just("a"), Just("b"), Just(""), Just("-- x"), Just("\\ é"), Just("f\x0cg\rh")];
    let end = prop_oneof![4 => Just("\n"), 2 => Just("\r\n"), 1 => Just("\r")];
    (vec((line, end), 0..14), prop_oneof![Just(""), Just("tail")]).prop_map(|(lines, tail)| {
        let mut text: String = lines.into_iter().flat_map(|(line, end)| [line, end]).collect();
        text.push_str(tail);
        text.into_bytes()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn git_applies_a_change(old in some_text(), new in some_text()) {
        if old == new {
            prop_assert!(diff_file("x.py", &old, &new).is_empty());
        } else {
            prop_assert_eq!(changed("x.py", &old, &new), Ok(new));
        }
    }

    #[test]
    fn git_applies_a_new_file(new in some_text()) {
        prop_assert_eq!(created("pkg/x.py", &new), Ok(new));
    }
}

#[test]
fn git_applies_under_special_names() {
    for name in
        ["a b/c d.py", "é.py", "quote\".py", "back\\slash.py", "tab\there.py", "new\nline.py", "-x.py"]
    {
        assert_eq!(changed(name, b"a\n", b"b\n"), Ok(b"b\n".to_vec()), "{name:?}");
        assert_eq!(created(name, b"b"), Ok(b"b".to_vec()), "{name:?}");
        assert_eq!(created(name, b""), Ok(Vec::new()), "{name:?}");
    }
}

#[test]
fn git_applies_to_and_from_an_empty_file() {
    assert_eq!(changed("x.py", b"", b"a"), Ok(b"a".to_vec()));
    assert_eq!(changed("x.py", b"a", b""), Ok(Vec::new()));
    assert_eq!(changed("x.py", b"a\nb\n", b""), Ok(Vec::new()));
}

#[test]
fn git_applies_bytes_that_are_no_utf8() {
    assert_eq!(changed("x.py", b"\xe9\nb\n", b"\xe9\nc\n"), Ok(b"\xe9\nc\n".to_vec()));
    assert_eq!(changed("x.py", b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfb\n"), Ok(b"\xef\xbb\xbfb\n".to_vec()));
}

#[test]
fn a_deletion_at_the_start_leaves_the_hunk_at_line_one() {
    let old = b"-- x\nf\na\na\na\na\n";
    let new = b"f\na\r\nf\nb\na\r\nc\nb\na\nb\n";
    assert_eq!(changed("x.py", old, new), Ok(new.to_vec()));
}
