//! What the project's code imports that is neither its own nor the standard library's.

use crate::driver::analysis::Analysis;
use crate::link::{ImportTarget, Lookup, ModuleId};
use crate::rules::Knowledge;
use crate::semantic::{
    Block, Import, ImportKind, ModuleFacts, StatementKind, is_former_standard_module, is_standard_module,
};

/// One import of something foreign.
pub(super) struct Imported {
    /// The dotted name of the module, with the name that is taken from it.
    pub(super) dotted: String,
    pub(super) module: ModuleId,
    pub(super) is_type_only: bool,
    /// Whether the code goes on when there is no such module.
    pub(super) is_optional: bool,
}

/// The foreign imports of the selected files, in the order of the modules.
pub(super) fn imports(analysis: &Analysis, knowledge: &Knowledge) -> Vec<Imported> {
    let program = &analysis.program;
    let mut acc = Vec::new();
    for module in program.modules.ids() {
        let file = analysis.file(module);
        if program.is_third_party(module) || file.is_runtime || !analysis.is_selected(module) {
            continue;
        }
        let facts = program.facts(module);
        for import in &facts.imports {
            let Some(dotted) = foreign(analysis, module, import.kind) else { continue };
            let is_standard = knowledge.owner(&dotted).is_some_and(|owner| owner.distributions.is_empty());
            let root = root(&dotted);
            if is_standard || is_standard_module(root) || is_former_standard_module(root) {
                continue;
            }
            let is_optional = is_optional(facts, import);
            acc.push(Imported { dotted, module, is_type_only: import.is_type_only, is_optional });
        }
    }
    acc
}

/// The first part of a dotted name.
pub(super) fn root(dotted: &str) -> &str {
    dotted.split('.').next().unwrap_or(dotted)
}

/// The dotted name that an import means, when nothing of the project has it.
fn foreign(analysis: &Analysis, from: ModuleId, kind: ImportKind) -> Option<String> {
    let program = &analysis.program;
    let facts = program.facts(from);
    let (dotted, target) = match kind {
        ImportKind::Module { module, .. } => {
            (facts.name(module).to_owned(), ImportKind::Module { module, renamed: true })
        }
        ImportKind::From { module: Some(module), level: 0, name } => {
            (format!("{}.{}", facts.name(module), facts.name(name)), kind)
        }
        ImportKind::Star { module: Some(module), level: 0 } => {
            (facts.name(module).to_owned(), ImportKind::Module { module, renamed: true })
        }
        // What begins with a dot is the project's own.
        ImportKind::From { .. } | ImportKind::Star { .. } => return None,
    };
    let is_own = |module: ModuleId| !program.is_third_party(module);
    // A module that is generated, or made of compiled code, is missing in a package of the project.
    let own_root = program.module_named(root(&dotted));
    if own_root.is_some_and(is_own) {
        return None;
    }
    match program.import_target(from, target)? {
        ImportTarget::Module(found) | ImportTarget::Global(found, _) | ImportTarget::Missing(found, _)
            if is_own(found) =>
        {
            None
        }
        ImportTarget::Module(_)
        | ImportTarget::Global(..)
        | ImportTarget::Missing(..)
        | ImportTarget::External(_) => Some(dotted),
    }
}

/// Whether an import stands in a `try` that has handlers, or in one of those.
fn is_optional(facts: &ModuleFacts, import: &Import) -> bool {
    let mut current = import.statement;
    loop {
        let statement = &facts.statements[current];
        let Some(parent) = statement.parent else { return false };
        let is_guarded = match facts.statements[parent].kind {
            StatementKind::Handler => true,
            StatementKind::Try => statement.block == Block::Body && has_handler(facts, parent),
            _ => false,
        };
        if is_guarded {
            return true;
        }
        current = parent;
    }
}

fn has_handler(facts: &ModuleFacts, parent: crate::semantic::StatementId) -> bool {
    facts
        .statements
        .iter()
        .any(|statement| statement.parent == Some(parent) && statement.kind == StatementKind::Handler)
}
