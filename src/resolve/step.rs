//! One step on the way of a value: what stands at a place of the solver, in terms of the source.

use rustc_hash::FxHashMap;

use crate::base::{Id, Symbol};
use crate::link::{ModuleId, Program, ProgramFunctionId};
use crate::resolve::constraint::Constraint;
use crate::resolve::node::{NodeId, Role};
use crate::resolve::object::{Object, ObjectId};
use crate::resolve::place::Place;
use crate::resolve::solver::{Solver, Target};
use crate::resolve::trace::Origin;
use crate::semantic::{
    BindingId, DefinitionId, DefinitionKind, ModuleFacts, NameUse, SiteKind, StoreTarget, Value, ValueId,
};
use crate::text::TextRange;

/// A place that a value passes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WayStep {
    /// What happens there.
    pub kind: StepKind,
    /// Its module.
    pub module: ModuleId,
    /// Where it stands.
    pub range: TextRange,
}

/// What happens to a value at a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepKind {
    /// The function is defined.
    Definition,
    /// The class is defined.
    Class,
    /// An import binds it.
    Import,
    /// It is passed as an argument.
    Argument,
    /// It arrives at a parameter.
    Parameter,
    /// It is the default of a parameter.
    Default,
    /// It is the receiver of a method of its class.
    Receiver,
    /// A function returns it.
    Return,
    /// A generator yields it.
    Yield,
    /// It is the result of a call or of another expression.
    Result,
    /// A class is called and gives an instance.
    Instance,
    /// A declared type, or a test of the type, says what it is.
    DeclaredType,
    /// It is read as an attribute.
    Attribute,
    /// It is written to an attribute.
    Store,
    /// It is in a container.
    Container,
    /// It is taken out of a container.
    Element,
    /// A decorator returns it.
    Decorator,
}

impl StepKind {
    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Definition => "definition",
            Self::Class => "class",
            Self::Import => "import",
            Self::Argument => "argument",
            Self::Parameter => "parameter",
            Self::Default => "default",
            Self::Receiver => "receiver",
            Self::Return => "return",
            Self::Yield => "yield",
            Self::Result => "result",
            Self::Instance => "instance",
            Self::DeclaredType => "declared type",
            Self::Attribute => "attribute",
            Self::Store => "store",
            Self::Container => "container",
            Self::Element => "element",
            Self::Decorator => "decorator",
        }
    }
}

/// What a place that was made while solving holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Made {
    /// Elements of the container that was made for a node.
    Elements(NodeId),
    /// An attribute of instances.
    Attribute(Symbol),
}

