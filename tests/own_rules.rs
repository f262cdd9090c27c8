//! Rules of projects and of installed packages, and rule files that are started, through the binary.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::process::Command;

use tempfile::TempDir;

use crate::support::project;

const APP: &str = "import acme\nasync def f():\n    acme.connect()\n";

const RULES: &str = "[library]\nname = \"acme\"\nmodules = [\"acme\"]\n[[function]]\nname = \"acme.connect\"\nblocking = \"network\"\n";

/// Exit code, standard output and standard error.
fn run(folder: &TempDir, arguments: &[&str]) -> (i32, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .args(arguments)
        .env_remove("VIRTUAL_ENV")
        .env_remove("CONDA_PREFIX")
        .current_dir(folder.path())
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| {
        let root = folder.path().canonicalize().unwrap();
        String::from_utf8(bytes).unwrap().replace(root.to_str().unwrap(), "[ROOT]")
    };
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

const SITE: &str = ".venv/lib/python3.11/site-packages";

fn with_package(package: &str, rules: &str) -> TempDir {
    let shipped = format!("{SITE}/{package}/asyncshift-rules.toml");
    let init = format!("{SITE}/{package}/__init__.py");
    project(&[
        ("pyproject.toml", ""),
        ("app.py", APP),
        (".venv/pyvenv.cfg", "home = /usr/bin\n"),
        (&shipped, rules),
        (&init, ""),
    ])
}

#[test]
fn an_installed_package_brings_its_rules() {
    let folder = with_package("acme", RULES);
    let (code, out, err) = run(&folder, &["lint", "--format", "concise", "app.py"]);
    assert_eq!((code, err.as_str()), (1, ""));
    assert!(out.starts_with("app.py:3:5: AS102 `acme.connect` blocks the event loop (network)"), "{out}");
}

#[test]
fn a_package_speaks_for_itself_only() {
    let folder = with_package("other", RULES);
    let (code, _, err) = run(&folder, &["lint", "app.py"]);
    assert_eq!(code, 0);
    assert!(err.contains("the package `other` describes the module `acme`"), "{err}");
    let folder = with_package("acme", "[library]\nname = 1\n");
    let (code, _, err) = run(&folder, &["lint", "app.py"]);
    assert_eq!(code, 0);
    assert!(err.contains("asyncshift-rules.toml:2: ") && err.contains("the file is left out"), "{err}");
    fs::write(folder.path().join(SITE).join("acme/asyncshift-rules.toml"), b"\xff").unwrap();
    let (code, _, err) = run(&folder, &["lint", "app.py"]);
    assert_eq!(code, 0);
    assert!(err.contains("cannot read ") && err.contains("the file is left out"), "{err}");
}

#[test]
fn a_projects_rules_win_over_a_packages() {
    let folder = with_package("acme", RULES);
    fs::write(folder.path().join("asyncshift.toml"), "rules = ['own.toml']\n").unwrap();
    fs::write(folder.path().join("own.toml"), RULES.replace("blocking = \"network\"", "")).unwrap();
    assert_eq!(run(&folder, &["lint", "app.py"]).0, 0);
}

#[test]
fn a_projects_broken_rules_are_an_error() {
    let folder = project(&[
        ("asyncshift.toml", "rules = ['rules/']\n"),
        ("rules/a.toml", "[library]\nname = \"a\"\n"),
        ("rules/b.toml", "nonsense"),
    ]);
    let (code, _, err) = run(&folder, &["lint", "."]);
    assert_eq!(code, 2);
    assert!(err.contains("[ROOT]/rules/a.toml:1: missing key `modules`"), "{err}");
    assert!(err.contains("[ROOT]/rules/b.toml:1: "), "{err}");
}

#[test]
fn preferences_name_what_there_is() {
    let folder = project(&[("asyncshift.toml", "prefer = { http = 'nothing' }\n")]);
    let (code, _, err) = run(&folder, &["lint", "."]);
    assert_eq!(code, 2);
    assert_eq!(err, "error: `prefer.http` names `nothing`, and no rules describe a library of that name\n");
}

#[test]
fn a_file_is_started_once_and_is_valid() {
    let folder = project(&[
        ("asyncshift.toml", "rules = ['asyncshift-rules/']\n"),
        ("asyncshift-rules/acme.toml", RULES),
    ]);
    let (code, out, _) = run(&folder, &["rules", "new", "library", "my-client"]);
    assert_eq!(code, 0);
    assert!(out.starts_with("wrote asyncshift-rules/my-client.toml;"), "{out}");
    let (code, out, _) = run(&folder, &["rules", "check"]);
    assert_eq!((code, out.as_str()), (0, "2 files, 2 examples, 0 wrong\n"));
    let (_, _, err) = run(&folder, &["rules", "check"]);
    assert!(err.contains("my-client.toml is as it was started"), "{err}");
    let (code, _, err) = run(&folder, &["rules", "new", "library", "my-client"]);
    assert_eq!(code, 2);
    assert_eq!(err, "error: file already exists: [ROOT]/asyncshift-rules/my-client.toml\n");
}

#[test]
fn a_folder_for_rules_is_made_where_the_configuration_names_one() {
    let folder = project(&[("asyncshift.toml", "rules = ['own/']\n")]);
    let (code, out, err) = run(&folder, &["rules", "new", "library", "requests"]);
    assert_eq!(code, 0, "{err}");
    assert!(out.starts_with("wrote own/requests.toml;"), "{out}");
    assert!(err.contains("rules for requests are built in"), "{err}");
    let (code, out, _) = run(&folder, &["rules", "new", "library", "acme", "-o", "-"]);
    assert!(code == 0 && out.contains("[library]\nname = \"acme\""), "{out}");
}
