//! Reports for other programs, through the binary, on a project whose names need escaping everywhere. What the programs
//! themselves say of them is checked by `tests/bench/formats.py`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::project;

/// Windows allows fewer names.
const HARD_NAME: &str =
    if cfg!(windows) { "é 日本/a%20b#,[c].py" } else { "é 日本/a%20b,c:d\"'<&]]>?#\n\\\u{1b}[1me.py" };

const HARD: &str = "import time\r\n\r\n\r\nasync def ñ():\r\n\té = [\"日本\", time.sleep(1)]\r\n";

const SHARED: &str = "import time\n\n\ndef nap():\n    time.sleep(\n        1)\n\n\n\
    def doze():\n    nap()\n\n\nasync def f():\n    x = '日本'; doze()\n\n\nasync def g():\n    doze()\n";

fn hard_project() -> TempDir {
    let folder =
        project(&[(".git/HEAD", ""), ("pyproject.toml", ""), (HARD_NAME, HARD), ("in/b.py", SHARED)]);
    fs::write(folder.path().join("in/bad.py"), b"x = '\xff'\n").unwrap();
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_asyncshift"))
        .arg("lint")
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap()
}

fn lint(folder: &Path, arguments: &[&str]) -> String {
    let output = run(folder, arguments);
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    serde_json::from_str(&lint(folder, arguments)).unwrap()
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

/// The bytes behind the `%` and two digits of an address or a command.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if let (b'%', [high, low, tail @ ..]) = (first, tail) {
            let digits = String::from_utf8(vec![*high, *low]).unwrap();
            bytes.push(u8::from_str_radix(&digits, 16).unwrap());
            rest = tail;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// What a SARIF region covers, in characters; lines end as in the source.
fn covered(folder: &Path, location: &Value) -> String {
    let place = &location["physicalLocation"];
    let source = fs::read_to_string(folder.join(decoded(text(&place["artifactLocation"]["uri"])))).unwrap();
    let lines: Vec<Vec<char>> = source.split_inclusive('\n').map(|line| line.chars().collect()).collect();
    let number = |key: &str| place["region"][key].as_u64().unwrap() as usize;
    let offset =
        |line: usize, column: usize| lines[..line - 1].iter().map(Vec::len).sum::<usize>() + column - 1;
    let (start, end) =
        (offset(number("startLine"), number("startColumn")), offset(number("endLine"), number("endColumn")));
    lines.concat()[start..end].iter().collect()
}

#[test]
fn sarif_covers_the_code_and_the_way_to_it() {
    let folder = hard_project();
    let sarif = json(folder.path(), &["--format", "sarif"]);
    let run = &sarif["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    assert_eq!(run["invocations"][0]["exitCode"], 1);
    let results = array(&run["results"]);
    assert_eq!(results.len(), 3);
    for result in results {
        let rule = &run["tool"]["driver"]["rules"][result["ruleIndex"].as_u64().unwrap() as usize];
        assert_eq!(rule["id"], result["ruleId"]);
        assert!(text(&rule["help"]["markdown"]).contains(text(&rule["help"]["text"])));
    }
    let with_code =
        |code: &str| -> Vec<&Value> { results.iter().filter(|result| result["ruleId"] == code).collect() };
    let sleeps = with_code("AS101");
    let shared = sleeps.iter().find(|result| result["codeFlows"].is_array()).unwrap();
    let alone = sleeps.iter().find(|result| result["codeFlows"].is_null()).unwrap();
    assert_eq!(covered(folder.path(), &alone["locations"][0]), "time.sleep(1)");
    assert_eq!(covered(folder.path(), &shared["locations"][0]), "nap()");
    let flows: Vec<Vec<String>> = array(&shared["codeFlows"])
        .iter()
        .map(|flow| {
            let steps = array(&flow["threadFlows"][0]["locations"]);
            steps.iter().map(|step| covered(folder.path(), &step["location"])).collect()
        })
        .collect();
    let way = ["doze()", "nap()", "time.sleep(\n        1)"].map(str::to_owned).to_vec();
    assert_eq!(flows, [way.clone(), way]);
    let roots: Vec<&str> = array(&shared["relatedLocations"])
        .iter()
        .map(|place| text(&place["logicalLocations"][0]["fullyQualifiedName"]))
        .collect();
    assert_eq!(roots, ["in.b.f", "in.b.g"]);
    assert_eq!(with_code("AS003").len(), 1);
}

#[test]
fn fingerprints_differ_and_stay_when_lines_move() {
    let folder = hard_project();
    let fingerprints = |format: &str| -> BTreeSet<String> {
        let report = json(folder.path(), &["--format", format]);
        let found = match format {
            "gitlab" => array(&report).iter().map(|issue| text(&issue["fingerprint"]).to_owned()).collect(),
            _ => array(&report["runs"][0]["results"])
                .iter()
                .map(|result| text(&result["partialFingerprints"]["asyncshift/v1"]).to_owned())
                .collect::<Vec<_>>(),
        };
        let unique: BTreeSet<String> = found.iter().cloned().collect();
        assert_eq!(unique.len(), found.len());
        unique
    };
    let before = fingerprints("sarif");
    assert_eq!(fingerprints("gitlab"), before);
    let moved = SHARED.replace("def doze", "# a line more\n\n\ndef doze").replace("doze", "slumber");
    fs::write(folder.path().join("in/b.py"), moved).unwrap();
    assert_eq!(fingerprints("sarif"), before);
}

#[test]
fn github_has_a_command_for_each_place() {
    let folder = hard_project();
    let report = lint(folder.path(), &["--format", "github"]);
    let mut places = Vec::new();
    for line in report.lines() {
        let (head, message) = line.strip_prefix("::").unwrap().split_once("::").unwrap();
        let (command, properties) = head.split_once(' ').unwrap();
        assert!(["error", "warning", "notice"].contains(&command), "{command}");
        let property = |wanted: &str| {
            let found = properties.split(',').find_map(|property| {
                property.split_once('=').filter(|(key, _)| *key == wanted).map(|(_, value)| decoded(value))
            });
            found.unwrap_or_else(|| panic!("no {wanted} in {line}"))
        };
        assert!(folder.path().join(property("file")).is_file(), "{line}");
        assert!(property("title").starts_with("asyncshift AS"));
        if property("file") == "in/b.py" {
            places.push((property("line"), decoded(message).lines().nth(1).unwrap().to_owned()));
        }
    }
    assert_eq!(report.lines().count(), 4);
    let chain = |root: &str, line: &str| {
        let way = format!("in.b.doze (in/b.py:{line}) -> in.b.nap (in/b.py:10) -> time.sleep (in/b.py:5)");
        (line.to_owned(), format!("chain: {root} -> {way}"))
    };
    assert_eq!(places, [chain("in.b.f", "14"), chain("in.b.g", "18")]);
}

#[test]
fn gitlab_has_an_issue_for_each_finding() {
    let folder = hard_project();
    let report = json(folder.path(), &["--format", "gitlab"]);
    assert_eq!(array(&report).len(), 3);
    for issue in array(&report) {
        assert!(folder.path().join(text(&issue["location"]["path"])).is_file(), "{issue}");
        assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
        assert!(["info", "minor", "major", "critical", "blocker"].contains(&text(&issue["severity"])));
        assert!(!text(&issue["description"]).is_empty() && !text(&issue["check_name"]).is_empty());
    }
}

#[test]
fn junit_escapes_and_counts() {
    let folder = hard_project();
    let report = lint(folder.path(), &["--format", "junit"]);
    assert!(report.contains("tests=\"3\" failures=\"3\" errors=\"0\""));
    assert_eq!(report.matches("<testcase ").count(), 3);
    assert_eq!(report.matches("</testcase>").count(), 3);
    if cfg!(not(windows)) {
        assert!(report.contains("c:d&quot;'&lt;&amp;]]&gt;?#&#10;\\\u{fffd}[1me"), "{report}");
    }
    fs::remove_dir_all(folder.path().join("in")).unwrap();
    fs::remove_dir_all(folder.path().join("é 日本")).unwrap();
    fs::write(folder.path().join("a.py"), "").unwrap();
    let clean = run(folder.path(), &["--format", "junit"]);
    assert_eq!(clean.status.code(), Some(0));
    assert!(String::from_utf8(clean.stdout).unwrap().contains("tests=\"1\" failures=\"0\""));
}

#[test]
fn json_lines_are_the_findings_of_json() {
    let folder = hard_project();
    let whole = json(folder.path(), &["--format", "json"]);
    let lines: Vec<Value> = lint(folder.path(), &["--format", "json-lines"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines, array(&whole["findings"]));
}

#[test]
fn paths_start_at_the_top_of_the_repository() {
    let folder = hard_project();
    let inside = folder.path().join("in");
    assert!(lint(&inside, &["--format", "concise", "."]).starts_with("b.py:"));
    assert!(lint(&inside, &["--format", "github", "."]).contains(" file=in/b.py,"));
    assert!(lint(&inside, &["--format", "sarif", "."]).contains("\"uri\":\"in/b.py\""));
    assert!(lint(&inside, &["--format", "gitlab", "."]).contains("\"path\":\"in/b.py\""));
    assert!(lint(&inside, &["--format", "junit", "."]).contains("classname=\"in.b\""));
}

#[test]
fn several_formats_are_one_run() {
    let folder = hard_project();
    let old = "x".repeat(1 << 20);
    fs::write(folder.path().join("lint.sarif"), old).unwrap();
    let words = ["--format", "full", "--format", "sarif=lint.sarif", "--format", "junit=lint.xml"];
    let full = lint(folder.path(), &words);
    assert_eq!(full, lint(folder.path(), &["--format", "full"]));
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    assert_eq!(read("lint.sarif"), lint(folder.path(), &["--format", "sarif"]));
    assert_eq!(read("lint.xml"), lint(folder.path(), &["--format", "junit"]));
}

#[test]
fn a_run_without_a_report_here_says_how_it_ended() {
    let folder = hard_project();
    let output = run(folder.path(), &["--format", "sarif=lint.sarif", "--statistics"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(1), 0));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("AS101 blocking-sleep\n") && said.contains("Found 3 findings"), "{said}");
    let quiet = run(folder.path(), &["--format", "sarif=lint.sarif", "--quiet"]);
    assert_eq!((quiet.stdout.len(), quiet.stderr.len()), (0, 0));
}

#[test]
fn quiet_prints_findings_only() {
    let folder = hard_project();
    let loud = lint(folder.path(), &["--format", "concise"]);
    let quiet = lint(folder.path(), &["--format", "concise", "-q"]);
    assert!(loud.starts_with(&quiet) && loud.len() > quiet.len());
    assert!(!quiet.contains("Found"), "{quiet}");
}
