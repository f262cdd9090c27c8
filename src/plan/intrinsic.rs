//! Reasons to keep a function that its own definition gives.

use crate::base::{ConversionMode, Id};
use crate::graph::EdgeKind;
use crate::link::{Ancestor, ProgramFunctionId, Static, evaluate};
use crate::plan::context::Context;
use crate::plan::decorators::decorator_reason;
use crate::plan::form::{async_name, has_async_form, is_plain_iter, name_beside_wrapper};
use crate::plan::sites::enters_lock;
use crate::plan::unroll::is_called_in_place;
use crate::plan::unthread::unthreaded;
use crate::plan::verdict::KeepReason;
use crate::semantic::{
    FunctionId, FunctionKind, ModuleFacts, SiteId, SiteKind, StatementId, StatementKind, Value, well_known,
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
    if well_known::is_dunder(name) && !may_convert_special(ctx, function, name) {
        return Some(KeepReason::SpecialMethod);
    }
    let is_free = ctx.is_closed() && ctx.mode() == ConversionMode::InPlace;
    match decorator_reason(ctx, function) {
        // In a closed world a decorator's own code changes with what it decorates.
        Some(KeepReason::Decorated) if is_free => {}
        Some(reason) => return Some(reason),
        None => {}
    }
    // `asend` and `StopAsyncIteration` carry no values to callers that do not know of them (PEP 525).
    if item.traits.is_generator && (item.traits.uses_sent_value || item.traits.returns_value) {
        return Some(KeepReason::Generator);
    }
    if item.traits.is_generator && yields_under_lock(ctx, function) {
        return Some(KeepReason::HoldsLock);
    }
    if (item.traits.is_redefined && !is_free) || item.traits.is_type_only {
        return Some(KeepReason::Redefined);
    }
    if item.traits.runs_text || would_show_names(facts, local) {
        return Some(KeepReason::InspectsNamespace);
    }
    if name != well_known::NEXT && raises_stop_iteration(ctx, function) {
        return Some(KeepReason::StopIteration);
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

/// Whether a special method has an async form that this mode can add or put in its place.
fn may_convert_special(ctx: &Context<'_>, function: ProgramFunctionId, name: &str) -> bool {
    let is_iterator = name == well_known::NEXT || is_plain_iter(ctx, function);
    has_async_form(ctx, name) && (ctx.mode() == ConversionMode::InPlace || !is_iterator)
}

/// Whether a generator enters a lock of threads: others could run while it is suspended there.
fn yields_under_lock(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let item = &facts.functions[local];
    let first = item.first_statement.index();
    ctx.mode() != ConversionMode::InPlace
        && (first..first + item.statements as usize)
            .map(StatementId::from_index)
            .any(|statement| enters_lock(ctx, module, statement))
}

/// Whether `locals()` would show names that a conversion adds: a temporary of its own, or the async name in the
/// function around it.
fn would_show_names(facts: &ModuleFacts, function: FunctionId) -> bool {
    let item = &facts.functions[function];
    let mut outer = item.parent;
    while outer != facts.module_function() {
        if facts.functions[outer].traits.inspects_namespace {
            return true;
        }
        outer = facts.functions[outer].parent;
    }
    let first = item.first_statement.index();
    let mut own = first..first + item.statements as usize;
    let adds_name = |statement: StatementId| {
        let is_augmented =
            matches!(facts.statements[statement].kind, StatementKind::Assign { augmented: true });
        is_augmented || facts.imports.iter().any(|import| import.statement == statement)
    };
    item.traits.inspects_namespace
        && (item.traits.has_yield_from || own.any(|index| adds_name(StatementId::from_index(index))))
}

/// Whether the async name already means something where the function is defined.
fn is_name_taken(ctx: &Context<'_>, function: ProgramFunctionId, name: &str) -> bool {
    let wanted = async_name(ctx, name);
    wanted != name && is_taken(ctx, function, &wanted)
}

/// Whether a conversion in place may leave a wrapper of `function` for those that cannot wait.
pub(super) fn may_wrap(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let name = ctx.function_text(function);
    let is_iterator = name == well_known::NEXT || is_plain_iter(ctx, function) || name == well_known::CALL;
    !is_iterator && !is_taken(ctx, function, &name_beside_wrapper(ctx, name))
}

/// Whether `wanted` already means something where `function` is defined.
fn is_taken(ctx: &Context<'_>, function: ProgramFunctionId, wanted: &str) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let Some(symbol) = ctx.program.names.get(wanted) else { return false };
    let item = &facts.functions[local];
    match item.class {
        None if item.parent != facts.module_function() => is_bound_in_module(facts, wanted),
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
                .any(|&member| ctx.class_method(member, wanted).is_some() || ctx.stores_attribute(wanted))
        }
    }
}

/// Whether any scope of a module binds a name.
fn is_bound_in_module(facts: &ModuleFacts, name: &str) -> bool {
    facts.bindings.iter().any(|binding| facts.name(binding.name) == name)
}

/// Whether it raises `StopIteration` by name: out of a coroutine that would come as a `RuntimeError` (PEP 479).
fn raises_stop_iteration(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    let facts = ctx.program.facts(module);
    let item = &facts.functions[local];
    let first = item.first_statement.index();
    let statements = &facts.statements.as_slice()[first..first + item.statements as usize];
    let first = statements.first().map_or(0, |statement| statement.sites.0.index());
    let end = statements.iter().map(|statement| statement.sites.1.index()).max().unwrap_or(first);
    (first..end).map(SiteId::from_index).map(|site| &facts.sites[site]).any(|site| {
        let SiteKind::Raise { exception } = site.kind else { return false };
        let class = match facts.values[exception] {
            Value::Call(made) => facts.call(made).map(|(callee, _)| callee),
            _ => Some(exception),
        };
        class.is_some_and(|class| {
            matches!(evaluate(ctx.program, module, class), Static::External(name) if name == well_known::STOP_ITERATION)
        })
    })
}

/// Whether something outside the program calls it: a thread, an exit or signal handler.
fn is_called_from_outside(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let node = ctx.graph.function_node(function);
    ctx.graph.incoming(node).any(|(_, edge)| match edge.kind {
        EdgeKind::Offload => edge.site.is_none_or(|site| unthreaded(ctx, edge.module, site).is_none()),
        EdgeKind::Schedule => true,
        // In a closed world whoever takes a function follows.
        EdgeKind::Reference => {
            let stays = |site| {
                is_called_in_place(ctx, edge.module, site) || unthreaded(ctx, edge.module, site).is_some()
            };
            edge.site.is_some_and(|site| !stays(site)) && !ctx.is_closed()
        }
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
