//! What modules and distributions are called in a report, so that both lead to one library.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::normalized;
use crate::driver::analysis::Analysis;
use crate::driver::dependencies::imports::{Imported, root};
use crate::io::Declaration;
use crate::link::Module;
use crate::rules::{Knowledge, Library};

/// What stands before and after a module's name in the names of distributions, the likelier first.
const VARIANTS: [(&str, &str); 8] = [
    ("", ""),
    ("python-", ""),
    ("py", ""),
    ("py-", ""),
    ("", "-python"),
    ("", "-py"),
    ("", "py"),
    ("", "-binary"),
];

/// What a module or a distribution is called in the report.
pub(super) struct Names<'a> {
    knowledge: &'a Knowledge,
    /// Normalised distribution to library.
    by_distribution: BTreeMap<String, &'a Library>,
    /// Normalised names of what is declared or locked.
    declared: BTreeSet<&'a str>,
}

impl<'a> Names<'a> {
    pub(super) fn new(knowledge: &'a Knowledge, declarations: &'a [Declaration]) -> Self {
        let mut by_distribution = BTreeMap::new();
        for library in knowledge.libraries() {
            for distribution in &library.distributions {
                by_distribution.entry(normalized(distribution)).or_insert(library);
            }
        }
        let declared = declarations.iter().map(|declared| declared.name.as_str()).collect();
        Self { knowledge, by_distribution, declared }
    }

    /// The library of a dotted name; else the declared distribution that is called like the longest part of it; else
    /// its first part.
    pub(super) fn of_module(&self, dotted: &str) -> String {
        if let Some(library) = self.knowledge.owner(dotted) {
            return library.name.to_string();
        }
        self.declared_as(dotted).map_or_else(|| root(dotted).to_owned(), |name| self.of_distribution(&name))
    }

    /// The declared distribution that is called like the longest part of a dotted name.
    fn declared_as(&self, dotted: &str) -> Option<String> {
        let mut prefix = dotted;
        loop {
            let plain = normalized(prefix);
            let variants = VARIANTS.map(|(before, after)| format!("{before}{plain}{after}"));
            let found = variants.into_iter().find(|name| self.declared.contains(name.as_str()));
            if found.is_some() {
                return found;
            }
            (prefix, _) = prefix.rsplit_once('.')?;
        }
    }

    /// Whether an import of something that nobody declares or describes means a file of the project, which a script
    /// finds beside it, or tests find after they changed the path.
    pub(super) fn is_helper(&self, analysis: &Analysis, import: &Imported) -> bool {
        if self.knowledge.owner(&import.dotted).is_some() || self.declared_as(&import.dotted).is_some() {
            return false;
        }
        let program = &analysis.program;
        let importing = &program.modules[import.module];
        let beside = importing.name.rsplit_once('.').map(|(folder, _)| folder);
        let is_helper = |module: &Module| {
            let Some((folder, name)) = module.name.rsplit_once('.') else { return false };
            let is_near = Some(folder) == beside || (module.is_test && importing.is_test);
            name == root(&import.dotted) && is_near && !module.is_third_party
        };
        program.modules.iter().any(is_helper)
    }

    pub(super) fn of_distribution(&self, name: &str) -> String {
        self.by_distribution.get(name).map_or_else(|| name.to_owned(), |library| library.name.to_string())
    }
}
