//! The worklist finds what trying everything until nothing changes finds.

use asyncshift::graph::CallGraph;
use asyncshift::link::ModuleInput;
use asyncshift::resolve::{ResolveOptions, Schedule};
use proptest::prelude::{prop_assert_eq, proptest};

use crate::analysed::{analyse_with, fixture_sources, module};
use crate::random_program::random_program;

/// Places never lose what they hold, so that no order of the work can show.
const NO_LIMIT: ResolveOptions = ResolveOptions {
    widen_at: 100_000,
    most_data: 100_000,
    schedule: Schedule::Worklist,
    tells_libraries: false,
};

fn edges(inputs: Vec<ModuleInput>, schedule: Schedule) -> String {
    let analysed = analyse_with(inputs, ResolveOptions { schedule, ..NO_LIMIT });
    let graph: &CallGraph = &analysed.graph;
    let edges: Vec<_> = graph.edges().map(|(_, edge)| (graph.node(edge.callee), edge)).collect();
    format!("{edges:#?}\n{:?}", graph.coverage())
}

proptest! {
    #[test]
    fn random_programs_agree(seed: u64) {
        let program = random_program(seed);
        let inputs = || vec![module(0, "lib", &program.lib), module(1, "main", &program.main)];
        prop_assert_eq!(edges(inputs(), Schedule::Worklist), edges(inputs(), Schedule::Sweeps));
    }
}

#[test]
fn fixtures_agree() {
    for (path, text) in fixture_sources() {
        let inputs = || vec![module(0, "main", &text)];
        assert_eq!(edges(inputs(), Schedule::Worklist), edges(inputs(), Schedule::Sweeps), "{path}");
    }
}
