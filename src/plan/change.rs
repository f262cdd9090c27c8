//! From the selection to the steps in each file.

use crate::base::ConversionMode;
use crate::link::{ModuleId, Static, evaluate};
use crate::plan::annotate::annotation_steps;
use crate::plan::cancellation::let_through;
use crate::plan::context::Context;
use crate::plan::form::{Form, async_name, form, is_plain_iter, name_beside_wrapper};
use crate::plan::hoist::hoist;
use crate::plan::open::is_open;
use crate::plan::planned::{Planned, can_spell_offload};
use crate::plan::request::Plan;
use crate::plan::runtime_place::runtime_place;
use crate::plan::selection::Selection;
use crate::plan::step::{AddedImport, Callee, FileChange, Step};
use crate::plan::surroundings::{Change, ITEM, ITEMS, fresh_name, surroundings};
use crate::semantic::{
    DefinitionKind, FunctionId, FunctionKind, ImportId, ImportKind, ModuleFacts, SiteId, SiteKind, Value,
    ValueId, well_known,
};

/// Adds what is to change in `module`, and what its calls need imported elsewhere.
pub(super) fn change_module(ctx: &Context<'_>, selection: &Selection, module: ModuleId, plan: &mut Plan) {
    let facts = ctx.program.facts(module);
    let mut steps = Vec::new();
    let mut imports = Vec::new();
    let mut elsewhere = Vec::new();
    let is_converted =
        |&local: &FunctionId| selection.converted.contains(&ctx.program.function(module, local));
    let converted: Vec<FunctionId> = facts.functions.ids().filter(is_converted).collect();
    for function in converted {
        let id = ctx.program.function(module, function);
        let name = ctx.function_text(id);
        let is_registered = selection.moves.registered.contains(&id);
        let is_wrapped = selection.leaves_wrapper(ctx, id) && !is_registered;
        let new_name = match (is_registered, is_wrapped) {
            (true, _) => name.to_owned(),
            (false, true) => name_beside_wrapper(ctx, name),
            (false, false) => async_name(ctx, name),
        };
        if is_plain_iter(ctx, id) {
            steps.push(Step::Rename { function, new_name });
            steps.extend(annotation_steps(ctx, module, function, &mut imports));
            continue;
        }
        let mut spell = |dotted: &str| {
            let (spelling, import) = spell_runtime(ctx, module, dotted);
            imports.push(import);
            spelling
        };
        let is_twin = ctx.mode() == ConversionMode::Twin;
        let is_wrapped = is_wrapped && !is_twin;
        let wrapper = is_wrapped.then(|| spell(well_known::RUNTIME_SYNC));
        let guard = (is_wrapped && is_open(ctx, id)).then(|| spell(well_known::RUNTIME_OVERRIDABLE));
        if is_wrapped {
            plan.runtime.push(runtime_place(ctx, module).0);
        }
        steps.push(Step::Convert { function, new_name: new_name.clone(), wrapper, is_twin, guard });
        steps.extend(details(ctx, module, function, &mut imports));
        if is_listed(facts, function, &new_name) {
            steps.push(Step::ListExport { function, new_name: new_name.clone() });
        }
        steps.extend(overload_steps(facts, function, &new_name).filter(|_| !is_wrapped && !is_twin));
    }
    for (site, item) in facts.sites.iter_enumerated() {
        let Some(planned) = selection.planned.get(&(module, site)) else { continue };
        if !may_await(ctx, selection, module, item.place.function) {
            continue;
        }
        if let Planned::Await { .. } | Planned::Block { .. } | Planned::Gather { .. } = planned
            && !is_target_converted(ctx, selection, module, site)
        {
            continue;
        }
        if !matches!(planned, Planned::Gather { .. } | Planned::Collect { .. }) {
            let around = surroundings(ctx, module, site).unwrap_or_default();
            add_changes(ctx, module, around, &mut steps, &mut imports, plan);
        }
        steps.extend(hoist(ctx, module, site));
        let let_through = let_through(ctx, module, site);
        if !let_through.is_empty() && can_spell_offload(ctx, module) {
            steps.extend(let_through);
            imports.extend(
                well_known::CANCELLED_ERROR
                    .rsplit_once('.')
                    .map(|(home, _)| AddedImport::Module(home.to_owned())),
            );
        }
        match planned {
            Planned::Await { route } => {
                steps.push(Step::Await { site, callee: route.callee() });
                elsewhere.extend(route.imports.iter().cloned());
            }
            Planned::LookUp => {
                let (spelling, import) = spell_runtime(ctx, module, well_known::RUNTIME_ASYNC_OF);
                imports.push(import);
                plan.runtime.push(runtime_place(ctx, module).0);
                steps.push(Step::Await { site, callee: Callee::LookedUp(spelling) });
            }
            Planned::Gather { route, changes } => {
                add_changes(ctx, module, changes.clone(), &mut steps, &mut imports, plan);
                elsewhere.extend(route.imports.iter().cloned());
            }
            Planned::Collect { changes } => {
                add_changes(ctx, module, changes.clone(), &mut steps, &mut imports, plan);
            }
            Planned::Block { renamed: made, closes } => {
                match item.kind {
                    SiteKind::With { .. } => steps.push(Step::AsyncWith { site }),
                    SiteKind::YieldFrom { .. } => steps.push(delegate(facts, site, true)),
                    _ if *closes => {
                        let close = vec![Change::Close { site }];
                        add_changes(ctx, module, close, &mut steps, &mut imports, plan);
                    }
                    _ => steps.push(Step::AsyncFor { site }),
                }
                if let Some((call, route)) = made {
                    steps.push(Step::Call { site: *call, callee: route.callee() });
                    elsewhere.extend(route.imports.iter().cloned());
                }
            }
            Planned::AwaitInstead => steps.push(Step::AwaitInstead { site }),
            Planned::Declared(spelling) => steps.push(declared_step(facts, site, spelling)),
            Planned::Offload => {
                let (via, import) = spell_to_thread(ctx, module);
                if let AddedImport::From { .. } = import {
                    plan.runtime.push(runtime_place(ctx, module).0);
                }
                steps.push(Step::Offload { site, via });
                imports.push(import);
            }
            Planned::Replace(replacement) => {
                imports.extend(replacement.module.clone().map(AddedImport::Module));
                steps.push(Step::Await { site, callee: replacement.callee.clone() });
            }
        }
    }
    if let Some(change) = selection.moves.change(module) {
        steps.extend(change.steps.iter().cloned());
        imports.extend(change.imports.iter().cloned());
        selection.moves.add_supports(ctx, module, plan);
    }
    add(plan, module, steps, imports);
    for (importing, import, name, alias) in elsewhere {
        add(plan, importing, vec![Step::ExtendImport { import, name, alias }], Vec::new());
    }
}

