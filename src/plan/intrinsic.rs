//! Reasons to keep a function that its own definition gives.

use crate::graph::EdgeKind;
use crate::link::{Ancestor, ProgramFunctionId};
use crate::plan::context::Context;
use crate::plan::decorators::decorator_reason;
use crate::plan::verdict::KeepReason;
use crate::semantic::{FunctionKind, well_known};

/// Why `function` cannot become a coroutine function, whatever it calls.
pub(super) fn keep_reason(ctx: &Context<'_>, function: ProgramFunctionId) -> Option<KeepReason> {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let item = &facts.functions[local];
    let name = facts.name(item.name);
    if ctx.program.is_third_party(module) {
        return Some(KeepReason::ThirdParty);
    }
    match item.kind {
        FunctionKind::Module => return Some(KeepReason::ModuleLevel),
        FunctionKind::Lambda => return Some(KeepReason::Lambda),
        FunctionKind::Def => {}
    }
    if ctx.program.modules[module].is_test || (well_known::is_test_name(name) && item.class.is_none()) {
        return Some(KeepReason::Test);
    }
    if well_known::is_build_script(&ctx.program.modules[module].name) {
        return Some(KeepReason::BuildScript);
    }
    if !facts.problems.is_empty() || ctx.request.refused.contains(&module) {
        return Some(if facts.problems.is_empty() {
            KeepReason::RewriteFailed
        } else {
            KeepReason::BrokenFile
        });
    }
    if !(ctx.request.is_selected)(module) {
        return Some(KeepReason::NotSelected);
    }
    if well_known::is_dunder(name) {
        return Some(KeepReason::SpecialMethod);
    }
    if let Some(reason) = decorator_reason(ctx, function) {
        return Some(reason);
    }
    if item.parent != facts.module_function() {
        return Some(KeepReason::Nested);
    }
    if item.traits.is_generator {
        return Some(KeepReason::Generator);
    }
    if item.traits.is_redefined || item.traits.is_type_only {
        return Some(KeepReason::Redefined);
    }
    if item.traits.inspects_namespace {
        return Some(KeepReason::InspectsNamespace);
    }
    if is_name_taken(ctx, function, name) {
        return Some(KeepReason::NameTaken);
    }
    if overrides_foreign(ctx, function, name) {
        return Some(KeepReason::ForeignOverride);
    }
    if is_called_from_outside(ctx, function) {
        return Some(KeepReason::CalledFromOutside);
    }
    None
}

/// Whether the async name already means something where the function is defined.
fn is_name_taken(ctx: &Context<'_>, function: ProgramFunctionId, name: &str) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let wanted = ctx.affix.add(name);
    let Some(symbol) = ctx.program.names.get(&wanted) else { return false };
    match facts.functions[local].class {
        None => ctx.program.global(module, symbol).is_some(),
        Some(class) => {
            let class = ctx.program.class(module, class);
            let mut family = ctx.hierarchy.descendants(class);
            family.extend(ctx.hierarchy.mro(class).iter().filter_map(|ancestor| match ancestor {
                Ancestor::Class(class) => Some(*class),
                Ancestor::External(_) | Ancestor::Unknown => None,
            }));
            family
                .iter()
                .any(|&member| ctx.class_method(member, &wanted).is_some() || ctx.stores_attribute(&wanted))
        }
    }
}

/// Whether something outside the program calls it: a thread, an exit or signal handler.
fn is_called_from_outside(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let node = ctx.graph.function_node(function);
    ctx.graph.incoming(node).any(|(_, edge)| match edge.kind {
        EdgeKind::Offload | EdgeKind::Schedule => true,
        EdgeKind::Reference => edge.site.is_some(),
        EdgeKind::Call
        | EdgeKind::Implicit
        | EdgeKind::Await
        | EdgeKind::Iterate
        | EdgeKind::Enter
        | EdgeKind::Decorate
        | EdgeKind::Override
        | EdgeKind::RunLoop => false,
    })
}

/// Whether it overrides a method of an installed class, or one that a rule knows of a class outside the program,
/// which that class's own code calls.
fn overrides_foreign(ctx: &Context<'_>, function: ProgramFunctionId, name: &str) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let Some(class) = ctx.program.facts(module).functions[local].class else { return false };
    ctx.hierarchy.mro(ctx.program.class(module, class)).iter().any(|ancestor| match ancestor {
        Ancestor::External(base) => {
            let knowledge = ctx.request.knowledge;
            knowledge.member(base, name).is_some() || knowledge.inherited_entry(base, name).is_some()
        }
        Ancestor::Class(base) => {
            let is_installed = ctx.program.is_third_party(ctx.program.locate_class(*base).0);
            is_installed && ctx.class_method(*base, name).is_some()
        }
        Ancestor::Unknown => false,
    })
}
