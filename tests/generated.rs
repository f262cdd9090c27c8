//! Documents made from data are as the data is; `ASYNCSHIFT_BLESS=1 cargo test --test generated` writes them anew.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use asyncshift::report::{check_file_name, write_check_index, write_check_page, write_library_page};
use asyncshift::rules::{Knowledge, check_schema, library_schema};

#[test]
fn schemas_of_rule_files() {
    let wanted = [("library.json", library_schema()), ("check.json", check_schema())]
        .map(|(name, schema)| (name.to_owned(), format!("{schema:#}\n")));
    compare("docs/schema", &wanted.into());
}

#[test]
fn pages_of_libraries() {
    let knowledge = Knowledge::embedded();
    let mut pages = BTreeMap::new();
    let mut index = String::from(
        "# Libraries\n\nWhat the tool knows of each, made from the files in `rules/libraries/`. \
         [Adding a library](../adding-a-library.md) says how to write one.\n\n",
    );
    let mut libraries: Vec<_> = knowledge.libraries().iter().collect();
    libraries.sort_by_key(|library| library.name.to_lowercase());
    for library in libraries {
        let mut page = Vec::new();
        write_library_page(&mut page, knowledge, library).unwrap();
        writeln!(index, "- [{}]({}.md): {}", library.name, library.name, library.summary).unwrap();
        pages.insert(format!("{}.md", library.name), String::from_utf8(page).unwrap());
    }
    pages.insert("README.md".to_owned(), index);
    compare("docs/libraries", &pages);
}

#[test]
fn pages_of_checks() {
    let knowledge = Knowledge::embedded();
    let mut pages = BTreeMap::new();
    for check in knowledge.checks() {
        let mut page = Vec::new();
        write_check_page(&mut page, check).unwrap();
        pages.insert(check_file_name(check), String::from_utf8(page).unwrap());
    }
    let mut index = Vec::new();
    write_check_index(&mut index, knowledge).unwrap();
    pages.insert("README.md".to_owned(), String::from_utf8(index).unwrap());
    compare("docs/rules", &pages);
}

/// Compares the files of a folder with what they should be, or writes them.
fn compare(folder: &str, wanted: &BTreeMap<String, String>) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let is_blessed = std::env::var_os("ASYNCSHIFT_BLESS").is_some();
    if is_blessed {
        // What has no page any more must go.
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        for (name, text) in wanted {
            fs::write(folder.join(name), text).unwrap();
        }
    }
    assert!(folder.is_dir(), "{} is not there; ASYNCSHIFT_BLESS=1 writes it", folder.display());
    let found: BTreeMap<String, String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(&path).unwrap())
        })
        .collect();
    let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&found), names(wanted), "the pages in {}", folder.display());
    let stale: Vec<&String> =
        wanted.iter().filter(|(name, text)| found[*name] != **text).map(|(name, _)| name).collect();
    assert!(
        stale.is_empty(),
        "stale in {}: {stale:?}; ASYNCSHIFT_BLESS=1 writes them anew",
        folder.display()
    );
}
