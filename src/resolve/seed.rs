//! The first constraints and objects, read off the facts of every module.

use rayon::prelude::*;

use crate::link::{ImportTarget, Lookup, ModuleId, Static, evaluate};
use crate::resolve::constraint::Constraint;
use crate::resolve::flows::{ModuleFlows, described, read_flows};
use crate::resolve::node::NodeId;
use crate::resolve::object::{Key, Object};
use crate::resolve::reach::Unresolved;
use crate::resolve::solver::{Fallback, Solver, position};
use crate::semantic::{
    BindingId, ComprehensionKind, Constant, DefinitionId, DefinitionKind, Enclosing, FunctionId,
    FunctionKind, ModuleFacts, NameUse, ParameterKind, ScopeKind, SiteKind, Value, ValueId, well_known,
};

impl Solver<'_> {
    pub(super) fn seed(&mut self) {
        let (program, hierarchy, layout) = (self.program, self.hierarchy, &self.layout);
        let modules: Vec<ModuleId> = program.modules.ids().collect();
        let mut flows: Vec<ModuleFlows> =
            modules.par_iter().map(|&module| read_flows(program, hierarchy, layout, module)).collect();
        for (node, restriction) in flows.iter_mut().flat_map(|flows| flows.restrictions.drain(..)) {
            self.cells.restrict(node);
            self.restrictions.insert(node, restriction);
        }
        for (node, protocol) in flows.iter().flat_map(|flows| flows.protocols.iter().copied()) {
            let implementations = self.implementations(protocol);
            self.copy(node, implementations);
        }
        for (module, flows) in modules.into_iter().zip(flows) {
            self.seeds.push(flows.constraints);
            for (node, target) in &flows.targets {
                self.seed_target(target, *node);
            }
            self.imports.push(flows.imports);
            self.seed_definitions(module);
            self.seed_values(module);
            self.seed_functions(module);
            self.seed_classes(module);
        }
    }

    fn seed_definitions(&mut self, module: ModuleId) {
        let program = self.program;
        let facts = program.facts(module);
        for (id, definition) in facts.definitions.iter_enumerated() {
            if described(program, module, definition.kind).is_some() {
                continue;
            }
            let object = match definition.kind {
                DefinitionKind::Function(function) if facts.functions[function].decorated.is_none() => {
                    Object::Function(program.function(module, function))
                }
                // A class decorator nearly always gives the class back.
                DefinitionKind::Class(class) => Object::Class(program.class(module, class)),
                DefinitionKind::Unknown => Object::Unknown(Unresolved::UnknownValue),
                DefinitionKind::Function(_)
                | DefinitionKind::Import(_)
                | DefinitionKind::Join(_)
                | DefinitionKind::Narrowed { .. }
                | DefinitionKind::Value(_)
                | DefinitionKind::Parameter(_)
                | DefinitionKind::Unbound => continue,
            };
            let node = self.layout.definition(module, id);
            self.add_object(node, object);
        }
        for (id, binding) in facts.bindings.iter_enumerated() {
            let Some(annotation) = binding.annotation else { continue };
            let is_parameter = binding.last.is_some_and(|_| {
                facts
                    .versions(id)
                    .any(|version| matches!(facts.definitions[version].kind, DefinitionKind::Parameter(_)))
            });
            if !is_parameter {
                let node = self.layout.binding(module, id);
                self.annotate(module, annotation, node);
                let is_field = matches!(facts.scopes[binding.scope].kind, ScopeKind::Class(_));
                for version in facts.versions(id) {
                    let node = self.layout.definition(module, version);
                    match facts.definitions[version].kind {
                        // What is assigned says more, if anything is known of it.
                        DefinitionKind::Value(_) if !is_field => {
                            let declared = self.fresh();
                            self.annotate(module, annotation, declared);
                            self.fallbacks.push(Fallback {
                                unless: node,
                                from: declared,
                                to: node,
                                beats_names: true,
                            });
                        }
                        _ => self.annotate(module, annotation, node),
                    }
                }
            }
        }
    }

    /// What an import, or a member of a module, is.
    pub(super) fn seed_target(&mut self, target: &ImportTarget, node: NodeId) {
        match *target {
            ImportTarget::Module(module) => self.add_object(node, Object::Module(module)),
            ImportTarget::Global(module, binding) => {
                let from = self.layout.binding(module, binding);
                self.copy(from, node);
            }
            ImportTarget::External(ref name) => {
                let external = self.external_named(name);
                self.add_object(node, external);
            }
            ImportTarget::Missing(module, ref name) => {
                if let Some(getattr) = self.well.getattr.and_then(|name| self.program.global(module, name)) {
                    // A lazy module hands out whatever its `__getattr__` returns (PEP 562).
                    let from = self.layout.binding(module, getattr);
                    let invocation = self.plain_invocation(node);
                    self.constrain(from, Constraint::Invoke { invocation });
                } else if self.program.is_third_party(module) {
                    // Installed modules have names that their source does not show.
                    let name = format!("{}.{name}", self.program.modules[module].name);
                    let external = self.external_named(&name);
                    self.add_object(node, external);
                } else if !name.starts_with("__") {
                    self.add_object(node, Object::Unknown(Unresolved::UnknownName));
                }
            }
        }
    }

    fn seed_values(&mut self, module: ModuleId) {
        let program = self.program;
        let facts = program.facts(module);
        for (id, value) in facts.values.iter_enumerated() {
            let node = self.layout.value(module, id);
            match *value {
                Value::Unknown => self.add_object(node, Object::Unknown(Unresolved::UnknownValue)),
                Value::Constant(constant) => {
                    let class = match constant {
                        Constant::None | Constant::Ellipsis => continue,
                        Constant::Bool(_) => well_known::BOOL,
                        Constant::Int(_) => well_known::INT,
                        Constant::Number => well_known::FLOAT,
                        Constant::Str(_) | Constant::LongStr => well_known::STR,
                        Constant::Bytes => well_known::BYTES,
                    };
                    let class = self.externals.intern(class);
                    self.add_object(node, Object::ExternalInstance(class));
                }
                Value::List(operands) => {
                    self.seed_display(module, node, well_known::LIST, facts.operands(operands));
                }
                Value::Set(operands) => {
                    self.seed_display(module, node, well_known::SET, facts.operands(operands));
                }
                Value::Tuple(operands) => {
                    self.seed_display(module, node, well_known::TUPLE, facts.operands(operands));
                }
                Value::Dict(operands) => self.seed_dict(module, node, facts.operands(operands)),
                Value::Function(function) => {
                    self.add_object(node, Object::Function(program.function(module, function)));
                }
                Value::Class(class) => self.add_object(node, Object::Class(program.class(module, class))),
                Value::Comprehension { kind, element, .. } => {
                    let class = match kind {
                        ComprehensionKind::List => well_known::LIST,
                        ComprehensionKind::Set => well_known::SET,
                        ComprehensionKind::Dict => well_known::DICT,
                        ComprehensionKind::Generator => well_known::ITERATOR,
                    };
                    let container = self.container_at(node, class);
                    let element = self.value_node(module, element);
                    self.constrain(element, Constraint::Into { container });
                    self.add_object(node, Object::Container(container));
                }
                Value::Test(_) => {
                    let class = self.externals.intern(well_known::BOOL);
                    self.add_object(node, Object::ExternalInstance(class));
                }
                Value::Interpolation(_) => {
                    let class = self.externals.intern(well_known::STR);
                    self.add_object(node, Object::ExternalInstance(class));
                }
                Value::Element { .. }
                | Value::Unpacked { .. }
                | Value::Entered { .. }
                | Value::Caught(_)
                | Value::Attribute { .. }
                | Value::Item { .. }
                | Value::Await(_)
                | Value::YieldFrom(_)
                | Value::Yield
                | Value::Choice(_)
                | Value::Binary { .. }
                | Value::Unary { .. }
                | Value::Starred(_)
                | Value::Quoted(_)
                | Value::Slice { .. }
                | Value::Call(_)
                | Value::Name { .. } => {}
            }
        }
    }

    fn seed_display(&mut self, module: ModuleId, node: NodeId, class: &str, elements: &[ValueId]) {
        let program = self.program;
        let facts = program.facts(module);
        let container = self.container_at(node, class);
        let mut is_exact = class != well_known::SET;
        for (index, &element) in elements.iter().enumerate() {
            if let Value::Starred(inner) = facts.values[element] {
                let from = self.value_node(module, inner);
                let to = self.containers[container].dynamic;
                let any = self.containers[container].any;
                self.copy(to, any);
                self.constrain(from, Constraint::Element { to });
                is_exact = false;
                continue;
            }
            let from = self.value_node(module, element);
            // Tables of thousands of rows need no place per row.
            if is_exact && elements.len() <= 64 {
                let keyed = self.keyed(container, Key::of(index));
                self.copy(from, keyed);
            } else {
                self.constrain(from, Constraint::Into { container });
            }
        }
        self.add_object(node, Object::Container(container));
    }

    fn seed_dict(&mut self, module: ModuleId, node: NodeId, operands: &[ValueId]) {
        let program = self.program;
        let facts = program.facts(module);
        let container = self.container_at(node, well_known::DICT);
        for pair in operands.chunks_exact(2) {
            let from = self.value_node(module, pair[1]);
            if let Value::Starred(_) = facts.values[pair[0]] {
                let to = self.containers[container].dynamic;
                let any = self.containers[container].any;
                self.copy(to, any);
                self.constrain(from, Constraint::Item { to, value: u32::MAX });
                continue;
            }
            match self.key_of(module, pair[0]) {
                Some(key) if operands.len() <= 256 => {
                    let keyed = self.keyed(container, key);
                    self.copy(from, keyed);
                }
                _ => self.constrain(from, Constraint::Into { container }),
            }
        }
        self.add_object(node, Object::Container(container));
    }

    fn seed_functions(&mut self, module: ModuleId) {
        let program = self.program;
        let facts = program.facts(module);
        for (id, function) in facts.functions.iter_enumerated() {
            let whole = program.function(module, id);
            let returned = self.layout.returned(whole);
            if let Some(annotation) = function.returns
                && !function.traits.is_generator
            {
                self.annotate(module, annotation, returned);
            }
            for (index, parameter) in function.parameters.iter().enumerate() {
                let node = self.layout.definition(module, parameter.definition);
                match parameter.kind {
                    ParameterKind::VarPositional => {
                        let container = self.container_at(node, well_known::TUPLE);
                        self.add_object(node, Object::Container(container));
                        continue;
                    }
                    ParameterKind::VarKeyword => {
                        let container = self.container_at(node, well_known::DICT);
                        self.add_object(node, Object::Container(container));
                        continue;
                    }
                    ParameterKind::PositionalOnly | ParameterKind::Regular | ParameterKind::KeywordOnly => {}
                }
                if let Some(annotation) = parameter.annotation {
                    self.annotate(module, annotation, node);
                }
                if index == 0 && function.kind == FunctionKind::Def {
                    self.seed_receiver(module, id, node);
                }
            }
        }
    }

    /// A method may be called with an instance of its own class, whoever calls it.
    fn seed_receiver(&mut self, module: ModuleId, function: FunctionId, node: NodeId) {
        let facts = self.program.facts(module);
        let item = &facts.functions[function];
        let Some(class) = item.class else { return };
        let class = self.program.class(module, class);
        let is_under = |name: &str| item.decorators.iter().any(|&decorator| is_name(facts, decorator, name));
        if is_under(well_known::STATICMETHOD) {
            return;
        }
        let is_on_class =
            is_under(well_known::CLASSMETHOD) || well_known::is_implicit_classmethod(facts.name(item.name));
        let object =
            if is_on_class { Object::Class(class) } else { Object::Instance { class, is_exact: false } };
        self.add_object(node, object);
    }

    fn seed_classes(&mut self, module: ModuleId) {
        let program = self.program;
        for (id, site) in program.facts(module).sites.iter_enumerated() {
            if let SiteKind::Class { class } = site.kind
                && !site.place.enclosing.has(Enclosing::ANNOTATION)
            {
                self.class_statement(module, class, position(program.site_index(module, id)));
            }
        }
    }

    /// The literal key that a value is, if it is one.
    pub(super) fn key_of(&self, module: ModuleId, value: ValueId) -> Option<Key> {
        self.key_within(module, value, 0)
    }

    fn key_within(&self, module: ModuleId, value: ValueId, depth: u8) -> Option<Key> {
        let facts = self.program.facts(module);
        match facts.values[value] {
            Value::Constant(Constant::Int(number)) => Some(Key::Int(number)),
            Value::Constant(Constant::Str(name)) => Some(Key::Str(self.program.names.symbol(module, name))),
            Value::Constant(Constant::Bool(truth)) => Some(Key::Bool(truth)),
            Value::Constant(Constant::None) => Some(Key::None),
            // A name that can only be one assignment is as good as what it was assigned.
            Value::Name { reference: NameUse::Reaching(definition), .. } => {
                self.key_of_definition(module, definition, depth)
            }
            Value::Name { reference: NameUse::Binding(binding), .. } => {
                self.constant_binding(module, binding, depth)
            }
            Value::Attribute { base, name } => match evaluate(self.program, module, base) {
                Static::Module(found) => {
                    self.key_of_target(&self.program.member(found, facts.name(name)), depth)
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn key_of_definition(&self, module: ModuleId, definition: DefinitionId, depth: u8) -> Option<Key> {
        let facts = self.program.facts(module);
        match facts.definitions[definition].kind {
            DefinitionKind::Value(inner) => match facts.values[inner] {
                Value::Constant(_) => self.key_within(module, inner, depth),
                _ => None,
            },
            DefinitionKind::Import(import) => {
                self.key_of_target(self.imports.get(module)?[import].as_ref()?, depth)
            }
            _ => None,
        }
    }

    /// A constant of another module, through re-exports.
    fn key_of_target(&self, target: &ImportTarget, depth: u8) -> Option<Key> {
        match *target {
            ImportTarget::Global(module, binding) if depth < 8 => {
                self.constant_binding(module, binding, depth + 1)
            }
            _ => None,
        }
    }

    fn constant_binding(&self, module: ModuleId, binding: BindingId, depth: u8) -> Option<Key> {
        let facts = self.program.facts(module);
        let item = &facts.bindings[binding];
        let last = item.last.filter(|_| !item.written_elsewhere)?;
        if facts.definitions[last].previous.is_some() {
            return None;
        }
        self.key_of_definition(module, last, depth)
    }
}

/// Whether a value is the plain name `name`.
fn is_name(facts: &ModuleFacts, value: ValueId, name: &str) -> bool {
    matches!(facts.values[value], Value::Name { name: found, .. } if facts.name(found) == name)
}
