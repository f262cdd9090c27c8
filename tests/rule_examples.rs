//! The examples of the files that describe libraries are true: what becomes of code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::PathBuf;

use asyncshift::driver::run_example;
use asyncshift::rules::{ExampleOutcome, Knowledge};

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
