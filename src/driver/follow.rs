//! Follows imports out of the project into the packages that are installed for it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use thiserror::Error;

use crate::driver::load::{Loaded, load_installed};
use crate::driver::progress::Progress;
use crate::io::{Environment, Installed, SourceFile};
use crate::link::absolute_name;
use crate::semantic::{ImportKind, ModuleFacts, is_standard_module};

/// Something about installed code that stops nothing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Error)]
pub enum FollowNote {
    /// A file that is left out.
    #[error("did not follow imports into {path}: {message}")]
    Skipped {
        /// The path as shown.
        path: String,
        /// Why.
        message: String,
    },
    /// A package that only code in a `.pth` file would make importable.
    #[error("did not follow imports of `{package}`: it is found by code in {file}, which is not run")]
    FoundByCode {
        /// The package.
        package: String,
        /// The file.
        file: String,
    },
}

/// Installed modules that the project imports, directly or not.
#[derive(Default)]
pub(crate) struct Followed {
    /// In the order of their names.
    pub(crate) files: Vec<(SourceFile, Loaded)>,
    pub(crate) notes: Vec<FollowNote>,
}

/// Reads the modules that `project` imports and that no file of it defines, then those that they import, and so on:
/// a wave at a time, so that the order in which threads finish does not show.
pub(crate) fn follow(
    project: &[SourceFile],
    loaded: &[Loaded],
    environment: &Environment,
    current_dir: &std::path::Path,
    progress: &(dyn Fn(Progress) + Sync),
) -> Followed {
    let own = OwnNames::new(project);
    let own_paths: FxHashSet<&PathBuf> = project.iter().map(|file| &file.path).collect();
    let mut installed = Installed::new(environment, current_dir);
    let mut followed: BTreeMap<String, (SourceFile, Loaded)> = BTreeMap::new();
    let mut notes = BTreeSet::new();
    let mut asked: FxHashSet<String> = FxHashSet::default();
    let mut starred: BTreeSet<String> = BTreeSet::new();
    let mut wanted = Wanted::default();
    for (file, loaded) in project.iter().zip(loaded) {
        if let Some(facts) = &loaded.facts {
            imports(&file.unique_name, file.is_package, facts, &mut wanted);
        }
    }
    let mut total = project.len();
    loop {
        // What a star import hands out may be submodules.
        starred.extend(std::mem::take(&mut wanted.starred));
        for module in &starred {
            let Some((_, Loaded { facts: Some(facts), .. })) = followed.get(module) else { continue };
            let exports = facts.exports.iter().flatten();
            wanted.modules.extend(exports.map(|&name| format!("{module}.{}", facts.name(name))));
        }
        let mut wave = Vec::new();
        for dotted in std::mem::take(&mut wanted.modules) {
            for prefix in prefixes(&dotted) {
                if !asked.insert(prefix.to_owned()) || !own.allow(prefix, &mut installed) {
                    continue;
                }
                match installed.source(prefix) {
                    Some(file) => wave.push(file),
                    None => notes.extend(hidden(prefix, &mut installed)),
                }
            }
        }
        wave.retain(|file| !own_paths.contains(&file.path));
        if wave.is_empty() {
            break;
        }
        total += wave.len();
        progress(Progress::Files(total));
        let results: Vec<Result<Loaded, String>> = wave
            .par_iter()
            .map(|file| {
                let loaded = load_installed(file);
                progress(Progress::FileDone);
                loaded
            })
            .collect();
        for (file, result) in wave.into_iter().zip(results) {
            match result {
                Ok(loaded) => {
                    if let Some(facts) = &loaded.facts {
                        imports(&file.unique_name, file.is_package, facts, &mut wanted);
                    }
                    followed.insert(file.unique_name.clone(), (file, loaded));
                }
                Err(message) => {
                    notes.insert(FollowNote::Skipped { path: file.display, message });
                }
            }
        }
    }
    Followed { files: followed.into_values().collect(), notes: notes.into_iter().collect() }
}

/// Names of modules that are to be read, and of those whose exports may be modules.
#[derive(Default)]
struct Wanted {
    modules: BTreeSet<String>,
    starred: BTreeSet<String>,
}

/// What the project's own files are called.
struct OwnNames {
    modules: FxHashSet<String>,
    /// First parts, of the other names that files may have as well.
    roots: FxHashSet<String>,
}

impl OwnNames {
    fn new(project: &[SourceFile]) -> Self {
        let root = |name: &str| name.split('.').next().unwrap_or(name).to_owned();
        let names = project.iter().flat_map(|file| std::iter::once(&file.module).chain(&file.alternative));
        let roots = names.map(|name| root(name)).collect();
        Self { modules: project.iter().map(|file| file.module.clone()).collect(), roots }
    }

    /// Whether an installed module of this name is what an import would find: names of the project win, but to a
    /// namespace package both may add.
    fn allow(&self, dotted: &str, installed: &mut Installed<'_>) -> bool {
        let root = dotted.split('.').next().unwrap_or(dotted);
        if is_standard_module(root) {
            return false;
        }
        if !self.roots.contains(root) {
            return true;
        }
        !self.modules.contains(root) && !self.modules.contains(dotted) && installed.is_namespace(root)
    }
}

/// `a`, `a.b` and `a.b.c` for `a.b.c`.
fn prefixes(dotted: &str) -> impl Iterator<Item = &str> {
    dotted.match_indices('.').map(|(at, _)| &dotted[..at]).chain(std::iter::once(dotted))
}

/// Adds what the imports of a module may need.
fn imports(name: &str, is_package: bool, facts: &ModuleFacts, acc: &mut Wanted) {
    let text = |name| facts.name(name);
    for import in &facts.imports {
        match import.kind {
            ImportKind::Module { module, .. } => {
                acc.modules.insert(text(module).to_owned());
            }
            ImportKind::From { module, level, name: member } => {
                let Some(module) = absolute_name(name, is_package, module.map(text), level) else { continue };
                let member = text(member);
                // The member may be a module; so may be the folder that a lone dot means.
                acc.modules.insert(if module.is_empty() {
                    member.to_owned()
                } else {
                    format!("{module}.{member}")
                });
            }
            ImportKind::Star { module, level } => {
                let Some(module) = absolute_name(name, is_package, module.map(text), level) else { continue };
                acc.modules.insert(module.clone());
                acc.starred.insert(module);
            }
        }
    }
}

/// Why a top-level name that nothing installed has may be importable all the same.
fn hidden(dotted: &str, installed: &mut Installed<'_>) -> Option<FollowNote> {
    if dotted.contains('.') || installed.has(dotted) {
        return None;
    }
    let file = installed.hidden_by(dotted)?.display().to_string();
    Some(FollowNote::FoundByCode { package: dotted.to_owned(), file })
}
