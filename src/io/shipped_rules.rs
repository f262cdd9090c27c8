//! Rule files that installed packages bring along.

use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

use crate::io::environment::Environment;
use crate::io::rule_files::{RuleFileError, RuleText};

/// The name of the file in a package's folder.
const FILE: &str = "asyncshift-rules.toml";

/// A package's own rule file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ShippedRules {
    /// The package's import name.
    pub package: String,
    /// The file.
    pub file: RuleText,
}

/// The rule files of the packages of an environment, sorted by package, and those that cannot be read.
///
/// As imports do, a package is taken from the first folder that has it.
pub fn shipped_rules(environment: &Environment) -> (Vec<ShippedRules>, Vec<RuleFileError>) {
    let mut found: Vec<ShippedRules> = Vec::new();
    let mut unreadable = Vec::new();
    for folder in &environment.path.folders {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        let mut packages: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        packages.sort();
        for package in packages {
            let Some(name) = package.file_name().and_then(|name| name.to_str()) else { continue };
            // What holds a package's metadata has a dot in its name, and a package has not.
            if name.contains('.') || found.iter().any(|known| known.package == name) {
                continue;
            }
            let path = package.join(FILE);
            match fs::read_to_string(&path) {
                Ok(text) => {
                    let file = RuleText { path: path.display().to_string(), text };
                    found.push(ShippedRules { package: name.to_owned(), file });
                }
                // Most packages have none, and some entries are no folders.
                Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => {}
                Err(error) => unreadable.push(RuleFileError::Io { path, error }),
            }
        }
    }
    found.sort_by(|left, right| left.package.cmp(&right.package));
    (found, unreadable)
}
