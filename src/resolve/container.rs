//! What values hand out: elements, items, what `with`, `for` and `await` give, operators.

use crate::base::Symbol;
use crate::link::{ModuleId, ProgramClassId, ProgramFunctionId};
use crate::resolve::constraint::Constraint;
use crate::resolve::node::NodeId;
use crate::resolve::object::{ContainerId, ExternalId, Key, Object, ObjectId};
use crate::resolve::parameter_stores::Calling;
use crate::resolve::place::Place;
use crate::resolve::reach::EdgeKind;
use crate::resolve::solver::{Fallback, Solver, Target};
use crate::rules::{ArgumentRef, FunctionRule, Member, Protocol, ProtocolRule};
use crate::semantic::{Implicit, SiteId, SiteKind, StoreTarget, Value, well_known};

impl<'a> Solver<'a> {
    /// What iterating over `object` hands out arrives at `to`.
    pub(super) fn element(&mut self, object: ObjectId, to: NodeId) {
        match self.objects.get(object) {
            Object::Unknown(_) => self.add(to, object),
            Object::Container(container) => {
                let any = self.containers[container].any;
                let class = self.containers[container].class;
                if self.externals.name(class) == well_known::DICT {
                    // Iterating over a dictionary hands out its keys, which are not followed.
                    return;
                }
                self.copy(any, to);
            }
            Object::Generator(function) | Object::Manager(function) => {
                let yielded = self.layout.yielded(function);
                self.copy(yielded, to);
            }
            Object::Instance { class, .. } => {
                for next in [self.well.next, self.well.anext].into_iter().flatten() {
                    if let Some((_, function)) = self.find_method(class, next) {
                        self.bind_receiver(function, object);
                        let returned = self.layout.returned(function);
                        self.copy(returned, to);
                        return;
                    }
                }
                for iter in [self.well.iter, self.well.aiter].into_iter().flatten() {
                    if let Some((_, function)) = self.find_method(class, iter) {
                        self.bind_receiver(function, object);
                        let between = self.layout.returned(function);
                        if self.function_item(function).traits.is_generator {
                            let yielded = self.layout.yielded(function);
                            self.copy(yielded, to);
                        } else {
                            self.constrain_once(between, Constraint::Element { to });
                        }
                        return;
                    }
                }
                if let Some(function) = self.sequence_item(class) {
                    self.bind_receiver(function, object);
                    let returned = self.layout.returned(function);
                    self.copy(returned, to);
                }
            }
            Object::ExternalInstance(class) => {
                let name = self.externals.name(class);
                if name == well_known::STR {
                    self.add(to, object);
                } else if let Some(rule) = self.protocol(class, &[Protocol::Iterate, Protocol::AsyncIterate])
                {
                    self.instantiate(&rule.returns, object, None, to);
                }
            }
            _ => {}
        }
    }

    /// `for`, unpacking and the like run code of `object` at a site.
    pub(super) fn iterate(&mut self, object: ObjectId, index: u32) {
        let place = Place::Site(index);
        match self.objects.get(object) {
            Object::Generator(function) => self.reach(place, Target::Function(function), EdgeKind::Iterate),
            Object::Instance { class, .. } => {
                if let Some(function) = self.sequence_item(class) {
                    self.bind_receiver(function, object);
                    self.reach(place, Target::Function(function), EdgeKind::Iterate);
                }
                for name in
                    [self.well.iter, self.well.next, self.well.aiter, self.well.anext].into_iter().flatten()
                {
                    if let Some((_, function)) = self.find_method(class, name) {
                        self.bind_receiver(function, object);
                        self.reach(place, Target::Function(function), EdgeKind::Iterate);
                        let returned = self.layout.returned(function);
                        if Some(name) == self.well.iter && !self.function_item(function).traits.is_generator {
                            self.constrain_once(returned, Constraint::Iterate { site: index });
                        }
                    }
                }
            }
            Object::ExternalInstance(class) => self.iterate_external(class, index),
            Object::Container(container) => {
                let class = self.containers[container].class;
                if !self.externals.facts(class).is_builtin_class {
                    self.iterate_external(class, index);
                }
            }
            _ => {}
        }
    }

