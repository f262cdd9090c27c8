//! Any text is analysed, planned and rewritten without a panic, and what comes out parses.
#![no_main]

use asyncshift::base::Settings;
use asyncshift::effects::infer;
use asyncshift::graph::{Confidence, build};
use asyncshift::link::{Hierarchy, ModuleInput, link};
use asyncshift::plan::{PlanRequest, plan};
use asyncshift::resolve::{ResolveOptions, resolve};
use asyncshift::rewrite::{RewriteOptions, rewrite};
use asyncshift::rules::Knowledge;
use asyncshift::semantic::lower;
use asyncshift::syntax::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let facts = lower(&parse(text), text);
    let name = "module".to_owned();
    let program = link(vec![ModuleInput { name, is_package: false, is_test: false, is_third_party: false, file: 0, facts }]);
    let hierarchy = Hierarchy::new(&program);
    let knowledge = Knowledge::embedded();
    let resolution = resolve(&program, &hierarchy, knowledge, ResolveOptions::default());
    let graph = build(&program, &resolution, knowledge);
    let settings = Settings::default();
    let effects = infer(&program, &graph, knowledge, &settings, Confidence::Possible);
    let plan = plan(&PlanRequest {
        program: &program,
        graph: &graph,
        effects: &effects,
        knowledge,
        settings: &settings,
        is_selected: &|_| true,
        only: None,
        versions: &std::collections::BTreeMap::new(),
        refused: &[],
    });
    for (module, change) in &plan.files {
        let options = RewriteOptions { target_version: (3, 9) };
        if let Ok(result) = rewrite(text, program.facts(*module), change, &options) {
            assert!(parse(&result).errors().is_empty(), "the result does not parse:\n{result}");
        }
    }
});
