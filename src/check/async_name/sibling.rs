//! What another name means in the block that defines a function.

use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::semantic::{DefinitionId, Function};

/// What `name` means where a global function or a method is defined.
pub(super) fn sibling(
    request: &CheckRequest<'_>,
    module: ModuleId,
    item: &Function,
    name: &str,
) -> Option<DefinitionId> {
    let facts = request.program.facts(module);
    let binding = match item.class {
        Some(class) => facts
            .scope_bindings(facts.classes[class].scope)
            .find(|&binding| facts.name(facts.bindings[binding].name) == name)?,
        None => request.program.global(module, request.program.names.get(name)?)?,
    };
    facts.bindings[binding].at_exit.or(facts.bindings[binding].last)
}
