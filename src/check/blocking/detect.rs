//! Finds calls in code of the event loop that block it, directly or through sync functions.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Scope;
use crate::check::async_library::AsyncLibraries;
use crate::check::blocking::loop_root::loop_root;
use crate::check::blocking::main_only::MainOnly;
use crate::check::blocking::nested_loop::nested_loops;
use crate::check::blocking::once::{Imported, Times};
use crate::check::blocking::probe::is_behind_probe;
use crate::check::blocking::switch::is_switched_off;
use crate::check::blocking::way::{Way, awaited_calls, ways};
use crate::check::blocking::words::{OFFLOADS, Root, build};
use crate::check::finding::Finding;
use crate::check::lock_across_await::is_lock;
use crate::check::request::CheckRequest;
use crate::check::suppression::Suppressions;
use crate::effects::{Effects, LeafCall, Passage, awaits_inside};
use crate::graph::{EdgeKind, NodeId};
use crate::link::ModuleId;
use crate::rules::{Category, CheckDefault, CheckRule, Severity};
use crate::semantic::SiteId;
use crate::text::TextRange;

/// List of the libraries with a loop of their own.
const OTHER_LOOPS: &str = "other-loops";

/// Code of the check that has what blocks in a hook before anybody is served.
const START_UP: &str = "AS112";

/// Code of the check that has what blocks in tests.
const IN_TEST: &str = "AS114";

/// Code of the check that has locks of threads under which something is awaited.
const LOCK_ACROSS_AWAIT: &str = "AS111";

/// Reports, for each place in code of the event loop and each kind of blocking, the shortest chain to what blocks.
///
/// Each category has a code of its own, and is looked at by itself: what is found of one does not hide another.
pub(crate) fn blocking_calls(
    request: &CheckRequest<'_>,
    suppressions: &Suppressions<'_, '_>,
    acc: &mut Vec<Finding>,
) {
    let selected = |code| request.knowledge.check(code).filter(|_| request.selected.contains(code));
    let (start_up, in_test) = (selected(START_UP), selected(IN_TEST));
    let wanted: Vec<(&CheckRule, bool)> = request
        .knowledge
        .checks()
        .iter()
        .filter(|check| !check.blocks.is_empty())
        .map(|check| (check, request.selected.contains(&check.code)))
        .filter(|(check, is_on)| {
            *is_on || ((start_up.is_some() || in_test.is_some()) && check.default != CheckDefault::Off)
        })
        .collect();
    let Some(&(first, _)) = wanted.first() else { return };
    let passage = Passage::new(request.program, request.graph, request.settings, request.least);
    let passage = passage.without_guesses(request.effects);
    let libraries = AsyncLibraries::new(request, first.words(OFFLOADS));
    let mut search = Search {
        request,
        start_up,
        in_test,
        roots: roots(request),
        files: request.modules().map(|module| request.file(module)).collect(),
        awaited: FxHashMap::default(),
        imported: Imported::default(),
        is_mixed: libraries.is_mixed_with(first.words(OTHER_LOOPS)),
        libraries,
    };
    for (check, is_on) in wanted {
        let mut leaves = leaves(request, &check.blocks);
        if leaves.is_empty() {
            continue;
        }
        // What is excused where it stands hides nothing else behind the same call, and is looked for by itself, so that
        // its comment counts as used.
        let excused: Vec<LeafCall> = leaves
            .extract_if(.., |leaf| {
                let edge = request.graph.edge(leaf.edge);
                suppressions.excuses(request.file(edge.module), edge.range, check)
            })
            .collect();
        let minor = leaves.extract_if(.., |leaf| leaf.blocking.severity == Severity::Low).collect();
        // What weighs more is shown where both are reached.
        for group in [vec![leaves, minor], vec![excused]] {
            let mut seen = FxHashSet::default();
            for leaves in group {
                if request.settings.scope == Scope::All && is_on {
                    search.anywhere(check, &leaves, acc);
                }
                search.on_loop((check, is_on), &passage, &passage.spread(leaves), &mut seen, acc);
            }
        }
    }
}

/// The leaves of some categories, in the order of their edges.
fn leaves(request: &CheckRequest<'_>, categories: &[Category]) -> Vec<LeafCall> {
    let of_calls =
        request.effects.leaves().iter().filter(|leaf| categories.contains(&leaf.blocking.category));
    let mut leaves: Vec<LeafCall> = of_calls.copied().collect();
    if categories.contains(&Category::EventLoop) {
        leaves.extend(nested_loops(request));
        leaves.sort_by_key(|leaf| leaf.edge);
        leaves.dedup_by_key(|leaf| leaf.edge);
    }
    leaves.retain(|leaf| !is_behind_probe(request, leaf.edge));
    leaves
}

