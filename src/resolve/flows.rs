//! The constraints that follow from one module's facts alone, and what its names refer to.

use crate::base::{Id, IdVec};
use crate::link::{Hierarchy, ImportTarget, Lookup, ModuleId, Program, ProgramClassId};
use crate::resolve::constraint::Constraint;
use crate::resolve::declared::{Annotations, Declaration, Restriction};
use crate::resolve::node::{Layout, NodeId};
use crate::resolve::place::Place;
use crate::resolve::solver::position;
use crate::semantic::{
    BindingId, DefinitionKind, Enclosing, Implicit, ImportId, ModuleFacts, NameUse, ParameterKind,
    ProtocolKind, ScopeKind, SiteKind, StoreTarget, Value, ValueId, well_known,
};

/// What one module contributes.
pub(super) struct ModuleFlows {
    /// Constraints, each with the node it is on.
    pub(super) constraints: Vec<(NodeId, Constraint)>,
    /// What may arrive at places with a declared type.
    pub(super) restrictions: Vec<(NodeId, Restriction)>,
    /// Parameters that are declared to hold what a protocol describes.
    pub(super) protocols: Vec<(NodeId, ProgramClassId)>,
    /// What imported names, and those that no scope of the module binds, refer to.
    pub(super) targets: Vec<(NodeId, ImportTarget)>,
    /// What imports refer to.
    pub(super) imports: IdVec<ImportId, Option<ImportTarget>>,
}

struct Reader<'a> {
    program: &'a Program,
    facts: &'a ModuleFacts,
    layout: &'a Layout,
    module: ModuleId,
    flows: ModuleFlows,
}

/// Reads the facts of a module.
pub(super) fn read_flows(
    program: &Program,
    hierarchy: &Hierarchy,
    layout: &Layout,
    module: ModuleId,
) -> ModuleFlows {
    let facts = program.facts(module);
    let flows = ModuleFlows {
        constraints: Vec::with_capacity(facts.values.len() / 2 + facts.sites.len()),
        restrictions: Vec::new(),
        protocols: Vec::new(),
        targets: Vec::new(),
        imports: facts.imports.iter().map(|import| program.import_target(module, import.kind)).collect(),
    };
    let mut reader = Reader { program, facts, layout, module, flows };
    reader.bindings();
    reader.definitions();
    reader.values();
    reader.functions();
    reader.restrictions(hierarchy);
    reader.sites();
    reader.stores();
    reader.protocols();
    reader.flows
}

/// The name under which what a third party defines counts as foreign.
pub(super) fn described(program: &Program, module: ModuleId, kind: DefinitionKind) -> Option<&str> {
    match kind {
        DefinitionKind::Function(function) => program.described_function(program.function(module, function)),
        DefinitionKind::Class(class) => program.described_class(program.class(module, class)),
        _ => None,
    }
}

