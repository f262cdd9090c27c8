//! The worklist: each new object of a node goes once along each of the node's constraints.

use std::collections::VecDeque;
use std::sync::Arc;

use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use smallvec::SmallVec;

use crate::base::{IdVec, Symbol};
use crate::link::{Hierarchy, ImportTarget, ModuleId, Program, ProgramClassId, ProgramFunctionId};
use crate::resolve::cell::Cells;
use crate::resolve::constraint::{Constraint, InvocationId};
use crate::resolve::declared::Restriction;
use crate::resolve::externals::Externals;
use crate::resolve::invocation::Invocation;
use crate::resolve::members::{ClassMembers, Route};
use crate::resolve::node::{Layout, NodeId};
use crate::resolve::object::{Container, ContainerId, ExternalId, Key, Object, ObjectId, Objects};
use crate::resolve::parameter_stores::{Calling, ParameterStores};
use crate::resolve::place::Place;
use crate::resolve::reach::{EdgeKind, Unresolved};
use crate::resolve::resolution::{ResolveOptions, Schedule};
use crate::resolve::special_methods::SpecialMethods;
use crate::resolve::stored_names::StoredNames;
use crate::resolve::trace::{Origin, Trace};
use crate::rules::Knowledge;
use crate::semantic::well_known::Wrapping;
use crate::semantic::{ImportId, SiteId, ValueId};

/// What a place reaches, before it is sorted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Found {
    /// Where.
    pub(super) place: Place,
    pub(super) target: Target,
    pub(super) kind: EdgeKind,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Target {
    Function(ProgramFunctionId),
    External(ExternalId),
}

/// `from` flows to `to` if, once nothing else changes, nothing has arrived at `unless`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fallback {
    pub(super) unless: NodeId,
    pub(super) from: NodeId,
    pub(super) to: NodeId,
    /// Whether a foreign name of which nothing is known counts as nothing.
    pub(super) beats_names: bool,
}

pub(super) struct Solver<'a> {
    pub(super) program: &'a Program,
    pub(super) knowledge: &'a Knowledge,
    pub(super) hierarchy: &'a Hierarchy,
    pub(super) options: ResolveOptions,
    pub(super) layout: Layout,
    pub(super) objects: Objects,
    /// Stands for all that a place no longer tells apart.
    many: ObjectId,
    pub(super) externals: Externals<'a>,
    pub(super) containers: IdVec<ContainerId, Container>,
    pub(super) cells: Cells,
    /// Constraints read off the facts, each with its node, a module after the other.
    pub(super) seeds: Vec<Vec<(NodeId, Constraint)>>,
    copies: FxHashSet<(NodeId, NodeId)>,
    pub(super) constrained: FxHashSet<(NodeId, Constraint)>,
    /// Nodes with objects that have not met all constraints.
    queue: VecDeque<NodeId>,
    pub(super) instance_attributes: FxHashMap<(ProgramClassId, Symbol), NodeId>,
    /// For a class and a name, what the class and its ancestors have under it.
    pub(super) attribute_views: FxHashMap<(ProgramClassId, Symbol), NodeId>,
    pub(super) routes: FxHashMap<(ProgramClassId, Symbol), Arc<Route>>,
    /// What the imports of each module refer to.
    pub(super) imports: IdVec<ModuleId, IdVec<ImportId, Option<ImportTarget>>>,
    /// What may arrive at places with a declared type.
    pub(super) restrictions: FxHashMap<NodeId, Restriction>,
    pub(super) implementations: FxHashMap<ProgramClassId, NodeId>,
    pub(super) members: ClassMembers,
    /// Names of attributes that some code writes, or that class bodies annotate.
    pub(super) stored_names: StoredNames,
    pub(super) overrides: FxHashMap<(ProgramClassId, Symbol), Arc<[ProgramClassId]>>,
    pub(super) descendants: FxHashMap<ProgramClassId, Arc<[ProgramClassId]>>,
    pub(super) external_attributes: FxHashMap<(ObjectId, Symbol), NodeId>,
    /// Instances of the classes that types in rules name, by the addresses of the types.
    pub(super) rule_instances: FxHashMap<usize, ObjectId>,
    pub(super) place_containers: FxHashMap<(NodeId, ExternalId), ContainerId>,
    pub(super) invocations: IdVec<InvocationId, Invocation>,
    /// Where the result of an argument that a library calls arrives, by site and argument.
    pub(super) results: FxHashMap<(usize, ValueId), NodeId>,
    pub(super) spreads: FxHashMap<ProgramFunctionId, InvocationId>,
    pub(super) parameter_stores: ParameterStores,
    /// Calls of methods that pass parameters on, each once.
    pub(super) forwarded_calls: FxHashSet<(ProgramFunctionId, ObjectId, Calling)>,
    pub(super) calls_of: FxHashMap<ProgramFunctionId, Vec<(ObjectId, Calling)>>,
    pub(super) fallbacks: Vec<Fallback>,
    pub(super) found: Vec<Found>,
    pub(super) bound_calls: FxHashSet<(u32, ProgramFunctionId, bool)>,
    pub(super) well: SpecialMethods,
    /// While constraints are still being read off the facts, nothing is applied: what a class has is
    /// known only once all modules are read.
    is_seeding: bool,
    /// What sweeps have tried.
    swept: FxHashSet<(NodeId, Constraint, ObjectId)>,
    steps: usize,
    pub(super) exhausted: bool,
    /// Where objects come from, when that is asked for.
    pub(super) trace: Option<Box<Trace>>,
}

