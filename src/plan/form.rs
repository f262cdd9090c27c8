//! What a converted function is to those who use it: awaited, iterated over or entered.

use crate::base::ConversionMode;
use crate::link::{ProgramFunctionId, Static, evaluate};
use crate::plan::context::Context;
use crate::semantic::well_known;

/// How the result of a converted function is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A call is awaited.
    Coroutine,
    /// What a call gives is iterated over with `async for`.
    Generator,
    /// What a call gives is entered with `async with`: a generator under `contextlib.contextmanager`.
    Manager,
}

/// What `function` is, or would be, as an async function.
pub(super) fn form(ctx: &Context<'_>, function: ProgramFunctionId) -> Form {
    let (module, local) = ctx.program.locate_function(function);
    let item = &ctx.program.facts(module).functions[local];
    if !item.traits.is_generator {
        return Form::Coroutine;
    }
    let is_manager =
        item.decorators.iter().any(|&decorator| match evaluate(ctx.program, module, decorator) {
            Static::External(name) => {
                &*name == well_known::CONTEXT_MANAGER || &*name == well_known::ASYNC_CONTEXT_MANAGER
            }
            Static::Class(_) | Static::Function(_) | Static::Module(_) | Static::Unknown => false,
        });
    if is_manager { Form::Manager } else { Form::Generator }
}

/// The name of a converted function that is called `name` now, where nothing keeps that name.
pub(super) fn async_name(ctx: &Context<'_>, name: &str) -> String {
    match ctx.mode() {
        ConversionMode::InPlace => well_known::async_special_method(name).unwrap_or(name).to_owned(),
        ConversionMode::Wrapper | ConversionMode::Twin => name_beside_wrapper(ctx, name),
    }
}

/// The name of a converted function beside a wrapper that keeps the name `name`.
pub(super) fn name_beside_wrapper(ctx: &Context<'_>, name: &str) -> String {
    match well_known::async_special_method(name) {
        Some(special) => special.to_owned(),
        None => ctx.affix.add(name),
    }
}

/// Whether a special method has a form that async code uses instead.
pub(super) fn has_async_form(ctx: &Context<'_>, name: &str) -> bool {
    well_known::async_special_method(name).is_some()
        || (ctx.mode() == ConversionMode::InPlace && name == well_known::CALL)
}

/// Whether `function` is an `__iter__` that is no generator: its async form is a plain function too (PEP 492).
pub(super) fn is_plain_iter(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    ctx.function_text(function) == well_known::ITER
        && !ctx.program.facts(module).functions[local].traits.is_generator
}
