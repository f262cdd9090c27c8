//! The gate of `lint`, through the binary: lines that changed in git, comments that come and go, what a baseline excuses.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use asyncshift::syntax::parse;
use tempfile::TempDir;

use crate::support::project;

/// Two async functions that block, one through another file.
const APP: &str = "import time\nimport store\n\n\nasync def f():\n    time.sleep(1)\n\n\nasync def g():\n    store.load()\n";
const STORE: &str = "import time\n\n\ndef load():\n    time.sleep(2)\n";

fn lint(folder: &TempDir, inside: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .args(["lint", "--format", "concise", "--select", "AS1"])
        .args(arguments)
        .current_dir(folder.path().join(inside))
        .output()
        .unwrap()
}

/// The places of findings, or the error.
fn places(output: &Output) -> Vec<String> {
    let text = String::from_utf8_lossy(&output.stdout);
    let mut found: Vec<String> =
        text.lines().filter_map(|line| line.split_once(": AS")).map(|(place, _)| place.to_owned()).collect();
    if output.status.code() == Some(2) {
        found.push(String::from_utf8_lossy(&output.stderr).lines().next().unwrap().to_owned());
    }
    found
}

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false"])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn commit_all(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["commit", "-q", "-m", "x"]);
}

/// A repository with one commit on `main`.
fn repository(files: &[(&str, &str)]) -> TempDir {
    let folder = project(files);
    git(folder.path(), &["init", "-q", "-b", "main"]);
    commit_all(folder.path());
    folder
}

#[test]
fn only_chains_through_changed_lines() {
    let folder = repository(&[("pyproject.toml", ""), ("app.py", APP), ("store.py", STORE)]);
    let check = |revision: &str, expected: &[&str]| {
        assert_eq!(places(&lint(&folder, "", &["--diff-base", revision])), expected, "{revision}");
    };
    check("HEAD", &[]);
    // The cause changed, so the chain that ends there counts; where it starts did not.
    fs::write(folder.path().join("store.py"), STORE.replace("(2)", "(3)")).unwrap();
    check("HEAD", &["app.py:10:5"]);
    // A line that moves is no change.
    fs::write(folder.path().join("app.py"), format!("# new\n{APP}")).unwrap();
    check("HEAD", &["app.py:11:5"]);
    git(folder.path(), &["add", "-A"]);
    check("HEAD", &["app.py:11:5"]);
    git(folder.path(), &["commit", "-q", "-m", "x"]);
    check("HEAD", &[]);
    check("HEAD~1", &["app.py:11:5"]);
    check("main~1", &["app.py:11:5"]);
}

#[test]
fn files_that_are_new_renamed_or_oddly_named() {
    let folder = repository(&[("pyproject.toml", ""), ("app.py", APP), ("store.py", STORE)]);
    let top = folder.path();
    let blocks = "import time\nasync def h():\n    time.sleep(1)\n";
    fs::write(top.join("ü \"new\".py"), blocks).unwrap();
    let check = |inside: &str, paths: &[&str], expected: &[&str]| {
        let arguments: Vec<&str> = ["--diff-base", "HEAD"].iter().chain(paths).copied().collect();
        assert_eq!(places(&lint(&folder, inside, &arguments)), expected);
    };
    check("", &[], &["ü \"new\".py:3:5"]);
    git(top, &["add", "-A"]);
    check("", &[], &["ü \"new\".py:3:5"]);
    commit_all(top);
    // A file that only moves has no changed line, and one that is binary to git has.
    git(top, &["mv", "app.py", "web.py"]);
    check("", &[], &[]);
    fs::write(top.join(".gitattributes"), "web.py binary\n").unwrap();
    fs::write(top.join("web.py"), APP.replace("(1)", "(9)")).unwrap();
    check("", &[], &["web.py:6:5"]);
    // What the user's configuration says of diffs does not matter.
    for (key, value) in [("diff.noprefix", "true"), ("diff.external", "false"), ("color.ui", "always")] {
        git(top, &["config", key, value]);
    }
    check("", &[], &["web.py:6:5"]);
    // A project in a folder of the repository, and a script without an extension.
    fs::create_dir(top.join("sub dir")).unwrap();
    fs::write(top.join("sub dir/pyproject.toml"), "").unwrap();
    fs::write(top.join("sub dir/script"), blocks).unwrap();
    check("sub dir", &["script"], &["script:3:5"]);
    commit_all(top);
    check("sub dir", &["script"], &[]);
    fs::write(top.join("sub dir/script"), blocks.replace("(1)", "(2)")).unwrap();
    check("sub dir", &["script"], &["script:3:5"]);
}

