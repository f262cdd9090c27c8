//! Reasons to keep a function that its own definition gives.

use crate::base::Id;
use crate::graph::EdgeKind;
use crate::link::{Ancestor, ModuleId, ProgramFunctionId, Static, evaluate};
use crate::plan::context::Context;
use crate::plan::verdict::KeepReason;
use crate::semantic::well_known::MethodDecorator;
use crate::semantic::{
    FunctionKind, ModuleFacts, NameUse, StatementId, StatementKind, Value, ValueId, well_known,
};

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
            Static::Function(found) if gives_back(ctx, found) => {}
            Static::Unknown if makes_plain_decorator(ctx, module, decorator) => {}
            Static::Class(_) | Static::Function(_) | Static::Module(_) | Static::Unknown => {
                return Some(KeepReason::Decorated);
            }
        }
    }
    None
}

/// Whether a coroutine function can stand under a decorator of the program: it gives back the function
/// it gets, or a wrapper that gives back what that function returns, untouched.
fn gives_back(ctx: &Context<'_>, decorator: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(decorator);
    let facts = ctx.program.facts(module);
    if facts.returned_parameter(local) == Some(0) {
        return true;
    }
    let returned = &facts.functions[local].returned;
    !returned.is_empty()
        && returned.iter().all(|&value| match evaluate(ctx.program, module, value) {
            Static::Function(wrapper) => passes_through(ctx, decorator, wrapper),
            Static::Class(_) | Static::Module(_) | Static::External(_) | Static::Unknown => false,
        })
}

/// Whether every `return` of `wrapper` is a call of the first parameter of `decorator`, outside of `try`
/// and `with`, so that a coroutine that the call makes reaches the caller as it is.
fn passes_through(ctx: &Context<'_>, decorator: ProgramFunctionId, wrapper: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(wrapper);
    let (home, decorator) = ctx.program.locate_function(decorator);
    let facts = ctx.program.facts(module);
    let item = &facts.functions[local];
    let Some(parameter) = facts.functions[decorator].parameters.first() else { return false };
    let binding = facts.definitions[parameter.definition].binding;
    let is_plain = !item.traits.is_generator && !item.traits.is_async;
    let is_argument = |value: ValueId| matches!(facts.values[value], Value::Name { reference: NameUse::Binding(found), .. } if found == binding);
    // Any other use could see the difference: a second call, or `function.__name__` in a message.
    let uses = (item.first_value.index()..item.end_value.index()).map(ValueId::from_index);
    let uses = uses.filter(|&value| is_argument(value)).count();
    let returns = item.returned.iter().filter(|&&value| {
        let Value::Call(site) = facts.values[value] else { return false };
        let is_call = facts.call(site).is_some_and(|(callee, _)| is_argument(callee));
        is_call && !is_guarded(facts, facts.sites[site].place.statement)
    });
    let returned = returns.count();
    home == module && is_plain && returned > 0 && returned == item.returned.len() && uses == returned
}

/// Whether a statement stands in a `try` or `with`.
fn is_guarded(facts: &ModuleFacts, statement: StatementId) -> bool {
    let mut next = Some(statement);
    while let Some(id) = next {
        let item = &facts.statements[id];
        if matches!(item.kind, StatementKind::Try | StatementKind::With { .. } | StatementKind::Handler) {
            return true;
        }
        next = item.parent;
    }
    false
}

/// Whether a decorator expression is a call of a function of the program that makes a decorator which
/// gives back what it gets: `@documented("…")`.
fn makes_plain_decorator(ctx: &Context<'_>, module: ModuleId, decorator: ValueId) -> bool {
    let facts = ctx.program.facts(module);
    let Value::Call(site) = facts.values[decorator] else { return false };
    let Some((callee, _)) = facts.call(site) else { return false };
    let Static::Function(factory) = evaluate(ctx.program, module, callee) else { return false };
    let (home, local) = ctx.program.locate_function(factory);
    let returned = &ctx.program.facts(home).functions[local].returned;
    !returned.is_empty()
        && returned.iter().all(|&value| match evaluate(ctx.program, home, value) {
            Static::Function(made) => gives_back(ctx, made),
            Static::Class(_) | Static::Module(_) | Static::External(_) | Static::Unknown => false,
        })
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