/// Adds what must change around a place that waits, and what that needs imported.
pub(super) fn add_changes(
    ctx: &Context<'_>,
    module: ModuleId,
    changes: Vec<Change>,
    steps: &mut Vec<Step>,
    imports: &mut Vec<AddedImport>,
    plan: &mut Plan,
) {
    let mut twin = |name: &str| {
        let dotted = format!("{}.{name}", well_known::RUNTIME_MODULE);
        let (spelling, import) = spell_runtime(ctx, module, &dotted);
        imports.push(import);
        plan.runtime.push(runtime_place(ctx, module).0);
        spelling
    };
    for change in changes {
        steps.push(match change {
            Change::Step(step) => step,
            Change::AwaitTwin { call, twin: name } => {
                let callee = Callee::Replaced { spelling: twin(name), keywords: Vec::new() };
                Step::Await { site: call, callee }
            }
            Change::IterateTwin { call, twin: name } => {
                let callee = Callee::Replaced { spelling: twin(name), keywords: Vec::new() };
                Step::Call { site: call, callee }
            }
            Change::Close { site } => {
                let via = twin(well_known::ACLOSING);
                let facts = ctx.program.facts(module);
                let name = fresh_name(facts, facts.sites[site].place.function, ITEMS);
                Step::CloseLoop { site, name, via }
            }
        });
    }
}

fn delegate(facts: &ModuleFacts, site: SiteId, is_async: bool) -> Step {
    Step::Delegate { site, item: fresh_name(facts, facts.sites[site].place.function, ITEM), is_async }
}

