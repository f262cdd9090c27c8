//! Of which class a value is an instance, where that is plain to see.

use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::link::{Ancestor, ModuleId, ProgramClassId, Static, evaluate};
use crate::rules::{CheckRule, TypeExpr};
use crate::semantic::{
    DefinitionId, DefinitionKind, FunctionId, ModuleFacts, NameUse, ParameterKind, SiteId, StoreTarget,
    Value, ValueId, well_known,
};

/// The class of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum InstanceOf {
    /// A class of the program of which all ancestors are known.
    Program(ProgramClassId),
    /// A class that rules describe.
    Library(Box<str>),
}

const DEEPEST: u8 = 8;

/// The one class of which a value can be an instance.
pub(crate) fn instance_of(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    value: ValueId,
) -> Option<InstanceOf> {
    within(request, rule, module, value, DEEPEST)
}

fn within(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    value: ValueId,
    depth: u8,
) -> Option<InstanceOf> {
    let depth = depth.checked_sub(1)?;
    let facts = request.program.facts(module);
    match facts.values[value] {
        Value::Call(site) => called(request, rule, module, site),
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            of_definition(request, rule, module, definition, depth)
        }
        Value::Name { reference: NameUse::Binding(binding), .. } => {
            let mut versions = facts.versions(binding);
            let (only, None) = (versions.next()?, versions.next()) else { return None };
            let is_own = !facts.bindings[binding].written_elsewhere;
            is_own.then(|| of_definition(request, rule, module, only, depth)).flatten()
        }
        Value::Attribute { base, .. } => of_attribute(request, rule, module, value, base, depth),
        _ => None,
    }
}

/// What a call of a class, or of a library function, gives.
fn called(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    site: SiteId,
) -> Option<InstanceOf> {
    let facts = request.program.facts(module);
    let (callee, _) = facts.call(site)?;
    match evaluate(request.program, module, callee) {
        Static::Class(class) => is_known(request, rule, class).then_some(InstanceOf::Program(class)),
        Static::External(name) => {
            if let Some(class) = request.knowledge.class(&name) {
                return Some(InstanceOf::Library(class.name.clone()));
            }
            let function = request.knowledge.function(&name)?;
            match &function.returns {
                TypeExpr::Class(class) if !function.is_async && function.cases.is_empty() => {
                    request.knowledge.class(class).map(|class| InstanceOf::Library(class.name.clone()))
                }
                _ => None,
            }
        }
        Static::Function(_) | Static::Module(_) | Static::Unknown => None,
    }
}

fn of_definition(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    definition: DefinitionId,
    depth: u8,
) -> Option<InstanceOf> {
    let facts = request.program.facts(module);
    match facts.definitions[definition].kind {
        DefinitionKind::Value(value) => within(request, rule, module, value, depth),
        DefinitionKind::Parameter(index) => {
            let function = facts.definitions[definition].function;
            let parameter = facts.functions[function].parameters.get(index as usize)?;
            let is_one = !matches!(parameter.kind, ParameterKind::VarPositional | ParameterKind::VarKeyword);
            is_one.then(|| declared(request, rule, module, parameter.annotation?)).flatten()
        }
        _ => None,
    }
}

/// The class that an annotation names, and nothing else.
fn declared(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    annotation: ValueId,
) -> Option<InstanceOf> {
    let facts = request.program.facts(module);
    if matches!(facts.values[annotation], Value::Item { .. }) {
        return None;
    }
    match evaluate(request.program, module, annotation) {
        // Subclasses may add what the class lacks.
        Static::Class(class) => {
            let is_final = request.hierarchy.children(class).is_empty();
            (is_final && is_known(request, rule, class)).then_some(InstanceOf::Program(class))
        }
        Static::External(name) => {
            request.knowledge.class(&name).map(|class| InstanceOf::Library(class.name.clone()))
        }
        Static::Function(_) | Static::Module(_) | Static::Unknown => None,
    }
}

/// `self.name`, when all that the class writes there are instances of one class.
fn of_attribute(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    value: ValueId,
    base: ValueId,
    depth: u8,
) -> Option<InstanceOf> {
    let facts = request.program.facts(module);
    let Value::Attribute { name, .. } = facts.values[value] else { return None };
    let (owner, _) = receiver(facts, base)?;
    let class = facts.functions[owner].class?;
    let program_class = request.program.class(module, class);
    let is_alone = request.hierarchy.children(program_class).is_empty()
        && request.hierarchy.mro(program_class).iter().skip(1).all(is_neutral);
    let is_member =
        facts.scope_bindings(facts.classes[class].scope).any(|binding| facts.bindings[binding].name == name);
    if !is_alone || is_member {
        return None;
    }
    let mut found: Option<InstanceOf> = None;
    for store in &facts.stores {
        let StoreTarget::Attribute { base, name: written } = store.target else { continue };
        if written != name {
            continue;
        }
        let (writer, _) = receiver(facts, base)?;
        if facts.functions[writer].class != Some(class) {
            continue;
        }
        let one = within(request, rule, module, store.value?, depth)?;
        if found.as_ref().is_some_and(|known| *known != one) {
            return None;
        }
        found = Some(one);
    }
    found
}

/// The method whose first parameter a value is.
fn receiver(facts: &ModuleFacts, value: ValueId) -> Option<(FunctionId, DefinitionId)> {
    let Value::Name { reference: NameUse::Reaching(definition), .. } = facts.values[value] else {
        return None;
    };
    let DefinitionKind::Parameter(0) = facts.definitions[definition].kind else { return None };
    let function = facts.definitions[definition].function;
    let is_method =
        facts.functions[function].class.is_some() && facts.functions[function].decorators.is_empty();
    is_method.then_some((function, definition))
}

/// Whether all that makes up a class is known: its bases, its metaclass, and that no decorator changes it.
fn is_known(request: &CheckRequest<'_>, rule: &CheckRule, class: ProgramClassId) -> bool {
    request.hierarchy.metaclass(class).is_none()
        && request.hierarchy.mro(class).iter().all(|ancestor| match ancestor {
            Ancestor::Class(class) => {
                let (module, local) = request.program.locate_class(*class);
                let facts = request.program.facts(module);
                let item = &facts.classes[local];
                let is_kept = |&decorator: &ValueId| {
                    last_name(facts, decorator).is_some_and(|name| rule.has_word("transparent", name))
                };
                item.keywords.is_empty() && item.decorators.iter().all(is_kept) && !makes_others(facts, local)
            }
            Ancestor::External(_) | Ancestor::Unknown => is_neutral(ancestor),
        })
}

/// Whether calling the class can give something else.
fn makes_others(facts: &ModuleFacts, class: crate::semantic::ClassId) -> bool {
    facts
        .scope_bindings(facts.classes[class].scope)
        .any(|binding| facts.name(facts.bindings[binding].name) == well_known::NEW)
}

fn is_neutral(ancestor: &Ancestor) -> bool {
    matches!(ancestor, Ancestor::External(name) if well_known::is_neutral_base(name))
}

/// Whether a class of the program, or one of its ancestors there, has a member of this name.
pub(crate) fn has_member(request: &CheckRequest<'_>, class: ProgramClassId, name: &str) -> bool {
    request.hierarchy.mro(class).iter().any(|ancestor| match ancestor {
        Ancestor::Class(class) => {
            let (module, local) = request.program.locate_class(*class);
            let facts = request.program.facts(module);
            facts
                .scope_bindings(facts.classes[local].scope)
                .any(|binding| facts.name(facts.bindings[binding].name) == name)
        }
        Ancestor::External(_) | Ancestor::Unknown => false,
    })
}
