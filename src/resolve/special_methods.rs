//! Names of special methods, as symbols of the program.

use crate::base::Symbol;
use crate::link::Program;
use crate::semantic::well_known;

/// Names of special methods, interned once.
pub(super) struct SpecialMethods {
    pub(super) init: Option<Symbol>,
    pub(super) new: Option<Symbol>,
    pub(super) call: Option<Symbol>,
    pub(super) iter: Option<Symbol>,
    pub(super) next: Option<Symbol>,
    pub(super) aiter: Option<Symbol>,
    pub(super) anext: Option<Symbol>,
    pub(super) enter: Option<Symbol>,
    pub(super) exit: Option<Symbol>,
    pub(super) aenter: Option<Symbol>,
    pub(super) aexit: Option<Symbol>,
    pub(super) getitem: Option<Symbol>,
    pub(super) getattr: Option<Symbol>,
    pub(super) awaits: Option<Symbol>,
    pub(super) init_subclass: Option<Symbol>,
    /// Not a method: the attribute that holds an instance's class.
    pub(super) class: Option<Symbol>,
}

impl SpecialMethods {
    pub(super) fn new(program: &Program) -> Self {
        let name = |text: &str| program.names.get(text);
        Self {
            init: name("__init__"),
            new: name("__new__"),
            call: name("__call__"),
            iter: name("__iter__"),
            next: name("__next__"),
            aiter: name("__aiter__"),
            anext: name("__anext__"),
            enter: name("__enter__"),
            exit: name("__exit__"),
            aenter: name("__aenter__"),
            aexit: name("__aexit__"),
            getitem: name("__getitem__"),
            getattr: name("__getattr__"),
            awaits: name("__await__"),
            init_subclass: name("__init_subclass__"),
            class: name(well_known::CLASS_CELL),
        }
    }
}