impl Solver<'_> {
    /// What each place that was made while solving holds.
    pub(super) fn made_places(&self) -> FxHashMap<NodeId, Made> {
        let mut made = FxHashMap::default();
        made.extend(self.instance_attributes.iter().map(|((_, name), &node)| (node, Made::Attribute(*name))));
        made.extend(self.external_attributes.iter().map(|((_, name), &node)| (node, Made::Attribute(*name))));
        made.extend(self.place_containers.iter().flat_map(|(&(place, _), &container)| {
            let container = &self.containers[container];
            let nodes =
                [container.any, container.dynamic].into_iter().chain(container.keyed.values().copied());
            nodes.map(move |node| (node, Made::Elements(place)))
        }));
        made
    }

    /// Adds what stands at `node`, where `object` is by `origin`; the last comes first.
    pub(super) fn describe(
        &self,
        acc: &mut Vec<WayStep>,
        made: &FxHashMap<NodeId, Made>,
        node: NodeId,
        object: ObjectId,
        origin: Option<Origin>,
    ) {
        let is_declared = matches!(origin, Some(Origin { constraint: Constraint::InstanceOf { .. }, .. }));
        match self.layout.role(self.program, node) {
            Role::Value(index) => {
                let (module, value) = self.program.locate_value(index);
                let facts = self.program.facts(module);
                let kind = if is_declared {
                    Some(StepKind::DeclaredType)
                } else {
                    self.value_kind(facts, value, origin)
                };
                push(acc, kind, module, facts.value_ranges[value]);
                if let Some(range) = self.imported_base(module, value) {
                    push(acc, Some(StepKind::Import), module, range);
                }
            }
            Role::Definition(index) => {
                let (module, definition) = self.locate_definition(index);
                self.describe_definition(acc, module, definition, object, origin);
            }
            Role::Binding(index) => {
                let (module, binding) = self.locate_binding(index);
                let facts = self.program.facts(module);
                if let Some(annotation) = facts.bindings[binding].annotation.filter(|_| is_declared) {
                    push(acc, Some(StepKind::DeclaredType), module, facts.value_ranges[annotation]);
                }
            }
            Role::Returned(function) => {
                let (module, local) = self.program.locate_function(function);
                let facts = self.program.facts(module);
                let item = &facts.functions[local];
                let (kind, range) = if let Some(annotation) = item.returns.filter(|_| is_declared) {
                    (StepKind::DeclaredType, facts.value_ranges[annotation])
                } else {
                    let value = self.value_at(module, &item.returned, origin);
                    (StepKind::Return, value.unwrap_or(item.name_range))
                };
                push(acc, Some(kind), module, range);
            }
            Role::Yielded(function) => {
                let (module, local) = self.program.locate_function(function);
                let item = &self.program.facts(module).functions[local];
                let range = self.value_at(module, &item.yielded, origin).unwrap_or(item.name_range);
                push(acc, Some(StepKind::Yield), module, range);
            }
            Role::Made => match made.get(&node) {
                Some(Made::Elements(place)) => self.describe_elements(acc, *place, origin),
                Some(Made::Attribute(name)) => {
                    if let Some((module, range)) = self.store_of(*name, origin) {
                        push(acc, Some(StepKind::Store), module, range);
                    }
                }
                None => {}
            },
        }
    }

    fn describe_definition(
        &self,
        acc: &mut Vec<WayStep>,
        module: ModuleId,
        definition: DefinitionId,
        object: ObjectId,
        origin: Option<Origin>,
    ) {
        let facts = self.program.facts(module);
        let item = &facts.definitions[definition];
        let is_declared = matches!(origin, Some(Origin { constraint: Constraint::InstanceOf { .. }, .. }));
        match item.kind {
            DefinitionKind::Function(_) => push(acc, Some(StepKind::Definition), module, item.range),
            DefinitionKind::Class(_) => push(acc, Some(StepKind::Class), module, item.range),
            DefinitionKind::Import(_) => push(acc, Some(StepKind::Import), module, item.range),
            DefinitionKind::Narrowed { class, .. } => {
                push(acc, Some(StepKind::DeclaredType), module, facts.value_ranges[class]);
            }
            DefinitionKind::Parameter(index) => {
                let function = self.program.function(module, item.function);
                let parameter = &self.function_item(function).parameters[index as usize];
                if is_declared {
                    let range =
                        parameter.annotation.map_or(parameter.range, |value| facts.value_ranges[value]);
                    return push(acc, Some(StepKind::DeclaredType), module, range);
                }
                let is_receiver =
                    origin.is_none() && !matches!(self.objects.get(object), Object::Container(_));
                let kind = if is_receiver { StepKind::Receiver } else { StepKind::Parameter };
                push(acc, Some(kind), module, parameter.range);
                let Some(origin) = origin else { return };
                if let Some(default) = parameter.default
                    && self.value_node(module, default) == origin.node
                {
                    return push(acc, Some(StepKind::Default), module, facts.value_ranges[default]);
                }
                let argument = self.argument_of(function, origin).or_else(|| self.bound_at(object, origin));
                if let Some((module, range)) = argument {
                    push(acc, Some(StepKind::Argument), module, range);
                }
            }
            DefinitionKind::Value(_)
            | DefinitionKind::Join(_)
            | DefinitionKind::Unbound
            | DefinitionKind::Unknown => {}
        }
    }

    /// The container that was made for `place`; for `*args`, the argument that it took.
    fn describe_elements(&self, acc: &mut Vec<WayStep>, place: NodeId, origin: Option<Origin>) {
        match self.layout.role(self.program, place) {
            Role::Value(index) => {
                let (module, value) = self.program.locate_value(index);
                push(acc, Some(StepKind::Container), module, self.program.facts(module).value_ranges[value]);
            }
            Role::Definition(index) => {
                let (module, definition) = self.locate_definition(index);
                let item = &self.program.facts(module).definitions[definition];
                let DefinitionKind::Parameter(_) = item.kind else { return };
                push(acc, Some(StepKind::Parameter), module, item.range);
                let function = self.program.function(module, item.function);
                if let Some((module, range)) = origin.and_then(|origin| self.argument_of(function, origin)) {
                    push(acc, Some(StepKind::Argument), module, range);
                }
            }
            Role::Binding(_) | Role::Returned(_) | Role::Yielded(_) | Role::Made => {}
        }
    }

    fn value_kind(&self, facts: &ModuleFacts, value: ValueId, origin: Option<Origin>) -> Option<StepKind> {
        Some(match facts.values[value] {
            Value::Attribute { .. } => StepKind::Attribute,
            Value::Item { .. } | Value::Element { .. } | Value::Unpacked { .. } => StepKind::Element,
            Value::Function(_) => StepKind::Definition,
            Value::Class(_) => StepKind::Class,
            Value::Call(site) if matches!(facts.sites[site].kind, SiteKind::Decorator { .. }) => {
                StepKind::Decorator
            }
            Value::Call(_) => {
                let is_class = origin.is_some_and(|origin| {
                    matches!(self.objects.get(origin.object), Object::Class(_))
                        && matches!(origin.constraint, Constraint::Call { .. })
                });
                if is_class { StepKind::Instance } else { StepKind::Result }
            }
            Value::Name { .. } | Value::Choice(_) => return None,
            _ => StepKind::Result,
        })
    }

    /// The import behind `module.name`, when `module` is one of the program's.
    fn imported_base(&self, module: ModuleId, value: ValueId) -> Option<TextRange> {
        let facts = self.program.facts(module);
        let Value::Attribute { base, .. } = facts.values[value] else { return None };
        let objects = self.cells.objects(self.value_node(module, base));
        if !objects.iter().any(|&object| matches!(self.objects.get(object), Object::Module(_))) {
            return None;
        }
        let Value::Name { reference, .. } = facts.values[base] else { return None };
        let definition = match reference {
            NameUse::Reaching(definition) => definition,
            NameUse::Binding(binding) => facts.bindings[binding].last?,
            NameUse::Unresolved => return None,
        };
        let item = &facts.definitions[definition];
        matches!(item.kind, DefinitionKind::Import(_)).then_some(item.range)
    }

    /// Which of `values` the origin is.
    fn value_at(&self, module: ModuleId, values: &[ValueId], origin: Option<Origin>) -> Option<TextRange> {
        let node = origin?.node;
        let value = values.iter().find(|&&value| self.value_node(module, value) == node)?;
        Some(self.program.facts(module).value_ranges[*value])
    }

    /// The first argument, in order of sites, that passes what is at the origin to `function`.
    fn argument_of(&self, function: ProgramFunctionId, origin: Origin) -> Option<(ModuleId, TextRange)> {
        let argument = |index: u32| {
            let (module, site) = self.locate(index);
            let facts = self.program.facts(module);
            let site = &facts.sites[site];
            let range = match site.kind {
                SiteKind::Call { arguments, .. } => {
                    let values: Vec<ValueId> =
                        facts.arguments(arguments).iter().map(|argument| argument.value).collect();
                    self.value_at(module, &values, Some(origin))?
                }
                SiteKind::Decorator { argument, .. } => {
                    self.value_at(module, &[argument], Some(origin)).map(|_| site.range)?
                }
                _ => return None,
            };
            Some((module, range))
        };
        let sites = self.found.iter().filter_map(|found| match (found.place, found.target) {
            (Place::Site(site), Target::Function(target)) if target == function => Some(site),
            _ => None,
        });
        let first = sites.filter(|&site| argument(site).is_some()).min()?;
        argument(first)
    }

    /// The place where a method is called on a receiver, which arrives at the method's first parameter.
    fn bound_at(&self, object: ObjectId, origin: Origin) -> Option<(ModuleId, TextRange)> {
        let Constraint::Call { site } = origin.constraint else { return None };
        let is_receiver = match self.objects.get(origin.object) {
            Object::Bound { receiver, .. } | Object::Overriding { receiver, .. } => receiver == object,
            _ => false,
        };
        let (module, site) = self.locate(site);
        is_receiver.then(|| (module, self.program.facts(module).sites[site].range))
    }

    /// The first store, in order of the program, that writes what is at the origin to an attribute.
    fn store_of(&self, name: Symbol, origin: Option<Origin>) -> Option<(ModuleId, TextRange)> {
        let node = origin?.node;
        for module in self.program.modules.ids() {
            for store in &self.program.facts(module).stores {
                let StoreTarget::Attribute { name: written, .. } = store.target else { continue };
                if self.program.names.symbol(module, written) != name {
                    continue;
                }
                let writes = |value: Option<ValueId>| {
                    value.is_some_and(|value| self.value_node(module, value) == node)
                };
                if writes(store.value) || writes(store.annotation) {
                    return Some((module, store.range));
                }
            }
        }
        None
    }

    fn locate_definition(&self, index: usize) -> (ModuleId, DefinitionId) {
        let first = |module| self.program.definition_index(module, DefinitionId::from_index(0));
        let module = module_at(self.program, index, first);
        (module, DefinitionId::from_index(index - first(module)))
    }

    fn locate_binding(&self, index: usize) -> (ModuleId, BindingId) {
        let first = |module| self.program.binding_index(module, BindingId::from_index(0));
        let module = module_at(self.program, index, first);
        (module, BindingId::from_index(index - first(module)))
    }
}

/// The module whose items, which begin at `first`, have the position `index` among them.
fn module_at(program: &Program, index: usize, first: impl Fn(ModuleId) -> usize) -> ModuleId {
    let modules: Vec<ModuleId> = program.modules.ids().collect();
    let at = modules.partition_point(|&module| first(module) <= index);
    modules[at.saturating_sub(1)]
}

/// Adds a step, unless the one after it stands at the same place.
fn push(acc: &mut Vec<WayStep>, kind: Option<StepKind>, module: ModuleId, range: TextRange) {
    let Some(kind) = kind else { return };
    let is_same = acc.last().is_some_and(|step| (step.module, step.range) == (module, range));
    if !is_same {
        acc.push(WayStep { kind, module, range });
    }
}
