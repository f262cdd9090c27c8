//! `Pipfile` and its lock (<https://pipenv.pypa.io/en/latest/pipfile.html>).

use serde_json::Value;

use crate::io::manifests::collect::{Collection, ManifestFile};
use crate::io::manifests::declaration::{DeclarationKind, Group};
use crate::io::manifests::requirement::keyed_requirement;
use crate::io::manifests::tables::{expected, keyed_requirements, with_table};

/// Tables of a `Pipfile` that hold no packages.
const OTHER_TABLES: [&str; 4] = ["source", "requires", "scripts", "pipenv"];

/// Reads what a `Pipfile` requires.
pub(super) fn read_pipfile(acc: &mut Collection<'_>, file: &ManifestFile) {
    with_table(acc, file, |acc, root| {
        for (name, value) in root.entries() {
            let group = match name {
                "packages" => Group::Main,
                "dev-packages" => Group::Development("dev".to_owned()),
                other if OTHER_TABLES.contains(&other) => continue,
                other => Group::Development(other.to_owned()),
            };
            if let Some(table) = expected(acc, file, value.line(), value.table()) {
                keyed_requirements(acc, file, &table, &group);
            }
        }
    });
}

/// Reads the versions in a `Pipfile.lock`.
pub(super) fn read_pipfile_lock(acc: &mut Collection<'_>, file: &ManifestFile) {
    let root: Value = match serde_json::from_str(&file.text) {
        Ok(root) => root,
        Err(error) => {
            let line = u32::try_from(error.line()).unwrap_or(1).max(1);
            acc.warn(file, line, "this is no JSON");
            return;
        }
    };
    let groups = root.as_object().into_iter().flatten().filter(|(name, _)| *name != "_meta");
    for (group, packages) in groups {
        let group = match group.as_str() {
            "default" => Group::Main,
            "develop" => Group::Development("dev".to_owned()),
            other => Group::Development(other.to_owned()),
        };
        for (name, package) in packages.as_object().into_iter().flatten() {
            let version = package.get("version").and_then(Value::as_str).unwrap_or_default();
            let requirement = keyed_requirement(name, version.trim_start_matches('='));
            let line = line_of_key(&file.text, name);
            acc.add(file, line, DeclarationKind::Lock, &group, requirement);
        }
    }
}

/// The first line that begins with this key.
fn line_of_key(text: &str, key: &str) -> u32 {
    let start = format!("\"{key}\":");
    let found = (1..).zip(text.lines()).find(|(_, line)| line.trim_start().starts_with(&start));
    found.map_or(1, |(number, _)| number)
}

#[cfg(test)]
mod tests {
    use crate::io::manifests::testing::check;

    #[test]
    fn packages_and_locked_versions_are_read() {
        check(
            &[
                (
                    "Pipfile",
                    "[[source]]\nurl = 'https://example.org'\n[packages]\nacme = '*'\nbeta = { version = '>=2', extras = ['x'] }\n[dev-packages]\ngamma = { path = '.' }\n[docs]\ndelta = '1'\n",
                ),
                (
                    "Pipfile.lock",
                    "{\n  \"_meta\": {},\n  \"default\": {\n    \"acme\": {\n      \"version\": \"==1.2\"\n    }\n  },\n  \"develop\": {\"gamma\": {}}\n}\n",
                ),
            ],
            &[
                "Pipfile:4 acme  main",
                "Pipfile:5 beta >=2 main",
                "Pipfile:7 gamma  group dev",
                "Pipfile:9 delta 1 group docs",
                "Pipfile.lock:4 lock acme 1.2 main",
                "Pipfile.lock:1 lock gamma  group dev",
            ],
        );
    }

    #[test]
    fn broken_json_is_one_warning() {
        check(&[("Pipfile.lock", "{\n\n\"a\" 1}")], &["warning: Pipfile.lock:3: this is no JSON"]);
    }
}