impl<'a> Solver<'a> {
    pub(super) fn new(
        program: &'a Program,
        knowledge: &'a Knowledge,
        hierarchy: &'a Hierarchy,
        options: ResolveOptions,
    ) -> Self {
        let read_layout = || {
            let layout = Layout::new(program);
            let members = ClassMembers::new(program, &layout);
            (layout, members)
        };
        let read_stores = || (StoredNames::new(program), ParameterStores::new(program));
        let ((layout, members), (stored_names, parameter_stores)) = rayon::join(read_layout, read_stores);
        let fixed = layout.fixed();
        let mut objects = Objects::new(program.function_count(), program.class_count());
        let many = objects.intern(Object::Unknown(Unresolved::TooMany));
        Self {
            program,
            knowledge,
            hierarchy,
            options,
            layout,
            objects,
            many,
            externals: Externals::new(knowledge),
            containers: IdVec::new(),
            cells: Cells::new(fixed),
            seeds: vec![Vec::new()],
            copies: FxHashSet::with_capacity_and_hasher(fixed / 6, FxBuildHasher),
            constrained: FxHashSet::with_capacity_and_hasher(fixed / 6, FxBuildHasher),
            queue: VecDeque::new(),
            instance_attributes: FxHashMap::default(),
            attribute_views: FxHashMap::default(),
            routes: FxHashMap::default(),
            imports: IdVec::new(),
            restrictions: FxHashMap::default(),
            implementations: FxHashMap::default(),
            members,
            stored_names,
            overrides: FxHashMap::default(),
            descendants: FxHashMap::default(),
            external_attributes: FxHashMap::default(),
            rule_instances: FxHashMap::default(),
            place_containers: FxHashMap::with_capacity_and_hasher(fixed / 32, FxBuildHasher),
            invocations: IdVec::new(),
            results: FxHashMap::default(),
            spreads: FxHashMap::default(),
            parameter_stores,
            forwarded_calls: FxHashSet::default(),
            calls_of: FxHashMap::default(),
            fallbacks: Vec::new(),
            found: Vec::new(),
            bound_calls: FxHashSet::default(),
            well: SpecialMethods::new(program),
            is_seeding: true,
            swept: FxHashSet::default(),
            steps: 0,
            exhausted: false,
            trace: None,
        }
    }