#[test]
fn a_branch_is_compared_with_where_it_left() {
    let folder = repository(&[("pyproject.toml", ""), ("app.py", APP), ("store.py", STORE)]);
    git(folder.path(), &["checkout", "-q", "-b", "topic"]);
    fs::write(folder.path().join("app.py"), APP.replace("time.sleep(1)", "time.sleep(7)")).unwrap();
    commit_all(folder.path());
    git(folder.path(), &["checkout", "-q", "main"]);
    fs::write(folder.path().join("store.py"), STORE.replace("(2)", "(8)")).unwrap();
    commit_all(folder.path());
    git(folder.path(), &["checkout", "-q", "topic"]);
    let check = |revision: &str, expected: &[&str]| {
        assert_eq!(places(&lint(&folder, "", &["--diff-base", revision])), expected, "{revision}");
    };
    check("main...", &["app.py:6:5"]);
    check("main...HEAD", &["app.py:6:5"]);
    check("main", &["app.py:6:5", "app.py:10:5"]);
}

#[test]
fn what_git_cannot_tell_is_said() {
    let folder = repository(&[("pyproject.toml", ""), ("app.py", APP), ("store.py", STORE)]);
    let check = |revision: &str, expected: &str| {
        let found = places(&lint(&folder, "", &[&format!("--diff-base={revision}")]));
        assert_eq!(found, [format!("error: `--diff-base`: {expected}")]);
    };
    check("nowhere", "git knows no revision `nowhere`; a shallow clone may lack it");
    check("--output=x", "git knows no revision `--output=x`; a shallow clone may lack it");
    check("", "git knows no revision ``; a shallow clone may lack it");
    let range = "is more than one revision: write `main`, or `main...` for where the branch left it";
    check("main..topic", &format!("`main..topic` {range}"));
    check("main...topic", &format!("`main...topic` {range}"));
    git(folder.path(), &["checkout", "-q", "--orphan", "other"]);
    // Two first commits of the same files in the same second would be one.
    fs::write(folder.path().join("other.py"), "").unwrap();
    commit_all(folder.path());
    check("main...", "git finds no common ancestor of `main` and HEAD; a shallow clone may lack it");
    let bare = project(&[("pyproject.toml", ""), ("app.py", APP), ("store.py", STORE)]);
    let found = places(&lint(&bare, "", &["--diff-base", "HEAD"]));
    assert!(found[0].contains("is in no git repository: "), "{found:?}");
}

/// Lines of all kinds that can hold a finding.
const ODD_LINES: &str = "\
import time


def helper(x):
    time.sleep(1)


async def one():
    time.sleep(1)
    time.sleep(1)  # type: ignore
    time.sleep(1)  # noqa: E501
    x = 1 + \\
        time.sleep(1) + \\
        2
    y = f'''
    {time.sleep(1)}
    '''
    print('''
    # no comment
    ''', time.sleep(1))
    z = [
        time.sleep(1),
        time.sleep(
            1,
        ),
    ]
    if x: time.sleep(1); time.sleep(2)
    helper('#')
    return y, z


async def two():
    helper(
        time.sleep(1)
    )";

