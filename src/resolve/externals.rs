//! Names outside the program, each once, with what rules and the language say of them.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::{IdVec, Symbol};
use crate::resolve::object::ExternalId;
use crate::rules::{ClassRule, DecoratorRule, FunctionRule, Knowledge, Member, TypeExpr};
use crate::semantic::Implicit;
use crate::semantic::well_known::{self, StructuralBuiltin};

/// A dotted name outside the program.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExternalFacts<'a> {
    /// What calling it does.
    pub(super) function: Option<&'a FunctionRule>,
    /// The class that it is.
    pub(super) class: Option<&'a ClassRule>,
    /// The decorator that it is.
    pub(super) decorator: Option<&'a DecoratorRule>,
    /// The builtin whose effect no rule can express.
    pub(super) structural: Option<StructuralBuiltin>,
    /// The special methods that the builtin runs on its argument.
    pub(super) asks_for: Option<Implicit>,
    /// Whether it is a builtin class.
    pub(super) is_builtin_class: bool,
    /// Whether it stands for anything that a foreign package hands out.
    pub(super) is_opaque: bool,
}

/// What an attribute of an instance of a foreign class is.
#[derive(Clone, Copy, Debug)]
pub(super) enum ExternalMember<'a> {
    /// A method that rules describe.
    Method(ExternalId),
    /// An attribute that rules describe: what it gives, and its name when it blocks to read it.
    Attribute { returns: &'a TypeExpr, read: Option<ExternalId> },
    /// No rule says; the name it would have.
    Named(ExternalId),
}

/// Dotted names outside the program.
pub(super) struct Externals<'a> {
    knowledge: &'a Knowledge,
    names: IdVec<ExternalId, Arc<str>>,
    facts: IdVec<ExternalId, ExternalFacts<'a>>,
    ids: FxHashMap<Arc<str>, ExternalId>,
    members: FxHashMap<(ExternalId, Symbol), ExternalId>,
    class_members: FxHashMap<(ExternalId, Symbol), ExternalMember<'a>>,
    opaque: FxHashMap<ExternalId, ExternalId>,
}

impl<'a> Externals<'a> {
    pub(super) fn new(knowledge: &'a Knowledge) -> Self {
        Self {
            knowledge,
            names: IdVec::new(),
            facts: IdVec::new(),
            ids: FxHashMap::default(),
            members: FxHashMap::default(),
            class_members: FxHashMap::default(),
            opaque: FxHashMap::default(),
        }
    }

    pub(super) fn intern(&mut self, name: &str) -> ExternalId {
        if let Some(&id) = self.ids.get(name) {
            return id;
        }
        let id = self.push(name, false);
        self.ids.insert(Arc::clone(&self.names[id]), id);
        id
    }

    fn push(&mut self, name: &str, is_opaque: bool) -> ExternalId {
        let builtin = name.strip_prefix(well_known::BUILTINS_PREFIX);
        let structural = match builtin {
            Some(builtin) => well_known::structural_builtin(builtin),
            None if well_known::RUNTIME_WRAPPINGS.contains(&name) => well_known::structural_builtin(name),
            None => None,
        };
        let knowledge = self.knowledge;
        self.facts.push(ExternalFacts {
            function: knowledge.function(name).filter(|_| !is_opaque),
            class: knowledge.class(name).filter(|_| !is_opaque),
            decorator: knowledge.decorator(name).filter(|_| !is_opaque),
            structural,
            asks_for: builtin.and_then(Implicit::of_builtin),
            is_builtin_class: well_known::is_builtin_instance(name),
            is_opaque,
        });
        self.names.push(name.into())
    }

    pub(super) fn name(&self, id: ExternalId) -> &str {
        &self.names[id]
    }

    pub(super) fn shared_name(&self, id: ExternalId) -> Arc<str> {
        Arc::clone(&self.names[id])
    }

    pub(super) fn facts(&self, id: ExternalId) -> ExternalFacts<'a> {
        self.facts[id]
    }

    /// What stands for anything that the package of a name hands out and nobody described.
    pub(super) fn opaque(&mut self, id: ExternalId) -> ExternalId {
        if self.facts[id].is_opaque {
            return id;
        }
        if let Some(&known) = self.opaque.get(&id) {
            return known;
        }
        let name = &self.names[id];
        let package = name.split_once('.').map_or(&**name, |(package, _)| package).to_owned();
        let package = self.intern(&package);
        let opaque = if let Some(&known) = self.opaque.get(&package) {
            known
        } else {
            let name = self.names[package].clone();
            let opaque = self.push(&name, true);
            self.opaque.insert(package, opaque);
            opaque
        };
        self.opaque.insert(id, opaque);
        opaque
    }

    /// The name of an attribute.
    pub(super) fn member(&mut self, base: ExternalId, symbol: Symbol, name: &str) -> ExternalId {
        if self.facts[base].is_opaque {
            return base;
        }
        if let Some(&id) = self.members.get(&(base, symbol)) {
            return id;
        }
        let id = self.intern(&format!("{}.{name}", self.names[base]));
        self.members.insert((base, symbol), id);
        id
    }

    /// An attribute of an instance of a class.
    pub(super) fn class_member(
        &mut self,
        class: ExternalId,
        symbol: Symbol,
        name: &str,
    ) -> ExternalMember<'a> {
        if let Some(&known) = self.class_members.get(&(class, symbol)) {
            return known;
        }
        let described = |name: &str| {
            self.facts[class].class.and_then(|_| self.knowledge.member(&self.names[class], name))
        };
        let found = match (described(name), described(well_known::GETATTR)) {
            // What is inherited is called by the class that has it, and not by a base that nobody writes.
            (Some(Member::Method(_)), _) => {
                let owner = self.knowledge.member_class(&self.names[class], name);
                ExternalMember::Method(self.intern(&format!("{owner}.{name}")))
            }
            (Some(Member::Attribute(rule)), _) => {
                let read = rule.blocking.is_some().then(|| {
                    let owner = self.knowledge.member_class(&self.names[class], name);
                    self.intern(&format!("{owner}.{name}"))
                });
                ExternalMember::Attribute { returns: &rule.returns, read }
            }
            (None, Some(Member::Method(rule))) if !well_known::is_dunder(name) => {
                ExternalMember::Attribute { returns: &rule.returns, read: None }
            }
            (None, _) => ExternalMember::Named(self.member(class, symbol, name)),
        };
        self.class_members.insert((class, symbol), found);
        found
    }
}
