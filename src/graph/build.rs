//! From what the solver found to nodes and edges.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Id;
use crate::graph::call_graph::{CallGraph, Known};
use crate::graph::edge::CallEdge;
use crate::graph::node::NodeId;
use crate::link::Program;
use crate::resolve::{Confidence, ReachTarget, Resolution, Unresolved};
use crate::rules::Knowledge;
use crate::semantic::{Enclosing, SiteKind, well_known};

/// The call graph of a solved program.
pub fn build(program: &Program, resolution: &Resolution, knowledge: &Knowledge) -> CallGraph {
    let names: FxHashSet<&str> = resolution
        .reaches
        .iter()
        .filter_map(|reach| match &reach.target {
            ReachTarget::External(name) => Some(&**name),
            ReachTarget::Function(_) => None,
        })
        .collect();
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    let functions = program.function_count();
    let ids: FxHashMap<&str, NodeId> = names
        .iter()
        .enumerate()
        .map(|(index, name)| (*name, NodeId::from_index(functions + index)))
        .collect();
    let is_described: Vec<bool> = names.iter().map(|name| is_described(name, knowledge)).collect();
    let mut edges = Vec::with_capacity(resolution.reaches.len());
    for reach in &resolution.reaches {
        let callee = match &reach.target {
            ReachTarget::Function(function) => NodeId::from_index(function.index()),
            ReachTarget::External(name) => ids[&**name],
        };
        edges.push(CallEdge {
            caller: NodeId::from_index(program.function(reach.module, reach.caller).index()),
            callee,
            module: reach.module,
            site: reach.site,
            range: reach.range,
            kind: reach.kind,
            confidence: reach.confidence,
        });
    }
    let calls = call_sites(program, resolution, |name| is_described[ids[name].index() - functions]);
    let site_index = |edge: &CallEdge| edge.site.map(|site| program.site_index(edge.module, site));
    let names = names.into_iter().map(Into::into).collect();
    CallGraph::new(functions, names, edges, site_index, resolution.incomplete.clone(), calls)
}

/// Every call site of the project with the best that is known of it.
fn call_sites(
    program: &Program,
    resolution: &Resolution,
    is_described: impl Fn(&str) -> bool,
) -> Vec<(usize, Known)> {
    let mut known = vec![Known::Nothing; program.site_count()];
    for reach in &resolution.reaches {
        let Some(site) = reach.site else { continue };
        let slot = &mut known[program.site_index(reach.module, site)];
        let found = match &reach.target {
            ReachTarget::Function(_) if reach.confidence == Confidence::Possible => Known::Nothing,
            ReachTarget::Function(_) => Known::Resolved,
            ReachTarget::External(name) if !is_described(name) => Known::Named,
            ReachTarget::External(_) if reach.confidence == Confidence::Possible => Known::Nothing,
            ReachTarget::External(_) => Known::Resolved,
        };
        *slot = (*slot).max(found);
    }
    let mut constructed = vec![false; program.site_count()];
    for &site in &resolution.constructions {
        constructed[site] = true;
    }
    let mut calls = Vec::new();
    for module in program.modules.ids().filter(|&module| !program.is_third_party(module)) {
        for (site, item) in program.facts(module).sites.iter_enumerated() {
            if !matches!(item.kind, SiteKind::Call { .. }) || item.place.enclosing.has(Enclosing::ANNOTATION)
            {
                continue;
            }
            let index = program.site_index(module, site);
            calls.push((index, if constructed[index] { Known::Resolved } else { known[index] }));
        }
    }
    calls
}

/// Whether a foreign name is more than a name: a builtin, or something that rules describe.
/// `builtins.dict.get.strip`, an attribute of a result of which nothing is known, is only named.
fn is_described(name: &str, knowledge: &Knowledge) -> bool {
    name.strip_prefix(well_known::BUILTINS_PREFIX).is_some_and(well_known::is_builtin)
        || knowledge.describes(name)
}

/// Reasons why call sites are unresolved, counted, in the order of the reasons.
pub fn unresolved_by_reason(resolution: &Resolution) -> Vec<(Unresolved, usize)> {
    Unresolved::ALL
        .iter()
        .map(|&reason| (reason, resolution.incomplete.iter().filter(|(_, found)| *found == reason).count()))
        .filter(|(_, count)| *count > 0)
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::graph::{Coverage, build};
    use crate::link::{Hierarchy, ModuleInput, link};
    use crate::resolve::{ResolveOptions, resolve};
    use crate::rules::Knowledge;
    use crate::semantic::lower;
    use crate::syntax::parse;

    const RULES: &str = r#"
[library]
name = "acme"
modules = ["acme"]

[[class]]
name = "acme.Base"
[class.methods]
get = {}

[[class]]
name = "acme.Client"
bases = ["acme.Base"]
[class.methods]
close = {}

[[decorator]]
name = "acme.cached"
effect = "transparent"
"#;

    fn coverage(text: &str) -> Coverage {
        let input = ModuleInput {
            name: "m".to_owned(),
            is_package: false,
            is_test: false,
            is_third_party: false,
            file: 0,
            facts: lower(&parse(text), text),
        };
        let knowledge = Knowledge::load(&[("acme.toml", RULES)]).unwrap();
        let program = link(vec![input]);
        let hierarchy = Hierarchy::new(&program);
        let resolution = resolve(&program, &hierarchy, &knowledge, ResolveOptions::default());
        build(&program, &resolution, &knowledge).coverage()
    }

    #[test]
    fn builtins_are_resolved_but_not_what_hangs_on_them() {
        let expected = Coverage { calls: 2, resolved: 2, named: 0, unresolved: 0 };
        assert_eq!(coverage("len(str(1))\n"), expected);
        // No rule says what `hex` returns, or that it has an attribute `upper`.
        let expected = Coverage { calls: 2, resolved: 1, named: 1, unresolved: 0 };
        assert_eq!(coverage("hex(1).upper()\n"), expected);
        let expected = Coverage { calls: 1, resolved: 0, named: 1, unresolved: 0 };
        assert_eq!(coverage("hex.upper()\n"), expected);
    }

    #[test]
    fn what_rules_describe_is_resolved() {
        let text = "import acme\nclient = acme.Client()\nclient.close()\nclient.get()\nacme.Client.get(client)\n\
                    acme.cached(len)\n";
        assert_eq!(coverage(text), Coverage { calls: 5, resolved: 5, named: 0, unresolved: 0 });
        let text = "import acme\nacme.other()\nacme.Client().nothing()\nacme.Client().get().x()\n";
        assert_eq!(coverage(text), Coverage { calls: 6, resolved: 3, named: 2, unresolved: 1 });
    }

    #[test]
    fn constructors_of_described_classes_are_resolved_through_super() {
        let text = "import acme\nclass Own(acme.Client):\n    def __init__(self):\n        super().__init__()\n\
                    \u{20}       super().nothing()\n";
        assert_eq!(coverage(text), Coverage { calls: 4, resolved: 3, named: 1, unresolved: 0 });
    }

    #[test]
    fn percentages_differ_by_what_is_only_named() {
        let coverage = Coverage { calls: 10, resolved: 6, named: 2, unresolved: 2 };
        assert!((coverage.percent() - 75.0).abs() < f64::EPSILON);
        assert!((coverage.percent_of_all() - 60.0).abs() < f64::EPSILON);
    }
}