/// All functions of the project that an event loop runs; what installed code does is seen from here.
fn roots(request: &CheckRequest<'_>) -> Vec<Root> {
    let mut found: Vec<Root> = Vec::new();
    for module in request.program.modules.ids().filter(|&module| !request.program.is_third_party(module)) {
        for function in request.program.facts(module).functions.ids() {
            if let Some(root) = loop_root(request, module, function) {
                found.push(Root { module, function, kind: Some(root), is_main_only: false });
            }
        }
    }
    let main_only = MainOnly::new(request);
    for root in &mut found {
        root.is_main_only =
            main_only.has(request.graph.function_node(request.program.function(root.module, root.function)));
    }
    found
}

struct Search<'r, 'a> {
    request: &'r CheckRequest<'a>,
    start_up: Option<&'r CheckRule>,
    in_test: Option<&'r CheckRule>,
    roots: Vec<Root>,
    /// Numbers of the files whose findings are wanted.
    files: FxHashSet<u32>,
    awaited: FxHashMap<ModuleId, FxHashSet<SiteId>>,
    imported: Imported,
    libraries: AsyncLibraries<'r>,
    /// Whether some of the code runs on another loop than the rest.
    is_mixed: bool,
}

type Seen = FxHashSet<(NodeId, Option<SiteId>, TextRange)>;

impl<'r> Search<'r, '_> {
    /// Reports what the roots reach of some leaves, unless the place was seen.
    fn on_loop(
        &mut self,
        (check, is_on): (&CheckRule, bool),
        passage: &Passage<'_>,
        effects: &Effects,
        seen: &mut Seen,
        acc: &mut Vec<Finding>,
    ) {
        let request = self.request;
        for root in &self.roots {
            let Some(rule) = self.rule(root, check, is_on) else { continue };
            let node = request.graph.function_node(request.program.function(root.module, root.function));
            if effects.blocked(node).is_none() {
                continue;
            }
            let awaited =
                self.awaited.entry(root.module).or_insert_with(|| awaited_calls(request, root.module));
            for way in ways(request, (passage, effects), node, awaited) {
                if !seen.insert((node, way.edge.site, way.edge.range)) || !touches(request, &self.files, &way)
                {
                    continue;
                }
                if self.is_held_across_await(&way) || is_switched_off(request, &way) {
                    continue;
                }
                let times = self.imported.times(request, &way);
                if times != Times::Before {
                    let words = (rule, self.offload(root.module));
                    acc.push(build(request, words, root, &way, times == Times::Once));
                }
            }
        }
    }

    /// What runs a function on a thread in a module's async library; empty when that depends on the program.
    fn offload(&self, module: ModuleId) -> &str {
        if self.is_mixed { "" } else { self.libraries.of(module) }
    }

    /// The check whose finding it is when a root reaches what `check` is about.
    fn rule<'c>(&self, root: &Root, check: &'c CheckRule, is_on: bool) -> Option<&'c CheckRule>
    where
        'r: 'c,
    {
        if self.request.program.modules[root.module].is_test {
            return self.in_test;
        }
        match root.kind {
            Some(kind) if kind.is_start_up => self.start_up,
            _ => is_on.then_some(check),
        }
    }

    /// Whether a lock is taken that is held across an `await`, which has a check of its own.
    fn is_held_across_await(&self, way: &Way<'_>) -> bool {
        let name = self.request.graph.external_name(way.edge.callee);
        let is_taken = way.rest.is_empty()
            && way.edge.kind == EdgeKind::Enter
            && name.is_some_and(|name| is_lock(self.request, name));
        let facts = self.request.program.facts(way.edge.module);
        is_taken
            && self.request.selected.contains(LOCK_ACROSS_AWAIT)
            && way.edge.site.is_some_and(|site| awaits_inside(facts, site))
    }

    /// Reports the leaves in sync functions, whoever calls them.
    fn anywhere(&self, check: &CheckRule, leaves: &[LeafCall], acc: &mut Vec<Finding>) {
        let request = self.request;
        for leaf in leaves {
            let edge = request.graph.edge(leaf.edge);
            let Some(caller) = request.graph.function(edge.caller) else { continue };
            let (module, facts, function) = request.located(caller);
            let is_wanted = self.files.contains(&request.file(module))
                && function != facts.module_function()
                && !request.program.modules[module].is_test
                && loop_root(request, module, function).is_none();
            if is_wanted {
                let confidence = leaf.confidence.min(edge.confidence);
                let way = Way { edge, rest: Vec::new(), blocking: leaf.blocking, confidence };
                let root = Root { module, function, kind: None, is_main_only: false };
                acc.push(build(request, (check, self.offload(module)), &root, &way, false));
            }
        }
    }
}

/// Whether a step of the way stands in a wanted file: a change there can be what made the chain.
fn touches(request: &CheckRequest<'_>, files: &FxHashSet<u32>, way: &Way<'_>) -> bool {
    let rest = way.rest.iter().map(|&id| request.graph.edge(id));
    std::iter::once(way.edge).chain(rest).any(|edge| files.contains(&request.file(edge.module)))
}

