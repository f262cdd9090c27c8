//! Keeps the house in order: reads the table in `docs/architecture.md` and the sources under `src/`.

mod house {
    pub(crate) mod imports;
    pub(crate) mod source;
    pub(crate) mod table;
}

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use house::imports::{Order, imports};
use house::source::{SourceCode, sources};
use house::table::Table;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Crates and modules of the system that the table may give to a floor, as they are written in code.
const RESTRICTED: [&str; 16] = [
    "anyhow",
    "anstream",
    "anstyle",
    "clap",
    "encoding_rs",
    "ignore",
    "indicatif",
    "rayon",
    "rustpython_ast",
    "rustpython_parser",
    "rustpython_text_size",
    "similar",
    "std::env",
    "std::fs",
    "std::process",
    "toml",
];

fn house() -> (Table, Vec<SourceCode>) {
    let root = Path::new(ROOT);
    let text = fs::read_to_string(root.join("docs/architecture.md")).expect("the table is there");
    (Table::read(&text), sources(&root.join("src")))
}

fn assert_none(complaints: &[String]) {
    assert!(complaints.is_empty(), "\n{}", complaints.join("\n"));
}

#[test]
fn every_folder_is_a_floor() {
    let (table, files) = house();
    let folders: BTreeSet<&str> = files.iter().filter_map(SourceCode::floor).collect();
    let floors: BTreeSet<&str> = table.floors().collect();
    assert_eq!(folders, floors, "left: folders of src, right: rows of the table");
}

#[test]
fn every_file_says_what_it_owns() {
    let (_, files) = house();
    let silent = |file: &&SourceCode| {
        let first = file.text.lines().next().unwrap_or_default();
        let sentence: String =
            file.text.lines().map_while(|line| line.strip_prefix("//! ")).collect::<Vec<_>>().join(" ");
        !first.starts_with("//! ") || !sentence.contains(['.', ':'])
    };
    let complaints: Vec<_> = files
        .iter()
        .filter(silent)
        .map(|file| format!("{} opens without a `//!` sentence", file.path))
        .collect();
    assert_none(&complaints);
}