    /// Runs until nothing changes or the budget is spent.
    pub(super) fn run(&mut self) {
        self.is_seeding = false;
        self.cells.lay_out(&std::mem::take(&mut self.seeds));
        for node in self.cells.ids() {
            if !self.cells.has_constraints(node) {
                self.cells.meet(node);
            } else if !self.cells.objects(node).is_empty() {
                self.queue.push_back(node);
            }
        }
        loop {
            match self.options.schedule {
                Schedule::Worklist => self.settle(),
                Schedule::Sweeps => self.sweep(),
            }
            let mut has_more = false;
            for fallback in std::mem::take(&mut self.fallbacks) {
                let objects = self.cells.objects(fallback.unless);
                if objects.iter().all(|&object| self.says_nothing(object, fallback.beats_names)) {
                    has_more |= fallback.from != fallback.to;
                    self.copy(fallback.from, fallback.to);
                }
            }
            if !has_more {
                return;
            }
        }
    }

    /// Gives memory back on whichever thread has nothing to do.
    pub(super) fn discard(self) {
        let Self { cells, objects, containers, copies, constrained, place_containers, .. } = self;
        rayon::spawn(move || drop((cells, objects, containers, copies, constrained, place_containers)));
    }

    /// Whether nothing is known of an object, or nothing but a foreign name that led to it.
    fn says_nothing(&self, object: ObjectId, beats_names: bool) -> bool {
        match self.objects.get(object) {
            Object::Unknown(_) => true,
            Object::ExternalInstance(name) if beats_names => {
                let facts = self.externals.facts(name);
                facts.class.is_none() && !facts.is_builtin_class
            }
            _ => false,
        }
    }

    /// Empties the queue.
    fn settle(&mut self) {
        // Cost stays close to linear: real programs need a few steps per place.
        let budget = 64 * self.layout.fixed() + 1_000_000;
        let mut fresh: SmallVec<[ObjectId; 8]> = SmallVec::new();
        while let Some(node) = self.queue.pop_front() {
            fresh.clear();
            // A constraint that is added from here on is applied to these by whoever adds it.
            fresh.extend_from_slice(self.cells.meet(node));
            let mut link = self.cells.newest(node);
            while let Some((constraint, next)) = self.cells.follow(link) {
                self.steps += fresh.len();
                for &object in &fresh {
                    self.step(node, constraint, object);
                }
                link = next;
            }
            if self.steps > budget {
                self.exhausted = true;
                self.queue.clear();
            }
        }
    }

    /// Tries everything until nothing changes.
    fn sweep(&mut self) {
        let mut is_changed = true;
        while is_changed {
            is_changed = false;
            for node in self.cells.ids() {
                let mut constraints: Vec<Constraint> = Vec::new();
                let mut link = self.cells.newest(node);
                while let Some((constraint, next)) = self.cells.follow(link) {
                    constraints.push(constraint);
                    link = next;
                }
                for constraint in constraints {
                    for object in self.cells.objects(node).to_vec() {
                        if self.swept.insert((node, constraint, object)) {
                            self.step(node, constraint, object);
                            is_changed = true;
                        }
                    }
                }
            }
        }
    }

    /// A new place.
    pub(super) fn fresh(&mut self) -> NodeId {
        self.cells.push()
    }

    /// `object` arrives at `node`.
    pub(super) fn add(&mut self, node: NodeId, object: ObjectId) {
        let set = self.cells.objects(node);
        if set.contains(&object) {
            return;
        }
        if !set.is_empty()
            && let Some(wider) = self.objects.wider(object)
            && set.contains(&wider)
        {
            return;
        }
        let is_restricted = self.cells.is_restricted(node);
        if is_restricted {
            let found = self.objects.get(object);
            if !self.restrictions[&node].accepts(self.hierarchy, found) {
                return;
            }
        }
        let mut object = object;
        if set.len() >= self.options.most_data {
            let is_full = if self.objects.is_callable(object) {
                set.len() > self.options.widen_at
            } else {
                set.iter().filter(|&&other| !self.objects.is_callable(other)).count()
                    >= self.options.most_data
            };
            if is_full && is_restricted {
                // What is declared is there already, and stands for its subclasses.
                return;
            }
            if is_full {
                object = self.many;
                if set.contains(&object) {
                    return;
                }
            }
        }
        let is_waiting = self.cells.insert(node, object);
        if let Some(trace) = &mut self.trace {
            trace.arrive(node, object, self.objects.get(object), &self.externals, &self.containers);
        }
        if !is_waiting && !self.is_seeding && self.options.schedule == Schedule::Worklist {
            if self.cells.has_constraints(node) {
                self.queue.push_back(node);
            } else {
                self.cells.meet(node);
            }
        }
    }