impl Reader<'_> {
    fn add(&mut self, node: NodeId, constraint: Constraint) {
        self.flows.constraints.push((node, constraint));
    }

    fn copy(&mut self, from: NodeId, to: NodeId) {
        if from != to {
            self.add(from, Constraint::Copy(to));
        }
    }

    fn value_node(&self, value: ValueId) -> NodeId {
        self.layout.value(self.module, value)
    }

    fn bindings(&mut self) {
        let (program, module, facts) = (self.program, self.module, self.facts);
        let is_read = self.read_bindings();
        for (id, binding) in facts.bindings.iter_enumerated() {
            let is_class_scope = matches!(facts.scopes[binding.scope].kind, ScopeKind::Class(_));
            let is_needed = Program::is_module_scope(binding.scope)
                || is_read[id]
                || (is_class_scope && binding.at_exit.is_none());
            if !is_needed {
                continue;
            }
            let node = self.layout.binding(module, id);
            let is_module = Program::is_module_scope(binding.scope);
            if let Some(name) = program.described_global(module, id) {
                self.flows.targets.push((node, ImportTarget::External(name.to_owned())));
                continue;
            }
            if let (true, Some(last)) = (is_module, binding.at_exit) {
                self.copy(self.layout.definition(module, last), node);
                if !binding.written_elsewhere {
                    continue;
                }
            }
            for version in facts.versions(id) {
                let definition = &facts.definitions[version];
                let is_outside = is_module && definition.function.index() != 0;
                if (is_outside || !is_module || binding.at_exit.is_none())
                    && !matches!(definition.kind, DefinitionKind::Join(_) | DefinitionKind::Unbound)
                {
                    self.copy(self.layout.definition(module, version), node);
                }
            }
        }
    }

    /// Names that other scopes than their own read.
    fn read_bindings(&self) -> IdVec<BindingId, bool> {
        let mut is_read = IdVec::from_elem(false, self.facts.bindings.len());
        for value in &self.facts.values {
            if let Value::Name { reference: NameUse::Binding(binding), .. } = *value {
                is_read[binding] = true;
            }
        }
        is_read
    }

    fn definitions(&mut self) {
        let (program, module, facts) = (self.program, self.module, self.facts);
        for (id, definition) in facts.definitions.iter_enumerated() {
            let node = || self.layout.definition(module, id);
            if let Some(name) = described(program, module, definition.kind) {
                let node = node();
                self.flows.targets.push((node, ImportTarget::External(name.to_owned())));
                continue;
            }
            match definition.kind {
                DefinitionKind::Function(function) => {
                    if let Some(decorated) = facts.functions[function].decorated {
                        self.copy(self.value_node(decorated), node());
                    }
                }
                DefinitionKind::Class(class) => {
                    if let Some(decorated) = facts.classes[class].decorated {
                        self.copy(self.value_node(decorated), node());
                    }
                }
                DefinitionKind::Import(import) => {
                    if let Some(target) = self.flows.imports[import].clone() {
                        let node = node();
                        self.flows.targets.push((node, target));
                    }
                }
                DefinitionKind::Join(operands) => {
                    let node = node();
                    for &version in facts.joined(operands) {
                        self.copy(self.layout.definition(module, version), node);
                    }
                }
                DefinitionKind::Narrowed { class, .. } => {
                    let to = node();
                    self.add(self.value_node(class), Constraint::InstanceOf { to });
                }
                DefinitionKind::Value(_)
                | DefinitionKind::Parameter(_)
                | DefinitionKind::Unbound
                | DefinitionKind::Unknown => {}
            }
        }
    }

    fn values(&mut self) {
        let (program, module, facts) = (self.program, self.module, self.facts);
        for (id, value) in facts.values.iter_enumerated() {
            let node = self.layout.value(module, id);
            let index = position(program.value_index(module, id));
            match *value {
                Value::Name { name, reference: NameUse::Unresolved } => {
                    let text = facts.name(name);
                    let target = match program.member(module, text) {
                        ImportTarget::Missing(..) if well_known::is_builtin(text) => {
                            ImportTarget::External(format!("{}{text}", well_known::BUILTINS_PREFIX))
                        }
                        target => target,
                    };
                    self.flows.targets.push((node, target));
                }
                Value::Attribute { base, name } => {
                    let name = program.names.symbol(module, name);
                    self.add(self.value_node(base), Constraint::Load { name, to: node, value: index });
                }
                Value::Item { base, .. } => {
                    self.add(self.value_node(base), Constraint::Item { to: node, value: index });
                }
                Value::Await(operand) => {
                    self.add(self.value_node(operand), Constraint::Await { to: node });
                }
                Value::Choice(operands) => {
                    for &operand in facts.operands(operands) {
                        self.copy(self.value_node(operand), node);
                    }
                }
                Value::Binary { left: operand, method, .. } | Value::Unary { operand, method } => {
                    let name = program.names.symbol(module, method);
                    self.add(self.value_node(operand), Constraint::Operate { name, to: node, value: index });
                }
                Value::Element { of, .. } => {
                    self.add(self.value_node(of), Constraint::Element { to: node });
                }
                Value::Unpacked { of, index, starred } => {
                    self.add(self.value_node(of), Constraint::Unpack { to: node, index, starred });
                }
                Value::Entered { of, .. } => self.add(self.value_node(of), Constraint::Enter { to: node }),
                Value::Caught(class) => {
                    self.add(self.value_node(class), Constraint::InstanceOf { to: node });
                }
                Value::Name { .. }
                | Value::Unknown
                | Value::Constant(_)
                | Value::List(_)
                | Value::Set(_)
                | Value::Tuple(_)
                | Value::Dict(_)
                | Value::Function(_)
                | Value::Class(_)
                | Value::Comprehension { .. }
                | Value::Test(_)
                | Value::Interpolation(_)
                | Value::YieldFrom(_)
                | Value::Yield
                | Value::Starred(_)
                | Value::Quoted(_)
                | Value::Slice { .. }
                | Value::Call(_) => {}
            }
        }
    }

    fn functions(&mut self) {
        let (program, module, facts) = (self.program, self.module, self.facts);
        for (id, function) in facts.functions.iter_enumerated() {
            let whole = program.function(module, id);
            for &value in &function.returned {
                self.copy(self.value_node(value), self.layout.returned(whole));
            }
            for &value in &function.yielded {
                self.copy(self.value_node(value), self.layout.yielded(whole));
            }
            for parameter in &function.parameters {
                if let (
                    Some(default),
                    ParameterKind::PositionalOnly | ParameterKind::Regular | ParameterKind::KeywordOnly,
                ) = (parameter.default, parameter.kind)
                {
                    let node = self.layout.definition(module, parameter.definition);
                    self.copy(self.value_node(default), node);
                }
            }
        }
    }

    fn restrictions(&mut self, hierarchy: &Hierarchy) {
        let (program, module, facts) = (self.program, self.module, self.facts);
        let mut annotations = Annotations::new(program, hierarchy, module);
        for (id, function) in facts.functions.iter_enumerated() {
            if let Some(Declaration::Classes(classes)) =
                function.returns.and_then(|returns| annotations.read(returns))
                && !function.traits.is_generator
            {
                let node = self.layout.returned(program.function(module, id));
                self.flows.restrictions.push((node, Restriction::Declared(classes)));
            }
            for (index, parameter) in function.parameters.iter().enumerate() {
                let is_receiver = index == 0 && well_known::is_receiver_name(facts.name(parameter.name));
                let node = self.layout.definition(module, parameter.definition);
                let restriction = match (function.class, parameter.annotation) {
                    (Some(class), None) if is_receiver => Restriction::Receiver(program.class(module, class)),
                    (_, Some(annotation)) if is_plain(parameter.kind) => match annotations.read(annotation) {
                        Some(Declaration::Classes(classes)) => Restriction::Declared(classes),
                        Some(Declaration::Protocol(protocol)) => {
                            self.flows.protocols.push((node, protocol));
                            continue;
                        }
                        None => continue,
                    },
                    _ => continue,
                };
                self.flows.restrictions.push((node, restriction));
            }
        }
    }

    fn sites(&mut self) {
        let (program, facts) = (self.program, self.facts);
        for (id, item) in facts.sites.iter_enumerated() {
            if item.place.enclosing.has(Enclosing::ANNOTATION) {
                continue;
            }
            let site = position(program.site_index(self.module, id));
            let (value, constraint) = match item.kind {
                SiteKind::Call { callee, .. } | SiteKind::Decorator { callee, .. } => {
                    (callee, Constraint::Call { site })
                }
                SiteKind::Await { operand } => (operand, Constraint::Awaited { site }),
                SiteKind::For { iterable, .. }
                | SiteKind::Comprehension { iterable, .. }
                | SiteKind::YieldFrom { iterable }
                | SiteKind::Unpack { value: iterable } => (iterable, Constraint::Iterate { site }),
                SiteKind::With { context, .. } => (context, Constraint::With { site }),
                SiteKind::Raise { exception } => (exception, Constraint::Raise { site }),
                SiteKind::Class { .. } => continue,
            };
            self.add(self.value_node(value), constraint);
        }
    }

    fn stores(&mut self) {
        let (program, module, facts) = (self.program, self.module, self.facts);
        for (index, item) in facts.stores.iter().enumerate() {
            let store = position(program.store_index(module, index));
            let (base, constraint) = match item.target {
                StoreTarget::Attribute { base, .. } => (base, Constraint::Store { store }),
                StoreTarget::Item { base, .. } => (base, Constraint::StoreItem { store }),
            };
            self.add(self.value_node(base), constraint);
        }
    }

    fn protocols(&mut self) {
        let (program, module, facts) = (self.program, self.module, self.facts);
        for used in &facts.protocol_uses {
            let implicit = match used.kind {
                ProtocolKind::Truth => Some(Implicit::Truth),
                ProtocolKind::Text => Some(Implicit::Text),
                ProtocolKind::Compare(method) => Implicit::of_comparison(facts.name(method)),
            };
            let place = Place::Value(position(program.value_index(module, used.value)));
            if let Some(implicit) = implicit {
                self.add(self.value_node(used.value), Constraint::Implicit { implicit, place });
            }
        }
    }
}

/// Whether a parameter takes one argument.
fn is_plain(kind: ParameterKind) -> bool {
    matches!(kind, ParameterKind::PositionalOnly | ParameterKind::Regular | ParameterKind::KeywordOnly)
}
