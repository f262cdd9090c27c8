//! The examples of the checks are true: each check reports its bad code, and not its good code.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use asyncshift::base::{Selection, Settings};
use asyncshift::io::read_configuration;
use asyncshift::rules::{CheckRule, Knowledge};

use crate::support::{findings_of, project, settings};

/// The one file of an example's project; no library has its name.
const FILE: &str = "app.py";

/// What no text of a file can show, or only one that is no Python, or one whose name says that it is a test.
const WITHOUT_EXAMPLES: [&str; 4] = ["AS001", "AS002", "AS003", "AS114"];

#[test]
fn bad_code_is_reported_and_good_code_is_not() {
    let mut failures = Vec::new();
    for check in Knowledge::embedded().checks() {
        for (index, example) in check.examples.iter().enumerate() {
            let (bad, good) = (
                count(check, &example.bad, &example.settings),
                count(check, &example.good, &example.settings),
            );
            if bad == 0 || good > 0 {
                let place = format!("{} {} example {index}", check.code, check.name);
                failures.push(format!("{place}: {bad} findings in bad, {good} in good"));
            }
        }
    }
    assert!(failures.is_empty(), "\n{}", failures.join("\n"));
}

#[test]
fn every_check_has_an_example() {
    let lacks = |check: &&CheckRule| check.examples.is_empty() && !WITHOUT_EXAMPLES.contains(&&*check.code);
    let lacking: Vec<&str> =
        Knowledge::embedded().checks().iter().filter(lacks).map(|check| &*check.code).collect();
    assert!(lacking.is_empty(), "without an example: {lacking:?}");
}

/// How many findings of a check a text has, when the check is the only one that is selected.
fn count(check: &CheckRule, text: &str, configuration: &str) -> usize {
    // What checks comments about other checks needs those.
    let select = if check.code.starts_with("AS0") { "ALL" } else { &*check.code };
    let selection = Selection { select: Some(vec![select.to_owned()]), ..Selection::default() };
    let folder = project(&[("asyncshift.toml", configuration)]);
    let own = read_configuration(&folder.path().join("asyncshift.toml")).unwrap().settings;
    let settings = Settings { selection, jobs: settings().jobs, ..own };
    let (_, findings) = findings_of(&[(FILE.to_owned(), text.to_owned())], &settings);
    findings.iter().filter(|finding| finding.code == *check.code).count()
}
