//! Dependencies for programs. The schema only grows: fields keep their names and meaning.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::report::dependencies::{CalleeUse, Declared, DependenciesView, LibraryUse, Replacement};
use crate::report::json::coverage_json;

/// Number of the schema.
const VERSION: u32 = 1;

/// Writes one object, a library a line.
pub fn write_dependencies_json(out: &mut dyn Write, view: &DependenciesView<'_>) -> io::Result<()> {
    writeln!(out, "{{\n  \"version\": {VERSION},\n  \"libraries\": [")?;
    for (index, library) in view.libraries.iter().enumerate() {
        let comma = if index + 1 == view.libraries.len() { "" } else { "," };
        writeln!(out, "    {}{comma}", library_json(library))?;
    }
    writeln!(out, "  ],\n  \"standard_library\": {},", standard_json(view.standard))?;
    writeln!(out, "  \"manifests\": {},", json!(view.manifests))?;
    writeln!(out, "  \"summary\": {}\n}}", coverage_json(view.summary))
}

fn library_json(library: &LibraryUse) -> Value {
    let imports = &library.imports;
    json!({
        "name": library.name,
        "description": library.description,
        "distributions": library.distributions,
        "version": library.version(),
        "rules": library.rules.as_str(),
        "followed": library.is_followed,
        "imports": {
            "modules": imports.modules,
            "files": imports.files,
            "test_files": imports.test_files,
            "type_only": imports.is_type_only,
            "optional": imports.is_optional,
        },
        "declarations": library.declarations.iter().map(declared_json).collect::<Vec<_>>(),
        "blocking": blocking_json(library),
        "replacements": library.replacements.iter().map(replacement_json).collect::<Vec<_>>(),
        "note": library.note,
        "sentence": library.sentence(),
    })
}

fn standard_json(library: &LibraryUse) -> Value {
    json!({
        "blocking": blocking_json(library),
        "replacements": library.replacements.iter().map(replacement_json).collect::<Vec<_>>(),
        "sentence": library.sentence(),
    })
}

fn declared_json(declared: &Declared) -> Value {
    json!({
        "distribution": declared.distribution,
        "specifier": declared.specifier,
        "marker": declared.marker,
        "kind": declared.kind.as_str(),
        "group": declared.group,
        "file": declared.file,
        "line": declared.line,
    })
}

fn blocking_json(library: &LibraryUse) -> Value {
    let blocking = &library.blocking;
    let mut categories = Map::new();
    for (category, count) in &blocking.categories {
        categories.insert(category.as_str().to_owned(), json!(count));
    }
    json!({
        "calls": blocking.calls,
        "test_calls": blocking.test_calls,
        "categories": categories,
        "callees": blocking.callees.iter().map(callee_json).collect::<Vec<_>>(),
        "async_functions": blocking.async_functions,
        "threads": {
            "fine": blocking.threads.fine,
            "review": blocking.threads.review,
            "never": blocking.threads.never,
        },
    })
}

fn callee_json(callee: &CalleeUse) -> Value {
    let equivalents: Vec<Value> = callee
        .equivalents
        .iter()
        .map(|equivalent| {
            json!({
                "library": equivalent.library,
                "target": equivalent.target,
                "form": equivalent.form.as_str(),
                "safety": equivalent.safety.as_str(),
                "note": equivalent.note,
            })
        })
        .collect();
    let sites: Vec<Value> = callee
        .spots
        .iter()
        .map(|spot| json!({ "file": spot.file, "line": spot.line, "column": spot.column }))
        .collect();
    json!({
        "name": callee.name,
        "category": callee.category.as_str(),
        "calls": callee.spots.len(),
        "sites": sites,
        "equivalents": equivalents,
    })
}

fn replacement_json(replacement: &Replacement) -> Value {
    let readiness = replacement.readiness;
    json!({
        "library": replacement.name,
        "native": replacement.is_native,
        "preferred": replacement.is_preferred,
        "declared": replacement.is_declared,
        "imported": replacement.is_imported,
        "min_version": replacement.min_version,
        "readiness": {
            "drop-in": readiness.drop_in,
            "review": readiness.review,
            "suggest": readiness.suggest,
            "none": readiness.none,
        },
    })
}
