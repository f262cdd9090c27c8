//! Small projects in a temporary folder, and what they depend on.

use std::path::PathBuf;

use crate::base::Settings;
use crate::driver::dependencies::{Dependencies, DependenciesRequest, dependencies};
use crate::driver::{AnalyseRequest, analyse};
use crate::graph::Confidence;
use crate::io::{Scratch, current_dir};
use crate::rules::Knowledge;

/// Rules of a library that blocks, of one that replaces it, and of one that is harmless.
const RULES: [(&str, &str); 4] = [
    (
        "acme.toml",
        r#"
[library]
name = "acme"
summary = "a client for Acme"
modules = ["acme"]
distributions = ["acme-client"]
note = "think first"

[[function]]
name = "acme.get"
blocking = "network"
replacements = [{ library = "beta", target = "beta.get", form = "await", safety = "review" }]

[[function]]
name = "acme.save"
blocking = "disk"
offload = "never"
offload_note = "it stays"
"#,
    ),
    ("beta.toml", "[library]\nname = 'beta'\nmodules = ['beta']\nmin_version = '2'\n"),
    ("calm.toml", "[library]\nname = 'calm'\nmodules = ['calm']\n"),
    (
        "stdlib.toml",
        "[library]\nname = 'stdlib'\nmodules = ['asyncio', 'time']\n[[function]]\nname = 'time.sleep'\nblocking = 'sleep'\nrewrite = { target = 'asyncio.sleep', form = 'await', safety = 'drop-in' }\n[[function]]\nname = 'asyncio.to_thread'\nasync = true\ncalls = [{ argument = 'func', position = 0, when = 'thread', receives = 'rest' }]\n",
    ),
];

/// What a project of these files, each a name and a text, depends on.
pub(super) fn found(files: &[(&str, &str)]) -> Dependencies {
    let folder = Scratch::new(files).unwrap();
    let here = folder.path().canonicalize().unwrap_or_else(|_| current_dir().unwrap());
    let knowledge = Knowledge::load(&RULES).unwrap();
    let settings = Settings::default();
    let analysis = analyse(&AnalyseRequest {
        paths: &[PathBuf::from(".")],
        current_dir: &here,
        settings_dir: None,
        settings: &settings,
        knowledge: &knowledge,
        least: Confidence::Probable,
        progress: &|_| {},
    })
    .unwrap();
    dependencies(&DependenciesRequest {
        analysis: &analysis,
        current_dir: &here,
        settings: &settings,
        knowledge: &knowledge,
        least: Confidence::Probable,
    })
}

/// Each library as a line: version, files, sentence.
pub(super) fn lines(files: &[(&str, &str)]) -> Vec<String> {
    let found = found(files);
    let one = |library: &crate::report::LibraryUse| {
        let imports = &library.imports;
        let marks = [(imports.is_type_only, " types"), (imports.is_optional, " optional")];
        let marks: String = marks.into_iter().filter_map(|(holds, word)| holds.then_some(word)).collect();
        format!(
            "{} {} {}+{}{marks}: {}",
            library.name,
            library.version().unwrap_or_else(|| "-".to_owned()),
            imports.files,
            imports.test_files,
            library.sentence()
        )
    };
    found.libraries.iter().map(one).collect()
}