    pub(super) fn add_object(&mut self, node: NodeId, object: Object) {
        let id = self.objects.intern(object);
        self.add(node, id);
    }

    /// Whatever is or arrives at `from` also arrives at `to`.
    pub(super) fn copy(&mut self, from: NodeId, to: NodeId) {
        if from == to {
            return;
        }
        if !self.is_seeding {
            // A few constraints are read faster than a table of all.
            let mut link = self.cells.newest(from);
            let mut left = 8;
            while let Some((constraint, next)) = self.cells.follow(link) {
                if constraint == Constraint::Copy(to) {
                    return;
                }
                if left == 0 {
                    if !self.copies.insert((from, to)) {
                        return;
                    }
                    break;
                }
                link = next;
                left -= 1;
            }
        }
        self.constrain(from, Constraint::Copy(to));
    }

    /// Adds a constraint and applies it to what is already there.
    pub(super) fn constrain(&mut self, node: NodeId, constraint: Constraint) {
        if self.is_seeding {
            if let Some(seeds) = self.seeds.last_mut() {
                seeds.push((node, constraint));
            }
            return;
        }
        self.cells.constrain(node, constraint);
        if self.options.schedule == Schedule::Sweeps {
            return;
        }
        // What still waits meets the new constraint when its turn comes.
        let present: SmallVec<[ObjectId; 8]> = self.cells.met(node).into();
        for object in present {
            self.step(node, constraint, object);
        }
    }

    /// Applies a constraint of `node`; what follows from it comes from there.
    fn step(&mut self, node: NodeId, constraint: Constraint, object: ObjectId) {
        let before = self.trace.as_mut().map(|trace| trace.enter(Origin { node, object, constraint }));
        self.apply(constraint, object);
        if let (Some(trace), Some(before)) = (&mut self.trace, before) {
            trace.leave(before);
        }
    }

