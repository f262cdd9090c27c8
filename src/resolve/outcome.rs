//! Runs the solver and reads what every place reaches.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::base::Id;
use crate::link::{Hierarchy, ModuleId, Program};
use crate::resolve::object::{Object, ObjectId};
use crate::resolve::place::Place;
use crate::resolve::reach::{Confidence, EdgeKind, Unresolved};
use crate::resolve::resolution::{Reach, ReachPlace, ReachTarget, Resolution, ResolveOptions};
use crate::resolve::solver::{Found, Solver, Target, position};
use crate::rules::Knowledge;
use crate::semantic::{DefinitionKind, FunctionId, NameUse, Site, SiteId, SiteKind, Value, ValueId};

/// More targets than this at one place are a dispatch through a registry: each is only `Possible`.
const FEW: usize = 6;

/// For every module, first and end value of each function.
pub(super) type Owners = FxHashMap<ModuleId, Vec<(ValueId, ValueId, FunctionId)>>;

/// Solves the program's value flow.
pub fn resolve(
    program: &Program,
    hierarchy: &Hierarchy,
    knowledge: &Knowledge,
    options: ResolveOptions,
) -> Resolution {
    let mut solver = Solver::new(program, knowledge, hierarchy, options);
    solver.seed();
    solver.run();
    let owners = owners(program);
    let mut found: Vec<Found> = std::mem::take(&mut solver.found);
    found.par_sort_unstable();
    found.dedup();
    let groups = found.par_chunk_by(|left, right| left.place == right.place);
    let mut reaches: Vec<Reach> = groups.flat_map_iter(|group| solver.reaches(group, &owners)).collect();
    reaches.par_extend(modules(program).flat_map_iter(|module| references(&solver, module)));
    let incomplete = modules(program).flat_map_iter(|module| solver.incomplete_sites(module)).collect();
    let constructions = modules(program).flat_map_iter(|module| solver.constructions(module)).collect();
    let library_values = if options.tells_libraries { solver.library_values() } else { Vec::new() };
    let exhausted = solver.exhausted;
    solver.discard();
    Resolution { reaches, incomplete, constructions, library_values, exhausted }
}

fn modules(program: &Program) -> impl ParallelIterator<Item = ModuleId> {
    (0..program.modules.len()).into_par_iter().map(ModuleId::from_index)
}

/// For every module, the functions in order of their first values.
pub(super) fn owners(program: &Program) -> Owners {
    let mut owners = FxHashMap::default();
    for module in program.modules.ids() {
        let facts = program.facts(module);
        let mut ranges: Vec<_> = facts
            .functions
            .iter_enumerated()
            .map(|(id, function)| (function.first_value, function.end_value, id))
            .collect();
        ranges.sort_unstable();
        owners.insert(module, ranges);
    }
    owners
}

fn owner(ranges: &[(ValueId, ValueId, FunctionId)], value: ValueId) -> FunctionId {
    let at = ranges.partition_point(|(first, _, _)| *first <= value);
    let own = ranges[..at].iter().rev().find(|(_, end, _)| value < *end);
    own.or(ranges.first()).map_or_else(|| FunctionId::from_index(0), |(_, _, id)| *id)
}

