//! What a traced solve remembers: from which place each object that stands for a wanted function first came.

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::IdVec;
use crate::link::{Ancestor, Hierarchy, Program, ProgramClassId, ProgramFunctionId};
use crate::resolve::constraint::Constraint;
use crate::resolve::externals::Externals;
use crate::resolve::node::NodeId;
use crate::resolve::object::{Container, ContainerId, Object, ObjectId};
use crate::resolve::place::Place;
use crate::resolve::reach::EdgeKind;
use crate::resolve::resolution::ReachTarget;

/// Where an object came from: it was at a node, and a constraint of that node sent it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) node: NodeId,
    pub(super) object: ObjectId,
    pub(super) constraint: Constraint,
}

/// A place that reaches a wanted function, and how.
pub(super) type Arrival = (Place, ProgramFunctionId, EdgeKind);

/// What a traced solve remembers.
pub(super) struct Trace {
    wanted: FxHashSet<ProgramFunctionId>,
    /// Classes whose instances can be receivers of wanted methods.
    classes: FxHashSet<ProgramClassId>,
    /// Foreign names that are wanted.
    names: Vec<Arc<str>>,
    /// The first origin of each object that stands for something wanted; `None` for what was there from the start.
    arrived: FxHashMap<(NodeId, ObjectId), Option<Origin>>,
    /// The step that first made a place reach a wanted function.
    reached: FxHashMap<Arrival, Origin>,
    /// The same for a foreign name.
    named: FxHashMap<(Place, Arc<str>, EdgeKind), Origin>,
    current: Option<Origin>,
}

impl Trace {
    pub(super) fn new(program: &Program, hierarchy: &Hierarchy, targets: &[ReachTarget]) -> Self {
        let mut trace = Self {
            wanted: FxHashSet::default(),
            classes: FxHashSet::default(),
            names: Vec::new(),
            arrived: FxHashMap::default(),
            reached: FxHashMap::default(),
            named: FxHashMap::default(),
            current: None,
        };
        for target in targets {
            match target {
                ReachTarget::Function(function) => {
                    trace.wanted.insert(*function);
                    let (module, local) = program.locate_function(*function);
                    if let Some(class) = program.facts(module).functions[local].class {
                        let class = program.class(module, class);
                        trace.classes.extend(hierarchy.descendants(class));
                        trace.classes.extend(hierarchy.mro(class).iter().filter_map(
                            |ancestor| match ancestor {
                                Ancestor::Class(class) => Some(*class),
                                Ancestor::External(_) | Ancestor::Unknown => None,
                            },
                        ));
                        trace.classes.insert(class);
                    }
                }
                ReachTarget::External(name) => trace.names.push(name.clone()),
            }
        }
        trace
    }

    /// A constraint is about to be applied; gives back what to restore afterwards.
    pub(super) fn enter(&mut self, origin: Origin) -> Option<Origin> {
        self.current.replace(origin)
    }

    pub(super) fn leave(&mut self, before: Option<Origin>) {
        self.current = before;
    }

    /// `object` is new at `node`.
    pub(super) fn arrive(
        &mut self,
        node: NodeId,
        id: ObjectId,
        object: Object,
        externals: &Externals<'_>,
        containers: &IdVec<ContainerId, Container>,
    ) {
        if self.stands_for_wanted(object, externals, containers) {
            self.arrived.entry((node, id)).or_insert(self.current);
        }
    }

    /// `place` reaches a function.
    pub(super) fn reach_function(&mut self, place: Place, function: ProgramFunctionId, kind: EdgeKind) {
        if let Some(origin) = self.current.filter(|_| self.wanted.contains(&function)) {
            self.reached.entry((place, function, kind)).or_insert(origin);
        }
    }

    /// `place` reaches a foreign name.
    pub(super) fn reach_name(&mut self, place: Place, name: &str, kind: EdgeKind) {
        if let Some(origin) = self.current.filter(|_| self.names.iter().any(|wanted| **wanted == *name)) {
            self.named.entry((place, name.into(), kind)).or_insert(origin);
        }
    }

    /// Where an object at a node came from; `None` for what was there from the start, or is not followed.
    pub(super) fn origin(&self, node: NodeId, object: ObjectId) -> Option<Origin> {
        self.arrived.get(&(node, object)).copied().flatten()
    }

    /// The step that made a place reach something.
    pub(super) fn last_step(&self, place: Place, target: &ReachTarget, kind: EdgeKind) -> Option<Origin> {
        match target {
            ReachTarget::Function(function) => self.reached.get(&(place, *function, kind)).copied(),
            ReachTarget::External(name) => self.named.get(&(place, name.clone(), kind)).copied(),
        }
    }

    fn stands_for_wanted(
        &self,
        object: Object,
        externals: &Externals<'_>,
        containers: &IdVec<ContainerId, Container>,
    ) -> bool {
        match object {
            Object::Function(function)
            | Object::Bound { function, .. }
            | Object::Overriding { function, .. }
            | Object::Coroutine(function)
            | Object::Generator(function)
            | Object::ManagerFactory(function)
            | Object::Manager(function)
            | Object::Static(function)
            | Object::ClassMethod(function)
            | Object::SyncWrapper { function, .. }
            | Object::Property(function)
            | Object::PropertyPart(function) => self.wanted.contains(&function),
            Object::Class(class) | Object::Instance { class, .. } | Object::Super { class, .. } => {
                self.classes.contains(&class)
            }
            Object::External(name) | Object::ExternalInstance(name) => {
                self.leads_to_name(externals.name(name))
            }
            Object::ExternalBound { method, .. } => self.leads_to_name(externals.name(method)),
            Object::Container(container) => self.leads_to_name(externals.name(containers[container].class)),
            Object::Unknown(_) | Object::Module(_) => false,
        }
    }

    /// Whether `name` is a wanted name or one that it begins with: a module, a class.
    fn leads_to_name(&self, name: &str) -> bool {
        self.names.iter().any(|wanted| {
            wanted.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        })
    }
}