    /// A sync loop goes over an instance of a foreign class.
    fn iterate_external(&mut self, class: ExternalId, index: u32) {
        let (module, site) = self.locate(index);
        let is_async = matches!(
            self.program.facts(module).sites[site].kind,
            SiteKind::For { is_async: true, .. } | SiteKind::Comprehension { is_async: true, .. }
        );
        if !is_async {
            self.reach_protocol(Place::Site(index), class, Protocol::Iterate, EdgeKind::Iterate);
        }
    }

    /// `__getitem__` of a class that has no `__iter__`: iteration then asks for item after item.
    fn sequence_item(&mut self, class: ProgramClassId) -> Option<ProgramFunctionId> {
        for iter in [self.well.iter, self.well.aiter].into_iter().flatten() {
            if self.find_method(class, iter).is_some() {
                return None;
            }
        }
        self.find_method(class, self.well.getitem?).map(|(_, function)| function)
    }

    /// What rules say of the first of these protocols that they know of a foreign class.
    fn protocol(&self, class: ExternalId, protocols: &[Protocol]) -> Option<&'a ProtocolRule> {
        let rule = self.externals.facts(class).class?;
        protocols.iter().find_map(|&protocol| self.knowledge.protocol(&rule.name, protocol))
    }

    /// Records that a blocking protocol of a foreign class runs.
    fn reach_protocol(&mut self, place: Place, class: ExternalId, protocol: Protocol, kind: EdgeKind) {
        if self.protocol(class, &[protocol]).is_some_and(|rule| rule.blocking.is_some()) {
            let method = match protocol {
                Protocol::Enter => well_known::ENTER,
                Protocol::Exit => well_known::EXIT,
                Protocol::Iterate => well_known::ITER,
                Protocol::AsyncEnter | Protocol::AsyncIterate | Protocol::Await => return,
            };
            let target = self.externals.intern(&format!("{}.{method}", self.externals.name(class)));
            self.reach(place, Target::External(target), kind);
        }
    }

    pub(super) fn item(&mut self, object: ObjectId, to: NodeId, value: u32) {
        match self.objects.get(object) {
            Object::Unknown(_) => self.add(to, object),
            Object::Container(container) => {
                let key = self.subscript_of(value);
                match key {
                    Subscript::Key(key) => {
                        let key = self.counted_from_end(container, key);
                        self.read_key(container, key, to);
                    }
                    Subscript::Slice { start, end } => self.slice(container, start, end, to),
                    Subscript::OpenSlice => self.add(to, object),
                    Subscript::Unknown => {
                        let any = self.containers[container].any;
                        self.copy(any, to);
                    }
                }
            }
            Object::Instance { class, .. } => {
                if let Some(name) = self.well.getitem
                    && let Some((_, function)) = self.find_method(class, name)
                {
                    self.bind_receiver(function, object);
                    self.reach(Place::Value(value), Target::Function(function), EdgeKind::Implicit);
                    let returned = self.layout.returned(function);
                    self.copy(returned, to);
                }
            }
            // A subscripted class is the class: `Box[int]`.
            Object::Class(_) | Object::External(_) => self.add(to, object),
            Object::ExternalInstance(class) if self.externals.name(class) == well_known::STR => {
                self.add(to, object);
            }
            Object::ExternalInstance(class) => {
                let rule = self.externals.facts(class).class;
                let member = rule.and_then(|rule| self.knowledge.member(&rule.name, well_known::GETITEM));
                if let Some(Member::Method(method)) = member {
                    self.instantiate(&method.returns, object, None, to);
                }
            }
            _ => {}
        }
    }

    /// What stands under a literal key arrives at `to`. Only where nothing is ever put there under that
    /// very key, whatever is put there under a key that is not known may be meant.
    pub(super) fn read_key(&mut self, container: ContainerId, key: Key, to: NodeId) {
        let keyed = self.keyed(container, key);
        self.copy(keyed, to);
        let from = self.containers[container].dynamic;
        self.fallbacks.push(Fallback { unless: keyed, from, to, beats_names: false });
    }

    /// A method of a container keeps its arguments, or what they hold.
    pub(super) fn keep(
        &mut self,
        rule: &FunctionRule,
        module: ModuleId,
        site: SiteId,
        container: ContainerId,
        key: Option<Key>,
    ) {
        let argument = |solver: &Self, position: u16| {
            let wanted = ArgumentRef { name: None, position: Some(position) };
            let value = solver.argument_value(module, site, &wanted)?;
            Some(solver.value_node(module, value))
        };
        for &position in &rule.keeps {
            let Some(from) = argument(self, position) else { continue };
            if let Some(key) = key {
                let keyed = self.keyed(container, key);
                self.copy(from, keyed);
            } else {
                self.constrain_once(from, Constraint::Into { container });
            }
        }
        let (any, to) = (self.containers[container].any, self.containers[container].dynamic);
        let is_mapping = self.externals.name(self.containers[container].class) == well_known::DICT;
        for &position in &rule.absorbs {
            let Some(from) = argument(self, position) else { continue };
            self.copy(to, any);
            let held = if is_mapping {
                Constraint::Item { to, value: u32::MAX }
            } else {
                Constraint::Element { to }
            };
            self.constrain_once(from, held);
        }
    }

    /// A negative index counts from the end, where the length is known.
    fn counted_from_end(&self, container: ContainerId, key: Key) -> Key {
        let Key::Int(index) = key else { return key };
        if index >= 0 || !self.cells.objects(self.containers[container].dynamic).is_empty() {
            return key;
        }
        let length = self.containers[container]
            .keyed
            .keys()
            .filter(|key| matches!(key, Key::Int(at) if *at >= 0))
            .count();
        let at = i32::try_from(length).unwrap_or(i32::MAX) + index;
        if at >= 0 { Key::Int(at) } else { key }
    }

    /// The part of a container between literal bounds: a container of its own, renumbered.
    fn slice(&mut self, container: ContainerId, start: i32, end: i32, to: NodeId) {
        let class = self.externals.name(self.containers[container].class).to_owned();
        let part = self.container_at(to, &class);
        let mut keyed: Vec<(i32, NodeId)> = self.containers[container]
            .keyed
            .iter()
            .filter_map(|(&key, &node)| match key {
                Key::Int(index) if (start..end).contains(&index) => Some((index, node)),
                _ => None,
            })
            .collect();
        keyed.sort_unstable();
        for (index, from) in keyed {
            let node = self.keyed(part, Key::Int(index - start));
            self.copy(from, node);
        }
        let from = self.containers[container].dynamic;
        let (any, dynamic) = (self.containers[part].any, self.containers[part].dynamic);
        self.copy(from, dynamic);
        self.copy(dynamic, any);
        self.add_object(to, Object::Container(part));
    }

    fn subscript_of(&self, value: u32) -> Subscript {
        if value == u32::MAX {
            return Subscript::Unknown;
        }
        let (module, local) = self.program.locate_value(value as usize);
        let Value::Item { index, .. } = self.program.facts(module).values[local] else {
            return Subscript::Unknown;
        };
        if let Value::Slice { start, end, is_literal } = self.program.facts(module).values[index] {
            let is_plain = is_literal && start >= 0 && end >= 0 && (start, end) != (0, i32::MAX);
            return if is_plain { Subscript::Slice { start, end } } else { Subscript::OpenSlice };
        }
        self.key_of(module, index).map_or(Subscript::Unknown, Subscript::Key)
    }

    pub(super) fn unpack(&mut self, object: ObjectId, to: NodeId, index: u16, starred: bool) {
        match self.objects.get(object) {
            Object::Container(container) if starred => {
                let rest = self.container_at(to, well_known::LIST);
                let any = self.containers[container].any;
                self.constrain_once(any, Constraint::Into { container: rest });
                self.add_object(to, Object::Container(rest));
            }
            Object::Container(container)
                if self.externals.name(self.containers[container].class) != well_known::DICT =>
            {
                self.read_key(container, Key::of(usize::from(index)), to);
            }
            _ => self.element(object, to),
        }
    }

    /// What `with object as x` binds arrives at `to`.
    pub(super) fn enter(&mut self, object: ObjectId, to: NodeId) {
        match self.objects.get(object) {
            Object::Unknown(_) => self.add(to, object),
            Object::Manager(function) => {
                let yielded = self.layout.yielded(function);
                self.copy(yielded, to);
            }
            Object::Instance { class, .. } => {
                for name in [self.well.enter, self.well.aenter].into_iter().flatten() {
                    if let Some((_, function)) = self.find_method(class, name) {
                        self.bind_receiver(function, object);
                        let returned = self.layout.returned(function);
                        self.copy(returned, to);
                        return;
                    }
                }
                // An inherited foreign `__enter__` nearly always returns its receiver.
                self.add(to, object);
            }
            Object::ExternalInstance(class) => {
                match self.protocol(class, &[Protocol::Enter, Protocol::AsyncEnter]) {
                    Some(rule) => self.instantiate(&rule.returns, object, None, to),
                    None => self.add(to, object),
                }
            }
            Object::Container(container) => {
                let any = self.containers[container].any;
                self.copy(any, to);
            }
            _ => {}
        }
    }

    /// Entering and leaving run code of `object` at a site.
    pub(super) fn with(&mut self, object: ObjectId, index: u32) {
        let place = Place::Site(index);
        let (module, site) = self.locate(index);
        let is_async =
            matches!(self.program.facts(module).sites[site].kind, SiteKind::With { is_async: true, .. });
        match self.objects.get(object) {
            Object::Manager(function) => self.reach(place, Target::Function(function), EdgeKind::Enter),
            Object::Instance { class, .. } => {
                let names = if is_async {
                    [self.well.aenter, self.well.aexit]
                } else {
                    [self.well.enter, self.well.exit]
                };
                for name in names.into_iter().flatten() {
                    if let Some((_, function)) = self.find_method(class, name) {
                        self.bind_receiver(function, object);
                        self.reach(place, Target::Function(function), EdgeKind::Enter);
                    }
                }
            }
            Object::ExternalInstance(class) if !is_async => {
                self.reach_protocol(place, class, Protocol::Enter, EdgeKind::Enter);
                self.reach_protocol(place, class, Protocol::Exit, EdgeKind::Enter);
            }
            _ => {}
        }
    }

    /// What awaiting `object` gives arrives at `to`.
    pub(super) fn await_value(&mut self, object: ObjectId, to: NodeId) {
        match self.objects.get(object) {
            Object::Unknown(_) => self.add(to, object),
            Object::Coroutine(function) => {
                let returned = self.layout.returned(function);
                self.copy(returned, to);
            }
            Object::Container(container) => {
                let any = self.containers[container].any;
                self.copy(any, to);
            }
            Object::ExternalInstance(_) => self.add(to, object),
            _ => {}
        }
    }

    pub(super) fn awaited(&mut self, object: ObjectId, index: u32) {
        match self.objects.get(object) {
            Object::Coroutine(function) => {
                self.reach(Place::Site(index), Target::Function(function), EdgeKind::Await);
            }
            Object::Instance { class, .. } => {
                if let Some(name) = self.well.awaits
                    && let Some((_, function)) = self.find_method(class, name)
                {
                    self.reach(Place::Site(index), Target::Function(function), EdgeKind::Await);
                }
            }
            _ => {}
        }
    }

    /// An instance of the class `object` arrives at `to`.
    pub(super) fn instance_of(&mut self, object: ObjectId, to: NodeId) {
        match self.objects.get(object) {
            Object::Unknown(_) => self.add(to, object),
            Object::Class(class) => self.add_object(to, Object::Instance { class, is_exact: false }),
            Object::External(name) => {
                let instance = self.instance_named(name);
                self.add_object(to, instance);
            }
            Object::Container(container) => {
                let any = self.containers[container].any;
                self.constrain_once(any, Constraint::InstanceOf { to });
            }
            _ => {}
        }
    }

    pub(super) fn store_item(&mut self, object: ObjectId, store: u32) {
        let (module, at) = self.program.locate_store(store as usize);
        let item = &self.program.facts(module).stores[at];
        let StoreTarget::Item { index, .. } = item.target else { return };
        let Some(value) = item.value else { return };
        let from = self.value_node(module, value);
        match self.objects.get(object) {
            Object::Container(container) => match self.key_of(module, index) {
                Some(key) => {
                    let keyed = self.keyed(container, key);
                    self.copy(from, keyed);
                }
                None => self.constrain_once(from, Constraint::Into { container }),
            },
            Object::Instance { class, .. } => {
                let Some(name) = self.program.names.get(well_known::SETITEM) else { return };
                if let Some((_, function)) = self.find_method(class, name) {
                    self.bind_receiver(function, object);
                    let index = self.value_node(module, index);
                    self.bind_values(function, 1, &[index, from]);
                    self.store_passed(function, object, Calling::Other);
                    self.reach(Place::Store(store), Target::Function(function), EdgeKind::Implicit);
                }
            }
            _ => {}
        }
    }

    /// The language runs a special method on `object` without saying so.
    pub(super) fn run_implicit(&mut self, object: ObjectId, implicit: Implicit, place: Place) {
        let Object::Instance { class, .. } = self.objects.get(object) else { return };
        for method in implicit.methods() {
            let Some(name) = self.program.names.get(method) else { continue };
            let Some((_, function)) = self.find_method(class, name) else { continue };
            self.bind_receiver(function, object);
            self.reach(place, Target::Function(function), EdgeKind::Implicit);
            return;
        }
    }

    /// An operator's special method runs; numbers and strings keep their type.
    pub(super) fn operate(&mut self, object: ObjectId, name: Symbol, to: NodeId, value: u32) {
        match self.objects.get(object) {
            Object::Unknown(_) | Object::Container(_) | Object::ExternalInstance(_) => self.add(to, object),
            Object::Instance { class, .. } => {
                let mut found = self.find_method(class, name);
                if found.is_none() {
                    // `+=` falls back to `__add__`.
                    let text = self.symbol_text(name);
                    let plain = text
                        .strip_prefix("__i")
                        .filter(|rest| *rest != "nvert__")
                        .map(|rest| format!("__{rest}"));
                    found = plain
                        .and_then(|plain| self.program.names.get(&plain))
                        .and_then(|plain| self.find_method(class, plain));
                }
                if let Some((_, function)) = found {
                    self.bind_receiver(function, object);
                    self.reach(Place::Value(value), Target::Function(function), EdgeKind::Implicit);
                    let (module, local) = self.program.locate_value(value as usize);
                    if let Value::Binary { right, .. } = self.program.facts(module).values[local] {
                        let right = self.value_node(module, right);
                        self.bind_values(function, 1, &[right]);
                        self.store_passed(function, object, Calling::Other);
                    }
                    let returned = self.layout.returned(function);
                    self.copy(returned, to);
                }
            }
            _ => {}
        }
    }
}

enum Subscript {
    Key(Key),
    /// Literal bounds that are not negative.
    Slice {
        start: i32,
        end: i32,
    },
    /// Any other slice.
    OpenSlice,
    Unknown,
}