/// What else changes in a function that becomes async: its decorator, and delegation to other generators.
fn details(
    ctx: &Context<'_>,
    module: ModuleId,
    function: FunctionId,
    imports: &mut Vec<AddedImport>,
) -> Vec<Step> {
    let facts = ctx.program.facts(module);
    let item = &facts.functions[function];
    let id = ctx.program.function(module, function);
    let mut steps = Vec::new();
    if form(ctx, id) != Form::Coroutine {
        steps.extend(annotation_steps(ctx, module, function, imports));
    }
    if form(ctx, id) == Form::Manager {
        steps.extend(manager_decorator(ctx, module, function, imports));
    }
    if facts.name(item.name) == well_known::NEXT {
        steps.push(Step::EndIteration { function });
    }
    if item.traits.has_yield_from {
        for (site, other) in facts.sites.iter_enumerated() {
            if other.place.function == function && matches!(other.kind, SiteKind::YieldFrom { .. }) {
                steps.push(delegate(facts, site, false));
            }
        }
    }
    steps
}

/// `@contextmanager` becomes `@asynccontextmanager`.
fn manager_decorator(
    ctx: &Context<'_>,
    module: ModuleId,
    function: FunctionId,
    imports: &mut Vec<AddedImport>,
) -> Option<Step> {
    let facts = ctx.program.facts(module);
    let is_manager = |decorator: &ValueId| matches!(evaluate(ctx.program, module, *decorator), Static::External(name) if &*name == well_known::CONTEXT_MANAGER);
    let decorator = *facts.functions[function].decorators.iter().find(|&decorator| is_manager(decorator))?;
    let (home, name) = well_known::ASYNC_CONTEXT_MANAGER.rsplit_once('.')?;
    if let Value::Name { .. } = facts.values[decorator] {
        imports.push(AddedImport::From { module: home.to_owned(), name: name.to_owned() });
    }
    Some(Step::Redecorate { function, decorator, name: name.to_owned() })
}

/// Whether `__all__` has a function of module level, but not yet its new name.
fn is_listed(facts: &ModuleFacts, function: FunctionId, new_name: &str) -> bool {
    let item = &facts.functions[function];
    let has = |name: &str| {
        facts.exports.as_ref().is_some_and(|names| names.iter().any(|listed| facts.name(*listed) == name))
    };
    let is_outermost = item.class.is_none() && facts.functions[item.parent].kind == FunctionKind::Module;
    is_outermost && has(facts.name(item.name)) && !has(new_name)
}

/// The overloads of a function become async with it.
fn overload_steps<'a>(
    facts: &'a ModuleFacts,
    function: FunctionId,
    new_name: &'a str,
) -> impl Iterator<Item = Step> + 'a {
    let implementation = &facts.functions[function];
    facts
        .functions
        .iter_enumerated()
        .filter(move |(_, item)| {
            item.traits.is_type_only
                && !item.traits.is_async
                && item.name == implementation.name
                && item.class == implementation.class
                && item.parent == implementation.parent
        })
        .map(|(function, _)| Step::Convert {
            function,
            new_name: new_name.to_owned(),
            wrapper: None,
            is_twin: false,
            guard: None,
        })
}

/// The step for what the project declares to wait.
fn declared_step(facts: &ModuleFacts, site: SiteId, spelling: &str) -> Step {
    match facts.sites[site].kind {
        SiteKind::With { .. } => Step::AsyncWith { site },
        SiteKind::For { .. } | SiteKind::Comprehension { .. } => Step::AsyncFor { site },
        _ => {
            let is_same =
                facts.call(site).and_then(|(callee, _)| facts.spelling(callee)).as_deref() == Some(spelling);
            let last = spelling.rsplit('.').next().unwrap_or(spelling);
            let callee = if is_same { Callee::Same } else { Callee::Renamed(last.to_owned()) };
            Step::Await { site, callee }
        }
    }
}

/// Whether code of a function, lambdas excluded, may await once the plan is carried out.
fn may_await(ctx: &Context<'_>, selection: &Selection, module: ModuleId, local: FunctionId) -> bool {
    let is_test = ctx.program.modules[module].is_test;
    !is_test && selection.is_async(ctx, ctx.program.function(module, local))
}

