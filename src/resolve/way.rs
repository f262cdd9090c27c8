//! The ways on which functions came to the places that reach them, by a solve that remembers origins.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::link::{Hierarchy, ModuleId, Program, ProgramFunctionId};
use crate::resolve::constraint::Constraint;
use crate::resolve::node::NodeId;
use crate::resolve::object::{Object, ObjectId};
use crate::resolve::outcome::owners;
use crate::resolve::reach::EdgeKind;
use crate::resolve::resolution::{ReachTarget, ResolveOptions};
use crate::resolve::solver::{Found, Solver, Target};
use crate::resolve::step::{Made, StepKind, WayStep};
use crate::resolve::trace::{Origin, Trace};
use crate::rules::Knowledge;
use crate::semantic::{SiteKind, Value};
use crate::text::TextRange;

/// What to trace.
#[derive(Clone, Copy, Debug)]
pub struct TraceRequest<'a> {
    /// Functions whose code reaches something.
    pub callers: &'a [ProgramFunctionId],
    /// What it reaches.
    pub callees: &'a [ReachTarget],
}

/// How a function came to one place that reaches it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// The module of the place.
    pub module: ModuleId,
    /// The place.
    pub range: TextRange,
    /// The function whose code it is.
    pub caller: ProgramFunctionId,
    /// What is reached.
    pub target: ReachTarget,
    /// How.
    pub kind: EdgeKind,
    /// Where the function, or the object that it is a method of, passed, from its definition on.
    pub steps: Vec<WayStep>,
}

/// More steps than these tell nobody anything.
const LONGEST: usize = 64;

/// Solves once more and tells how each of the callees came to each place in a caller that reaches it,
/// ordered by place.
pub fn trace(
    program: &Program,
    hierarchy: &Hierarchy,
    knowledge: &Knowledge,
    options: ResolveOptions,
    request: &TraceRequest<'_>,
) -> Vec<Way> {
    let mut solver = Solver::new(program, knowledge, hierarchy, options);
    solver.trace = Some(Box::new(Trace::new(program, hierarchy, request.callees)));
    solver.seed();
    solver.run();
    let Some(trace) = solver.trace.take() else { return Vec::new() };
    let mut found: Vec<Found> = solver.found.clone();
    found.sort_unstable();
    found.dedup();
    let reader = Reader { made: solver.made_places(), solver: &solver, trace: &trace };
    let owners = owners(program);
    let mut ways = Vec::new();
    for item in found {
        let target = reader.target(item.target);
        let Some(last) = trace.last_step(item.place, &target, item.kind) else { continue };
        let Some(place) = solver.place_of(item.place, &owners) else { continue };
        let caller = program.function(place.module, place.caller);
        if request.callers.contains(&caller) {
            let steps = reader.steps(last.node, last.object, &target);
            ways.push(Way {
                module: place.module,
                range: place.range,
                caller,
                target,
                kind: item.kind,
                steps,
            });
        }
    }
    for &caller in request.callers {
        reader.references(&mut ways, caller, request.callees);
    }
    ways
}

/// Reads ways back from what a solver has found.
struct Reader<'a> {
    solver: &'a Solver<'a>,
    trace: &'a Trace,
    made: FxHashMap<NodeId, Made>,
}