#[cfg(test)]
mod tests {
    use crate::base::Settings;
    use crate::check::testing::{findings, lines};

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS101", &[("a", text)]), expected, "{text}");
    }

    #[test]
    fn direct_call_proposes_the_equivalent() {
        let text = "import time\nasync def f():\n    time.sleep(1)\n";
        check(text, &["a:3 `time.sleep` blocks the event loop (sleep)"]);
        let found = findings("AS101", &[("a", text)], &Settings::default());
        assert_eq!(found[0].2.help.as_deref(), Some("await `asyncio.sleep` instead"));
    }

    #[test]
    fn chain_goes_through_any_file() {
        let files = [
            ("a", "import b\nasync def f():\n    b.load()\n"),
            ("b", "import time\ndef load():\n    retry()\ndef retry():\n    time.sleep(1)\n"),
        ];
        let found = findings("AS101", &files, &Settings::default());
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].2.message, "`b.load` blocks the event loop: it reaches `time.sleep` (sleep)");
        let labels: Vec<&str> = found[0].2.chain.iter().map(|hop| hop.label.as_str()).collect();
        assert_eq!(labels, ["b.load", "b.retry", "time.sleep"]);
        assert_eq!(found[0].2.function.as_deref(), Some("a.f"));
    }

    #[test]
    fn awaited_offloaded_and_uncalled_are_silent() {
        check(
            "import asyncio, time\ndef g():\n    time.sleep(1)\nasync def f():\n    await asyncio.to_thread(g)\n    h = g\n    await asyncio.sleep(1)\n",
            &[],
        );
        check("import time\ndef f():\n    time.sleep(1)\n", &[]);
    }

    #[test]
    fn constructors_and_properties_are_not_told_to_be_async() {
        let text = "import time\nclass C:\n    def __init__(self):\n        time.sleep(1)\n    @property\n    def p(self):\n        time.sleep(1)\nasync def f():\n    c = C()\n    c.p\n";
        let found = findings("AS101", &[("a", text)], &Settings::default());
        let messages: Vec<&str> = found.iter().map(|(.., finding)| finding.message.as_str()).collect();
        assert_eq!(
            messages,
            [
                "`C` blocks the event loop: it reaches `time.sleep` (sleep)",
                "`c.p` blocks the event loop: it reaches `time.sleep` (sleep)",
            ]
        );
        let is_special =
            |help: &Option<String>| help.as_ref().is_some_and(|help| help.starts_with("nothing awaits"));
        assert!(found.iter().all(|(.., finding)| is_special(&finding.help)));
    }

    #[test]
    fn callbacks_run_on_the_loop() {
        let text = "import asyncio, time\ndef tick():\n    time.sleep(1)\nasync def main():\n    asyncio.get_running_loop().call_later(1, tick)\n";
        let found = findings("AS101", &[("a", text)], &Settings::default());
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].1, found[0].2.function.as_deref()), (3, Some("a.tick")));
        assert!(found[0].2.help.as_ref().unwrap().contains("calls `a.tick` itself"));
    }

    #[test]
    fn nested_functions_are_their_own() {
        check("import time\nasync def f():\n    def g():\n        time.sleep(1)\n    return g\n", &[]);
    }

    #[test]
    fn coroutines_report_for_themselves() {
        check(
            "import time\nasync def g():\n    time.sleep(1)\nasync def f():\n    await g()\n",
            &["a:3 `time.sleep` blocks the event loop (sleep)"],
        );
    }

    #[test]
    fn a_comment_excuses_here_or_where_it_blocks() {
        check("import time\nasync def f():\n    time.sleep(1)  # noqa: AS101\n", &[]);
        check("import time\ndef g():\n    time.sleep(1)  # noqa: AS101\nasync def f():\n    g()\n", &[]);
        check(
            "import time\nasync def f():\n    time.sleep(1)  # noqa: AS201\n",
            &["a:3 `time.sleep` blocks the event loop (sleep)"],
        );
    }

    #[test]
    fn what_is_excused_hides_nothing_else() {
        check(
            "import time\ndef wait():\n    time.sleep(1)  # noqa: AS101\n    pause()\ndef pause():\n    time.sleep(2)\nasync def f():\n    wait()\n",
            &["a:8 `wait` blocks the event loop: it reaches `time.sleep` (sleep)"],
        );
    }

    #[test]
    fn a_lock_is_held_while_somebody_waits_under_it() {
        let text = |held: &str| {
            format!(
                "import asyncio, threading\nlock = threading.Lock()\nasync def work(): pass\ndef g():\n    with lock:\n        {held}\nasync def f():\n    g()\n"
            )
        };
        let found = |held: &str| lines("AS106", &[("a", &text(held))]).len();
        assert_eq!((found("x = 1"), found("asyncio.run(work())"), found("open('x')")), (0, 1, 1));
    }

    #[test]
    fn harmless_by_declaration() {
        let files = [("a", "import time\ndef g():\n    time.sleep(1)\nasync def f():\n    g()\n")];
        let settings = Settings { not_blocking: vec!["a.g".to_owned()], ..Settings::default() };
        assert_eq!(findings("AS101", &files, &settings), []);
    }
}
