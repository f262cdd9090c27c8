//! Types that rules name, as objects.

use crate::link::ModuleId;
use crate::resolve::constraint::Constraint;
use crate::resolve::node::NodeId;
use crate::resolve::object::{ExternalId, Key, Object, ObjectId};
use crate::resolve::reach::Unresolved;
use crate::resolve::solver::Solver;
use crate::rules::{ArgumentRef, TypeExpr};
use crate::semantic::{SiteId, ValueId, well_known};

/// A call for which a rule's types are read.
#[derive(Clone, Copy)]
pub(super) struct CallSite {
    pub(super) module: ModuleId,
    pub(super) site: SiteId,
    /// The literal key that the call names.
    pub(super) key: Option<Key>,
}

impl Solver<'_> {
    /// An instance of a foreign class, under the name that rules know it by.
    pub(super) fn instance_named(&mut self, class: ExternalId) -> Object {
        let name = match self.externals.facts(class).class {
            Some(rule) => self.externals.intern(&rule.name),
            None => class,
        };
        Object::ExternalInstance(name)
    }

    /// Where the result of calling an argument arrives, for `result:N` in a rule's type.
    pub(super) fn result_node(&mut self, module: ModuleId, site: SiteId, value: ValueId) -> NodeId {
        let key = (self.program.site_index(module, site), value);
        if let Some(&node) = self.results.get(&key) {
            return node;
        }
        let node = self.fresh();
        self.results.insert(key, node);
        node
    }

    /// Objects of a rule's type arrive at `to`.
    pub(super) fn instantiate(
        &mut self,
        expr: &TypeExpr,
        receiver: ObjectId,
        site: Option<CallSite>,
        to: NodeId,
    ) {
        let argument = |solver: &Self, position: u16| {
            let CallSite { module, site, .. } = site?;
            let wanted = ArgumentRef { name: None, position: Some(position) };
            solver.argument_value(module, site, &wanted).map(|value| (module, site, value))
        };
        match expr {
            TypeExpr::Unknown => {
                self.add_object(to, Object::Unknown(Unresolved::UnresolvedResult));
            }
            TypeExpr::Class(name) if &**name == well_known::NONE_TYPE => {}
            TypeExpr::Class(name) => {
                // Rules stay where they are for the whole run.
                let address = std::ptr::from_ref(expr).addr();
                let instance = if let Some(&instance) = self.rule_instances.get(&address) {
                    instance
                } else {
                    let class = self.externals.intern(&well_known::qualify_builtin(name));
                    let instance = self.instance_named(class);
                    let instance = self.objects.intern(instance);
                    self.rule_instances.insert(address, instance);
                    instance
                };
                self.add(to, instance);
            }
            TypeExpr::ClassObject(name) => {
                let class = self.externals.intern(name);
                self.add_object(to, Object::External(class));
            }
            TypeExpr::Union(members) => {
                for member in members {
                    self.instantiate(member, receiver, site, to);
                }
            }
            TypeExpr::Generic { origin, arguments } => {
                let class = well_known::qualify_builtin(origin);
                let container = self.container_at(to, &class);
                let (any, dynamic) = (self.containers[container].any, self.containers[container].dynamic);
                self.copy(dynamic, any);
                let is_tuple = class == well_known::TUPLE;
                let skip = if is_tuple { 0 } else { arguments.len().saturating_sub(1) };
                for (index, argument) in arguments.iter().enumerate().skip(skip) {
                    if is_tuple && arguments.len() > 1 {
                        let keyed = self.keyed(container, Key::of(index));
                        self.instantiate(argument, receiver, site, keyed);
                    } else {
                        self.instantiate(argument, receiver, site, dynamic);
                    }
                }
                self.add_object(to, Object::Container(container));
            }
            TypeExpr::SelfType => self.add(to, receiver),
            TypeExpr::Argument(position) => {
                if let Some((module, _, value)) = argument(self, *position) {
                    let from = self.value_node(module, value);
                    self.copy(from, to);
                }
            }
            TypeExpr::Result(position) => {
                if let Some((module, site, value)) = argument(self, *position) {
                    let from = self.result_node(module, site, value);
                    self.copy(from, to);
                }
            }
            TypeExpr::Awaited(position) => {
                if let Some((module, _, value)) = argument(self, *position) {
                    let from = self.value_node(module, value);
                    self.constrain_once(from, Constraint::Await { to });
                }
            }
            TypeExpr::Element(position) => {
                if let Some((module, _, value)) = argument(self, *position) {
                    let from = self.value_node(module, value);
                    self.constrain_once(from, Constraint::Element { to });
                }
            }
            TypeExpr::Kept => {
                if let Object::Container(container) = self.objects.get(receiver) {
                    if let Some(key) = site.and_then(|call| call.key) {
                        self.read_key(container, key, to);
                    } else {
                        let any = self.containers[container].any;
                        self.copy(any, to);
                    }
                }
            }
        }
    }
}
