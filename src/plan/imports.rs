//! How a call reaches a function's async name: by renaming the callee, and through which imports.

use crate::link::{ImportTarget, Lookup, ModuleId, Program, ProgramFunctionId, Static, evaluate};
use crate::plan::context::Context;
use crate::plan::step::Callee;
use crate::semantic::{
    BindingId, DefinitionId, DefinitionKind, ImportId, ImportKind, NameUse, ScopeId, Value, ValueId,
};

/// What must change so that a callee names the async function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The last identifier of the callee, afterwards.
    pub(super) renamed: String,
    /// Imports that must also bring the async name, each with the name and its alias.
    pub(super) imports: Vec<(ModuleId, ImportId, String, Option<String>)>,
}

impl Route {
    /// How the callee changes.
    pub(super) fn callee(&self) -> Callee {
        if self.renamed.is_empty() { Callee::Same } else { Callee::Renamed(self.renamed.clone()) }
    }
}

/// Finds a route from the callee of a call in `module` to `target`, whose async name is `wanted`.
///
/// `None` when the callee is not a plain name of the function: an alias, a value, a star import of a
/// module with `__all__`, or when the async name already means something else there.
pub(super) fn route(
    ctx: &Context<'_>,
    module: ModuleId,
    scope: ScopeId,
    callee: ValueId,
    target: ProgramFunctionId,
    wanted: &str,
) -> Option<Route> {
    let facts = ctx.program.facts(module);
    let own_name = own_name(ctx, target, wanted);
    match facts.values[callee] {
        Value::Attribute { base, name } => {
            let name = facts.name(name);
            if let Static::Module(found) = evaluate(ctx.program, module, base) {
                let imports = hops(ctx, found, name, target, wanted, 0)?;
                return Some(Route { renamed: rename(ctx, name, &own_name, wanted), imports });
            }
            // A function that is stored in an attribute has no async one beside it there.
            (name == own_name && is_method(ctx, target))
                .then(|| Route { renamed: wanted.to_owned(), imports: Vec::new() })
        }
        Value::Name { name, reference } => {
            let name = facts.name(name);
            let definition = match reference {
                NameUse::Reaching(definition) => definition,
                NameUse::Binding(binding) => sole_version(ctx, module, binding)?,
                NameUse::Unresolved => return None,
            };
            match facts.definitions[definition].kind {
                DefinitionKind::Function(_) | DefinitionKind::Value(_) => {
                    let is_here = ctx.module_of(target) == module && name == own_name;
                    let is_shadowed = is_bound_inside(ctx, module, scope, wanted);
                    (is_here && !is_shadowed && !is_wrapper_of_other(ctx, module, definition, target))
                        .then(|| Route { renamed: wanted.to_owned(), imports: Vec::new() })
                }
                DefinitionKind::Import(import) => {
                    let (imports, renamed) = through_import(ctx, module, import, target, wanted, 0)?;
                    let is_shadowed = is_bound_inside(ctx, module, scope, &renamed);
                    (!is_shadowed).then_some(Route { renamed, imports })
                }
                DefinitionKind::Parameter(_)
                | DefinitionKind::Class(_)
                | DefinitionKind::Join(_)
                | DefinitionKind::Narrowed { .. }
                | DefinitionKind::Unbound
                | DefinitionKind::Unknown => None,
            }
        }
        _ => None,
    }
}

type Hops = Vec<(ModuleId, ImportId, String, Option<String>)>;

fn is_method(ctx: &Context<'_>, function: ProgramFunctionId) -> bool {
    let (module, local) = ctx.program.locate_function(function);
    ctx.program.facts(module).functions[local].class.is_some()
}

/// The name that callers know the target by: its own, or its wrapper's when it carries the prefix.
fn own_name(ctx: &Context<'_>, target: ProgramFunctionId, wanted: &str) -> String {
    let name = ctx.function_text(target);
    if name == wanted { ctx.affix.remove(name).unwrap_or_else(|| name.to_owned()) } else { name.to_owned() }
}

fn rename(ctx: &Context<'_>, local: &str, own: &str, wanted: &str) -> String {
    if local == own { wanted.to_owned() } else { ctx.affix.add(local) }
}

/// The only version of a binding, when there is only one.
fn sole_version(ctx: &Context<'_>, module: ModuleId, binding: BindingId) -> Option<DefinitionId> {
    let facts = ctx.program.facts(module);
    let item = &facts.bindings[binding];
    let last = item.last?;
    (facts.definitions[last].previous.is_none() && !item.written_elsewhere).then_some(last)
}