#[test]
fn no_floor_imports_upwards() {
    let (table, files) = house();
    let mut complaints = Vec::new();
    for file in &files {
        let Some(floor) = file.floor() else { continue };
        for import in imports(&file.code) {
            let target = import.path[0].as_str();
            if target != floor && table.is_floor(target) && table.number(target) >= table.number(floor) {
                complaints.push(format!(
                    "{}:{} imports crate::{}, but `{floor}` is floor {} and `{target}` is floor {}",
                    file.path,
                    import.line,
                    import.path.join("::"),
                    table.number(floor),
                    table.number(target),
                ));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn files_import_only_from_files_listed_above_them() {
    let (_, files) = house();
    let order = Order::of(&files);
    let mut complaints = Vec::new();
    for file in &files {
        for import in imports(file.code_without_tests()) {
            if let Some(target) = order.later(file, &import) {
                complaints.push(format!(
                    "{}:{} imports `{target}`, which its mod.rs lists below it",
                    file.path, import.line
                ));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn no_files_import_each_other_in_a_circle() {
    let (_, files) = house();
    let order = Order::of(&files);
    let mut edges: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in &files {
        let targets = edges.entry(file.path.as_str()).or_default();
        for import in imports(file.code_without_tests()) {
            targets.extend(order.file_of(&import).filter(|target| *target != file.path));
        }
    }
    // What imports nothing that is left is on no circle.
    loop {
        let free: Vec<&str> =
            edges.iter().filter(|(_, targets)| targets.is_empty()).map(|(file, _)| *file).collect();
        if free.is_empty() {
            break;
        }
        edges.retain(|file, _| !free.contains(file));
        for targets in edges.values_mut() {
            targets.retain(|target| !free.contains(target));
        }
    }
    assert!(edges.is_empty(), "on a circle, or above one: {edges:#?}");
}

#[test]
fn crates_stay_on_their_floors() {
    let (table, files) = house();
    let mut complaints = Vec::new();
    for file in &files {
        // `main.rs` and `lib.rs` stand on no floor; only the first needs the system, for its exit code.
        let Some(floor) = file.floor() else { continue };
        for name in RESTRICTED {
            if file.names(name) && !table.may_use(floor, name) {
                complaints
                    .push(format!("{} uses `{name}`, which the table does not give to `{floor}`", file.path));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn only_the_command_line_prints() {
    let (_, files) = house();
    let mut complaints = Vec::new();
    for file in files.iter().filter(|file| file.floor() != Some("cli")) {
        let code = file.code_without_tests();
        for printer in ["print!", "println!", "eprint!", "eprintln!", "dbg!", "io::stdout", "io::stderr"] {
            let is_other =
                |at: usize| code[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_');
            if code.match_indices(printer).any(|(at, _)| !is_other(at)) {
                complaints.push(format!("{} uses {printer}", file.path));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn no_glob_and_no_relative_imports() {
    let (_, files) = house();
    let mut complaints = Vec::new();
    for file in &files {
        let code = file.code_without_tests();
        for (index, line) in code.lines().enumerate() {
            let line = line.trim_start().trim_start_matches("pub ");
            let is_glob = line.starts_with("use crate::") && line.contains("::*");
            let is_wrong = is_glob || line.starts_with("use super::");
            if is_wrong {
                complaints.push(format!("{}:{} {line}", file.path, index + 1));
            }
        }
    }
    assert_none(&complaints);
}

#[test]
fn no_library_is_named_in_the_code() {
    let (_, files) = house();
    let modules = foreign_modules(&Path::new(ROOT).join("rules/libraries"));
    assert!(modules.len() > 1, "rules are read: {modules:?}");
    let mut complaints = Vec::new();
    for file in &files {
        for literal in file.string_literals() {
            for root in named_modules(literal) {
                if modules.contains(root) {
                    complaints.push(format!("{} names the library `{root}` in {literal:?}", file.path));
                }
            }
        }
    }
    assert_none(&complaints);
}

/// The first parts of what a literal can name a module with: a dotted name, a whole literal, a word in backticks.
///
/// `x.toml` is a file's name, and in "git apply" a word is a word.
fn named_modules(literal: &str) -> Vec<&str> {
    let is_name = |it: char| it.is_alphanumeric() || it == '_' || it == '.';
    let mut found = Vec::new();
    for name in literal.split(|it: char| !is_name(it)) {
        let at = name.as_ptr() as usize - literal.as_ptr() as usize;
        let is_quoted = literal[..at].ends_with('`') && literal[at + name.len()..].starts_with('`');
        let (root, rest) = name.split_once('.').unwrap_or((name, ""));
        if name == literal || is_quoted || rest.starts_with(|it: char| it.is_alphabetic() || it == '_') {
            found.push(root);
        }
    }
    found
}

#[test]
fn a_module_is_named_by_more_than_a_word() {
    assert_eq!(named_modules("acme"), ["acme"]);
    assert_eq!(named_modules("acme.Client"), ["acme"]);
    assert_eq!(named_modules("not `acme`, and acme.get too"), ["acme", "acme"]);
    assert_eq!(named_modules("diff --acme a.b"), ["a"]);
    assert_eq!(named_modules("acme apply"), [""; 0]);
    assert_eq!(named_modules(".acme"), [""]);
}

/// Import names of all libraries but the standard one.
fn foreign_modules(folder: &Path) -> BTreeSet<String> {
    let mut modules = BTreeSet::new();
    for entry in fs::read_dir(folder).expect("rules are there") {
        let path = entry.expect("rules can be listed").path();
        if path.is_dir() {
            modules.extend(foreign_modules(&path));
            continue;
        }
        let text = fs::read_to_string(&path).expect("rules can be read");
        let rules: toml::Table = text.parse().expect("rules are TOML");
        let library = &rules["library"];
        if library["name"].as_str() == Some("stdlib") {
            continue;
        }
        for module in library["modules"].as_array().expect("a library has modules") {
            let name = module.as_str().expect("a module is a string");
            modules.insert(name.split('.').next().unwrap_or(name).to_owned());
        }
    }
    modules
}

#[test]
fn notices_an_upward_import() {
    let table = Table::read(
        "| floor | folder | owns | alone may use |\n| --- | --- | --- | --- |\n\
         | 0 | `base/` | ids | |\n| 1 | `syntax/` | trees | `similar` |\n",
    );
    let found = imports("use crate::syntax::{ast::Expr, parse};\nfn f() { crate::base::g() }\n");
    let paths: Vec<_> = found.iter().map(|import| (import.line, import.path.join("::"))).collect();
    assert_eq!(
        paths,
        [(1, "syntax::ast::Expr".to_owned()), (1, "syntax::parse".to_owned()), (2, "base::g".to_owned())]
    );
    assert!(table.number("syntax") > table.number("base"));
    assert!(table.may_use("syntax", "similar") && !table.may_use("base", "similar"));
}
