//! `pyproject.toml`: the standard tables, and those of tools that came before them.

use crate::io::config_value::Table;
use crate::io::manifests::collect::{Collection, ManifestFile};
use crate::io::manifests::declaration::{DeclarationKind, Group};
use crate::io::manifests::tables::{expected, keyed_requirements, requirements, table_at, with_table};

/// Reads what the file requires.
pub(super) fn read_project_table(acc: &mut Collection<'_>, file: &ManifestFile) {
    with_table(acc, file, |acc, root| {
        if let Some(project) = table_at(acc, file, root, &["project"]) {
            own_name(acc, &project);
            if let Some(value) = project.get("dependencies") {
                requirements(acc, file, &value, DeclarationKind::Requirement, &Group::Main);
            }
        }
        lists(acc, file, root, &["project", "optional-dependencies"], Group::Extra);
        lists(acc, file, root, &["dependency-groups"], Group::Development);
        lists(acc, file, root, &["tool", "pdm", "dev-dependencies"], Group::Development);
        if let Some(table) = table_at(acc, file, root, &["tool", "uv"]) {
            let development = Group::Development("dev".to_owned());
            for (key, kind, group) in [
                ("dev-dependencies", DeclarationKind::Requirement, &development),
                ("constraint-dependencies", DeclarationKind::Constraint, &Group::Main),
            ] {
                if let Some(value) = table.get(key) {
                    requirements(acc, file, &value, kind, group);
                }
            }
        }
        poetry(acc, file, root);
    });
}

/// <https://python-poetry.org/docs/pyproject/>
fn poetry(acc: &mut Collection<'_>, file: &ManifestFile, root: &Table<'_>) {
    let Some(poetry) = table_at(acc, file, root, &["tool", "poetry"]) else { return };
    own_name(acc, &poetry);
    for (key, group) in
        [("dependencies", Group::Main), ("dev-dependencies", Group::Development("dev".to_owned()))]
    {
        if let Some(table) = table_at(acc, file, &poetry, &[key]) {
            keyed_requirements(acc, file, &table, &group);
        }
    }
    let Some(groups) = table_at(acc, file, &poetry, &["group"]) else { return };
    for (name, value) in groups.entries() {
        let Some(group) = expected(acc, file, value.line(), value.table()) else { continue };
        if let Some(table) = table_at(acc, file, &group, &["dependencies"]) {
            keyed_requirements(acc, file, &table, &Group::Development(name.to_owned()));
        }
    }
}

/// A table of arrays, each a group.
fn lists(
    acc: &mut Collection<'_>,
    file: &ManifestFile,
    root: &Table<'_>,
    path: &[&str],
    group: fn(String) -> Group,
) {
    let Some(table) = table_at(acc, file, root, path) else { return };
    for (name, value) in table.entries() {
        requirements(acc, file, &value, DeclarationKind::Requirement, &group(name.to_owned()));
    }
}

fn own_name(acc: &mut Collection<'_>, table: &Table<'_>) {
    if let Some(Ok(name)) = table.get("name").map(|name| name.string()) {
        acc.own(name);
    }
}

#[cfg(test)]
mod tests {
    use crate::io::manifests::testing::check;

    fn check_table(text: &str, expected: &[&str]) {
        check(&[("pyproject.toml", text)], expected);
    }

    #[test]
    fn standard_tables_are_read() {
        check_table(
            "[project]\nname = 'Mine_X'\ndependencies = [\n  'acme >= 1',\n  \"beta; os_name == 'nt'\",\n]\n[project.optional-dependencies]\nx = ['gamma']\n[dependency-groups]\ntest = ['delta', { include-group = 'x' }]\n",
            &[
                "pyproject.toml:4 acme >=1 main",
                "pyproject.toml:5 beta  main; os_name == 'nt'",
                "pyproject.toml:8 gamma  extra x",
                "pyproject.toml:10 delta  group test",
                "own: mine-x",
            ],
        );
    }

    #[test]
    fn tables_of_tools_are_read() {
        check_table(
            "[tool.poetry]\nname = 'mine'\n[tool.poetry.dependencies]\npython = '^3.9'\nacme = '^1.0'\nbeta = { version = '*', optional = true }\ngamma = [{ version = '<2' }, { version = '>=2' }]\ndelta = { git = 'https://example.org/d.git' }\n[tool.poetry.dev-dependencies]\nold = '1'\n[tool.poetry.group.docs.dependencies]\nnew = '1'\n[tool.pdm.dev-dependencies]\nlint = ['-e file:///x#egg=epsilon', 'zeta']\n[tool.uv]\ndev-dependencies = ['eta']\nconstraint-dependencies = ['theta<2']\n",
            &[
                "pyproject.toml:14 epsilon  group lint",
                "pyproject.toml:14 zeta  group lint",
                "pyproject.toml:16 eta  group dev",
                "pyproject.toml:17 constraint theta <2 main",
                "pyproject.toml:5 acme ^1.0 main",
                "pyproject.toml:6 beta  main",
                "pyproject.toml:7 gamma <2||>=2 main",
                "pyproject.toml:8 delta  main",
                "pyproject.toml:10 old 1 group dev",
                "pyproject.toml:12 new 1 group docs",
                "own: mine",
            ],
        );
    }

    #[test]
    fn what_is_wrong_is_named_and_the_rest_counts() {
        check_table(
            "[project]\ndependencies = 'acme'\n[project.optional-dependencies]\nx = ['b c', 'd']\n[tool]\npoetry = 1\n",
            &[
                "pyproject.toml:4 d  extra x",
                "warning: pyproject.toml:2: `project.dependencies` must be an array, not a string",
                "warning: pyproject.toml:4: cannot read the requirement `b c`",
                "warning: pyproject.toml:6: `tool.poetry` must be a table, not an integer",
            ],
        );
    }

    #[test]
    fn broken_toml_is_one_warning() {
        check_table(
            "[project]\nname = \n",
            &["warning: pyproject.toml:2: string values must be quoted, expected literal string"],
        );
    }
}