/// Whether a local name hides the async name in the scopes of a function.
fn is_bound_inside(ctx: &Context<'_>, module: ModuleId, scope: ScopeId, name: &str) -> bool {
    let facts = ctx.program.facts(module);
    let mut next = Some(scope);
    while let Some(id) = next {
        if Program::is_module_scope(id) {
            return false;
        }
        let is_bound =
            facts.scope_bindings(id).any(|binding| facts.name(facts.bindings[binding].name) == name);
        if is_bound {
            return true;
        }
        next = facts.scopes[id].parent;
    }
    false
}

/// Whether a module-level value is something else than the wrapper of `target`.
fn is_wrapper_of_other(
    ctx: &Context<'_>,
    module: ModuleId,
    definition: DefinitionId,
    target: ProgramFunctionId,
) -> bool {
    let facts = ctx.program.facts(module);
    match facts.definitions[definition].kind {
        DefinitionKind::Function(function) => ctx.program.function(module, function) != target,
        DefinitionKind::Value(value) => {
            let Value::Call(site) = facts.values[value] else { return true };
            let Some((_, [argument])) = facts.call(site) else { return true };
            evaluate(ctx.program, module, argument.value) != Static::Function(target)
        }
        _ => true,
    }
}

/// The imports that bring `target` to the member `name` of `module`.
fn hops(
    ctx: &Context<'_>,
    module: ModuleId,
    name: &str,
    target: ProgramFunctionId,
    wanted: &str,
    depth: u8,
) -> Option<Hops> {
    if depth > 8 {
        return None;
    }
    let facts = ctx.program.facts(module);
    let symbol = ctx.program.names.get(name)?;
    let Some(binding) = ctx.program.global(module, symbol) else {
        return through_star(ctx, module, name, target, wanted, depth);
    };
    let definition = sole_version(ctx, module, binding)?;
    match facts.definitions[definition].kind {
        DefinitionKind::Function(_) | DefinitionKind::Value(_) => {
            (!is_wrapper_of_other(ctx, module, definition, target)).then(Vec::new)
        }
        DefinitionKind::Import(import) => {
            through_import(ctx, module, import, target, wanted, depth + 1).map(|(imports, _)| imports)
        }
        _ => None,
    }
}

fn through_import(
    ctx: &Context<'_>,
    module: ModuleId,
    import: ImportId,
    target: ProgramFunctionId,
    wanted: &str,
    depth: u8,
) -> Option<(Hops, String)> {
    let is_editable = (ctx.request.is_selected)(module)
        && !ctx.request.refused.contains(&module)
        && ctx.program.facts(module).problems.is_empty();
    if !is_editable {
        return None;
    }
    let facts = ctx.program.facts(module);
    let item = &facts.imports[import];
    let ImportKind::From { name, .. } = item.kind else { return None };
    let asked = facts.name(name);
    let local = item.definition.map(|definition| {
        let binding = facts.definitions[definition].binding;
        facts.name(facts.bindings[binding].name)
    })?;
    let own = own_name(ctx, target, wanted);
    let asked_async = rename(ctx, asked, &own, wanted);
    let local_async = rename(ctx, local, &own, wanted);
    let taken = ctx.program.names.get(&local_async).and_then(|symbol| ctx.program.global(module, symbol));
    if let Some(binding) = taken {
        // The name may be there already, brought by the same kind of import.
        let definition = sole_version(ctx, module, binding)?;
        let DefinitionKind::Import(other) = facts.definitions[definition].kind else { return None };
        if facts.imports[other].statement != item.statement {
            let same = matches!(facts.imports[other].kind, ImportKind::From { name, .. } if facts.name(name) == asked_async);
            return same.then(|| (Vec::new(), local_async));
        }
    }
    let mut imports = match ctx.program.import_target(module, item.kind)? {
        ImportTarget::Global(source, _) => hops(ctx, source, asked, target, wanted, depth + 1)?,
        ImportTarget::Module(_) | ImportTarget::External(_) | ImportTarget::Missing(..) => return None,
    };
    let alias = (local != asked).then(|| local_async.clone());
    imports.push((module, import, asked_async, alias));
    Some((imports, local_async))
}

/// A star import brings every public name of a module without `__all__`.
fn through_star(
    ctx: &Context<'_>,
    module: ModuleId,
    name: &str,
    target: ProgramFunctionId,
    wanted: &str,
    depth: u8,
) -> Option<Hops> {
    let facts = ctx.program.facts(module);
    for import in &facts.imports {
        let ImportKind::Star { module: from, level } = import.kind else { continue };
        let dotted = ctx.program.absolute(module, from.map(|from| facts.name(from)), level)?;
        let Some(source) = ctx.program.module_named(&dotted) else { continue };
        if matches!(ctx.program.member(source, name), ImportTarget::Missing(..)) {
            continue;
        }
        let is_listed = ctx.program.facts(source).exports.is_some();
        return if is_listed || wanted.starts_with('_') {
            None
        } else {
            hops(ctx, source, name, target, wanted, depth + 1)
        };
    }
    None
}
