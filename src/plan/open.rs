//! Methods that code outside the conversion may replace under their sync names.

use crate::link::ProgramFunctionId;
use crate::plan::context::Context;
use crate::semantic::well_known;

/// Whether something may take the place of a converted method's wrapper: an override in a subclass that is not
/// known or is a test's, or what a test puts there.
pub(super) fn is_open(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let Some(class) = facts.functions[local].class else { return false };
    let name = ctx.function_text(function);
    if ctx.is_closed() {
        return false;
    }
    let is_public = |name: &str| !name.starts_with('_');
    let may_be_overridden =
        is_public(facts.name(facts.classes[class].name)) && (is_public(name) || well_known::is_dunder(name));
    may_be_overridden || ctx.is_patched(name) || is_overridden_by_test(ctx, function)
}

/// Whether a test's class overrides the method.
pub(super) fn is_overridden_by_test(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let Some(class) = ctx.program.facts(module).functions[local].class else { return false };
    let class = ctx.program.class(module, class);
    ctx.hierarchy.descendants(class).iter().any(|&descendant| {
        let (home, _) = ctx.program.locate_class(descendant);
        ctx.program.modules[home].is_test
            && ctx.class_method(descendant, ctx.function_text(function)).is_some()
    })
}