/// Whether all functions that a planned await calls are still to be converted, or are async already.
fn is_target_converted(ctx: &Context<'_>, selection: &Selection, module: ModuleId, site: SiteId) -> bool {
    let Some(resolution) = ctx.graph.site(ctx.program.site_index(module, site)) else { return false };
    resolution.edges.iter().all(|&edge| {
        let edge = ctx.graph.edge(edge);
        let Some(callee) = ctx.graph.function(edge.callee) else { return true };
        selection.converted.contains(&callee) || ctx.is_async(callee)
    })
}

fn add(plan: &mut Plan, module: ModuleId, steps: Vec<Step>, imports: Vec<AddedImport>) {
    if steps.is_empty() {
        return;
    }
    match plan.files.iter_mut().find(|(known, _)| *known == module) {
        Some((_, change)) => {
            change.steps.extend(steps);
            change.imports.extend(imports);
        }
        None => plan.files.push((module, FileChange { steps, imports })),
    }
}

/// Orders everything and drops repetitions.
pub(super) fn finish(mut plan: Plan) -> Plan {
    plan.files.sort_by_key(|(module, _)| *module);
    for (_, change) in &mut plan.files {
        change.imports.sort();
        change.imports.dedup();
        let mut kept: Vec<Step> = Vec::new();
        for step in change.steps.drain(..) {
            let may_repeat = matches!(
                step,
                Step::ExtendImport { .. }
                    | Step::Collect { .. }
                    | Step::CloseLoop { .. }
                    | Step::Delegate { .. }
                    | Step::Hoist { .. }
                    | Step::LetCancelThrough { .. }
            );
            let is_repeated = may_repeat && kept.contains(&step);
            if !is_repeated {
                kept.push(step);
            }
        }
        change.steps = kept;
    }
    plan.runtime.sort();
    plan.runtime.dedup();
    plan
}

/// How a module spells a name of the runtime, given as `module.name`, and the import that brings it.
fn spell_runtime(ctx: &Context<'_>, module: ModuleId, dotted: &str) -> (String, AddedImport) {
    let (_, package) = runtime_place(ctx, module);
    let (runtime, name) = dotted.split_once('.').unwrap_or((well_known::RUNTIME_MODULE, dotted));
    let facts = ctx.program.facts(module);
    // The short name must be free, or be the runtime's own already.
    let is_bound_otherwise = facts.bindings.iter_enumerated().any(|(id, binding)| {
        facts.name(binding.name) == name
            && facts.versions(id).any(|version| match facts.definitions[version].kind {
                DefinitionKind::Import(import) => !is_runtime_import(facts, import),
                _ => true,
            })
    });
    if is_bound_otherwise {
        let import = match package.as_str() {
            "" => AddedImport::Module(runtime.to_owned()),
            dots => AddedImport::From { module: dots.to_owned(), name: runtime.to_owned() },
        };
        return (dotted.to_owned(), import);
    }
    (name.to_owned(), AddedImport::From { module: format!("{package}{runtime}"), name: name.to_owned() })
}

fn is_runtime_import(facts: &ModuleFacts, import: ImportId) -> bool {
    match facts.imports[import].kind {
        ImportKind::From { module: Some(module), .. } => {
            facts.name(module).rsplit('.').next() == Some(well_known::RUNTIME_MODULE)
        }
        _ => false,
    }
}

/// How a module spells `to_thread`: the standard one from Python 3.9 on, else the runtime's.
fn spell_to_thread(ctx: &Context<'_>, module: ModuleId) -> (String, AddedImport) {
    let (root, name) = well_known::TO_THREAD.split_once('.').unwrap_or((well_known::TO_THREAD, ""));
    if ctx.request.settings.target_version.is_none_or(|target| target >= (3, 9)) {
        return (well_known::TO_THREAD.to_owned(), AddedImport::Module(root.to_owned()));
    }
    let (_, package) = runtime_place(ctx, module);
    let module = format!("{package}{}", well_known::RUNTIME_MODULE);
    (name.to_owned(), AddedImport::From { module, name: name.to_owned() })
}
