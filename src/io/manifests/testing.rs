//! Manifests in a temporary folder, and what is read from them, as lines.

use std::fs;

use crate::io::manifests::declaration::DeclarationKind;
use crate::io::manifests::read_manifests;

/// Compares what files say, each a name and a text, with lines: declarations, own names, warnings.
pub(super) fn check(files: &[(&str, &str)], expected: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let found = read_manifests(&[folder.path().to_owned()], folder.path());
    let mut lines: Vec<String> = Vec::new();
    for declared in &found.declarations {
        let kind = match declared.kind {
            DeclarationKind::Requirement => "",
            DeclarationKind::Constraint => "constraint ",
            DeclarationKind::Lock => "lock ",
        };
        let marker = declared.marker.as_ref().map(|marker| format!("; {marker}")).unwrap_or_default();
        lines.push(format!(
            "{}:{} {kind}{} {} {}{marker}",
            declared.file, declared.line, declared.name, declared.specifier, declared.group
        ));
    }
    lines.extend(found.own.iter().map(|name| format!("own: {name}")));
    lines.extend(found.warnings.iter().map(|warning| format!("warning: {warning}")));
    assert_eq!(lines, expected);
}
