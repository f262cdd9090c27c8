//! Parameters that methods write to attributes of their receivers, instantiated for each call: what one caller
//! passes to a shared initialiser does not show up in the objects of all others.

use crate::link::ProgramFunctionId;
use crate::resolve::constraint::Constraint;
use crate::resolve::node::NodeId;
use crate::resolve::object::{Object, ObjectId};
use crate::resolve::parameter_stores::{Calling, ParameterStore};
use crate::resolve::solver::Solver;
use crate::semantic::{ArgumentKind, SiteKind};

/// Stands for calls that a library makes.
pub(super) const NO_SITE: u32 = u32::MAX;

/// What a call passes to a parameter.
enum PassedArgument {
    /// The value of a place.
    Place(NodeId),
    /// What the calling method was itself passed for one of its parameters.
    Forwarded(ProgramFunctionId, u32),
    /// Nothing: the default holds.
    Nothing,
    /// Something that only the call knows.
    Unknown,
}

impl Solver<'_> {
    /// The method is called with its receiver as the first argument; `site` is [`NO_SITE`] where no site
    /// stands for the call.
    pub(super) fn store_unbound(&mut self, site: u32, function: ProgramFunctionId) {
        if self.parameter_stores.of_function(function).is_empty()
            && !self.parameter_stores.is_forwarding(function)
        {
            return;
        }
        let (module, local) = self.program.locate_function(function);
        let Some(receiver) = self.program.facts(module).functions[local].parameters.first() else { return };
        let mut node = self.layout.definition(module, receiver.definition);
        if site != NO_SITE
            && let PassedArgument::Place(first) =
                self.passed_argument(function, 0, Calling::Site { site, is_bound: false })
        {
            node = first;
        }
        self.constrain_once(node, Constraint::Receive { function, site });
    }

    /// `receiver` is the first argument of a call of a method.
    pub(super) fn receive(&mut self, receiver: ObjectId, function: ProgramFunctionId, site: u32) {
        let calling = if site == NO_SITE { Calling::Other } else { Calling::Site { site, is_bound: false } };
        self.store_passed(function, receiver, calling);
    }

    /// What a call passes arrives at the attributes that the method writes.
    pub(super) fn store_passed(&mut self, function: ProgramFunctionId, receiver: ObjectId, calling: Calling) {
        if !matches!(self.objects.get(receiver), Object::Instance { .. }) {
            return;
        }
        if self.parameter_stores.is_forwarding(function) {
            // It may turn out later what the method writes.
            if !self.forwarded_calls.insert((function, receiver, calling)) {
                return;
            }
            self.calls_of.entry(function).or_default().push((receiver, calling));
        }
        for index in 0..self.parameter_stores.of_function(function).len() {
            let store = self.parameter_stores.of_function(function)[index];
            self.store_one(function, store, receiver, calling);
        }
    }

    fn store_one(
        &mut self,
        function: ProgramFunctionId,
        store: ParameterStore,
        receiver: ObjectId,
        calling: Calling,
    ) {
        let Object::Instance { class, .. } = self.objects.get(receiver) else { return };
        let from = match self.passed_argument(function, store.parameter, calling) {
            PassedArgument::Place(node) => node,
            PassedArgument::Forwarded(caller, parameter) => {
                let to = self.instance_attribute(class, store.name);
                self.store_declared(caller, parameter, to);
                let store = ParameterStore { parameter, name: store.name };
                if self.parameter_stores.add(caller, store) {
                    for (receiver, calling) in self.calls_of.get(&caller).cloned().unwrap_or_default() {
                        self.store_one(caller, store, receiver, calling);
                    }
                }
                return;
            }
            PassedArgument::Nothing => return,
            PassedArgument::Unknown => {
                let (module, local) = self.program.locate_function(function);
                let item = &self.program.facts(module).functions[local];
                self.layout.definition(module, item.parameters[store.parameter as usize].definition)
            }
        };
        let to = self.instance_attribute(class, store.name);
        self.copy(from, to);
    }

    /// What stands for a parameter whatever is passed: its default and its annotation.
    pub(super) fn store_declared(&mut self, function: ProgramFunctionId, parameter: u32, to: NodeId) {
        let (module, local) = self.program.locate_function(function);
        let item = &self.program.facts(module).functions[local].parameters[parameter as usize];
        if let Some(default) = item.default {
            let from = self.value_node(module, default);
            self.copy(from, to);
        }
        if let Some(annotation) = item.annotation {
            self.annotate(module, annotation, to);
        }
    }

    fn passed_argument(
        &self,
        function: ProgramFunctionId,
        parameter: u32,
        calling: Calling,
    ) -> PassedArgument {
        let (site, first) = match calling {
            Calling::Site { site, is_bound } => (site, u32::from(is_bound)),
            Calling::Assignment(Some(value)) if parameter == 1 => return PassedArgument::Place(value),
            Calling::Assignment(_) => return PassedArgument::Nothing,
            Calling::Other => return PassedArgument::Unknown,
        };
        let (module, site) = self.locate(site);
        let facts = self.program.facts(module);
        let SiteKind::Call { arguments, .. } = facts.sites[site].kind else { return PassedArgument::Unknown };
        let (home, local) = self.program.locate_function(function);
        let home_facts = self.program.facts(home);
        let wanted = &home_facts.functions[local].parameters[parameter as usize];
        let place = |value| match facts.forwarded_parameter(site, value) {
            Some(parameter) if first == 1 => PassedArgument::Forwarded(
                self.program.function(module, facts.sites[site].place.function),
                parameter,
            ),
            _ => PassedArgument::Place(self.value_node(module, value)),
        };
        let mut position = first;
        for argument in facts.arguments(arguments) {
            match argument.kind {
                ArgumentKind::Positional if position == parameter => return place(argument.value),
                ArgumentKind::Positional => position += 1,
                ArgumentKind::Keyword(name) if facts.name(name) == home_facts.name(wanted.name) => {
                    return place(argument.value);
                }
                ArgumentKind::Keyword(_) => {}
                ArgumentKind::Starred | ArgumentKind::DoubleStarred => return PassedArgument::Unknown,
            }
        }
        PassedArgument::Nothing
    }
}
