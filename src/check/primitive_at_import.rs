//! Finds asyncio primitives that are created before a loop runs, for versions in which they bind one.

use crate::base::Id;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::parts::called_names;
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{ArgumentKind, Enclosing, FunctionId, SiteId, SiteKind};

/// The first Python version in which a primitive binds its loop when it is first used.
const BOUND_ON_USE: (u8, u8) = (3, 10);

/// Reports primitives created at import time, when the project supports Python versions in which that binds a loop.
pub(crate) fn primitive_at_import(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let is_old = request.settings.target_version.is_some_and(|target| target < BOUND_ON_USE);
    if !is_old {
        return;
    }
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        for site in import_calls(request, module) {
            let Some(name) =
                called_names(request, module, site).find(|name| rule.has_word("primitives", name))
            else {
                continue;
            };
            if is_told_its_loop(request, rule, module, site) {
                continue;
            }
            let range = request.program.facts(module).sites[site].range;
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(range))
                .value(Placeholder::Callee, name);
            acc.push(finding.finish());
        }
    }
}

/// Calls that run when a module is imported: those of its body, of class bodies and of defaults.
fn import_calls<'a>(request: &'a CheckRequest<'_>, module: ModuleId) -> impl Iterator<Item = SiteId> + 'a {
    let facts = request.program.facts(module);
    let body: FunctionId = facts.module_function();
    let is_run = move |site: &SiteId| {
        let item = &facts.sites[*site];
        matches!(item.kind, SiteKind::Call { .. })
            && item.place.function == body
            && !item.place.enclosing.has(Enclosing::ANNOTATION)
            && !item.place.enclosing.has(Enclosing::TYPE_ALIAS)
    };
    // The body of the module is lowered first.
    let own = facts.sites.iter().take_while(move |site| site.place.function == body).count();
    (0..own).map(SiteId::from_index).filter(is_run)
}

fn is_told_its_loop(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, site: SiteId) -> bool {
    let facts = request.program.facts(module);
    facts.call(site).is_some_and(|(_, arguments)| {
        arguments.iter().any(|argument| match argument.kind {
            ArgumentKind::Keyword(name) => rule.has_word("loop-arguments", facts.name(name)),
            ArgumentKind::DoubleStarred => true,
            ArgumentKind::Positional | ArgumentKind::Starred => false,
        })
    })
}

#[cfg(test)]
mod tests {
    use crate::base::Settings;
    use crate::check::testing::findings;

    fn found(text: &str, target: Option<(u8, u8)>) -> Vec<u32> {
        let settings = Settings { target_version: target, ..Settings::default() };
        findings("AS403", &[("a", text)], &settings).into_iter().map(|(_, line, _)| line).collect()
    }

    const TEXT: &str = "import asyncio\nLOCK = asyncio.Lock()\nclass C:\n    queue = asyncio.Queue()\n    def __init__(self):\n        self.event = asyncio.Event()\ndef f(gate=asyncio.Semaphore(2)):\n    pass\n";

    #[test]
    fn import_time_is_module_class_and_default() {
        assert_eq!(found(TEXT, Some((3, 9))), [2, 4, 7]);
    }

    #[test]
    fn later_and_unknown_versions_are_silent() {
        assert!(found(TEXT, Some((3, 10))).is_empty());
        assert!(found(TEXT, None).is_empty());
    }

    #[test]
    fn a_loop_that_is_passed_is_the_right_one() {
        let text = "import asyncio\nloop = asyncio.new_event_loop()\nLOCK = asyncio.Lock(loop=loop)\nmake = lambda: asyncio.Lock()\n";
        assert!(found(text, Some((3, 8))).is_empty());
    }
}