#[test]
fn comments_are_added_where_findings_stand_and_removed_again() {
    for breaks in ["\n", "\r\n"] {
        let text = ODD_LINES.replace('\n', breaks);
        let folder = project(&[("pyproject.toml", ""), ("a.py", &text)]);
        assert!(!places(&lint(&folder, "", &[])).is_empty());
        let added = lint(&folder, "", &["--add-noqa"]);
        let said = String::from_utf8_lossy(&added.stderr);
        assert_eq!(said, "Added 11 suppressions in 1 file.\n", "{said}");
        let with = fs::read_to_string(folder.path().join("a.py")).unwrap();
        assert!(parse(&with).errors().is_empty(), "{with}");
        assert!(
            with.contains("# noqa: E501, AS101") && with.contains("# type: ignore  # noqa: AS101"),
            "{with}"
        );
        let after = lint(&folder, "", &["--extend-select", "AS004"]);
        assert_eq!((places(&after), after.status.code()), (vec![], Some(0)), "{with}");
        // A second time there is nothing to add, and nothing to remove.
        for flag in ["--add-noqa", "--remove-unused-noqa"] {
            lint(&folder, "", &[flag]);
            assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), with);
        }
        // Once nothing blocks, all of them go.
        let harmless = |text: &str| text.replace("time.sleep", "time.ctime");
        fs::write(folder.path().join("a.py"), harmless(&with)).unwrap();
        let removed = lint(&folder, "", &["--remove-unused-noqa"]);
        let said = String::from_utf8_lossy(&removed.stderr);
        assert_eq!(said, "Removed 11 suppressions in 1 file.\n", "{said}");
        assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), harmless(&text));
    }
}

#[test]
fn broken_files_get_no_comments() {
    let broken = "import time\nasync def f():\n    time.sleep(1)\n    x = (\n";
    let folder = project(&[("pyproject.toml", ""), ("a.py", broken)]);
    let output = lint(&folder, "", &["--add-noqa"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.starts_with("warning: a.py is left as it is: the file has syntax errors\n"), "{said}");
    assert_eq!(fs::read_to_string(folder.path().join("a.py")).unwrap(), broken);
}

#[test]
fn a_part_of_a_project_says_little_about_the_baseline() {
    let folder = project(&[("pyproject.toml", ""), ("app.py", APP), ("store.py", STORE)]);
    let known = ["--baseline", "known.txt"];
    let run = |more: &[&str]| {
        let arguments: Vec<&str> = known.iter().chain(more).copied().collect();
        let output = lint(&folder, "", &arguments);
        (places(&output), output.status.code())
    };
    run(&["--update-baseline"]);
    assert_eq!(run(&[]), (vec![], Some(0)));
    let text = || fs::read_to_string(folder.path().join("known.txt")).unwrap();
    let full = text();
    fs::write(folder.path().join("app.py"), APP.replace("store.load()", "pass")).unwrap();
    // What was fixed is `app.g`, which neither a file nor a check that is left out shows.
    fs::write(folder.path().join("other.py"), "").unwrap();
    assert_eq!(run(&["other.py"]), (vec![], Some(0)));
    assert_eq!(run(&["--ignore", "AS101"]), (vec![], Some(0)));
    run(&["other.py", "--update-baseline"]);
    assert_eq!(text(), full);
    assert_eq!(run(&["app.py"]), (vec![], Some(1)));
    assert_eq!(run(&["store.py"]), (vec![], Some(1)));
    assert_eq!(run(&[]), (vec![], Some(1)));
    assert_eq!(run(&["--exit-zero"]), (vec![], Some(0)));
    assert_eq!(run(&["--update-baseline"]), (vec![], Some(0)));
    assert_eq!(run(&[]), (vec![], Some(0)));
    assert_eq!(text().lines().count() + 1, full.lines().count());
}

#[test]
fn syntax_errors_are_never_known() {
    let folder = project(&[("pyproject.toml", ""), ("a.py", "x = (\n")]);
    let arguments = ["--baseline", "known.txt", "--update-baseline"];
    let output = lint(&folder, "", &arguments);
    assert_eq!(output.status.code(), Some(1));
    assert!(!fs::read_to_string(folder.path().join("known.txt")).unwrap().contains("AS001"));
}

#[test]
fn the_configuration_names_a_baseline_beside_it() {
    let folder = project(&[
        ("asyncshift.toml", "baseline = 'known.txt'\n"),
        ("app.py", APP),
        ("store.py", STORE),
        ("sub/x.py", ""),
    ]);
    lint(&folder, "sub", &["--update-baseline", ".."]);
    assert!(folder.path().join("known.txt").is_file());
    assert_eq!(places(&lint(&folder, "", &[])), Vec::<String>::new());
    assert_eq!(places(&lint(&folder, "", &["--no-baseline"])).len(), 2);
    fs::write(folder.path().join("known.txt"), "what is this\n").unwrap();
    assert!(places(&lint(&folder, "", &[]))[0].contains("known.txt:1: expected a code, three names"));
}
