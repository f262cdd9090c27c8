//! Annotated Python: every finding and every edge is expected, and everything that is expected is there.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use asyncshift::check::Finding;
use asyncshift::driver::Analysis;
use asyncshift::graph::{CallEdge, Confidence, EdgeKind};
use asyncshift::rules::CheckCategory;

use crate::support::{
    analyse_folder, annotations, fixtures, line_of, lint_files, lint_fixture, settings, write_project,
};

#[test]
fn findings_are_those_that_are_annotated() {
    let mut failures = String::new();
    for fixture in fixtures("lint") {
        let (analysis, findings) = lint_fixture(&fixture.files);
        let findings = by_place(&findings);
        let mut found: Vec<(String, u32, &Finding)> = findings
            .iter()
            .map(|finding| (path(&analysis, finding), line_of(&analysis, finding), finding))
            .collect();
        for (name, text) in &fixture.files {
            for (line, wanted) in annotations(text) {
                let (code, words) = wanted.split_once(": ").unwrap_or((wanted, ""));
                let fits = |(file, at, finding): &(String, u32, &Finding)| {
                    file == name && *at == line && finding.code == code && says(finding, words)
                };
                match found.iter().position(fits) {
                    Some(index) => {
                        found.remove(index);
                    }
                    None => writeln!(failures, "{}/{name}:{line}: missing {wanted}", fixture.name).unwrap(),
                }
            }
        }
        for (file, line, finding) in found {
            let chain = chain(finding);
            writeln!(
                failures,
                "{}/{file}:{line}: noisy {}: {} [{chain}]",
                fixture.name, finding.code, finding.message
            )
            .unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

#[test]
fn each_check_fires_where_its_snapshot_says() {
    let mut places: BTreeMap<String, String> = BTreeMap::new();
    for fixture in fixtures("lint") {
        let (analysis, findings) = lint_fixture(&fixture.files);
        for finding in &findings {
            let list = places.entry(finding.code.clone()).or_default();
            let (file, line) = (path(&analysis, finding), line_of(&analysis, finding));
            let folder = if fixture.files.len() > 1 { format!("{}/", fixture.name) } else { String::new() };
            writeln!(list, "{folder}{file}:{line} {}", finding.message).unwrap();
        }
    }
    for (code, list) in places {
        insta::assert_snapshot!(code, list);
    }
}

#[test]
fn sync_code_blocks_no_loop() {
    for fixture in fixtures("lint") {
        let stripped: Vec<(String, String)> =
            fixture.files.iter().map(|(name, text)| (name.clone(), without_async(text))).collect();
        let (_, findings) = lint_files(&stripped);
        let blocking: Vec<&Finding> =
            findings.iter().filter(|finding| finding.category == CheckCategory::Blocking).collect();
        assert!(blocking.is_empty(), "{}: {blocking:#?}", fixture.name);
    }
}

#[test]
fn edges_are_those_that_are_annotated() {
    let mut failures = String::new();
    for fixture in fixtures("graph") {
        let folder = tempfile::tempdir().unwrap();
        write_project(folder.path(), &fixture.files);
        let analysis = analyse_folder(folder.path(), &settings());
        let mut found: Vec<(String, u32, String)> =
            analysis.graph.edges().filter_map(|(_, edge)| edge_label(&analysis, edge)).collect();
        for (name, text) in &fixture.files {
            for (line, annotation) in annotations(text) {
                let wanted = annotation.strip_prefix("edge: ").expect("graph fixtures have edges only");
                match found
                    .iter()
                    .position(|(file, at, label)| file == name && *at == line && label == wanted)
                {
                    Some(index) => {
                        found.remove(index);
                    }
                    None => writeln!(failures, "{}/{name}:{line}: missing {wanted}", fixture.name).unwrap(),
                }
            }
        }
        for (file, line, label) in found {
            writeln!(failures, "{}/{file}:{line}: noisy {label}", fixture.name).unwrap();
        }
    }
    assert!(failures.is_empty(), "\n{failures}");
}

/// Findings, each place of those that share a cause by itself.
fn by_place(findings: &[Finding]) -> Vec<Finding> {
    let places = |finding: &Finding| {
        let places = if finding.places.is_empty() { vec![finding.place()] } else { finding.places.clone() };
        let one = finding.clone();
        places.into_iter().map(move |place| Finding {
            file: place.file,
            spot: place.spot,
            chain: place.chain,
            places: Vec::new(),
            ..one.clone()
        })
    };
    findings.iter().flat_map(places).collect()
}

fn path(analysis: &Analysis, finding: &Finding) -> String {
    analysis.files[finding.file as usize].source.display.replace('\\', "/")
}

/// Whether the message, or the names along the chain, contain `words`.
fn says(finding: &Finding, words: &str) -> bool {
    finding.message.contains(words) || chain(finding).contains(words)
}

fn chain(finding: &Finding) -> String {
    finding.chain.iter().map(|hop| hop.label.as_str()).collect::<Vec<_>>().join(" > ")
}

/// File, line and `[kind ]callee` of an edge to the program or a builtin that is not just possible.
fn edge_label(analysis: &Analysis, edge: &CallEdge) -> Option<(String, u32, String)> {
    let kind = match edge.kind {
        EdgeKind::Call => "",
        EdgeKind::Implicit => "implicit ",
        EdgeKind::Await => "await ",
        EdgeKind::Iterate => "iterate ",
        EdgeKind::Enter => "enter ",
        EdgeKind::Decorate => "decorate ",
        EdgeKind::Override => "override ",
        EdgeKind::Reference => return None,
        EdgeKind::Offload => "offload ",
        EdgeKind::RunLoop => "run ",
        EdgeKind::Schedule => "schedule ",
    };
    let callee = if let Some(function) = analysis.graph.function(edge.callee) {
        analysis.program.function_name(function)
    } else {
        let name = analysis.graph.external_name(edge.callee)?;
        name.starts_with("builtins.").then(|| name.to_owned())?
    };
    let file = analysis.file(edge.module);
    let line = file.text.line_column(edge.range.start()).line;
    let label = format!("{kind}{callee}");
    (edge.confidence > Confidence::Possible).then(|| (file.source.display.replace('\\', "/"), line, label))
}

/// The text with every `async` and `await` taken out; that such words in strings go too does no harm.
fn without_async(text: &str) -> String {
    let mut stripped = String::new();
    let mut word = String::new();
    let flush = |word: &mut String, acc: &mut String| -> bool {
        let is_keyword = word == "async" || word == "await";
        if !is_keyword {
            acc.push_str(word);
        }
        word.clear();
        is_keyword
    };
    let mut skip_space = false;
    for character in text.chars() {
        if character.is_alphanumeric() || character == '_' {
            word.push(character);
            skip_space = false;
            continue;
        }
        let is_removed = flush(&mut word, &mut stripped);
        let is_gap = is_removed || skip_space;
        skip_space = is_gap && character == ' ';
        if !skip_space {
            stripped.push(character);
        }
    }
    flush(&mut word, &mut stripped);
    stripped
}
