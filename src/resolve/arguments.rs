//! Arguments to parameters (<https://docs.python.org/3/reference/expressions.html#calls>).

use crate::link::{ModuleId, ProgramFunctionId};
use crate::resolve::constraint::Constraint;
use crate::resolve::node::NodeId;
use crate::resolve::object::{Key, Object, ObjectId};
use crate::resolve::solver::Solver;
use crate::rules;
use crate::semantic::{
    Argument, ArgumentKind, Constant, DefinitionKind, Function, ModuleFacts, NameUse, ParameterKind, SiteId,
    SiteKind, Value, ValueId, well_known,
};

/// How many values a look through an argument visits.
const MOST_STEPS: usize = 16;

impl Solver<'_> {
    /// Passes the arguments of a call site to a function of the program.
    pub(super) fn bind_arguments(
        &mut self,
        module: ModuleId,
        site: SiteId,
        function: ProgramFunctionId,
        has_receiver: bool,
    ) {
        let program = self.program;
        let facts = program.facts(module);
        let arguments: &[Argument] = match facts.sites[site].kind {
            SiteKind::Call { arguments, .. } => facts.arguments(arguments),
            SiteKind::Decorator { argument, .. } => {
                let from = self.value_node(module, argument);
                self.bind_values(function, usize::from(has_receiver), &[from]);
                return;
            }
            _ => return,
        };
        let mut position = usize::from(has_receiver);
        let mut is_exact = true;
        for argument in arguments {
            let from = self.value_node(module, argument.value);
            match argument.kind {
                ArgumentKind::Positional if is_exact => {
                    self.bind_positional(function, position, from);
                    position += 1;
                }
                ArgumentKind::Positional => self.bind_rest(function, position, from, false),
                ArgumentKind::Starred => {
                    is_exact = false;
                    self.bind_starred(function, position, from);
                }
                ArgumentKind::Keyword(name) => {
                    let name = program.names.symbol(module, name);
                    self.bind_keyword(function, name, from);
                }
                ArgumentKind::DoubleStarred => self.bind_double_starred(function, from),
            }
        }
    }

    /// Passes values by position.
    pub(super) fn bind_values(&mut self, function: ProgramFunctionId, first: usize, values: &[NodeId]) {
        for (index, &value) in values.iter().enumerate() {
            self.bind_positional(function, first + index, value);
        }
    }

    fn parameter_node(&self, function: ProgramFunctionId, index: usize) -> Option<(NodeId, ParameterKind)> {
        let (module, _) = self.program.locate_function(function);
        let parameter = self.function_item(function).parameters.get(index)?;
        Some((self.layout.definition(module, parameter.definition), parameter.kind))
    }

    pub(super) fn function_item(&self, function: ProgramFunctionId) -> &Function {
        let (module, local) = self.program.locate_function(function);
        &self.program.facts(module).functions[local]
    }

    fn bind_positional(&mut self, function: ProgramFunctionId, position: usize, from: NodeId) {
        let plain = self
            .parameter_node(function, position)
            .filter(|(_, kind)| matches!(kind, ParameterKind::PositionalOnly | ParameterKind::Regular));
        if let Some((node, _)) = plain {
            self.copy(from, node);
            return;
        }
        let found = self
            .function_item(function)
            .parameters
            .iter()
            .position(|p| p.kind == ParameterKind::VarPositional);
        if let Some(index) = found
            && let Some((node, _)) = self.parameter_node(function, index)
        {
            let container = self.container_at(node, well_known::TUPLE);
            let keyed = self.keyed(container, Key::of(position.saturating_sub(index)));
            self.copy(from, keyed);
        }
    }

    /// `from` may land on any parameter by position from `position` on.
    fn bind_rest(&mut self, function: ProgramFunctionId, position: usize, from: NodeId, elements: bool) {
        let kinds: Vec<ParameterKind> =
            self.function_item(function).parameters.iter().map(|p| p.kind).collect();
        for (index, kind) in kinds.into_iter().enumerate() {
            let Some((node, _)) = self.parameter_node(function, index) else { continue };
            let to = match kind {
                ParameterKind::PositionalOnly | ParameterKind::Regular if index >= position => node,
                ParameterKind::VarPositional => {
                    let container = self.container_at(node, well_known::TUPLE);
                    let (any, dynamic) = (self.containers[container].any, self.containers[container].dynamic);
                    self.copy(dynamic, any);
                    dynamic
                }
                ParameterKind::PositionalOnly
                | ParameterKind::Regular
                | ParameterKind::KeywordOnly
                | ParameterKind::VarKeyword => continue,
            };
            if elements {
                self.constrain_once(from, Constraint::Element { to });
            } else {
                self.copy(from, to);
            }
        }
    }

    pub(super) fn bind_starred(&mut self, function: ProgramFunctionId, position: usize, from: NodeId) {
        let count = self.function_item(function).parameters.len();
        // Elements whose positions are known go where they belong.
        for offset in 0..count.saturating_sub(position).min(8) {
            let Some((node, kind)) = self.parameter_node(function, position + offset) else { break };
            if matches!(kind, ParameterKind::PositionalOnly | ParameterKind::Regular) {
                let index = u16::try_from(offset).unwrap_or(u16::MAX);
                self.constrain_once(from, Constraint::Unpack { to: node, index, starred: false });
            }
        }
        let found = self
            .function_item(function)
            .parameters
            .iter()
            .position(|p| p.kind == ParameterKind::VarPositional);
        if let Some(index) = found
            && let Some((node, _)) = self.parameter_node(function, index)
        {
            let container = self.container_at(node, well_known::TUPLE);
            let (any, dynamic) = (self.containers[container].any, self.containers[container].dynamic);
            self.copy(dynamic, any);
            self.constrain_once(from, Constraint::Element { to: dynamic });
        }
    }

    pub(super) fn bind_keyword(
        &mut self,
        function: ProgramFunctionId,
        name: crate::base::Symbol,
        from: NodeId,
    ) {
        let (module, _) = self.program.locate_function(function);
        let names = &self.program.names;
        let parameters = &self.function_item(function).parameters;
        let found = parameters.iter().position(|parameter| {
            names.symbol(module, parameter.name) == name
                && matches!(parameter.kind, ParameterKind::Regular | ParameterKind::KeywordOnly)
        });
        if let Some(index) = found {
            if let Some((node, _)) = self.parameter_node(function, index) {
                self.copy(from, node);
            }
            return;
        }
        let found = parameters.iter().position(|parameter| parameter.kind == ParameterKind::VarKeyword);
        if let Some(index) = found
            && let Some((node, _)) = self.parameter_node(function, index)
        {
            let container = self.container_at(node, well_known::DICT);
            let keyed = self.keyed(container, Key::Str(name));
            self.copy(from, keyed);
        }
    }

    fn bind_double_starred(&mut self, function: ProgramFunctionId, from: NodeId) {
        let invocation = self.keywords_invocation(function);
        self.constrain_once(from, Constraint::Invoke { invocation });
    }

    /// The entries of a dictionary that is passed with `**` arrive at the parameters they name.
    pub(super) fn spread_keywords(&mut self, object: ObjectId, function: ProgramFunctionId) {
        let Object::Container(container) = self.objects.get(object) else { return };
        let mut keyed: Vec<(Key, NodeId)> =
            self.containers[container].keyed.iter().map(|(&key, &node)| (key, node)).collect();
        keyed.sort_unstable_by_key(|(_, node)| *node);
        for (key, node) in keyed {
            if let Key::Str(name) = key {
                self.bind_keyword(function, name, node);
            }
        }
        let found =
            self.function_item(function).parameters.iter().position(|p| p.kind == ParameterKind::VarKeyword);
        if let Some(index) = found
            && let Some((node, _)) = self.parameter_node(function, index)
        {
            let (from, to) = (self.containers[container].dynamic, self.container_at(node, well_known::DICT));
            let (any, dynamic) = (self.containers[to].any, self.containers[to].dynamic);
            self.copy(dynamic, any);
            self.copy(from, dynamic);
        }
    }

    /// The value that a call passes to a parameter of a foreign callable.
    pub(super) fn argument_value(
        &self,
        module: ModuleId,
        site: SiteId,
        wanted: &rules::ArgumentRef,
    ) -> Option<ValueId> {
        find_argument(self.program.facts(module), site, wanted)
    }
}