impl Solver<'_> {
    /// What one place reaches, sorted.
    fn reaches(&self, group: &[Found], owners: &Owners) -> Vec<Reach> {
        let is_own = |found: &&Found| {
            (found.kind.runs_now() || found.kind == EdgeKind::RunLoop) && found.kind != EdgeKind::Override
        };
        // What a protocol declares runs only if nothing better is known.
        let is_stub = |found: &&Found| self.is_declaration(found.target);
        let has_better = group.iter().any(|found| is_own(&found) && !is_stub(&found));
        let group = group.iter().filter(|found| !(has_better && is_stub(found)));
        let targets = group.clone().filter(is_own).count();
        // Stand-ins of tests make no registry of a call.
        let real = group.clone().filter(is_own).filter(|found| !self.is_in_test(found.target)).count();
        let is_incomplete = group.clone().next().is_some_and(|found| self.is_incomplete(found.place));
        let confidence = match targets {
            _ if self.exhausted => Confidence::Possible,
            0 | 1 if !is_incomplete => Confidence::Definite,
            _ if real <= FEW => Confidence::Probable,
            _ => Confidence::Possible,
        };
        let reach = |item: &Found| {
            let reach = self.place_of(item.place, owners)?;
            let target = match item.target {
                Target::Function(function) => ReachTarget::Function(function),
                Target::External(name) => ReachTarget::External(self.externals.shared_name(name)),
            };
            // A declared type does not say which of its subclasses the receiver is.
            let confidence = if item.kind == EdgeKind::Override || is_stub(&item) {
                confidence.min(Confidence::Probable)
            } else {
                confidence
            };
            Some(Reach { target, kind: item.kind, confidence, ..reach })
        };
        group.filter_map(reach).collect()
    }

    fn is_in_test(&self, target: Target) -> bool {
        matches!(target, Target::Function(function)
            if self.program.modules[self.program.locate_function(function).0].is_test)
    }

    /// Whether a function only says what implementations of a protocol have.
    fn is_declaration(&self, target: Target) -> bool {
        let Target::Function(function) = target else { return false };
        let (module, local) = self.program.locate_function(function);
        let class = self.program.facts(module).functions[local].class;
        class.is_some_and(|class| self.hierarchy.is_protocol(self.program.class(module, class)))
    }

    fn callee_of(&self, module: ModuleId, site: SiteId) -> Option<ValueId> {
        match self.program.facts(module).sites[site].kind {
            SiteKind::Call { callee, .. } | SiteKind::Decorator { callee, .. } => Some(callee),
            _ => None,
        }
    }

    /// Why the callee of a site may be something else as well.
    fn missing(&self, module: ModuleId, callee: ValueId) -> Option<Unresolved> {
        let node = self.value_node(module, callee);
        self.cells.objects(node).iter().find_map(|&object| match self.objects.get(object) {
            Object::Unknown(reason) => Some(reason),
            _ => None,
        })
    }

    fn is_incomplete(&self, place: Place) -> bool {
        let Place::Site(site) = place else { return false };
        let (module, site) = self.locate(site);
        self.callee_of(module, site).is_some_and(|callee| self.missing(module, callee).is_some())
    }

    /// Where a place is; what is reached there is still to be filled in.
    pub(super) fn place_of(&self, place: Place, owners: &Owners) -> Option<Reach> {
        let (module, caller, site, place) = match place {
            Place::Site(index) => {
                let (module, site) = self.locate(index);
                let item = &self.program.facts(module).sites[site];
                (module, item.place.function, Some(site), ReachPlace::Site(site))
            }
            Place::Value(u32::MAX) => return None,
            Place::Value(index) => {
                let (module, value) = self.program.locate_value(index as usize);
                (module, owner(owners.get(&module)?, value), None, ReachPlace::Value(value))
            }
            Place::Store(index) => {
                let (module, at) = self.program.locate_store(index as usize);
                let item = &self.program.facts(module).stores[at];
                (module, item.place.function, None, ReachPlace::Store(position(at)))
            }
        };
        let range = place.range(self.program.facts(module));
        Some(Reach {
            module,
            caller,
            site,
            place,
            range,
            target: ReachTarget::External("".into()),
            kind: EdgeKind::Call,
            confidence: Confidence::Possible,
        })
    }

    /// Call sites of a module at which something could be missing.
    fn incomplete_sites(&self, module: ModuleId) -> Vec<(usize, Unresolved)> {
        let missing = |(site, item): (SiteId, &Site)| {
            let SiteKind::Call { callee, .. } = item.kind else { return None };
            let index = self.program.site_index(module, site);
            let reason = if self.exhausted {
                Some(Unresolved::TooMany)
            } else if self.cells.objects(self.value_node(module, callee)).is_empty() {
                Some(self.why_empty(module, callee))
            } else {
                self.missing(module, callee)
            };
            reason.map(|reason| (index, reason))
        };
        self.program.facts(module).sites.iter_enumerated().filter_map(missing).collect()
    }

    /// Call sites of a module whose callee can be a class of the program.
    fn constructions(&self, module: ModuleId) -> Vec<usize> {
        let construction = |(site, item): (SiteId, &Site)| {
            let SiteKind::Call { callee, .. } = item.kind else { return None };
            let objects = self.cells.objects(self.value_node(module, callee));
            let is_class = |&object: &ObjectId| matches!(self.objects.get(object), Object::Class(_));
            objects.iter().any(is_class).then(|| self.program.site_index(module, site))
        };
        self.program.facts(module).sites.iter_enumerated().filter_map(construction).collect()
    }

    /// Why nothing is known of a callee.
    fn why_empty(&self, module: ModuleId, callee: ValueId) -> Unresolved {
        let facts = self.program.facts(module);
        let mut value = callee;
        loop {
            match facts.values[value] {
                Value::Attribute { base, .. } => {
                    if !self.cells.objects(self.value_node(module, base)).is_empty() {
                        return Unresolved::UnknownAttribute;
                    }
                    value = base;
                }
                Value::Item { .. } | Value::Element { .. } | Value::Unpacked { .. } => {
                    return Unresolved::UntrackedContainer;
                }
                Value::Call(_) | Value::Await(_) => return Unresolved::UnresolvedResult,
                Value::Name { reference: NameUse::Reaching(definition), .. } => {
                    match facts.definitions[definition].kind {
                        DefinitionKind::Parameter(_) => return Unresolved::UnfilledParameter,
                        DefinitionKind::Value(inner) if inner != value => value = inner,
                        _ => return Unresolved::UnknownValue,
                    }
                }
                _ => return Unresolved::UnknownValue,
            }
        }
    }
}

/// Functions that a module uses as values: names and attributes that are not called where they stand.
fn references(solver: &Solver<'_>, module: ModuleId) -> Vec<Reach> {
    let facts = solver.program.facts(module);
    let mut reaches = Vec::new();
    for site in &facts.sites {
        let SiteKind::Call { arguments, .. } = site.kind else { continue };
        for argument in facts.arguments(arguments) {
            let is_plain =
                matches!(facts.values[argument.value], Value::Name { .. } | Value::Attribute { .. });
            if !is_plain {
                continue;
            }
            for &object in solver.cells.objects(solver.value_node(module, argument.value)) {
                let (Object::Function(function) | Object::Bound { function, .. }) =
                    solver.objects.get(object)
                else {
                    continue;
                };
                reaches.push(Reach {
                    module,
                    caller: site.place.function,
                    site: None,
                    place: ReachPlace::Value(argument.value),
                    range: facts.value_ranges[argument.value],
                    target: ReachTarget::Function(function),
                    kind: EdgeKind::Reference,
                    confidence: Confidence::Definite,
                });
            }
        }
    }
    reaches
}
