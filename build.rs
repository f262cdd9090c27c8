//! Compiles every file under `rules/` for the binary, so that adding a rule file touches no source file.

#![allow(clippy::print_stdout, reason = "cargo reads a build script's standard output")]

use std::path::{Path, PathBuf};
use std::{env, fs, io};

use crate::rules::{Knowledge, RuleFile};

#[path = "src/base/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports, reason = "the build needs a part")]
mod base;

#[path = "src/rules/mod.rs"]
#[allow(dead_code, unreachable_pub, unused_imports, reason = "the build needs a part")]
mod rules;

fn main() -> io::Result<()> {
    for watched in ["rules", "src/rules", "src/base"] {
        println!("cargo:rerun-if-changed={watched}");
    }
    println!("cargo:rustc-cfg=embedded_rules");
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let mut paths = Vec::new();
    collect(&root.join("rules"), &mut paths)?;
    let mut texts = Vec::new();
    for path in &paths {
        let relative = path.strip_prefix(&root).map_err(io::Error::other)?;
        let parts: Vec<_> = relative.iter().map(|part| part.to_string_lossy().into_owned()).collect();
        texts.push((parts.join("/"), fs::read_to_string(path)?));
    }
    // By name, not by path: the order must not depend on the platform's separator.
    texts.sort();
    let files: Vec<RuleFile<'_>> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let knowledge = Knowledge::load(&files).map_err(io::Error::other)?;
    let bytes = knowledge.pack().map_err(io::Error::other)?;
    fs::write(PathBuf::from(variable("OUT_DIR")?).join("rules.postcard"), bytes)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
