//! The examples of the rule files are true: what becomes of code, and what checks report.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::path::PathBuf;

use asyncshift::driver::run_example;
use asyncshift::rules::{ExampleOutcome, Knowledge};

use crate::support::lint_files;

/// The one file of an example's project; no library has its name.
const FILE: &str = "example.py";

#[test]
fn library_examples_become_what_they_say() {
    let mut failures = Vec::new();
    for library in Knowledge::embedded().libraries() {
        for example in &library.examples {
            let found = run_example(Knowledge::embedded(), example).unwrap();
            let wanted: &str = match &example.outcome {
                ExampleOutcome::After(after) => after,
                ExampleOutcome::Untouched => &example.before,
            };
            if found != wanted {
                let (name, why) = (&library.name, &example.why);
                failures.push(format!("{name}: {why}\n---- expected\n{wanted}\n---- found\n{found}"));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn check_examples_are_bad_and_good() {
    let mut failures = Vec::new();
    for check in Knowledge::embedded().checks() {
        for (index, example) in check.examples.iter().enumerate() {
            let count = |text: &str| {
                let (_, findings) = lint_files(&[(FILE.to_owned(), text.to_owned())]);
                findings.iter().filter(|finding| finding.code == *check.code).count()
            };
            let (bad, good) = (count(&example.bad), count(&example.good));
            if bad == 0 || good > 0 {
                failures
                    .push(format!("{} example {index}: {bad} findings in bad, {good} in good", check.code));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn every_library_file_has_an_example_of_each_kind() {
    let mut missing = Vec::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules/libraries")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            if !text.contains("\nafter = ") || !text.contains("\nuntouched = true") {
                missing.push(path);
            }
        }
    }
    assert!(missing.is_empty(), "without an example that changes, or one that stays: {missing:?}");
}