impl Reader<'_> {
    fn target(&self, target: Target) -> ReachTarget {
        match target {
            Target::Function(function) => ReachTarget::Function(function),
            Target::External(name) => ReachTarget::External(self.solver.externals.name(name).into()),
        }
    }

    /// Functions that a caller passes on as arguments.
    fn references(&self, acc: &mut Vec<Way>, caller: ProgramFunctionId, callees: &[ReachTarget]) {
        let program = self.solver.program;
        let (module, local) = program.locate_function(caller);
        let facts = program.facts(module);
        for site in facts.sites.iter().filter(|site| site.place.function == local) {
            let SiteKind::Call { arguments, .. } = site.kind else { continue };
            for argument in facts.arguments(arguments) {
                let value = facts.values[argument.value];
                if !matches!(value, Value::Name { .. } | Value::Attribute { .. }) {
                    continue;
                }
                let node = self.solver.value_node(module, argument.value);
                for &object in self.solver.cells.objects(node) {
                    let (Object::Function(function) | Object::Bound { function, .. }) =
                        self.solver.objects.get(object)
                    else {
                        continue;
                    };
                    let target = ReachTarget::Function(function);
                    if callees.contains(&target) {
                        acc.push(Way {
                            module,
                            range: facts.value_ranges[argument.value],
                            caller,
                            steps: self.steps(node, object, &target),
                            target,
                            kind: EdgeKind::Reference,
                        });
                    }
                }
            }
        }
    }

    /// From the definition of `target` to `node`, where an object that stands for it is.
    fn steps(&self, node: NodeId, object: ObjectId, target: &ReachTarget) -> Vec<WayStep> {
        let mut steps: Vec<WayStep> = Vec::new();
        let mut seen = FxHashSet::default();
        let mut at = (node, object);
        while seen.insert(at) && steps.len() < LONGEST {
            let origin = self.trace.origin(at.0, at.1);
            self.solver.describe(&mut steps, &self.made, at.0, at.1, origin);
            let Some(origin) = origin else { break };
            at = self.before(at.1, origin);
        }
        if let ReachTarget::Function(function) = *target
            && steps.last().is_none_or(|step| step.kind != StepKind::Definition)
        {
            let (module, local) = self.solver.program.locate_function(function);
            let item = &self.solver.program.facts(module).functions[local];
            steps.push(WayStep { kind: StepKind::Definition, module, range: item.name_range });
        }
        steps.reverse();
        steps
    }

    /// What came before: of a bound method its receiver, else what the origin says.
    fn before(&self, object: ObjectId, origin: Origin) -> (NodeId, ObjectId) {
        let receiver = match (origin.constraint, self.solver.objects.get(origin.object)) {
            (
                Constraint::Bind { receiver, value, .. } | Constraint::BindOverride { receiver, value, .. },
                _,
            ) => self.receiver(value, receiver),
            // A receiver that arrives at the first parameter of a method that is called on it.
            (
                Constraint::Call { site },
                Object::Bound { receiver, .. } | Object::Overriding { receiver, .. },
            ) if receiver == object => {
                let (module, site) = self.solver.locate(site);
                let callee = self.solver.program.facts(module).call(site).map(|(callee, _)| callee);
                callee.and_then(|callee| {
                    let value = self.solver.program.value_index(module, callee);
                    self.receiver(u32::try_from(value).ok()?, receiver)
                })
            }
            _ => None,
        };
        receiver.unwrap_or((origin.node, origin.object))
    }

    /// Where the receiver of an attribute is, as the base of the expression that reads it.
    fn receiver(&self, value: u32, receiver: ObjectId) -> Option<(NodeId, ObjectId)> {
        if value as usize >= self.solver.program.value_count() {
            return None;
        }
        let (module, local) = self.solver.program.locate_value(value as usize);
        let Value::Attribute { base, .. } = self.solver.program.facts(module).values[local] else {
            return None;
        };
        let node = self.solver.value_node(module, base);
        let is_it = |&&object: &&ObjectId| {
            object == receiver
                || match (self.solver.objects.get(object), self.solver.objects.get(receiver)) {
                    (Object::Super { receiver: inner, .. }, _) => inner == receiver,
                    // Of an override, the declared type's instance.
                    (Object::Instance { class: base, .. }, Object::Instance { class, .. }) => {
                        self.solver.hierarchy.descendants(base).contains(&class)
                    }
                    _ => false,
                }
        };
        let objects = self.solver.cells.objects(node);
        let exact = objects.iter().find(|&&object| object == receiver);
        exact.or_else(|| objects.iter().find(is_it)).map(|&object| (node, object))
    }
}
