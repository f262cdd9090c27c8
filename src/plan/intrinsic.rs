//! Reasons to keep a function that its own definition gives.

use crate::graph::EdgeKind;
use crate::link::{Ancestor, ProgramFunctionId, Static, evaluate};
use crate::plan::context::Context;
use crate::plan::naming::async_name;
use crate::plan::verdict::KeepReason;
use crate::semantic::well_known::MethodDecorator;
use crate::semantic::{FunctionKind, ModuleFacts, Value, ValueId, well_known};

/// Why `function` cannot become a coroutine function, whatever it calls.
pub(super) fn keep_reason(ctx: &Context<'_>, function: ProgramFunctionId) -> Option<KeepReason> {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let item = &facts.functions[local];
    let name = facts.name(item.name);
    match item.kind {
        FunctionKind::Module => return Some(KeepReason::ModuleLevel),
        FunctionKind::Lambda => return Some(KeepReason::Lambda),
        FunctionKind::Def => {}
    }
    if ctx.program.modules[module].is_test || (well_known::is_test_name(name) && item.class.is_none()) {
        return Some(KeepReason::Test);
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
    if is_called_from_outside(ctx, function) {
        return Some(KeepReason::CalledFromOutside);
    }
    None
}

/// Only decorators that leave a coroutine function what it is may stay on it.
fn decorator_reason(ctx: &Context<'_>, function: ProgramFunctionId) -> Option<KeepReason> {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    for &decorator in &facts.functions[local].decorators {
        match evaluate(ctx.program, module, decorator) {
            Static::External(name) => match well_known::method_decorator(&name) {
                Some(MethodDecorator::Transparent) => {}
                Some(MethodDecorator::Property) => return Some(KeepReason::Property),
                None => return Some(KeepReason::Decorated),
            },
            Static::Unknown if is_property_part(facts, decorator) => return Some(KeepReason::Property),
            Static::Class(_) | Static::Function(_) | Static::Module(_) | Static::Unknown => {
                return Some(KeepReason::Decorated);
            }
        }
    }
    None
}

/// `@x.setter` and its siblings.
fn is_property_part(facts: &ModuleFacts, decorator: ValueId) -> bool {
    matches!(facts.values[decorator], Value::Attribute { name, .. }
        if well_known::is_property_part(facts.name(name)))
}

/// Whether the async name already means something where the function is defined.
fn is_name_taken(ctx: &Context<'_>, function: ProgramFunctionId, name: &str) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let wanted = async_name(name, ctx.prefix());
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

/// Whether something outside the program calls it: a thread, an exit or signal handler, or a
/// framework through a foreign base class.
fn is_called_from_outside(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let node = ctx.graph.function_node(function);
    let mut is_called = false;
    for (_, edge) in ctx.graph.incoming(node) {
        match edge.kind {
            EdgeKind::Offload | EdgeKind::Schedule => return true,
            EdgeKind::Reference if edge.site.is_some() => return true,
            EdgeKind::Reference => {}
            EdgeKind::Call
            | EdgeKind::Implicit
            | EdgeKind::Await
            | EdgeKind::Iterate
            | EdgeKind::Enter
            | EdgeKind::Decorate
            | EdgeKind::Override
            | EdgeKind::RunLoop => is_called = true,
        }
    }
    let (module, local) = ctx.program.locate_function(function);
    let Some(class) = ctx.program.facts(module).functions[local].class else { return false };
    let is_open = ctx.hierarchy.is_open(ctx.program.class(module, class));
    is_open && !is_called
}
