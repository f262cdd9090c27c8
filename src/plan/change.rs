//! From the selection to the steps in each file.

use crate::link::ModuleId;
use crate::plan::context::Context;
use crate::plan::request::{Plan, RuntimePlace};
use crate::plan::selection::{Planned, Selection};
use crate::plan::step::{AddedImport, Callee, FileChange, Step};
use crate::plan::surroundings::{Change, fresh_name, surroundings};
use crate::semantic::{
    DefinitionKind, FunctionId, ImportId, ImportKind, ModuleFacts, SiteId, SiteKind, well_known,
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
    if !converted.is_empty() {
        let (sync, import) = spell_sync(ctx, module);
        imports.push(import);
        plan.runtime.push(runtime_place(ctx, module).0);
        for function in converted {
            let name = ctx.function_text(ctx.program.function(module, function));
            let new_name = ctx.affix.add(name);
            steps.push(Step::Convert { function, new_name, wrapper: Some(sync.clone()) });
        }
    }
    for (site, item) in facts.sites.iter_enumerated() {
        let Some(planned) = selection.planned.get(&(module, site)) else { continue };
        if !may_await(ctx, selection, module, item.place.function) {
            continue;
        }
        if let Planned::Await { .. } = planned
            && !is_target_converted(ctx, selection, module, site)
        {
            continue;
        }
        let around = surroundings(ctx, module, site).unwrap_or_default();
        add_changes(ctx, module, around, &mut steps, &mut imports, plan);
        match planned {
            Planned::Await { route } => {
                steps.push(Step::Await { site, callee: Callee::Renamed(route.renamed.clone()) });
                elsewhere.extend(route.imports.iter().cloned());
            }
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
        let (spelling, import) = spell_runtime(ctx, module, name);
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
                Step::Rename { site: call, callee }
            }
            Change::Close { site } => {
                let via = twin(well_known::ACLOSING);
                let name = fresh_name(ctx.program.facts(module), well_known::ITEMS_NAME);
                Step::CloseLoop { site, name, via }
            }
        });
    }
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

/// How a module spells the runtime's `sync`, and the import that brings it.
fn spell_sync(ctx: &Context<'_>, module: ModuleId) -> (String, AddedImport) {
    let sync = well_known::RUNTIME_SYNC.split_once('.').map_or("sync", |(_, name)| name);
    spell_runtime(ctx, module, sync)
}

/// How a module spells a name of the runtime helper, and the import that brings it.
fn spell_runtime(ctx: &Context<'_>, module: ModuleId, name: &str) -> (String, AddedImport) {
    let (_, package) = runtime_place(ctx, module);
    let runtime = well_known::RUNTIME_MODULE;
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
        return (format!("{runtime}.{name}"), import);
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

/// Where the runtime helper stands for a module, and the dots that lead there: in its topmost
/// package, else beside it.
fn runtime_place(ctx: &Context<'_>, module: ModuleId) -> (RuntimePlace, String) {
    let item = &ctx.program.modules[module];
    let name = well_known::RUNTIME_MODULE.to_owned();
    let own_package = if item.is_package {
        &*item.name
    } else {
        item.name.rsplit_once('.').map_or("", |(package, _)| package)
    };
    let mut beside = None;
    let mut dots = String::new();
    let mut package = own_package;
    while !package.is_empty() {
        let Some(found) = ctx.program.module_named(package).filter(|&id| ctx.program.modules[id].is_package)
        else {
            break;
        };
        beside = Some(found);
        dots.push('.');
        package = package.rsplit_once('.').map_or("", |(parent, _)| parent);
    }
    match beside {
        Some(beside) => (RuntimePlace { beside, name }, dots),
        None => (RuntimePlace { beside: module, name }, String::new()),
    }
}
