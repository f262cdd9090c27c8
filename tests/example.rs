//! The bundled projects do the same before and after their conversion, under a real Python.

#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

#[path = "../fixtures/story.rs"]
mod story;

use std::path::Path;
use std::process::Command;

use story::{
    FlagServer, Mode, Project, Said, copy_project, downloader, files, has_python, python, run, tests,
};

/// A fresh copy in a folder of its own; `None` without a Python to run it.
fn copy(name: &str, folder: &Path) -> Option<Project> {
    if !has_python() {
        println!("skipped: there is no python3 of version 3.9 or later");
        return None;
    }
    Some(copy_project(name, folder).expect("the project is bundled"))
}

fn said(command: &mut Command) -> Said {
    let said = run(command).expect("python3 has just been run");
    assert_eq!(said.status, Some(0), "{command:?}\n{}\n{}", said.stdout, said.stderr);
    said
}

fn asyncshift(project: &Project, arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_asyncshift"));
    run(command.current_dir(&project.copy).args(arguments)).expect("the binary is built")
}

/// Converts the copy; a second conversion finds nothing.
fn convert(project: &Project) {
    let first = asyncshift(project, &["fix", "--write"]);
    assert_eq!(first.status, Some(0), "{}", first.stderr);
    let second = asyncshift(project, &["fix"]);
    assert_eq!((second.status, second.stdout.as_str()), (Some(0), ""), "{}", second.stderr);
}

fn assert_calm(said: &Said) {
    for complaint in ["never awaited", "Exception ignored", "Task was destroyed", "ResourceWarning"] {
        assert!(!said.stderr.contains(complaint), "{}", said.stderr);
    }
}

#[test]
fn flags_downloads_the_same() {
    let folder = tempfile::tempdir().expect("there is room for a copy");
    let Some(project) = copy("flags", folder.path()) else { return };
    let download = |mode, out: &str| {
        let server = FlagServer::start(&project.original).expect("the server starts");
        let said = said(&mut downloader(&project.copy, mode, &server, out));
        (said, files(&project.copy.join(out)).expect("flags were saved"))
    };
    let tests_before = said(&mut tests(&project.copy, Mode::Plain));
    let (before, flags_before) = download(Mode::Plain, "before");

    convert(&project);

    let tests_after = said(&mut tests(&project.copy, Mode::Plain));
    assert_eq!(tests_before.stdout, tests_after.stdout);
    for (mode, out) in [(Mode::Plain, "after"), (Mode::Debug, "debug")] {
        let (after, flags_after) = download(mode, out);
        assert_eq!(before.stdout, after.stdout);
        assert_eq!(flags_before, flags_after);
        assert_calm(&after);
    }
    assert_calm(&said(&mut tests(&project.copy, Mode::Debug)));

    // Its exit code says whether both ways saved the same bytes.
    let mut race = python(&project.original, Mode::Plain, &["race.py"]);
    said(race.arg(&project.copy));
}

#[test]
fn fgh_answers_the_same() {
    let folder = tempfile::tempdir().expect("there is room for a copy");
    let Some(project) = copy("fgh", folder.path()) else { return };
    let before = said(&mut tests(&project.copy, Mode::Plain));
    let lint = asyncshift(&project, &["lint", "--format", "concise"]);
    assert_eq!(lint.status, Some(1), "{}", lint.stderr);
    for client in
        ["`api` blocks the event loop: it reaches `subprocess.run`", "`http.client.HTTPConnection.request`"]
    {
        assert!(lint.stdout.contains(client), "{}", lint.stdout);
    }

    convert(&project);

    for mode in [Mode::Plain, Mode::Debug] {
        let after = said(&mut tests(&project.copy, mode));
        assert_eq!(before.stdout, after.stdout);
        assert_calm(&after);
    }
    let names = ["async_f", "async_g", "async_h", "async_api"];
    let check = format!(
        "import asyncio, fgh.entry, fgh.prices, fgh.stock\n\
         found = {{**vars(fgh.entry), **vars(fgh.prices), **vars(fgh.stock)}}\n\
         assert all(asyncio.iscoroutinefunction(found[name]) for name in {names:?})\n"
    );
    said(&mut python(&project.copy, Mode::Plain, &["-c", &check]));
    let lint = asyncshift(&project, &["lint", "--select", "AS1"]);
    assert_eq!(lint.status, Some(0), "{}", lint.stdout);
}

#[test]
fn readme_shows_what_is_printed() {
    let folder = tempfile::tempdir().expect("there is room for a copy");
    let project = copy_project("readme", folder.path()).expect("the project is bundled");
    let readme = include_str!("../README.md");
    let lint = asyncshift(&project, &["lint"]);
    assert_eq!(lint.status, Some(1), "{}", lint.stderr);
    for text in [&lint.stdout, &lint.stderr] {
        assert!(readme.contains(text.trim()), "README.md lacks:\n{text}");
    }
    let diff = asyncshift(&project, &["fix"]).stdout;
    let files: Vec<&str> = diff.split("diff --git ").collect();
    assert_eq!(files.len(), 4, "the helper and two files: {diff}");
    for file in files.iter().filter(|file| file.starts_with("a/app") || file.starts_with("a/store")) {
        let (_, shown) = file.split_once('\n').expect("a diff has lines");
        assert!(readme.contains(shown), "README.md lacks:\n{shown}");
    }
}