/// The value that a call passes to the parameter `wanted`, by keyword or position.
pub(super) fn find_argument(
    facts: &ModuleFacts,
    site: SiteId,
    wanted: &rules::ArgumentRef,
) -> Option<ValueId> {
    let arguments = match facts.sites[site].kind {
        SiteKind::Call { arguments, .. } => facts.arguments(arguments),
        SiteKind::Decorator { argument, .. } => return (wanted.position == Some(0)).then_some(argument),
        _ => return None,
    };
    if let Some(name) = &wanted.name {
        let by_name = arguments.iter().find(|argument| {
            matches!(argument.kind, ArgumentKind::Keyword(keyword) if facts.name(keyword) == &**name)
        });
        if let Some(found) = by_name {
            return Some(found.value);
        }
    }
    let position = usize::from(wanted.position?);
    let before = arguments.get(..=position)?;
    before.iter().all(|argument| argument.kind == ArgumentKind::Positional).then(|| before[position].value)
}

/// The arguments of a call site as rules look at them.
pub struct SiteArguments<'a> {
    facts: &'a ModuleFacts,
    site: SiteId,
}

impl<'a> SiteArguments<'a> {
    /// The arguments of `site`.
    pub fn new(facts: &'a ModuleFacts, site: SiteId) -> Self {
        Self { facts, site }
    }

