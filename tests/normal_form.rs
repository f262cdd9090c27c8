//! Rule files are in their normal form: keys in the order of the schema, names of members sorted, tables set apart by
//! one blank line. `ASYNCSHIFT_BLESS=1 cargo test --test normal_form` brings them into it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use asyncshift::rules::{check_schema, library_schema};
use serde_json::Value as Schema;
use toml_edit::{DocumentMut, InlineTable, Item, Table, Value};

#[test]
fn every_rule_file_is_in_normal_form() {
    let mut wrong = Vec::new();
    for (folder, schema) in [("rules/libraries", library_schema()), ("rules/checks", check_schema())] {
        for path in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            let text = fs::read_to_string(&path).unwrap();
            let normal = normal_form(&text, &schema);
            if normal == text {
                continue;
            }
            let same = |text: &str| text.parse::<toml::Table>().unwrap();
            let is_lossless = comments(&normal) == comments(&text);
            assert!(is_lossless && members(same(&normal)) == members(same(&text)), "{}", path.display());
            if std::env::var_os("ASYNCSHIFT_BLESS").is_some() {
                fs::write(&path, normal).unwrap();
            } else {
                wrong.push(path.display().to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "not in normal form, ASYNCSHIFT_BLESS=1 brings them into it: {wrong:#?}");
}

#[test]
fn what_is_moved_keeps_its_comment() {
    let text = "[library]\nmodules = [\"acme\"] # one\nname = \"acme\"\n[[class]]\nname = \"acme.C\"\n\n\n[class.methods]\n# both wait\n\"put, get\" = { returns = \"str\", blocking = \"network\" }\n[[example]]\nwhy = \"it stays\"\nbefore = '''\nx = 1\n\n\ny = 2\n'''\nuntouched = true\n";
    let expected = "[library]\nname = \"acme\"\nmodules = [\"acme\"] # one\n\n[[class]]\nname = \"acme.C\"\n\n[class.methods]\n# both wait\n\"get, put\" = { blocking = \"network\", returns = \"str\" }\n\n[[example]]\nwhy = \"it stays\"\nbefore = '''\nx = 1\n\n\ny = 2\n'''\nuntouched = true\n";
    assert_eq!(normal_form(text, &library_schema()), expected);
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

fn normal_form(text: &str, schema: &Schema) -> String {
    let mut document: DocumentMut = text.parse().unwrap();
    order_table(document.as_table_mut(), schema, schema, true);
    set_apart(&document.to_string())
}

/// The schema of tables that this one allows, behind references and alternatives.
fn tables<'a>(root: &'a Schema, node: &'a Schema) -> Option<&'a Schema> {
    if let Some(name) = node["$ref"].as_str().and_then(|path| path.strip_prefix("#/$defs/")) {
        return tables(root, &root["$defs"][name]);
    }
    let alternatives = node["anyOf"].as_array().or_else(|| node["oneOf"].as_array());
    if let Some(alternatives) = alternatives {
        return alternatives.iter().find_map(|alternative| tables(root, alternative));
    }
    if let Some(items) = node.get("items") {
        return tables(root, items);
    }
    (node.get("properties").is_some() || node["additionalProperties"].is_object()).then_some(node)
}

fn child<'a>(root: &'a Schema, node: &'a Schema, key: &str) -> Option<&'a Schema> {
    let known = node["properties"].get(key).or_else(|| node.get("additionalProperties"));
    known.and_then(|child| tables(root, child))
}

fn rank(node: &Schema, key: &str) -> usize {
    let keys = node["properties"].as_object();
    keys.and_then(|keys| keys.keys().position(|known| known == key)).unwrap_or(usize::MAX)
}

fn order_table(table: &mut Table, root: &Schema, node: &Schema, is_top: bool) {
    // The order of tables is the author's: what belongs together stands together.
    if !is_top && node.get("properties").is_some() {
        table.sort_values_by(|left, _, right, _| rank(node, left.get()).cmp(&rank(node, right.get())));
    }
    for (key, item) in table.iter_mut() {
        let Some(node) = child(root, node, key.get()) else { continue };
        match item {
            Item::Table(table) => order_table(table, root, node, false),
            Item::ArrayOfTables(tables) => {
                tables.iter_mut().for_each(|table| order_table(table, root, node, false));
            }
            Item::Value(value) => order_value(value, root, node),
            Item::None => {}
        }
    }
}

fn order_value(value: &mut Value, root: &Schema, node: &Schema) {
    match value {
        Value::InlineTable(table) => order_inline(table, root, node),
        Value::Array(values) => values.iter_mut().for_each(|value| order_value(value, root, node)),
        _ => {}
    }
}

fn order_inline(table: &mut InlineTable, root: &Schema, node: &Schema) {
    for (key, value) in table.iter_mut() {
        if let Some(node) = child(root, node, key.get()) {
            order_value(value, root, node);
        }
    }
    let ranks: Vec<usize> = table.iter().map(|(key, _)| rank(node, key)).collect();
    if node.get("properties").is_some() && !ranks.is_sorted() {
        table.sort_values_by(|left, _, right, _| rank(node, left.get()).cmp(&rank(node, right.get())));
        table.fmt();
    }
}

/// One blank line before each table, none twice, nothing at the end of lines; what stands in `'''` is left alone.
fn set_apart(text: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut is_quoted = false;
    for line in text.lines() {
        if is_quoted {
            lines.push(line.to_owned());
        } else {
            let line = sorted_members(line.trim_end());
            let starts = line.starts_with('[') && !lines.is_empty();
            let has_heading = lines.last().is_some_and(|last| last.is_empty() || last.starts_with('#'));
            if starts && !has_heading {
                lines.push(String::new());
            }
            if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
                lines.push(line);
            }
        }
        is_quoted ^= line.matches("'''").count() % 2 == 1;
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines.join("\n") + "\n"
}

/// `"put, get" = …` with the names in order.
fn sorted_members(line: &str) -> String {
    let Some((keys, rest)) = line.strip_prefix('"').and_then(|line| line.split_once("\" = ")) else {
        return line.to_owned();
    };
    if keys.contains('"') || !keys.contains(',') {
        return line.to_owned();
    }
    format!("\"{}\" = {rest}", sorted(keys))
}

fn sorted(keys: &str) -> String {
    let mut names: Vec<&str> = keys.split(',').map(str::trim).collect();
    names.sort_unstable();
    names.join(", ")
}

fn comments(text: &str) -> Vec<&str> {
    let mut found: Vec<&str> =
        text.lines().filter(|line| line.trim_start().starts_with('#')).map(str::trim).collect();
    found.sort_unstable();
    found
}

/// The same with the names in keys sorted, so that only a change of meaning is a difference.
fn members(table: toml::Table) -> toml::Table {
    let value = |value: toml::Value| match value {
        toml::Value::Table(table) => toml::Value::Table(members(table)),
        toml::Value::Array(values) => toml::Value::Array(
            values
                .into_iter()
                .map(|value| match value {
                    toml::Value::Table(table) => toml::Value::Table(members(table)),
                    other => other,
                })
                .collect(),
        ),
        other => other,
    };
    let mut entries: Vec<_> = table.into_iter().map(|(key, found)| (sorted(&key), value(found))).collect();
    entries.sort_by(|left, right| left.0.cmp(&right.0));
    entries.into_iter().collect()
}
