//! Calls: what happens when an object is called at a site.

use crate::base::Symbol;
use crate::link::{Ancestor, ModuleId, ProgramClassId, ProgramFunctionId};
use crate::resolve::constraint::Constraint;
use crate::resolve::node::NodeId;
use crate::resolve::object::{Object, ObjectId};
use crate::resolve::parameter_stores::Calling;
use crate::resolve::place::Place;
use crate::resolve::reach::EdgeKind;
use crate::resolve::solver::{Solver, Target, position};
use crate::rules::ArgumentRef;
use crate::semantic::well_known::Wrapping;
use crate::semantic::{ClassId, SiteId, SiteKind};

impl Solver<'_> {
    /// `object` is called at a site.
    pub(super) fn call_site(&mut self, index: u32, object: ObjectId) {
        let (module, site) = self.locate(index);
        let facts = self.program.facts(module);
        let (result, kind) = match facts.sites[site].kind {
            SiteKind::Call { value, .. } => (value, EdgeKind::Call),
            SiteKind::Decorator { value, .. } => (value, EdgeKind::Decorate),
            _ => return,
        };
        let to = self.layout.value(module, result);
        match self.objects.get(object) {
            Object::Unknown(_) => {
                self.add(to, object);
                self.pass_decorated(module, site, to);
            }
            Object::Function(function) => self.call_function(index, function, None, to, kind),
            Object::Bound { function, receiver } => {
                self.call_function(index, function, Some(receiver), to, kind);
            }
            Object::Overriding { function, receiver } => {
                self.call_function(index, function, Some(receiver), to, EdgeKind::Override);
            }
            Object::Class(class) => self.call_class(index, class, object, to, kind),
            Object::Instance { class, .. } => {
                if self.hierarchy.is_protocol(class) {
                    let implementations = self.implementations(class);
                    self.constrain_once(implementations, Constraint::Call { site: index });
                }
                if let Some(call) = self.well.call {
                    if let Some((_, function)) = self.find_method(class, call) {
                        self.call_function(index, function, Some(object), to, kind);
                    } else {
                        self.call_inherited(index, class, call, kind);
                        self.pass_decorated(module, site, to);
                    }
                }
            }
            Object::External(external) => self.call_external(index, external, None, to, kind),
            Object::ExternalBound { method, receiver } => {
                self.call_external(index, method, Some(receiver), to, kind);
            }
            Object::ExternalInstance(class) => {
                let method = match self.well.call {
                    Some(call) => self.externals.member(class, call, "__call__"),
                    None => class,
                };
                self.call_external(index, method, Some(object), to, kind);
            }
            Object::ManagerFactory(function) => {
                // The body runs when the manager is entered.
                self.bind_arguments_once(index, function, None);
                self.reach(Place::Site(index), Target::Function(function), kind);
                self.add_object(to, Object::Manager(function));
            }
            Object::Static(function) | Object::ClassMethod(function) => {
                self.call_function(index, function, None, to, kind);
            }
            Object::SyncWrapper { function, is_bound, wrapping } => {
                let is_awaited = wrapping == Some(Wrapping::AsyncOf);
                let kind = if is_awaited { kind } else { EdgeKind::RunLoop };
                self.reach(Place::Site(index), Target::Function(function), kind);
                if self.bound_calls.insert((index, function, is_bound)) {
                    self.bind_arguments(module, site, function, is_bound);
                }
                if is_awaited {
                    return self.add_object(to, Object::Coroutine(function));
                }
                let traits = self.function_item(function).traits;
                if traits.is_generator {
                    self.add_object(to, Object::Generator(function));
                } else {
                    let returned = self.layout.returned(function);
                    self.copy(returned, to);
                }
            }
            Object::PropertyPart(getter) => self.add_object(to, Object::Property(getter)),
            Object::Module(_)
            | Object::Container(_)
            | Object::Coroutine(_)
            | Object::Generator(_)
            | Object::Manager(_)
            | Object::Property(_)
            | Object::Super { .. } => {}
        }
    }

    /// A place for all that is passed where a protocol is declared.
    pub(super) fn implementations(&mut self, protocol: ProgramClassId) -> NodeId {
        if let Some(&node) = self.implementations.get(&protocol) {
            return node;
        }
        let node = self.fresh();
        self.implementations.insert(protocol, node);
        node
    }

    /// An unknown decorator mostly gives its argument back.
    pub(super) fn pass_decorated(&mut self, module: ModuleId, site: SiteId, to: NodeId) {
        if let SiteKind::Decorator { argument, .. } = self.program.facts(module).sites[site].kind {
            let from = self.value_node(module, argument);
            self.copy(from, to);
        }
    }

    pub(super) fn call_function(
        &mut self,
        index: u32,
        function: ProgramFunctionId,
        receiver: Option<ObjectId>,
        to: NodeId,
        kind: EdgeKind,
    ) {
        self.reach(Place::Site(index), Target::Function(function), kind);
        self.bind_arguments_once(index, function, receiver);
        let is_passed = self.pass_through(index, function, receiver.is_some(), to)
            || receiver.is_some_and(|receiver| self.pass_attribute(function, receiver, to));
        if !is_passed {
            self.result_of(function, to);
        }
    }

    /// A function that gives back its argument gives back this call's, not every caller's.
    fn pass_through(
        &mut self,
        index: u32,
        function: ProgramFunctionId,
        has_receiver: bool,
        to: NodeId,
    ) -> bool {
        let (home, local) = self.program.locate_function(function);
        let home_facts = self.program.facts(home);
        let Some(parameter) = home_facts.returned_parameter(local) else { return false };
        let Some(position) = (parameter as usize).checked_sub(usize::from(has_receiver)) else {
            return false;
        };
        let (module, site) = self.locate(index);
        let item = &home_facts.functions[local].parameters[parameter as usize];
        let wanted = ArgumentRef {
            name: Some(home_facts.name(item.name).into()),
            position: u16::try_from(position).ok(),
        };
        let Some(value) = self.argument_value(module, site, &wanted) else { return false };
        let from = self.value_node(module, value);
        self.copy(from, to);
        true
    }

    /// A method that gives back an attribute of its receiver gives back this receiver's.
    pub(super) fn pass_attribute(
        &mut self,
        function: ProgramFunctionId,
        receiver: ObjectId,
        to: NodeId,
    ) -> bool {
        let (module, local) = self.program.locate_function(function);
        let Some((name, value)) = self.program.facts(module).returned_attribute(local) else { return false };
        if !matches!(self.objects.get(receiver), Object::Instance { .. }) {
            return false;
        }
        let name = self.program.names.symbol(module, name);
        let value = position(self.program.value_index(module, value));
        self.load(receiver, name, to, value);
        true
    }

    fn bind_arguments_once(&mut self, index: u32, function: ProgramFunctionId, receiver: Option<ObjectId>) {
        if let Some(receiver) = receiver {
            self.bind_receiver(function, receiver);
            self.store_passed(function, receiver, Calling::Site { site: index, is_bound: true });
        } else {
            self.store_unbound(index, function);
        }
        if self.bound_calls.insert((index, function, receiver.is_some())) {
            let (module, site) = self.locate(index);
            self.bind_arguments(module, site, function, receiver.is_some());
        }
    }

    /// What a call of `function` gives: a generator, a coroutine, or what it returns.
    pub(super) fn result_of(&mut self, function: ProgramFunctionId, to: NodeId) {
        let traits = self.function_item(function).traits;
        if traits.is_generator {
            self.add_object(to, Object::Generator(function));
        } else if traits.is_async {
            self.add_object(to, Object::Coroutine(function));
        } else {
            let returned = self.layout.returned(function);
            self.copy(returned, to);
        }
    }

    fn call_class(
        &mut self,
        index: u32,
        class: ProgramClassId,
        object: ObjectId,
        to: NodeId,
        kind: EdgeKind,
    ) {
        if let (Some(meta), Some(call)) = (self.hierarchy.metaclass(class), self.well.call)
            && let Some((_, function)) = self.find_method(meta, call)
        {
            self.call_function(index, function, Some(object), to, kind);
        }
        let instance = self.objects.intern(Object::Instance { class, is_exact: true });
        if let Some(new) = self.well.new
            && let Some((_, function)) = self.find_method(class, new)
        {
            self.call_function(index, function, Some(object), to, kind);
        }
        self.add(to, instance);
        let Some(init) = self.well.init else { return };
        if let Some((_, function)) = self.find_method(class, init) {
            self.reach(Place::Site(index), Target::Function(function), kind);
            self.bind_arguments_once(index, function, Some(instance));
        } else {
            self.call_inherited(index, class, init, kind);
            self.fill_fields(index, class);
        }
    }

    /// A method that only a foreign base can have.
    fn call_inherited(&mut self, index: u32, class: ProgramClassId, name: Symbol, kind: EdgeKind) {
        let hierarchy = self.hierarchy;
        for ancestor in hierarchy.mro(class) {
            if let Ancestor::External(base) = ancestor {
                let base = self.externals.intern(base);
                let method = self.externals.member(base, name, self.program.names.resolve(name));
                self.reach(Place::Site(index), Target::External(method), kind);
                return;
            }
        }
    }

    /// A class without `__init__` may be a data class: arguments become attributes by annotation order.
    fn fill_fields(&mut self, index: u32, class: ProgramClassId) {
        let (module, site) = self.locate(index);
        let facts = self.program.facts(module);
        let Some((_, arguments)) = facts.call(site) else { return };
        let fields = self.fields(class);
        for (position, argument) in arguments.iter().enumerate() {
            let name = match argument.kind {
                crate::semantic::ArgumentKind::Positional => fields.get(position).copied(),
                crate::semantic::ArgumentKind::Keyword(name) => Some(self.program.names.symbol(module, name)),
                crate::semantic::ArgumentKind::Starred | crate::semantic::ArgumentKind::DoubleStarred => None,
            };
            if let Some(name) = name.filter(|name| fields.contains(name)) {
                let from = self.value_node(module, argument.value);
                let to = self.instance_attribute(class, name);
                self.copy(from, to);
            }
        }
    }

    /// Annotated names of the bodies of a class and its ancestors, the furthest ancestor's first, where a class
    /// decorator or a foreign base may make parameters of them (PEP 557, PEP 681).
    fn fields(&self, class: ProgramClassId) -> Vec<Symbol> {
        let mut fields: Vec<Symbol> = Vec::new();
        for ancestor in self.hierarchy.mro(class).iter().rev() {
            let Ancestor::Class(owner) = *ancestor else { continue };
            let (module, local) = self.program.locate_class(owner);
            let facts = self.program.facts(module);
            if facts.classes[local].decorators.is_empty() && !self.hierarchy.is_open(owner) {
                continue;
            }
            for binding in facts.scope_bindings(facts.classes[local].scope) {
                let item = &facts.bindings[binding];
                let name = self.program.names.symbol(module, item.name);
                if item.annotation.is_some() && !fields.contains(&name) {
                    fields.push(name);
                }
            }
        }
        fields
    }

    /// `raise C` instantiates.
    pub(super) fn raise(&mut self, object: ObjectId, index: u32) {
        let Object::Class(class) = self.objects.get(object) else { return };
        if let Some(init) = self.well.init
            && let Some((_, function)) = self.find_method(class, init)
        {
            self.reach(Place::Site(index), Target::Function(function), EdgeKind::Call);
        }
    }

    /// A class statement runs the parent's `__init_subclass__` (PEP 487).
    pub(super) fn class_statement(&mut self, module: ModuleId, class: ClassId, index: u32) {
        let class = self.program.class(module, class);
        let Some(hook) = self.well.init_subclass else { return };
        let hierarchy = self.hierarchy;
        for ancestor in hierarchy.mro(class).iter().skip(1) {
            let Ancestor::Class(parent) = ancestor else { continue };
            if let Some(node) = self.class_member(*parent, hook) {
                self.constrain(node, Constraint::Subclass { class, site: index });
                return;
            }
        }
    }

    /// The `__init_subclass__` that `object` is runs for `class`.
    pub(super) fn derive(&mut self, object: ObjectId, class: ProgramClassId, index: u32) {
        if let Object::Function(function) | Object::ClassMethod(function) = self.objects.get(object) {
            let receiver = self.objects.intern(Object::Class(class));
            self.bind_receiver(function, receiver);
            self.reach(Place::Site(index), Target::Function(function), EdgeKind::Implicit);
        }
    }
}
