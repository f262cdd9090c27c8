//! Finds the manifests of projects and reads each.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::io::manifests::collect::{Collection, Included, ManifestFile};
use crate::io::manifests::declaration::{DeclarationKind, Group, Manifests};
use crate::io::manifests::lock::read_lock;
use crate::io::manifests::pipenv::{read_pipfile, read_pipfile_lock};
use crate::io::manifests::project_table::read_project_table;
use crate::io::manifests::requirements_text::read_requirements;
use crate::io::manifests::setup_config::read_setup_config;

/// Reads the manifests at the roots of projects, and requirements in a folder `requirements` there.
///
/// What cannot be read is a warning. Paths are shown relative to `current_dir` if they lie in it.
pub fn read_manifests(roots: &[PathBuf], current_dir: &Path) -> Manifests {
    let mut acc = Collection::new(current_dir);
    for root in roots {
        for path in files(root) {
            if let Some(name) = path.file_name().and_then(|name| name.to_str()) {
                read(&mut acc, &path, &name.to_lowercase());
            }
        }
        for path in files(&root.join(REQUIREMENTS)) {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
            if is_text(&path) {
                read_text(&mut acc, &path, &stem.to_lowercase());
            }
        }
    }
    loop {
        let included = acc.take_included();
        if included.is_empty() {
            return acc.finish();
        }
        for Included { path, kind, group } in included {
            if let Some(file) = acc.open(&path, kind) {
                read_requirements(&mut acc, &file, kind, &group);
            }
        }
    }
}

/// The word that files of requirements are named after.
const REQUIREMENTS: &str = "requirements";
/// The same for files that bound versions.
const CONSTRAINTS: &str = "constraints";

/// Names of groups that stand for what the project itself needs.
const MAIN_GROUPS: [&str; 9] =
    ["", "base", "common", "core", "install", "main", "prod", "production", REQUIREMENTS];

fn read(acc: &mut Collection<'_>, path: &Path, name: &str) {
    type Reader = fn(&mut Collection<'_>, &ManifestFile);
    let kind = DeclarationKind::Requirement;
    let is_pylock = name
        .strip_prefix("pylock")
        .is_some_and(|rest| rest.starts_with('.') && rest.strip_suffix(".toml").is_some());
    let (reader, kind): (Reader, DeclarationKind) = match name {
        "pyproject.toml" => (read_project_table, kind),
        "setup.cfg" => (read_setup_config, kind),
        "pipfile" => (read_pipfile, kind),
        "pipfile.lock" => (read_pipfile_lock, DeclarationKind::Lock),
        "poetry.lock" | "uv.lock" | "pdm.lock" => (read_lock, DeclarationKind::Lock),
        _ if is_pylock => (read_lock, DeclarationKind::Lock),
        _ => {
            let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
            let is_named = stem.contains(REQUIREMENTS) || stem.contains(CONSTRAINTS);
            if is_named && is_text(path) {
                read_text(acc, path, stem);
            }
            return;
        }
    };
    if let Some(file) = acc.open(path, kind) {
        reader(acc, &file);
    }
}

/// A requirements file is for what its name says besides: `requirements-dev.txt`, `requirements/dev.txt`.
fn read_text(acc: &mut Collection<'_>, path: &Path, stem: &str) {
    let is_constraint = stem.contains(CONSTRAINTS);
    let kind = if is_constraint { DeclarationKind::Constraint } else { DeclarationKind::Requirement };
    let separators = ['-', '_', '.', ' '];
    let words = stem.replace(REQUIREMENTS, "-").replace(CONSTRAINTS, "-");
    let words: Vec<&str> = words.split(separators).filter(|word| !word.is_empty()).collect();
    let group = words.join("-");
    let group = if MAIN_GROUPS.contains(&group.as_str()) { Group::Main } else { Group::Development(group) };
    if let Some(file) = acc.open(path, kind) {
        read_requirements(acc, &file, kind, &group);
    }
}

fn is_text(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "txt" || extension == "in")
}

/// The files of a folder, sorted; none when it cannot be listed.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use crate::io::manifests::read_manifests;

    #[test]
    fn encodings_are_told_by_their_marks() {
        let folder = tempfile::tempdir().unwrap();
        let wide: Vec<u8> = std::iter::once(0xFEFF_u16)
            .chain("acme==1\r\n".encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        fs::write(folder.path().join("requirements.txt"), wide).unwrap();
        fs::write(folder.path().join("pyproject.toml"), "\u{feff}[project]\ndependencies = ['beta']\n")
            .unwrap();
        fs::write(folder.path().join("Pipfile"), b"[packages]\na = '\xFF'\n").unwrap();
        let found = read_manifests(&[folder.path().to_owned()], folder.path());
        let names: Vec<&str> = found.declarations.iter().map(|declared| declared.name.as_str()).collect();
        assert_eq!(names, ["beta", "acme"]);
        let warnings: Vec<String> = found.warnings.iter().map(ToString::to_string).collect();
        assert_eq!(
            warnings,
            ["Pipfile:1: cannot read file: line 2: byte 0xff at offset 16 is not valid utf-8"]
        );
    }
}
