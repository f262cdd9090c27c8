//! Foreign callables: what `rules/` says they return, call, iterate over and decorate.

use crate::link::{ModuleId, ProgramFunctionId, Static, evaluate};
use crate::resolve::arguments::SiteArguments;
use crate::resolve::constraint::{Constraint, InvocationId};
use crate::resolve::instantiate::CallSite;
use crate::resolve::invocation::{Invocation, Passed, What};
use crate::resolve::node::NodeId;
use crate::resolve::object::{ExternalId, Object, ObjectId};
use crate::resolve::parameter_stores::Calling;
use crate::resolve::place::Place;
use crate::resolve::reach::{EdgeKind, Unresolved};
use crate::resolve::solver::{Solver, Target, position};
use crate::resolve::through::NO_SITE;
use crate::rules::{ArgumentRef, Call, CallHow, CallTime, DecoratorEffect, FunctionRule, Receives, TypeExpr};
use crate::semantic::well_known::StructuralBuiltin;
use crate::semantic::{ArgumentKind, Constant, SiteId, SiteKind, Value, ValueId, well_known};

impl Solver<'_> {
    /// The object of a foreign dotted name.
    pub(super) fn external_named(&mut self, name: &str) -> Object {
        // A namespace package is foreign, but a module in it need not be.
        if let Some(module) = self.program.module_named(name) {
            return Object::Module(module);
        }
        let name = well_known::runtime_name(name).unwrap_or(name);
        if let Some(TypeExpr::Class(class)) = self.knowledge.variable(name).map(|rule| &rule.holds) {
            return Object::ExternalInstance(self.externals.intern(class));
        }
        Object::External(self.externals.intern(name))
    }

    /// A foreign callable is called at a site.
    pub(super) fn call_external(
        &mut self,
        index: u32,
        external: ExternalId,
        receiver: Option<ObjectId>,
        to: NodeId,
        kind: EdgeKind,
    ) {
        let facts = self.externals.facts(external);
        let (module, site) = self.locate(index);
        self.reach(Place::Site(index), Target::External(external), kind);
        if facts.is_opaque {
            self.add_object(to, Object::ExternalInstance(external));
            return;
        }
        if let Some(implicit) = facts.asks_for.filter(|_| receiver.is_none()) {
            let wanted = ArgumentRef { name: None, position: Some(0) };
            if let Some(value) = self.argument_value(module, site, &wanted) {
                let from = self.value_node(module, value);
                let protocol = Constraint::Implicit { implicit, place: Place::Site(index) };
                self.constrain_once(from, protocol);
            }
        }
        if let Some(builtin) = facts.structural.filter(|_| receiver.is_none()) {
            self.call_builtin(builtin, module, site, to);
            return;
        }
        if let Some(rule) = facts.decorator {
            let makes_decorator = rule.is_factory && kind == EdgeKind::Call;
            if let Some(argument) = self.decorated_argument(module, site).filter(|_| !makes_decorator) {
                self.constrain_once(argument, Constraint::Decorate { external, to });
            } else {
                // `@lru_cache(maxsize=3)`: what it returns is the decorator.
                self.add_object(to, Object::External(external));
            }
            // `atexit.register(function)` is written as a call as often as above a function.
            let is_also_called = rule.effect == DecoratorEffect::Registers && facts.function.is_some();
            let is_described = rule.effect == DecoratorEffect::Offloads && facts.function.is_some();
            if !is_described && !is_also_called {
                return;
            }
        }
        match facts.function {
            Some(rule) => self.apply_rule(rule, index, module, site, receiver, to),
            None if facts.class.is_some() || facts.is_builtin_class => {
                let instance = self.instance_named(external);
                self.add_object(to, instance);
            }
            None => {
                // What a method of something unknown returns is not worth a name of its own.
                let result = if receiver.is_some() { self.externals.opaque(external) } else { external };
                self.add_object(to, Object::ExternalInstance(result));
                self.pass_decorated(module, site, to);
            }
        }
        // Where a case of the constructor's rule holds, it says better what is made.
        let is_told = |rule: &FunctionRule| {
            rule.case_for(&SiteArguments::new(self.program.facts(module), site)).is_some()
        };
        if facts.class.is_some() && !facts.function.is_some_and(is_told) {
            let instance = self.instance_named(external);
            self.add_object(to, instance);
        }
    }

    /// The sole argument of a call, when a decorator could be applied to it.
    fn decorated_argument(&self, module: ModuleId, site: SiteId) -> Option<NodeId> {
        let facts = self.program.facts(module);
        match facts.sites[site].kind {
            SiteKind::Decorator { argument, .. } => Some(self.value_node(module, argument)),
            SiteKind::Call { arguments, .. } => match facts.arguments(arguments) {
                [only]
                    if only.kind == ArgumentKind::Positional
                        && !matches!(facts.values[only.value], Value::Constant(_)) =>
                {
                    Some(self.value_node(module, only.value))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// A foreign decorator is applied to `object`.
    pub(super) fn decorate(&mut self, external: ExternalId, object: ObjectId, to: NodeId) {
        let rule = self.externals.facts(external).decorator;
        let effect = rule.map_or(DecoratorEffect::Unknown, |rule| rule.effect);
        match (effect, self.objects.get(object)) {
            (
                DecoratorEffect::ContextManager | DecoratorEffect::AsyncContextManager,
                Object::Function(function),
            ) => {
                self.add_object(to, Object::ManagerFactory(function));
            }
            (DecoratorEffect::Property, Object::Function(function)) => {
                self.add_object(to, Object::Property(function));
            }
            // A thread runs it: calling the result does not run it here.
            (DecoratorEffect::Offloads, _) => {
                let opaque = self.externals.opaque(external);
                self.add_object(to, Object::ExternalInstance(opaque));
            }
            _ => self.add(to, object),
        }
    }

    /// Builtins whose effect no rule can express.
    fn call_builtin(&mut self, builtin: StructuralBuiltin, module: ModuleId, site: SiteId, to: NodeId) {
        let facts = self.program.facts(module);
        let function = facts.sites[site].place.function;
        let first = |solver: &Self, position: u16| {
            solver.argument_value(module, site, &ArgumentRef { name: None, position: Some(position) })
        };
        match builtin {
            StructuralBuiltin::Super => {
                let mut owner = function;
                while facts.functions[owner].class.is_none() && owner != facts.module_function() {
                    owner = facts.functions[owner].parent;
                }
                let Some(class) = facts.functions[owner].class else { return };
                let class = self.program.class(module, class);
                // `super(Other, self)` starts after `Other`.
                let after = first(self, 0).and_then(|value| match evaluate(self.program, module, value) {
                    Static::Class(found) => Some(found),
                    _ => None,
                });
                let class = after.unwrap_or(class);
                if let Some(parameter) = facts.functions[owner].parameters.first() {
                    let receiver = self.layout.definition(module, parameter.definition);
                    self.constrain_once(receiver, Constraint::Super { class, to });
                }
            }
            StructuralBuiltin::Wrap(kind) => {
                if let Some(argument) = self
                    .decorated_argument(module, site)
                    .or_else(|| first(self, 0).map(|value| self.value_node(module, value)))
                {
                    self.constrain_once(argument, Constraint::Wrap { kind, to });
                }
            }
            StructuralBuiltin::Type => {
                if let Some(value) = first(self, 0) {
                    let from = self.value_node(module, value);
                    self.constrain_once(from, Constraint::ClassOf { to });
                }
            }
            StructuralBuiltin::Getattr => {
                let (Some(base), Some(name)) = (first(self, 0), first(self, 1)) else { return };
                if let Value::Constant(Constant::Str(text)) = facts.values[name] {
                    let name = self.program.names.symbol(module, text);
                    let base = self.value_node(module, base);
                    let value = self.place_value(module, site);
                    self.constrain_once(base, Constraint::Load { name, to, value });
                } else {
                    self.add_object(to, Object::Unknown(Unresolved::ComputedAttribute));
                }
                if let Some(default) = first(self, 2) {
                    let from = self.value_node(module, default);
                    self.copy(from, to);
                }
            }
        }
    }

    /// The value that a call site makes, by its position in the program.
    fn place_value(&self, module: ModuleId, site: SiteId) -> u32 {
        match self.program.facts(module).sites[site].kind {
            SiteKind::Call { value, .. } | SiteKind::Decorator { value, .. } => {
                position(self.program.value_index(module, value))
            }
            _ => u32::MAX,
        }
    }

    fn apply_rule(
        &mut self,
        rule: &FunctionRule,
        index: u32,
        module: ModuleId,
        site: SiteId,
        receiver: Option<ObjectId>,
        to: NodeId,
    ) {
        let program = self.program;
        let facts = program.facts(module);
        let arguments = SiteArguments::new(facts, site);
        let returns = rule.returns_for(&arguments);
        let receiver_or_unknown = match receiver {
            Some(receiver) => receiver,
            None => self.receiver_of(&rule.name),
        };
        for call in &rule.calls {
            self.apply_call(call, index, module, site, receiver);
        }
        for &position in &rule.iterates {
            let wanted = ArgumentRef { name: None, position: Some(position) };
            if let Some(value) = self.argument_value(module, site, &wanted) {
                let from = self.value_node(module, value);
                self.constrain_once(from, Constraint::Iterate { site: index });
            }
        }
        let key = rule.key.and_then(|position| {
            let wanted = ArgumentRef { name: None, position: Some(position) };
            self.key_of(module, self.argument_value(module, site, &wanted)?)
        });
        if let Some(Object::Container(container)) = receiver.map(|receiver| self.objects.get(receiver)) {
            self.keep(rule, module, site, container, key);
        }
        let target = if rule.is_async {
            let container = self.container_at(to, well_known::AWAITABLE);
            let dynamic = self.containers[container].dynamic;
            let any = self.containers[container].any;
            self.copy(dynamic, any);
            self.add_object(to, Object::Container(container));
            dynamic
        } else {
            to
        };
        let call = CallSite { module, site, key };
        self.instantiate(returns, receiver_or_unknown, Some(call), target);
    }

    /// `Path.cwd()`: a method that is called on its class gives back instances of that class.
    fn receiver_of(&mut self, name: &str) -> ObjectId {
        if let Some((class, _)) = name.rsplit_once('.') {
            let class = self.externals.intern(class);
            if self.externals.facts(class).class.is_some() {
                let instance = self.instance_named(class);
                return self.objects.intern(instance);
            }
        }
        self.objects.intern(Object::Unknown(Unresolved::UnresolvedResult))
    }

    fn apply_call(
        &mut self,
        call: &Call,
        index: u32,
        module: ModuleId,
        site: SiteId,
        receiver: Option<ObjectId>,
    ) {
        let facts = self.program.facts(module);
        let kind = match call.when {
            CallTime::Now => EdgeKind::Call,
            CallTime::Later => EdgeKind::Reference,
            CallTime::Thread | CallTime::Process => EdgeKind::Offload,
            CallTime::Loop => EdgeKind::Schedule,
            CallTime::RunLoop => EdgeKind::RunLoop,
        };
        let mut values: Vec<ValueId> =
            self.argument_value(module, site, &call.argument).into_iter().collect();
        let Some((_, arguments)) = facts.call(site) else { return };
        if call.and_following
            && let Some(first) = call.argument.position
        {
            values = arguments
                .iter()
                .skip(usize::from(first))
                .filter(|argument| argument.kind == ArgumentKind::Positional)
                .map(|argument| argument.value)
                .collect();
        }
        for value in values {
            let from = self.value_node(module, value);
            let result = self.result_node(module, site, value);
            let what = self.passed(&call.receives, call, module, site, receiver);
            match call.how {
                CallHow::Call => {
                    let invocation =
                        self.invocations.push(Invocation { site: Some(index), kind, what, result });
                    self.constrain(from, Constraint::Invoke { invocation });
                }
                CallHow::CallElements => {
                    let between = self.fresh();
                    self.constrain_once(from, Constraint::Element { to: between });
                    let invocation =
                        self.invocations.push(Invocation { site: Some(index), kind, what, result });
                    self.constrain(between, Constraint::Invoke { invocation });
                }
                CallHow::Await => {
                    self.constrain_once(
                        from,
                        Constraint::AwaitedBy { site: index, kind: kind_of_await(kind) },
                    );
                }
                CallHow::AwaitElements => {
                    let between = self.fresh();
                    self.constrain_once(from, Constraint::Element { to: between });
                    self.constrain(between, Constraint::AwaitedBy { site: index, kind: kind_of_await(kind) });
                }
            }
        }
    }

    fn passed(
        &mut self,
        receives: &Receives,
        call: &Call,
        module: ModuleId,
        site: SiteId,
        receiver: Option<ObjectId>,
    ) -> What {
        let facts = self.program.facts(module);
        let arguments = facts.call(site).map_or(&[][..], |(_, arguments)| arguments);
        let after = usize::from(call.argument.position.unwrap_or(0)) + 1;
        match receives {
            Receives::Unknown | Receives::Nothing => What::Positional(Vec::new()),
            Receives::Receiver => What::Receiver(receiver),
            Receives::Rest => {
                let mut passed = Vec::new();
                for (position, argument) in arguments.iter().enumerate() {
                    let node = self.value_node(module, argument.value);
                    match argument.kind {
                        ArgumentKind::Positional if position >= after => passed.push(Passed::Value(node)),
                        ArgumentKind::Starred if position >= after => passed.push(Passed::Unpacked(node)),
                        ArgumentKind::Keyword(name) => {
                            passed.push(Passed::Keyword(self.program.names.symbol(module, name), node));
                        }
                        ArgumentKind::Positional | ArgumentKind::Starred | ArgumentKind::DoubleStarred => {}
                    }
                }
                What::Positional(passed)
            }
            Receives::Elements(positions) => {
                let wanted: Vec<usize> = if positions.is_empty() {
                    (after..arguments.len()).collect()
                } else {
                    positions.iter().map(|&position| usize::from(position)).collect()
                };
                let nodes = wanted.into_iter().filter_map(|position| arguments.get(position));
                What::Positional(
                    nodes
                        .map(|argument| Passed::ElementOf(self.value_node(module, argument.value)))
                        .collect(),
                )
            }
            Receives::Unpacked { args, kwargs } => {
                let mut passed = Vec::new();
                if let Some(value) = self.argument_value(module, site, args) {
                    passed.push(Passed::Unpacked(self.value_node(module, value)));
                }
                if let Some(value) = self.argument_value(module, site, kwargs) {
                    passed.push(Passed::Spread(self.value_node(module, value)));
                }
                What::Positional(passed)
            }
        }
    }

    /// A call without arguments that stands for no site.
    pub(super) fn plain_invocation(&mut self, result: NodeId) -> InvocationId {
        self.invocations.push(Invocation {
            site: None,
            kind: EdgeKind::Call,
            what: What::Positional(Vec::new()),
            result,
        })
    }

    /// Entries of a dictionary that arrive at the parameters of `function`.
    pub(super) fn keywords_invocation(&mut self, function: ProgramFunctionId) -> InvocationId {
        if let Some(&known) = self.spreads.get(&function) {
            return known;
        }
        let result = self.fresh();
        let what = What::Keywords(function);
        let invocation = self.invocations.push(Invocation { site: None, kind: EdgeKind::Call, what, result });
        self.spreads.insert(function, invocation);
        invocation
    }

    /// A library calls `object`.
    pub(super) fn invoke(&mut self, id: InvocationId, object: ObjectId) {
        let invocation = self.invocations[id].clone();
        let passed = match invocation.what {
            What::Keywords(function) => {
                self.spread_keywords(object, function);
                return;
            }
            What::Positional(passed) => passed,
            What::Receiver(receiver) => {
                if let Object::Function(function) = self.objects.get(object)
                    && let Some(receiver) = receiver
                {
                    self.bind_receiver(function, receiver);
                    self.store_passed(function, receiver, Calling::Other);
                }
                Vec::new()
            }
        };
        let (function, receiver) = match self.objects.get(object) {
            Object::Function(function) | Object::Static(function) => (function, None),
            Object::Bound { function, receiver } | Object::Overriding { function, receiver } => {
                (function, Some(receiver))
            }
            Object::Class(class) => {
                let instance = self.objects.intern(Object::Instance { class, is_exact: true });
                self.add(invocation.result, instance);
                let Some((_, init)) = self.well.init.and_then(|init| self.find_method(class, init)) else {
                    return;
                };
                (init, Some(instance))
            }
            Object::Instance { class, .. } => {
                let Some((_, call)) = self.well.call.and_then(|call| self.find_method(class, call)) else {
                    return;
                };
                (call, Some(object))
            }
            Object::External(name) | Object::ExternalBound { method: name, .. } => {
                if let Some(site) = invocation.site {
                    self.reach(Place::Site(site), Target::External(name), invocation.kind);
                }
                if let Some(rule) = self.externals.facts(name).function {
                    self.instantiate(&rule.returns, object, None, invocation.result);
                }
                return;
            }
            Object::Unknown(_) => {
                self.add(invocation.result, object);
                return;
            }
            _ => return,
        };
        if let Some(site) = invocation.site {
            self.reach(Place::Site(site), Target::Function(function), invocation.kind);
        }
        if let Some(receiver) = receiver {
            self.bind_receiver(function, receiver);
            self.store_passed(function, receiver, Calling::Other);
        } else {
            self.store_unbound(NO_SITE, function);
        }
        self.pass(function, usize::from(receiver.is_some()), &passed);
        if matches!(self.objects.get(object), Object::Class(_)) {
            return;
        }
        self.result_of(function, invocation.result);
    }

    fn pass(&mut self, function: ProgramFunctionId, first: usize, passed: &[Passed]) {
        let mut position = first;
        for &item in passed {
            match item {
                Passed::Value(node) => {
                    self.bind_values(function, position, &[node]);
                    position += 1;
                }
                Passed::ElementOf(node) => {
                    let element = self.fresh();
                    self.constrain_once(node, Constraint::Element { to: element });
                    self.bind_values(function, position, &[element]);
                    position += 1;
                }
                Passed::Keyword(name, node) => self.bind_keyword(function, name, node),
                Passed::Unpacked(node) => self.bind_starred(function, position, node),
                Passed::Spread(node) => {
                    let invocation = self.keywords_invocation(function);
                    self.constrain_once(node, Constraint::Invoke { invocation });
                }
            }
        }
    }
}

/// Awaiting at once is an await; anything else keeps its kind.
fn kind_of_await(kind: EdgeKind) -> EdgeKind {
    if kind == EdgeKind::Call { EdgeKind::Await } else { kind }
}
