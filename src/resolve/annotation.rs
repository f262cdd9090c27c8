//! Annotations as sources of types (PEP 484): instances of what they name arrive at a place.

use crate::link::ModuleId;
use crate::resolve::constraint::Constraint;
use crate::resolve::node::NodeId;
use crate::resolve::object::Object;
use crate::resolve::solver::Solver;
use crate::semantic::well_known::{TypingForm, container_class, is_uninformative_type, typing_form};
use crate::semantic::{Value, ValueId};

impl Solver<'_> {
    /// Instances of what `annotation` names arrive at `to`.
    pub(super) fn annotate(&mut self, module: ModuleId, annotation: ValueId, to: NodeId) {
        self.annotate_within(module, annotation, to, 0);
    }

    fn annotate_within(&mut self, module: ModuleId, annotation: ValueId, to: NodeId, depth: u8) {
        if depth > 16 {
            return;
        }
        let facts = self.program.facts(module);
        match facts.values[annotation] {
            Value::Name { .. } | Value::Attribute { .. } => {
                if self.is_opaque(module, annotation) {
                    return;
                }
                let class = self.value_node(module, annotation);
                self.constrain_once(class, Constraint::InstanceOf { to });
            }
            Value::Quoted(inner) => self.annotate_within(module, inner, to, depth + 1),
            Value::Binary { left, right, .. } => {
                self.annotate_within(module, left, to, depth + 1);
                self.annotate_within(module, right, to, depth + 1);
            }
            Value::Item { base, index } => {
                let form = self.last_name(module, base).and_then(typing_form);
                let arguments: Vec<ValueId> = match facts.values[index] {
                    Value::Tuple(operands) => facts.operands(operands).to_vec(),
                    _ => vec![index],
                };
                match form {
                    Some(TypingForm::First) => {
                        if let Some(&first) = arguments.first() {
                            self.annotate_within(module, first, to, depth + 1);
                        }
                    }
                    Some(TypingForm::Any) => {
                        for argument in arguments {
                            self.annotate_within(module, argument, to, depth + 1);
                        }
                    }
                    Some(
                        TypingForm::Container
                        | TypingForm::Tuple
                        | TypingForm::Awaitable
                        | TypingForm::ContextManager,
                    ) => {
                        let name = self.last_name(module, base).unwrap_or_default();
                        let class = container_class(name);
                        let place = self.layout.value(self.program, module, annotation);
                        let container = self.container_at(place, class);
                        let dynamic = self.containers[container].dynamic;
                        let any = self.containers[container].any;
                        self.copy(dynamic, any);
                        let handed_out = match form {
                            Some(TypingForm::Tuple) => arguments,
                            _ => arguments.last().copied().into_iter().collect(),
                        };
                        for argument in handed_out {
                            self.annotate_within(module, argument, dynamic, depth + 1);
                        }
                        self.add_object(to, Object::Container(container));
                    }
                    Some(TypingForm::ClassObject) => {
                        for argument in arguments {
                            let from = self.value_node(module, argument);
                            self.copy(from, to);
                        }
                    }
                    Some(TypingForm::Opaque) => {}
                    // `Box[int]` is an instance of `Box`.
                    None => self.annotate_within(module, base, to, depth + 1),
                }
            }
            _ => {}
        }
    }

    fn last_name(&self, module: ModuleId, value: ValueId) -> Option<&str> {
        let facts = self.program.facts(module);
        match facts.values[value] {
            Value::Name { name, .. } | Value::Attribute { name, .. } => Some(facts.name(name)),
            _ => None,
        }
    }

    /// `Any`, `object` and the like say nothing.
    fn is_opaque(&self, module: ModuleId, value: ValueId) -> bool {
        self.last_name(module, value).is_some_and(is_uninformative_type)
    }
}