    fn literal(&self, value: ValueId) -> rules::Argument<'_> {
        let literal = match self.facts.values[value] {
            Value::Constant(Constant::None) => rules::Literal::None,
            Value::Constant(Constant::Bool(truth)) => rules::Literal::Bool(truth),
            Value::Constant(Constant::Int(number)) => rules::Literal::Int(i64::from(number)),
            Value::Constant(Constant::Str(text)) => rules::Literal::Str(self.facts.name(text)),
            Value::Name { reference: NameUse::Reaching(definition), .. } => {
                match self.facts.definitions[definition].kind {
                    DefinitionKind::Value(inner)
                        if matches!(self.facts.values[inner], Value::Constant(_)) =>
                    {
                        return self.literal(inner);
                    }
                    _ => return rules::Argument::Opaque,
                }
            }
            _ => return rules::Argument::Opaque,
        };
        rules::Argument::Literal(literal)
    }
}

impl rules::ArgumentView for SiteArguments<'_> {
    fn argument(&self, parameter: &rules::ArgumentRef) -> rules::Argument<'_> {
        if let Some(value) = find_argument(self.facts, self.site, parameter) {
            return self.literal(value);
        }
        let Some((_, arguments)) = self.facts.call(self.site) else { return rules::Argument::Absent };
        let is_spread = arguments
            .iter()
            .any(|argument| matches!(argument.kind, ArgumentKind::Starred | ArgumentKind::DoubleStarred));
        if is_spread { rules::Argument::Opaque } else { rules::Argument::Absent }
    }

    fn mentions(&self, parameter: &rules::ArgumentRef, qualified: &str) -> bool {
        let Some(value) = find_argument(self.facts, self.site, parameter) else { return false };
        let last = qualified.rsplit('.').next().unwrap_or(qualified);
        let mut stack = vec![value];
        // A name that is bound in a loop leads back to itself.
        for _ in 0..MOST_STEPS {
            let Some(value) = stack.pop() else { break };
            match self.facts.values[value] {
                Value::Attribute { name, .. } | Value::Name { name, .. } if self.facts.name(name) == last => {
                    return true;
                }
                Value::Name { reference: NameUse::Reaching(definition), .. } => {
                    if let DefinitionKind::Value(source) = self.facts.definitions[definition].kind {
                        stack.push(source);
                    }
                }
                Value::Call(site) => stack.extend(self.facts.call(site).map(|(callee, _)| callee)),
                Value::Binary { left, right, .. } => stack.extend([left, right]),
                _ => {}
            }
        }
        false
    }
}
