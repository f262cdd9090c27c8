//! Conversions of small programs: the exact text, the reasons of what stays, and that it runs as before.
//!
//! `ASYNCSHIFT_BLESS=1` rewrites the expected files. A fixture without one must stay untouched.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use asyncshift::driver::{Analysis, Conversion};
use asyncshift::plan::{KeepReason, Verdict};
use asyncshift::rewrite::runtime_source;
use asyncshift::semantic::FunctionKind;
use rayon::prelude::*;

use crate::support::{
    Fixture, annotations, convert_folder, fixtures, fixtures_folder, read_project, write_project,
};

/// The helper that a conversion adds; it has tests of its own.
const HELPER: &str = "_asyncshift.py";

#[test]
fn conversions_are_as_expected_and_run_as_before() {
    let failures: Vec<String> = fixtures("fix").par_iter().flat_map(check).collect();
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

fn check(fixture: &Fixture) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = (folder.path().join("before"), folder.path().join("after"));
    write_project(&before, &fixture.files);
    write_project(&after, &fixture.files);
    let (analysis, conversion) = convert_folder(&after);
    let mut failures = Vec::new();
    for refused in &conversion.refused {
        failures.push(format!("{} is refused: {}", refused.display, refused.reason));
    }
    failures.extend(kept_as_annotated(fixture, &analysis, &conversion));
    apply(&conversion);
    failures.extend(text_as_expected(fixture, &after));
    failures.extend(runs_as_before(&before, &after, main_file(fixture)));
    let (_, again) = convert_folder(&after);
    failures.extend(again.edits.iter().map(|edit| format!("a second run changes {}", edit.display)));
    failures.into_iter().map(|failure| format!("{}: {failure}", fixture.name)).collect()
}

fn apply(conversion: &Conversion) {
    for edit in &conversion.edits {
        fs::write(&edit.path, &edit.new).unwrap();
    }
}

fn main_file(fixture: &Fixture) -> &str {
    let main = fixture.files.iter().find(|(name, _)| name == "main.py").or(fixture.files.first());
    main.map_or("main.py", |(name, _)| name)
}

/// `#~ keep: reason` stands on the `def` line of every function that blocks and stays.
fn kept_as_annotated(fixture: &Fixture, analysis: &Analysis, conversion: &Conversion) -> Vec<String> {
    let mut found: BTreeSet<(String, u32, String)> = BTreeSet::new();
    for (function, verdict) in &conversion.plan.verdicts {
        let (Verdict::Bridge(reason) | Verdict::Keep(reason)) = verdict else { continue };
        let (module, local) = analysis.program.locate_function(*function);
        let item = &analysis.program.facts(module).functions[local];
        // That module code and lambdas stay needs no word in every fixture.
        if item.kind != FunctionKind::Def {
            assert!(
                matches!(reason, KeepReason::ModuleLevel | KeepReason::Lambda),
                "{}: {reason}",
                fixture.name
            );
            continue;
        }
        let file = analysis.file(module);
        let line = file.text.line_column(item.name_range.start()).line;
        found.insert((file.source.display.replace('\\', "/"), line, reason.to_string()));
    }
    let wanted: BTreeSet<(String, u32, String)> = fixture
        .files
        .iter()
        .flat_map(|(name, text)| {
            annotations(text).map(move |(line, annotation)| {
                let reason = annotation.strip_prefix("keep: ").expect("fix fixtures annotate what is kept");
                (name.clone(), line, reason.to_owned())
            })
        })
        .collect();
    let missing =
        wanted.difference(&found).map(|(file, line, reason)| format!("{file}:{line}: is not kept: {reason}"));
    let noisy =
        found.difference(&wanted).map(|(file, line, reason)| format!("{file}:{line}: is kept: {reason}"));
    missing.chain(noisy).collect()
}

fn text_as_expected(fixture: &Fixture, after: &Path) -> Vec<String> {
    let is_folder = fixtures_folder("fix").join(&fixture.name).is_dir();
    let expected = fixtures_folder("fix").join(if is_folder {
        format!("{}.after", fixture.name)
    } else {
        format!("{}.after.py", fixture.name)
    });
    let found: Vec<(String, String)> = read_project(after)
        .into_iter()
        .filter(|(name, text)| !(name.ends_with(HELPER) && text == runtime_source()))
        .collect();
    let is_changed = found != fixture.files;
    if std::env::var_os("ASYNCSHIFT_BLESS").is_some() {
        bless(&expected, is_folder, is_changed.then_some(&found));
    }
    let wanted = match (expected.exists(), is_folder) {
        (false, _) => fixture.files.clone(),
        (true, true) => read_project(&expected),
        (true, false) => vec![(fixture.files[0].0.clone(), fs::read_to_string(&expected).unwrap())],
    };
    let names = |files: &[(String, String)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    if names(&found) != names(&wanted) {
        return vec![format!("files are {:?}, not {:?}", names(&found), names(&wanted))];
    }
    found
        .iter()
        .zip(&wanted)
        .filter(|(found, wanted)| found.1 != wanted.1)
        .map(|(found, wanted)| format!("{}\n---- expected\n{}\n---- found\n{}", found.0, wanted.1, found.1))
        .collect()
}

fn bless(expected: &Path, is_folder: bool, found: Option<&Vec<(String, String)>>) {
    if is_folder && expected.exists() {
        fs::remove_dir_all(expected).unwrap();
    } else if expected.exists() {
        fs::remove_file(expected).unwrap();
    }
    let Some(files) = found else { return };
    if !is_folder {
        fs::write(expected, &files[0].1).unwrap();
        return;
    }
    for (name, text) in files {
        let path = expected.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Runs both; the converted one a second time with all that asyncio and Python can find fault with.
fn runs_as_before(before: &Path, after: &Path, main: &str) -> Vec<String> {
    let mut failures = Vec::new();
    let wanted = python(before, &[main]);
    if !wanted.0 {
        failures.push(format!("fails before the conversion: {}", wanted.2));
    }
    for arguments in [&[main][..], &["-X", "dev", "-W", "error", main]] {
        let found = python(after, arguments);
        let is_clean =
            !["Warning", "Exception ignored", "Traceback"].iter().any(|word| found.2.contains(word));
        if !found.0 || !is_clean || found.1 != wanted.1 {
            failures.push(format!(
                "{arguments:?} says\n{}{}---- before the conversion\n{}",
                found.1, found.2, wanted.1
            ));
        }
    }
    failures
}

/// Whether it ended well, what it printed, and what it printed about itself.
fn python(folder: &Path, arguments: &[&str]) -> (bool, String, String) {
    let mut command = Command::new("python3");
    command.args(arguments).current_dir(folder).env("PYTHONDONTWRITEBYTECODE", "1");
    if arguments.contains(&"dev") {
        command.env("PYTHONASYNCIODEBUG", "1");
    }
    let output = command.output().expect("python3 is installed where these tests run");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.success(), text(&output.stdout), text(&output.stderr))
}
