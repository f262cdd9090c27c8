//! Classes with their bases and method resolution order (C3, <https://docs.python.org/3/howto/mro.html>).

use crate::base::{Id, IdVec};
use crate::link::ids::{ModuleId, ProgramClassId};
use crate::link::program::Program;
use crate::link::statics::{Static, evaluate};
use crate::semantic::well_known;

/// One entry of a method resolution order.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Ancestor {
    /// A class of the program.
    Class(ProgramClassId),
    /// A class outside the program, by its dotted name.
    External(Box<str>),
    /// A base that is no plain name.
    Unknown,
}

/// The class hierarchy of a program.
#[derive(Debug, Default)]
pub struct Hierarchy {
    mro: IdVec<ProgramClassId, Vec<Ancestor>>,
    children: IdVec<ProgramClassId, Vec<ProgramClassId>>,
    metaclass: IdVec<ProgramClassId, Option<ProgramClassId>>,
    is_protocol: IdVec<ProgramClassId, bool>,
}

impl Hierarchy {
    /// Reads every class statement of the program.
    pub fn new(program: &Program) -> Self {
        let count = program.class_count();
        let mut bases: IdVec<ProgramClassId, Vec<Ancestor>> = IdVec::new();
        let mut metaclass = IdVec::from_elem(None, count);
        let mut is_protocol = IdVec::from_elem(false, count);
        for module in program.modules.ids() {
            let facts = program.facts(module);
            for class in &facts.classes {
                let id = bases.next_id();
                for (name, value) in &class.keywords {
                    if name.is_some_and(|name| facts.name(name) == crate::semantic::well_known::METACLASS)
                        && let Static::Class(found) = evaluate(program, module, *value)
                    {
                        metaclass[id] = Some(found);
                    }
                }
                is_protocol[id] = class.bases.iter().any(|&base| {
                    matches!(evaluate(program, module, base), Static::External(name) if well_known::is_protocol(&name))
                });
                bases.push(class.bases.iter().filter_map(|&base| ancestor(program, module, base)).collect());
            }
        }
        let mut children: IdVec<ProgramClassId, Vec<ProgramClassId>> = IdVec::from_elem(Vec::new(), count);
        for (class, ancestors) in bases.iter_enumerated() {
            for base in ancestors {
                if let Ancestor::Class(base) = base
                    && !children[*base].contains(&class)
                {
                    children[*base].push(class);
                }
            }
        }
        let mut mro: IdVec<ProgramClassId, Option<Vec<Ancestor>>> = IdVec::from_elem(None, count);
        for class in bases.ids() {
            linearise(class, &bases, &mut mro, &mut Vec::new());
        }
        let mro = mro.iter().map(|order| order.clone().unwrap_or_default()).collect();
        Self { mro, children, metaclass, is_protocol }
    }

    /// The class itself, then its ancestors in the order in which attributes are looked up.
    pub fn mro(&self, class: ProgramClassId) -> &[Ancestor] {
        &self.mro[class]
    }

    /// Classes that name `class` as a base.
    pub fn children(&self, class: ProgramClassId) -> &[ProgramClassId] {
        &self.children[class]
    }

    /// The metaclass in the class's own header, when it is one of the program's.
    pub fn metaclass(&self, class: ProgramClassId) -> Option<ProgramClassId> {
        self.mro[class].iter().find_map(|ancestor| match ancestor {
            Ancestor::Class(class) => self.metaclass[*class],
            Ancestor::External(_) | Ancestor::Unknown => None,
        })
    }

    /// Whether a class says what others must have, which need not derive from it (PEP 544).
    pub fn is_protocol(&self, class: ProgramClassId) -> bool {
        self.is_protocol[class]
    }

    /// All classes below `class`, itself not included, in id order.
    pub fn descendants(&self, class: ProgramClassId) -> Vec<ProgramClassId> {
        let mut found = Vec::new();
        let mut stack = vec![class];
        while let Some(next) = stack.pop() {
            for &child in &self.children[next] {
                if !found.contains(&child) {
                    found.push(child);
                    stack.push(child);
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Whether a class has an ancestor that is not one of the program's classes.
    pub fn is_open(&self, class: ProgramClassId) -> bool {
        self.mro[class].iter().any(|ancestor| !matches!(ancestor, Ancestor::Class(_)))
    }
}

/// A base expression; `object` and `Generic` say nothing.
fn ancestor(program: &Program, module: ModuleId, base: crate::semantic::ValueId) -> Option<Ancestor> {
    match evaluate(program, module, base) {
        Static::Class(class) => Some(Ancestor::Class(class)),
        Static::External(name) => {
            let is_neutral = crate::semantic::well_known::is_neutral_base(&name);
            (!is_neutral).then(|| Ancestor::External(name.into()))
        }
        Static::Function(_) | Static::Module(_) | Static::Unknown => Some(Ancestor::Unknown),
    }
}

fn linearise(
    class: ProgramClassId,
    bases: &IdVec<ProgramClassId, Vec<Ancestor>>,
    done: &mut IdVec<ProgramClassId, Option<Vec<Ancestor>>>,
    open: &mut Vec<ProgramClassId>,
) -> Vec<Ancestor> {
    if let Some(order) = &done[class] {
        return order.clone();
    }
    if open.contains(&class) || open.len() > 200 {
        // A class that inherits from itself does not run; it only must not hang.
        return vec![Ancestor::Class(class)];
    }
    open.push(class);
    let mut sequences: Vec<Vec<Ancestor>> = Vec::new();
    for base in &bases[class] {
        sequences.push(match base {
            Ancestor::Class(base) => linearise(*base, bases, done, open),
            Ancestor::External(_) | Ancestor::Unknown => vec![base.clone()],
        });
    }
    sequences.push(bases[class].clone());
    open.pop();
    let mut order = vec![Ancestor::Class(class)];
    loop {
        sequences.retain(|sequence| !sequence.is_empty());
        if sequences.is_empty() {
            break;
        }
        let is_good = |head: &Ancestor| sequences.iter().all(|sequence| !sequence[1..].contains(head));
        // Where no order satisfies all, CPython refuses the class; here the first head goes on.
        let head = sequences.iter().map(|sequence| &sequence[0]).find(|head| is_good(head));
        let head = head.unwrap_or(&sequences[0][0]).clone();
        for sequence in &mut sequences {
            sequence.retain(|ancestor| *ancestor != head);
        }
        if !order.contains(&head) {
            order.push(head);
        }
    }
    debug_assert!(class.index() < bases.len(), "classes are counted before they are linearised");
    done[class] = Some(order.clone());
    order
}
