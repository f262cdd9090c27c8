//! Fixture projects: finds them, copies them to a temporary folder, analyses and converts them there.

#![allow(dead_code, unreachable_pub, reason = "each test file uses its part")]

use std::fs;
use std::path::{Path, PathBuf};

use asyncshift::base::{Selection, Settings};
use asyncshift::check::{Finding, Spot};
use asyncshift::driver::{
    AnalyseRequest, Analysis, Conversion, ConvertRequest, LintRequest, analyse, convert, lint,
};
use asyncshift::graph::Confidence;
use asyncshift::io::read_configuration;
use asyncshift::plan::PlanScope;
use asyncshift::rules::{Knowledge, Selected};
use tempfile::TempDir;

/// A project of one file, or of a folder of files.
pub struct Fixture {
    /// Its name: that of the file or folder, without an extension.
    pub name: String,
    /// Paths within the project with their texts, sorted.
    pub files: Vec<(String, String)>,
}

/// The folder of all fixtures of a kind.
pub fn fixtures_folder(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(kind)
}

/// All fixtures of a kind, sorted by name; what has a dot in its name (`x.after.py`) is part of another.
pub fn fixtures(kind: &str) -> Vec<Fixture> {
    let folder = fixtures_folder(kind);
    let mut found: Vec<Fixture> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() || path.extension().is_some_and(|extension| extension == "py"))
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap();
            let name = name.strip_suffix(".py").unwrap_or(name).to_owned();
            Fixture { name, files: read_project(&path) }
        })
        .filter(|fixture| !fixture.name.contains('.'))
        .collect();
    found.sort_by(|left, right| left.name.cmp(&right.name));
    assert!(!found.is_empty(), "no fixtures in {}", folder.display());
    found
}

/// The Python files of a folder, or the one file, by paths with `/`.
pub fn read_project(path: &Path) -> Vec<(String, String)> {
    if path.is_file() {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        return vec![(name, fs::read_to_string(path).unwrap())];
    }
    let mut files = Vec::new();
    collect(path, "", &mut files);
    files.sort();
    files
}

fn collect(folder: &Path, prefix: &str, acc: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
        if path.is_dir() {
            collect(&path, &format!("{name}/"), acc);
        } else if path.extension().is_some_and(|extension| extension == "py") || name == "asyncshift.toml" {
            acc.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
}

/// Writes a project into `folder`, which is made.
pub fn write_project(folder: &Path, files: &[(String, String)]) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("pyproject.toml"), "").unwrap();
    for (name, text) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// A folder with these files, each a path within it and a text.
pub fn project(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    folder
}

/// Settings of every fixture: all checks, one thread.
pub fn settings() -> Settings {
    Settings {
        selection: Selection {
            select: Some(vec!["ALL".to_owned()]),
            // What is not known is the call graph's affair, and its fixtures'.
            ignore: vec!["unresolved-call".to_owned()],
            ..Selection::default()
        },
        jobs: Some(1),
        ..Settings::default()
    }
}

/// Analyses the project in `folder`.
pub fn analyse_folder(folder: &Path, settings: &Settings) -> Analysis {
    analyse(&AnalyseRequest {
        paths: &[folder.to_path_buf()],
        current_dir: folder,
        settings_dir: None,
        settings,
        knowledge: Knowledge::embedded(),
        least: Confidence::Probable,
        progress: &|_| {},
    })
    .unwrap()
}

/// What all checks find in files.
pub fn lint_files(files: &[(String, String)]) -> (Analysis, Vec<Finding>) {
    findings_of(files, &settings())
}

/// What these settings find in files.
pub fn findings_of(files: &[(String, String)], settings: &Settings) -> (Analysis, Vec<Finding>) {
    let folder = tempfile::tempdir().unwrap();
    write_project(folder.path(), files);
    let analysis = analyse_folder(folder.path(), settings);
    let selected = Selected::resolve(&settings.selection, Knowledge::embedded()).unwrap();
    let findings = lint(&LintRequest {
        analysis: &analysis,
        settings_dir: None,
        settings,
        knowledge: Knowledge::embedded(),
        selected: &selected,
        least: Confidence::Probable,
    })
    .unwrap();
    (analysis, findings)
}

/// What a fixture's checks find in it: those that are on unasked, and those that an annotation names.
pub fn lint_fixture(files: &[(String, String)]) -> (Analysis, Vec<Finding>) {
    let named = files.iter().flat_map(|(_, text)| annotations(text));
    let codes = named.map(|(_, wanted)| wanted.split(':').next().unwrap_or_default().trim().to_owned());
    let known = |code: &String| Knowledge::embedded().check(code).is_some();
    let selection = Selection { extend_select: codes.filter(known).collect(), ..Selection::default() };
    findings_of(files, &Settings { selection, ..settings() })
}

/// The line of a finding, from 1.
pub fn line_of(analysis: &Analysis, finding: &Finding) -> u32 {
    match finding.spot {
        Spot::Line(line) => line,
        Spot::Text(range) => analysis.files[finding.file as usize].text.line_column(range.start()).line,
    }
}

/// What the fixer makes of the project in `folder`; nothing is written.
pub fn convert_folder(folder: &Path) -> (Analysis, Conversion) {
    let mut settings = settings();
    if let Ok(found) = read_configuration(&folder.join("asyncshift.toml")) {
        settings.conversion = found.settings.conversion;
        settings.prefer = found.settings.prefer;
        settings.target_version = found.settings.target_version.or(settings.target_version);
    }
    let analysis = analyse_folder(folder, &settings);
    let conversion = convert(&ConvertRequest {
        analysis: &analysis,
        settings: &settings,
        knowledge: Knowledge::embedded(),
        scope: &PlanScope::default(),
        earlier: None,
        progress: &|_| {},
    })
    .unwrap();
    (analysis, conversion)
}

/// What a line's `#~` annotations say, with the line, from 1.
pub fn annotations(text: &str) -> impl Iterator<Item = (u32, &str)> {
    text.lines()
        .zip(1..)
        .flat_map(|(line, number)| line.split("#~").skip(1).map(move |part| (number, part.trim())))
}
