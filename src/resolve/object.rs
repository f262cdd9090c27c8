//! Abstract objects: what a place can hold.

use rustc_hash::FxHashMap;

use crate::base::{Id, IdVec, Symbol};
use crate::link::{ModuleId, ProgramClassId, ProgramFunctionId};
use crate::resolve::node::NodeId;
use crate::resolve::reach::Unresolved;
use crate::semantic::well_known::Wrapping;

crate::define_ids! {
    /// An interned [`Object`].
    ObjectId,
    /// The dotted name of something outside the program.
    ExternalId,
}

/// What a place can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Object {
    /// Something, for a reason not known.
    Unknown(Unresolved),
    /// A function of the program, unbound.
    Function(ProgramFunctionId),
    /// A function whose receiver is given.
    Bound { function: ProgramFunctionId, receiver: ObjectId },
    /// A method of a subclass that overrides what a declared type has.
    Overriding { function: ProgramFunctionId, receiver: ObjectId },
    /// A class of the program.
    Class(ProgramClassId),
    /// An instance of a class of the program; unless it is exact, or of a subclass.
    Instance { class: ProgramClassId, is_exact: bool },
    /// A module of the program.
    Module(ModuleId),
    /// A foreign module, class or function.
    External(ExternalId),
    /// What calling a foreign class or function gives; for a class of `rules/`, its instance.
    ExternalInstance(ExternalId),
    /// A foreign method with its receiver.
    ExternalBound { method: ExternalId, receiver: ObjectId },
    /// A container, or a foreign object that hands out what it was given.
    Container(ContainerId),
    /// What calling a coroutine function gives.
    Coroutine(ProgramFunctionId),
    /// What calling a generator function gives.
    Generator(ProgramFunctionId),
    /// A function under `contextlib.contextmanager` or its async twin.
    ManagerFactory(ProgramFunctionId),
    /// What calling such a function gives.
    Manager(ProgramFunctionId),
    /// `staticmethod(f)`.
    Static(ProgramFunctionId),
    /// `classmethod(f)`.
    ClassMethod(ProgramFunctionId),
    /// What the runtime's `sync` makes of a coroutine function; `is_bound` once its receiver is known.
    SyncWrapper { function: ProgramFunctionId, wrapping: Option<Wrapping>, is_bound: bool },
    /// `property(f)`; the setter lives at the store.
    Property(ProgramFunctionId),
    /// `super()` in a method of a class, for a receiver.
    Super { class: ProgramClassId, receiver: ObjectId },
    /// `.setter`, `.getter` or `.deleter` of a property.
    PropertyPart(ProgramFunctionId),
}

crate::define_ids! {
    /// A container of one place in the program.
    ContainerId,
}

/// Where a container's elements are.
#[derive(Clone, Debug)]
pub(crate) struct Container {
    /// The class, `builtins.list` for instance.
    pub(crate) class: ExternalId,
    /// Every element.
    pub(crate) any: NodeId,
    /// Elements under keys that are not literal.
    pub(crate) dynamic: NodeId,
    /// Elements under literal keys.
    pub(crate) keyed: FxHashMap<Key, NodeId>,
}

/// A literal subscript.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Key {
    /// An index, or an integer key.
    Int(i32),
    /// A string key.
    Str(Symbol),
    /// `True` or `False`.
    Bool(bool),
    /// `None`.
    None,
}

/// All objects, each once. Those of which there is one per function or class of the program come first,
/// by kind, so that most are found without a lookup.
pub(crate) struct Objects {
    items: IdVec<ObjectId, Object>,
    ids: FxHashMap<Object, ObjectId>,
    functions: usize,
    classes: usize,
}

impl Objects {
    pub(crate) fn new(functions: usize, classes: usize) -> Self {
        let mut items = IdVec::new();
        let function = ProgramFunctionId::from_index;
        let class = ProgramClassId::from_index;
        for kind in [Object::Function, Object::Coroutine, Object::Generator] {
            for index in 0..functions {
                items.push(kind(function(index)));
            }
        }
        for index in 0..classes {
            items.push(Object::Class(class(index)));
        }
        for is_exact in [false, true] {
            for index in 0..classes {
                items.push(Object::Instance { class: class(index), is_exact });
            }
        }
        Self { items, ids: FxHashMap::default(), functions, classes }
    }

    fn position(&self, object: Object) -> Option<usize> {
        let first_class = 3 * self.functions;
        Some(match object {
            Object::Function(function) => function.index(),
            Object::Coroutine(function) => self.functions + function.index(),
            Object::Generator(function) => 2 * self.functions + function.index(),
            Object::Class(class) => first_class + class.index(),
            Object::Instance { class, is_exact } => {
                first_class + (1 + usize::from(is_exact)) * self.classes + class.index()
            }
            _ => return None,
        })
    }

    pub(crate) fn intern(&mut self, object: Object) -> ObjectId {
        if let Some(position) = self.position(object) {
            return ObjectId::from_index(position);
        }
        if let Some(&id) = self.ids.get(&object) {
            return id;
        }
        let id = self.items.push(object);
        self.ids.insert(object, id);
        id
    }

    /// For an instance of a very class, the object that stands for instances of it and its subclasses.
    pub(crate) fn wider(&self, id: ObjectId) -> Option<ObjectId> {
        let first = 3 * self.functions + 2 * self.classes;
        let is_exact = (first..first + self.classes).contains(&id.index());
        is_exact.then(|| ObjectId::from_index(id.index() - self.classes))
    }

    /// Whether it is code, rather than something that has code.
    pub(crate) fn is_callable(&self, id: ObjectId) -> bool {
        matches!(
            self.items[id],
            Object::Function(_)
                | Object::Bound { .. }
                | Object::Overriding { .. }
                | Object::Class(_)
                | Object::External(_)
                | Object::ManagerFactory(_)
                | Object::Static(_)
                | Object::ClassMethod(_)
                | Object::SyncWrapper { .. }
        )
    }

    pub(crate) fn get(&self, id: ObjectId) -> Object {
        self.items[id]
    }
}

impl Key {
    pub(crate) fn of(index: usize) -> Self {
        Self::Int(i32::try_from(index).unwrap_or(i32::MAX))
    }
}