    fn apply(&mut self, constraint: Constraint, object: ObjectId) {
        match constraint {
            Constraint::Copy(to) => self.add(to, object),
            Constraint::Load { name, to, value } => self.load(object, name, to, value),
            Constraint::Bind { receiver, to, value } => self.bind(object, receiver, to, value),
            Constraint::BindOverride { receiver, to, value } => {
                self.bind_override(object, receiver, to, value);
            }
            Constraint::Store { store } => self.store(object, store),
            Constraint::StoreItem { store } => self.store_item(object, store),
            Constraint::Call { site } => self.call_site(site, object),
            Constraint::Invoke { invocation } => self.invoke(invocation, object),
            Constraint::Element { to } => self.element(object, to),
            Constraint::Iterate { site } => self.iterate(object, site),
            Constraint::Item { to, value } => self.item(object, to, value),
            Constraint::Unpack { to, index, starred } => self.unpack(object, to, index, starred),
            Constraint::Enter { to } => self.enter(object, to),
            Constraint::With { site } => self.with(object, site),
            Constraint::Await { to } => self.await_value(object, to),
            Constraint::Awaited { site } => self.awaited(object, site),
            Constraint::AwaitedBy { site, kind } => {
                if let Object::Coroutine(function) = self.objects.get(object) {
                    self.reach(Place::Site(site), Target::Function(function), kind);
                }
            }
            Constraint::Super { class, to } => {
                self.add_object(to, Object::Super { class, receiver: object });
            }
            Constraint::Wrap { kind, to } => match (kind, self.objects.get(object)) {
                (Wrapping::Static, Object::Function(function)) => {
                    self.add_object(to, Object::Static(function));
                }
                (Wrapping::Class, Object::Function(function)) => {
                    self.add_object(to, Object::ClassMethod(function));
                }
                (Wrapping::Property, Object::Function(function)) => {
                    self.add_object(to, Object::Property(function));
                }
                (Wrapping::Sync, wrapped) => {
                    let (function, wrapping) = match wrapped {
                        Object::Function(function) => (function, None),
                        Object::Static(function) => (function, Some(Wrapping::Static)),
                        Object::ClassMethod(function) => (function, Some(Wrapping::Class)),
                        _ => return self.add(to, object),
                    };
                    self.add_object(to, Object::SyncWrapper { function, wrapping, is_bound: false });
                }
                (Wrapping::AsyncOf, Object::SyncWrapper { function, is_bound, .. }) => {
                    let wrapping = Some(Wrapping::AsyncOf);
                    self.add_object(to, Object::SyncWrapper { function, wrapping, is_bound });
                }
                _ => self.add(to, object),
            },
            Constraint::ClassOf { to } => match self.objects.get(object) {
                Object::Instance { class, .. } => self.add_object(to, Object::Class(class)),
                Object::ExternalInstance(class) => self.add_object(to, Object::External(class)),
                _ => {}
            },
            Constraint::InstanceOf { to } => self.instance_of(object, to),
            Constraint::Receive { function, site } => self.receive(object, function, site),
            Constraint::Raise { site } => self.raise(object, site),
            Constraint::Into { container } => {
                let (any, dynamic) = (self.containers[container].any, self.containers[container].dynamic);
                self.add(dynamic, object);
                self.add(any, object);
            }
            Constraint::Decorate { external, to } => self.decorate(external, object, to),
            Constraint::Implicit { implicit, place } => self.run_implicit(object, implicit, place),
            Constraint::Subclass { class, site } => self.derive(object, class, site),
            Constraint::Operate { name, to, value } => self.operate(object, name, to, value),
        }
    }

    /// Records that a place reaches something.
    pub(super) fn reach(&mut self, place: Place, target: Target, kind: EdgeKind) {
        if let Some(trace) = &mut self.trace {
            match target {
                Target::Function(function) => trace.reach_function(place, function, kind),
                Target::External(name) => trace.reach_name(place, self.externals.name(name), kind),
            }
        }
        self.found.push(Found { place, target, kind });
    }

    // Places.

    pub(super) fn value_node(&self, module: ModuleId, value: ValueId) -> NodeId {
        self.layout.value(module, value)
    }

    pub(super) fn locate(&self, site: u32) -> (ModuleId, SiteId) {
        self.program.locate_site(site as usize)
    }

    pub(super) fn symbol_text(&self, symbol: Symbol) -> &'a str {
        self.program.names.resolve(symbol)
    }

    /// The container of a class at a place, made once.
    pub(super) fn container_at(&mut self, place: NodeId, class: &str) -> ContainerId {
        let class = self.externals.intern(class);
        if let Some(&container) = self.place_containers.get(&(place, class)) {
            return container;
        }
        let (any, dynamic) = (self.fresh(), self.fresh());
        let container = self.containers.push(Container { class, any, dynamic, keyed: FxHashMap::default() });
        self.place_containers.insert((place, class), container);
        container
    }

    /// The place of an element under a literal key.
    pub(super) fn keyed(&mut self, container: ContainerId, key: Key) -> NodeId {
        if let Some(&node) = self.containers[container].keyed.get(&key) {
            return node;
        }
        let node = self.fresh();
        let any = self.containers[container].any;
        self.containers[container].keyed.insert(key, node);
        self.copy(node, any);
        node
    }
}

/// The position of something, as constraints store it.
pub(super) fn position(index: usize) -> u32 {
    u32::try_from(index).expect("a program has fewer than 2^32 items of a kind")
}
