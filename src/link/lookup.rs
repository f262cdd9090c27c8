//! What an import means: modules by relative and absolute name, members through re-exports.

use crate::link::ids::ModuleId;
use crate::link::program::Program;
use crate::semantic::{BindingId, ImportKind};

/// What the dotted name of an import leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ImportTarget {
    /// A module of the program.
    Module(ModuleId),
    /// A global of a module of the program.
    Global(ModuleId, BindingId),
    /// Something outside the program, by its dotted name.
    External(String),
    /// A name that a module of the program does not have.
    Missing(ModuleId, String),
}

/// Questions about modules and their members.
pub trait Lookup {
    /// The absolute dotted name of a module that `from` imports as `name` with `level` dots; `None` when
    /// the dots lead out of every package.
    fn absolute(&self, from: ModuleId, name: Option<&str>, level: u32) -> Option<String>;
    /// What an alias of an import in `from` refers to; `None` for a star import.
    fn import_target(&self, from: ModuleId, kind: ImportKind) -> Option<ImportTarget>;
    /// What `name` is as a member of `module`, through its own globals, submodules and star imports.
    fn member(&self, module: ModuleId, name: &str) -> ImportTarget;
}

/// The absolute dotted name of what module `from` imports as `name` with `level` dots; `None` when the dots lead
/// out of every package.
pub fn absolute_name(from: &str, is_package: bool, name: Option<&str>, level: u32) -> Option<String> {
    let name = name.unwrap_or("");
    if level == 0 {
        return Some(name.to_owned());
    }
    let mut package = from;
    let up = if is_package { level - 1 } else { level };
    for _ in 0..up {
        package = match package.rsplit_once('.') {
            Some((parent, _)) => parent,
            // One step out of a top-level module is the folder it stands in.
            None if !package.is_empty() => "",
            None => return None,
        };
    }
    Some(match (package, name) {
        ("", name) => name.to_owned(),
        (package, "") => package.to_owned(),
        (package, name) => format!("{package}.{name}"),
    })
}

impl Lookup for Program {
    fn absolute(&self, from: ModuleId, name: Option<&str>, level: u32) -> Option<String> {
        let module = &self.modules[from];
        absolute_name(&module.name, module.is_package, name, level)
    }

    fn import_target(&self, from: ModuleId, kind: ImportKind) -> Option<ImportTarget> {
        let facts = self.facts(from);
        match kind {
            ImportKind::Module { module, renamed } => {
                let dotted = facts.name(module);
                let bound = if renamed { dotted } else { dotted.split('.').next().unwrap_or(dotted) };
                Some(self.module_target(from, bound))
            }
            ImportKind::From { module, level, name } => {
                let module = self.absolute(from, module.map(|module| facts.name(module)), level);
                let name = facts.name(name);
                let Some(module) = module else { return Some(ImportTarget::External(name.to_owned())) };
                Some(match self.find_module(from, &module) {
                    // A package that imports from itself asks for a submodule or an earlier name.
                    Some(found) => self
                        .module_named(&format!("{module}.{name}"))
                        .filter(|_| found == from)
                        .map_or_else(|| self.member(found, name), ImportTarget::Module),
                    None => match self.find_module(from, &format!("{module}.{name}")) {
                        Some(found) => ImportTarget::Module(found),
                        None => ImportTarget::External(format!("{module}.{name}")),
                    },
                })
            }
            ImportKind::Star { .. } => None,
        }
    }

    fn member(&self, module: ModuleId, name: &str) -> ImportTarget {
        self.member_within(module, name, 0)
    }
}

impl Program {
    fn module_target(&self, from: ModuleId, dotted: &str) -> ImportTarget {
        match self.find_module(from, dotted) {
            Some(module) => ImportTarget::Module(module),
            None => ImportTarget::External(dotted.to_owned()),
        }
    }

    /// A module by absolute name; a script also finds the modules beside it, before installed ones.
    fn find_module(&self, from: ModuleId, dotted: &str) -> Option<ModuleId> {
        let found = self.module_named(dotted);
        if found.is_some_and(|found| !self.is_third_party(found)) || self.is_third_party(from) {
            return found;
        }
        self.module_beside(from, dotted).or(found)
    }

    fn module_beside(&self, from: ModuleId, dotted: &str) -> Option<ModuleId> {
        let (folder, _) = self.modules[from].name.rsplit_once('.')?;
        let beside = self.module_named(&format!("{folder}.{dotted}"))?;
        // Only a folder that is no package puts its own modules on the path.
        self.module_named(folder).is_none().then_some(beside)
    }

    fn member_within(&self, module: ModuleId, name: &str, depth: u8) -> ImportTarget {
        let item = &self.modules[module];
        if let Some(symbol) = self.names.get(name)
            && let Some(binding) = self.global(module, symbol)
        {
            return ImportTarget::Global(module, binding);
        }
        if let Some(found) = self.module_named(&format!("{}.{name}", item.name)) {
            return ImportTarget::Module(found);
        }
        if depth < 8 && !name.starts_with('_') {
            let mut foreign = None;
            for import in item.facts.imports.iter().rev() {
                let ImportKind::Star { module: from, level } = import.kind else { continue };
                let from = from.map(|from| item.facts.name(from));
                let Some(dotted) = self.absolute(module, from, level) else { continue };
                match self.find_module(module, &dotted) {
                    Some(source) if source != module => {
                        let is_exported = self.exports(source, name);
                        let found = self.member_within(source, name, depth + 1);
                        if is_exported && !matches!(found, ImportTarget::Missing(..)) {
                            return found;
                        }
                    }
                    Some(_) => {}
                    None => foreign = Some(ImportTarget::External(format!("{dotted}.{name}"))),
                }
            }
            if let Some(foreign) = foreign {
                return foreign;
            }
        }
        ImportTarget::Missing(module, name.to_owned())
    }

    fn exports(&self, module: ModuleId, name: &str) -> bool {
        let facts = self.facts(module);
        facts.exports.as_ref().is_none_or(|exports| exports.iter().any(|&export| facts.name(export) == name))
    }
}
