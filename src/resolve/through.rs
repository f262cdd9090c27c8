//! Parameters that methods write to attributes of their receivers, instantiated for each call: what one caller
//! passes to a shared initialiser does not show up in the objects of all others.

use crate::link::{ModuleId, ProgramFunctionId};
use crate::resolve::constraint::Constraint;
use crate::resolve::node::NodeId;
use crate::resolve::object::{Object, ObjectId};
use crate::resolve::parameter_stores::ParameterStore;
use crate::resolve::solver::Solver;
use crate::semantic::{ArgumentKind, SiteId, SiteKind};

/// Stands for calls that a library makes.
pub(super) const NO_SITE: u32 = u32::MAX;

/// What a call passes to a parameter.
enum PassedArgument {
    /// The value of a place.
    Place(NodeId),
    /// Nothing: the default holds.
    Nothing,
    /// Something that only the call knows.
    Unknown,
}

impl Solver<'_> {
    /// What a call site passes arrives at the attributes that the method writes.
    pub(super) fn store_arguments(&mut self, index: u32, function: ProgramFunctionId, receiver: ObjectId) {
        let (module, site) = self.locate(index);
        self.store_passed(function, receiver, |solver, parameter| {
            solver.passed_argument(module, site, function, parameter, 1)
        });
    }

    /// The method is called with its receiver as the first argument; `site` is [`NO_SITE`] where no site
    /// stands for the call.
    pub(super) fn store_unbound(&mut self, site: u32, function: ProgramFunctionId) {
        if self.parameter_stores.of_function(function).is_empty() {
            return;
        }
        let (module, local) = self.program.locate_function(function);
        let receiver = self.program.facts(module).functions[local].parameters[0].definition;
        let mut node = self.layout.definition(module, receiver);
        if site != NO_SITE {
            let (module, at) = self.locate(site);
            if let PassedArgument::Place(first) = self.passed_argument(module, at, function, 0, 0) {
                node = first;
            }
        }
        self.constrain_once(node, Constraint::Receive { function, site });
    }

    /// `receiver` is the first argument of a call of a method.
    pub(super) fn receive(&mut self, receiver: ObjectId, function: ProgramFunctionId, site: u32) {
        if site == NO_SITE {
            return self.store_anything(function, receiver);
        }
        let (module, site) = self.locate(site);
        self.store_passed(function, receiver, |solver, parameter| {
            solver.passed_argument(module, site, function, parameter, 0)
        });
    }

    /// A setter writes what an assignment gives it.
    pub(super) fn store_assigned(
        &mut self,
        setter: ProgramFunctionId,
        receiver: ObjectId,
        value: Option<NodeId>,
    ) {
        self.store_passed(setter, receiver, |_, parameter| match value {
            Some(value) if parameter == 1 => PassedArgument::Place(value),
            Some(_) | None => PassedArgument::Nothing,
        });
    }

    /// The method was called in a way that is not followed argument by argument.
    pub(super) fn store_anything(&mut self, function: ProgramFunctionId, receiver: ObjectId) {
        self.store_passed(function, receiver, |_, _| PassedArgument::Unknown);
    }

    fn store_passed(
        &mut self,
        function: ProgramFunctionId,
        receiver: ObjectId,
        passed: impl Fn(&Self, u32) -> PassedArgument,
    ) {
        let Object::Instance { class, .. } = self.objects.get(receiver) else { return };
        let count = self.parameter_stores.of_function(function).len();
        for index in 0..count {
            let ParameterStore { parameter, name } = self.parameter_stores.of_function(function)[index];
            let from = match passed(self, parameter) {
                PassedArgument::Place(node) => node,
                PassedArgument::Nothing => continue,
                PassedArgument::Unknown => {
                    let (module, local) = self.program.locate_function(function);
                    let item = &self.program.facts(module).functions[local];
                    let definition = item.parameters[parameter as usize].definition;
                    self.layout.definition(module, definition)
                }
            };
            let to = self.instance_attribute(class, name);
            self.copy(from, to);
        }
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
        module: ModuleId,
        site: SiteId,
        function: ProgramFunctionId,
        parameter: u32,
        first: u32,
    ) -> PassedArgument {
        let facts = self.program.facts(module);
        let SiteKind::Call { arguments, .. } = facts.sites[site].kind else { return PassedArgument::Unknown };
        let (home, local) = self.program.locate_function(function);
        let home_facts = self.program.facts(home);
        let wanted = &home_facts.functions[local].parameters[parameter as usize];
        let mut position = first;
        for argument in facts.arguments(arguments) {
            match argument.kind {
                ArgumentKind::Positional if position == parameter => {
                    return PassedArgument::Place(self.value_node(module, argument.value));
                }
                ArgumentKind::Positional => position += 1,
                ArgumentKind::Keyword(name) if facts.name(name) == home_facts.name(wanted.name) => {
                    return PassedArgument::Place(self.value_node(module, argument.value));
                }
                ArgumentKind::Keyword(_) => {}
                ArgumentKind::Starred | ArgumentKind::DoubleStarred => return PassedArgument::Unknown,
            }
        }
        PassedArgument::Nothing
    }
}
