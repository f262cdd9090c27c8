//! Attributes: found through the MRO, bound to their receiver, written by receiver class.

use std::sync::Arc;

use crate::base::Symbol;
use crate::link::{Ancestor, Lookup, ProgramClassId, ProgramFunctionId};
use crate::resolve::constraint::Constraint;
use crate::resolve::externals::ExternalMember;
use crate::resolve::members::Route;
use crate::resolve::node::NodeId;
use crate::resolve::object::{ExternalId, Object, ObjectId};
use crate::resolve::parameter_stores::Calling;
use crate::resolve::place::Place;
use crate::resolve::reach::{EdgeKind, Unresolved};
use crate::resolve::solver::{Fallback, Solver, Target};
use crate::semantic::well_known::Wrapping;
use crate::semantic::{StoreTarget, well_known};

impl Solver<'_> {
    /// `object.name` arrives at `to`; `value` is the reading expression.
    pub(super) fn load(&mut self, object: ObjectId, name: Symbol, to: NodeId, value: u32) {
        match self.objects.get(object) {
            Object::Unknown(_) => self.add(to, object),
            Object::Module(module) => {
                let text = self.symbol_text(name);
                let target = self.program.member(module, text);
                self.seed_target(&target, to);
            }
            Object::Class(class) => {
                let is_found = self.load_from_class(class, None, object, name, to, value);
                if let Some(meta) = self.hierarchy.metaclass(class).filter(|_| !is_found) {
                    self.load_from_class(meta, None, object, name, to, value);
                }
            }
            Object::Instance { class, .. } if Some(name) == self.well.class => {
                self.add_object(to, Object::Class(class));
            }
            Object::Instance { class, is_exact } => {
                self.load_instance_attributes(class, name, to);
                if !is_exact {
                    self.load_overrides(class, name, to, value);
                }
                if !self.load_from_class(class, None, object, name, to, value)
                    && let Some(getattr) = self.well.getattr
                    && let Some((_, function)) = self.find_method(class, getattr)
                {
                    self.bind_receiver(function, object);
                    let returned = self.layout.returned(function);
                    self.reach(Place::Value(value), Target::Function(function), EdgeKind::Implicit);
                    self.copy(returned, to);
                }
            }
            Object::Super { class, receiver } => {
                let start = match self.objects.get(receiver) {
                    Object::Instance { class: found, .. } | Object::Class(found) => found,
                    _ => class,
                };
                let is_found = self.load_from_class(start, Some(class), receiver, name, to, value);
                if !is_found && !self.hierarchy.is_open(start) {
                    let text = self.symbol_text(name);
                    let object = self.externals.intern(well_known::OBJECT);
                    let method = self.externals.member(object, name, text);
                    if self.knowledge.describes(self.externals.name(method)) {
                        self.add_object(to, Object::ExternalBound { method, receiver });
                    }
                }
            }
            Object::External(base) => {
                let text = self.symbol_text(name);
                let member = self.externals.member(base, name, text);
                let member = self.externals.name(member).to_owned();
                let external = self.external_named(&member);
                self.add_object(to, external);
            }
            Object::ExternalInstance(class) => self.load_external(class, object, name, to, value),
            Object::Container(container) => {
                let class = self.containers[container].class;
                self.load_external(class, object, name, to, value);
            }
            Object::Coroutine(_) | Object::Manager(_) => {}
            Object::Generator(_) => {
                let class = self.externals.intern(well_known::GENERATOR);
                self.load_external(class, object, name, to, value);
            }
            Object::Property(function) => self.add_object(to, Object::PropertyPart(function)),
            Object::ExternalBound { method, .. } => {
                let opaque = self.externals.opaque(method);
                self.add_object(to, Object::ExternalInstance(opaque));
            }
            Object::Function(_)
            | Object::Bound { .. }
            | Object::Overriding { .. }
            | Object::Static(_)
            | Object::ClassMethod(_) => {
                // Attributes that a program hangs on its functions.
                self.copy_hung_attribute(object, name, to);
            }
            Object::ManagerFactory(_) | Object::PropertyPart(_) | Object::SyncWrapper { .. } => {}
        }
    }

    /// What subclasses of a declared type have under `name`.
    fn load_overrides(&mut self, class: ProgramClassId, name: Symbol, to: NodeId, value: u32) {
        for &descendant in self.overriding_classes(class, name).iter() {
            let receiver = self.objects.intern(Object::Instance { class: descendant, is_exact: false });
            if let Some(node) = self.class_member(descendant, name) {
                self.constrain_once(node, Constraint::BindOverride { receiver, to, value });
            }
        }
    }

    /// Subclasses of `class` whose own bodies define `name`, in id order.
    fn overriding_classes(&mut self, class: ProgramClassId, name: Symbol) -> Arc<[ProgramClassId]> {
        if let Some(known) = self.overrides.get(&(class, name)) {
            return Arc::clone(known);
        }
        let definers = self.members.definers(name);
        let mut found = Vec::new();
        if definers.len() > usize::from(self.members.own(class, name).is_some()) {
            let hierarchy = self.hierarchy;
            let descendants =
                self.descendants.entry(class).or_insert_with(|| hierarchy.descendants(class).into());
            // Beyond what a place can tell apart, further overrides add nothing.
            let overriding = definers.iter().filter(|definer| descendants.binary_search(definer).is_ok());
            found = overriding.copied().take(self.options.widen_at + 1).collect();
        }
        let found: Arc<[ProgramClassId]> = found.into();
        self.overrides.insert((class, name), Arc::clone(&found));
        found
    }

    /// A class attribute of a subclass reaches `to` through a receiver of the base's type.
    pub(super) fn bind_override(&mut self, object: ObjectId, receiver: ObjectId, to: NodeId, value: u32) {
        match self.objects.get(object) {
            Object::Function(function) => self.add_object(to, Object::Overriding { function, receiver }),
            Object::Property(function) => {
                self.reach(Place::Value(value), Target::Function(function), EdgeKind::Override);
                let returned = self.layout.returned(function);
                self.copy(returned, to);
            }
            _ => self.bind(object, receiver, to, value),
        }
    }

    fn hung_attribute(&mut self, object: ObjectId, name: Symbol) -> NodeId {
        if let Some(&node) = self.external_attributes.get(&(object, name)) {
            return node;
        }
        let node = self.fresh();
        self.external_attributes.insert((object, name), node);
        node
    }

    /// Attributes that are written through instances of the class or its ancestors.
    fn load_instance_attributes(&mut self, class: ProgramClassId, name: Symbol, to: NodeId) {
        // Most names are those of methods, which no code writes through an instance.
        if !self.stored_names.contains(name) {
            return;
        }
        let from = if let Some(&node) = self.attribute_views.get(&(class, name)) {
            node
        } else {
            let node = self.attribute_view(class, name);
            self.attribute_views.insert((class, name), node);
            node
        };
        self.copy(from, to);
    }

    /// A place for all that a class and its ancestors have under a name.
    fn attribute_view(&mut self, class: ProgramClassId, name: Symbol) -> NodeId {
        let own = self.instance_attribute(class, name);
        let hierarchy = self.hierarchy;
        let is_class = |ancestor: &&Ancestor| matches!(ancestor, Ancestor::Class(_));
        if hierarchy.mro(class).iter().filter(is_class).count() < 2 {
            return own;
        }
        let view = self.fresh();
        for ancestor in hierarchy.mro(class) {
            if let Ancestor::Class(owner) = ancestor {
                let node = self.instance_attribute(*owner, name);
                self.copy(node, view);
            }
        }
        view
    }

    pub(super) fn instance_attribute(&mut self, class: ProgramClassId, name: Symbol) -> NodeId {
        if let Some(&node) = self.instance_attributes.get(&(class, name)) {
            return node;
        }
        let node = self.fresh();
        self.instance_attributes.insert((class, name), node);
        node
    }

    /// The place of a name of a class's own body.
    pub(super) fn class_member(&self, class: ProgramClassId, name: Symbol) -> Option<NodeId> {
        self.members.own(class, name).map(|member| member.node)
    }

    /// Looks `name` up in the MRO of `class`, after `after` when given; true when the program or a
    /// rule has it.
    fn load_from_class(
        &mut self,
        class: ProgramClassId,
        after: Option<ProgramClassId>,
        receiver: ObjectId,
        name: Symbol,
        to: NodeId,
        value: u32,
    ) -> bool {
        let route = match after {
            Some(after) => Arc::new(self.route(class, Some(after), name)),
            None => {
                if let Some(route) = self.routes.get(&(class, name)) {
                    Arc::clone(route)
                } else {
                    let route = Arc::new(self.route(class, None, name));
                    self.routes.insert((class, name), Arc::clone(&route));
                    route
                }
            }
        };
        // What a foreign ancestor may have under the name counts only where the program stores nothing there.
        let own = match self.objects.get(receiver) {
            Object::Instance { class, .. } if self.stored_names.contains(name) => {
                self.attribute_views.get(&(class, name)).copied()
            }
            _ => None,
        };
        for &base in &route.foreign {
            let text = self.program.names.resolve(name);
            match (own, self.externals.class_member(base, name, text)) {
                (Some(own), ExternalMember::Named(_)) => {
                    let from = self.fresh();
                    self.load_external(base, receiver, name, from, value);
                    self.fallbacks.push(Fallback { unless: own, from, to, beats_names: false });
                }
                _ => self.load_external(base, receiver, name, to, value),
            }
        }
        if route.has_unknown {
            self.add_object(to, Object::Unknown(Unresolved::UnknownAttribute));
        }
        if let Some(node) = route.member {
            self.constrain_once(node, Constraint::Bind { receiver, to, value });
        }
        route.is_found
    }

    /// Where a look-up of `name` leads in the MRO of `class`, after `after` when given.
    fn route(&mut self, class: ProgramClassId, after: Option<ProgramClassId>, name: Symbol) -> Route {
        let hierarchy = self.hierarchy;
        let mut ancestors = hierarchy.mro(class).iter();
        if let Some(after) = after
            && !ancestors.any(|ancestor| *ancestor == Ancestor::Class(after))
        {
            ancestors = hierarchy.mro(after).iter();
            ancestors.next();
        }
        let mut route = Route::default();
        for ancestor in ancestors {
            match ancestor {
                Ancestor::Class(owner) => {
                    route.member = self.class_member(*owner, name);
                    route.is_found = route.member.is_some();
                }
                Ancestor::External(base) => {
                    let base = self.externals.intern(base);
                    route.foreign.push(base);
                    let member = self.externals.class_member(base, name, self.program.names.resolve(name));
                    route.is_found = !matches!(member, ExternalMember::Named(_));
                }
                Ancestor::Unknown => route.has_unknown = true,
            }
            if route.is_found {
                break;
            }
        }
        route
    }

    /// An attribute of an instance of a foreign class: what a rule says, else a name.
    fn load_external(&mut self, class: ExternalId, receiver: ObjectId, name: Symbol, to: NodeId, value: u32) {
        if self.externals.facts(class).is_opaque {
            self.add_object(to, Object::ExternalInstance(class));
            return;
        }
        let text = self.symbol_text(name);
        match self.externals.class_member(class, name, text) {
            ExternalMember::Method(method) => {
                self.add_object(to, Object::ExternalBound { method, receiver });
            }
            ExternalMember::Attribute { returns, read } => {
                if let Some(read) = read {
                    self.reach(Place::Value(value), Target::External(read), EdgeKind::Implicit);
                }
                self.instantiate(returns, receiver, None, to);
            }
            ExternalMember::Named(method) => {
                self.copy_hung_attribute(receiver, name, to);
                // Of the builtin types all attributes are known: this one they do not have.
                let facts = self.externals.facts(class);
                if !(facts.is_builtin_class && facts.class.is_some()) {
                    self.add_object(to, Object::ExternalBound { method, receiver });
                }
            }
        }
    }

    /// What the program itself hangs on an object arrives at `to`.
    fn copy_hung_attribute(&mut self, object: ObjectId, name: Symbol, to: NodeId) {
        if self.stored_names.contains(name) {
            let node = self.hung_attribute(object, name);
            self.copy(node, to);
        }
    }

    /// A class attribute reaches `to` through `receiver`: functions are bound, properties run.
    pub(super) fn bind(&mut self, object: ObjectId, receiver: ObjectId, to: NodeId, value: u32) {
        let on_class = matches!(self.objects.get(receiver), Object::Class(_));
        match self.objects.get(object) {
            Object::Function(function) if on_class => {
                let (module, local) = self.program.locate_function(function);
                let facts = self.program.facts(module);
                if well_known::is_implicit_classmethod(facts.name(facts.functions[local].name)) {
                    self.add_object(to, Object::Bound { function, receiver });
                } else {
                    self.add(to, object);
                }
            }
            Object::Function(function) => self.add_object(to, Object::Bound { function, receiver }),
            Object::Static(function) => self.add_object(to, Object::Function(function)),
            Object::ClassMethod(function) => {
                let class = match self.objects.get(receiver) {
                    Object::Instance { class, .. } => self.objects.intern(Object::Class(class)),
                    _ => receiver,
                };
                self.add_object(to, Object::Bound { function, receiver: class });
            }
            Object::SyncWrapper { function, wrapping, .. } => {
                let is_bound = match wrapping {
                    Some(Wrapping::Static) => false,
                    Some(Wrapping::Class) => true,
                    Some(Wrapping::Property | Wrapping::Sync | Wrapping::AsyncOf | Wrapping::Overridable)
                    | None => !on_class,
                };
                if is_bound {
                    self.bind_receiver(function, receiver);
                    self.store_passed(function, receiver, Calling::Other);
                }
                self.add_object(to, Object::SyncWrapper { function, wrapping, is_bound });
            }
            Object::Property(_) if on_class => self.add(to, object),
            Object::Property(function) => {
                self.bind_receiver(function, receiver);
                self.reach(Place::Value(value), Target::Function(function), EdgeKind::Implicit);
                if !self.pass_attribute(function, receiver, to) {
                    let returned = self.layout.returned(function);
                    self.copy(returned, to);
                }
            }
            _ => self.add(to, object),
        }
    }

    /// `receiver` arrives at the first parameter of `function`.
    pub(super) fn bind_receiver(&mut self, function: ProgramFunctionId, receiver: ObjectId) {
        let (module, local) = self.program.locate_function(function);
        let facts = self.program.facts(module);
        if let Some(parameter) = facts.functions[local].parameters.first() {
            let node = self.layout.definition(module, parameter.definition);
            self.add(node, receiver);
        }
    }

    /// A method of a class by name, when its class attribute is a plain function.
    pub(super) fn find_method(
        &mut self,
        class: ProgramClassId,
        name: Symbol,
    ) -> Option<(ProgramClassId, ProgramFunctionId)> {
        let (owner, member) = self.members.find(self.hierarchy, class, name)?;
        let function = member.method.or_else(|| {
            self.cells.objects(member.node).iter().find_map(|&object| match self.objects.get(object) {
                Object::Function(function) | Object::Static(function) | Object::ClassMethod(function) => {
                    Some(function)
                }
                _ => None,
            })
        });
        function.map(|function| (owner, function))
    }

    /// `object.name = …`.
    pub(super) fn store(&mut self, object: ObjectId, store: u32) {
        let (module, index) = self.program.locate_store(store as usize);
        let item = &self.program.facts(module).stores[index];
        let StoreTarget::Attribute { name, .. } = item.target else { return };
        let name = self.program.names.symbol(module, name);
        let to = match self.objects.get(object) {
            Object::Instance { class, .. } => {
                if let Some((_, hook)) =
                    self.program.names.get(well_known::SETATTR).and_then(|hook| self.find_method(class, hook))
                {
                    self.bind_receiver(hook, object);
                    self.reach(Place::Store(store), Target::Function(hook), EdgeKind::Implicit);
                }
                if let Some(setter) = self.find_setter(class, name) {
                    self.run_setter(setter, object, store);
                }
                let to = self.instance_attribute(class, name);
                if let Some((function, parameter)) = self.parameter_stores.of_store(store) {
                    // What is passed arrives with each call.
                    self.store_declared(function, parameter, to);
                    if let Some(annotation) = item.annotation {
                        self.annotate(module, annotation, to);
                    }
                    return;
                }
                to
            }
            Object::Class(class) => match self.class_member(class, name) {
                Some(node) => node,
                None => self.instance_attribute(class, name),
            },
            Object::Module(found) => match self.program.global(found, name) {
                Some(binding) => self.layout.binding(found, binding),
                None => return,
            },
            Object::Function(_) | Object::Bound { .. } | Object::ExternalInstance(_) => {
                self.hung_attribute(object, name)
            }
            _ => return,
        };
        if let Some(value) = item.value {
            let from = self.value_node(module, value);
            self.copy(from, to);
        }
        if let Some(annotation) = item.annotation {
            self.annotate(module, annotation, to);
        }
    }

    /// The function under `@name.setter` in the first class body of the MRO that has the name.
    fn find_setter(&mut self, class: ProgramClassId, name: Symbol) -> Option<ProgramFunctionId> {
        self.members.find(self.hierarchy, class, name).and_then(|(_, member)| member.setter)
    }

    fn run_setter(&mut self, setter: ProgramFunctionId, receiver: ObjectId, store: u32) {
        self.bind_receiver(setter, receiver);
        let (module, index) = self.program.locate_store(store as usize);
        let item = &self.program.facts(module).stores[index];
        let (defining, local) = self.program.locate_function(setter);
        if let (Some(value), Some(parameter)) =
            (item.value, self.program.facts(defining).functions[local].parameters.get(1))
        {
            let from = self.value_node(module, value);
            let to = self.layout.definition(defining, parameter.definition);
            self.copy(from, to);
        }
        let value = item.value.map(|value| self.value_node(module, value));
        self.store_passed(setter, receiver, Calling::Assignment(value));
        self.reach(Place::Store(store), Target::Function(setter), EdgeKind::Implicit);
    }

    /// Adds a constraint unless the node has it.
    pub(super) fn constrain_once(&mut self, node: NodeId, constraint: Constraint) {
        if self.constrained.insert((node, constraint)) {
            self.constrain(node, constraint);
        }
    }
}
