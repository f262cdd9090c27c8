//! Decorators of functions that are to be converted: which ones a coroutine function can stand under.

use crate::base::Id;
use crate::link::{ModuleId, ProgramFunctionId, Static, evaluate};
use crate::plan::context::Context;
use crate::plan::verdict::KeepReason;
use crate::semantic::well_known::MethodDecorator;
use crate::semantic::{
    FunctionId, ModuleFacts, NameUse, StatementId, StatementKind, StoreTarget, Value, ValueId, well_known,
};

/// Only decorators that leave a coroutine function what it is may stay on it.
pub(super) fn decorator_reason(ctx: &Context<'_>, function: ProgramFunctionId) -> Option<KeepReason> {
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
        return only_marks(facts, local);
    }
    let returned = &facts.functions[local].returned;
    !returned.is_empty()
        && returned.iter().all(|&value| match evaluate(ctx.program, module, value) {
            Static::Function(wrapper) => passes_through(ctx, decorator, wrapper),
            Static::Class(_) | Static::Module(_) | Static::External(_) | Static::Unknown => false,
        })
}

/// Whether a decorator does nothing else with the function it gets than to give it back and to set attributes on
/// it: one that it stores or hands on is called by others, which do not await.
fn only_marks(facts: &ModuleFacts, decorator: FunctionId) -> bool {
    let item = &facts.functions[decorator];
    let Some(parameter) = item.parameters.first() else { return false };
    let binding = facts.definitions[parameter.definition].binding;
    let is_parameter = |value: ValueId| match facts.values[value] {
        Value::Name { reference: NameUse::Binding(found), .. } => found == binding,
        Value::Name { reference: NameUse::Reaching(found), .. } => {
            facts.definitions[found].binding == binding
        }
        _ => false,
    };
    let own = || (item.first_value.index()..item.end_value.index()).map(ValueId::from_index);
    let mut harmless: Vec<ValueId> = item.returned.clone();
    harmless.extend(own().filter_map(|value| match facts.values[value] {
        Value::Attribute { base, .. } => Some(base),
        _ => None,
    }));
    harmless.extend(facts.stores.iter().filter(|store| store.place.function == decorator).filter_map(
        |store| match store.target {
            StoreTarget::Attribute { base, .. } => Some(base),
            StoreTarget::Item { .. } => None,
        },
    ));
    own().filter(|&value| is_parameter(value)).all(|value| harmless.contains(&value))
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
