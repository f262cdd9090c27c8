//! Manifests in TOML: parsing, and what is read of their values.

use std::path::Path;

use toml::de::DeTable;

use crate::io::config_error::ConfigError;
use crate::io::config_value::{ConfigText, Table, Value};
use crate::io::manifests::collect::{Collection, ManifestFile};
use crate::io::manifests::declaration::{DeclarationKind, Group};
use crate::io::manifests::requirement::keyed_requirement;
use crate::io::manifests::requirements_text::line_requirement;

/// Parses a file and lets `read` look at it; a file that is no TOML gives a warning.
pub(super) fn with_table(
    acc: &mut Collection<'_>,
    file: &ManifestFile,
    read: impl FnOnce(&mut Collection<'_>, &Table<'_>),
) {
    let lines = ConfigText::new(Path::new(&file.display), &file.text);
    match DeTable::parse(&file.text) {
        Ok(table) => read(acc, &lines.root(table.get_ref())),
        Err(error) => {
            let line = error.span().map_or(1, |span| lines.line(span.start));
            acc.warn(file, line, error.message().replace('\n', ", "));
        }
    }
}

/// What a value is, or a warning that it is something else.
pub(super) fn expected<T>(
    acc: &mut Collection<'_>,
    file: &ManifestFile,
    line: u32,
    value: Result<T, ConfigError>,
) -> Option<T> {
    let fail = |error: ConfigError| {
        // The error names the file and the line, as warnings do.
        let text = error.to_string();
        let place = format!("{}:{line}: ", file.display);
        acc.warn(file, line, text.strip_prefix(&place).unwrap_or(&text));
    };
    value.map_err(fail).ok()
}

/// The table under a path of keys, where there is one.
pub(super) fn table_at<'a>(
    acc: &mut Collection<'_>,
    file: &ManifestFile,
    root: &Table<'a>,
    path: &[&str],
) -> Option<Table<'a>> {
    let mut found: Option<Table<'a>> = None;
    for key in path {
        let value = found.as_ref().unwrap_or(root).get(key)?;
        found = Some(expected(acc, file, value.line(), value.table())?);
    }
    found
}

/// An array of requirements; what is no string in it means something else.
pub(super) fn requirements(
    acc: &mut Collection<'_>,
    file: &ManifestFile,
    value: &Value<'_>,
    kind: DeclarationKind,
    group: &Group,
) {
    for item in expected(acc, file, value.line(), value.items()).into_iter().flatten() {
        let Ok(text) = item.string() else { continue };
        match line_requirement(text) {
            Ok(Some(requirement)) => acc.add(file, item.line(), kind, group, requirement),
            Ok(None) => {}
            Err(()) => acc.warn(file, item.line(), format!("cannot read the requirement `{text}`")),
        }
    }
}

/// A table of names and versions; a version is a string, a table with one, or an array of such tables.
pub(super) fn keyed_requirements(
    acc: &mut Collection<'_>,
    file: &ManifestFile,
    table: &Table<'_>,
    group: &Group,
) {
    for (name, value) in table.entries() {
        // The language itself is bounded there too.
        if name == "python" {
            continue;
        }
        let of_table = |table: &Table<'_>| {
            let version = table.get("version").and_then(|version| version.string().ok());
            version.unwrap_or_default().to_owned()
        };
        let version = if let Ok(text) = value.string() {
            text.to_owned()
        } else if let Ok(table) = value.table() {
            of_table(&table)
        } else if let Ok(tables) = value.tables() {
            let versions: Vec<String> =
                tables.iter().map(of_table).filter(|version| !version.is_empty()).collect();
            versions.join("||")
        } else {
            expected(acc, file, value.line(), value.string());
            continue;
        };
        let requirement = keyed_requirement(name, &version);
        acc.add(file, value.line(), DeclarationKind::Requirement, group, requirement);
    }
}
