//! Finds async functions whose names do not say so.

use crate::base::Affix;
use crate::check::async_name::convention::{Named, convention};
use crate::check::async_name::freedom::Freedom;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::rules::{CheckRule, Placeholder};

/// Reports each name, or once that the project has no such convention.
pub(crate) fn async_names(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let naming = &request.settings.naming;
    if naming.affix == Affix::None {
        return;
    }
    let Some(freedom) = Freedom::new(request) else { return };
    let convention = convention(request, &freedom, &naming.affix);
    let wanted = convention.missed.iter().filter(|(module, _)| (request.is_selected)(*module));
    if naming.is_chosen || convention.is_lived() {
        acc.extend(wanted.map(|&named| build(request, rule, "", named).finish()));
        return;
    }
    let Some(&first) = wanted.clone().next() else { return };
    let other = convention.other(request, rule);
    let variant = if other.is_some() { "other-affix" } else { "no-affix" };
    let hint = build(request, rule, variant, first)
        .value(Placeholder::Count, convention.missed.len().to_string())
        .value(Placeholder::Other, other.as_ref().map(text).unwrap_or_default());
    acc.push(hint.finish());
}

fn build<'a>(
    request: &CheckRequest<'_>,
    rule: &'a CheckRule,
    variant: &'a str,
    (module, function): Named,
) -> FindingBuilder<'a> {
    let facts = request.program.facts(module);
    let item = &facts.functions[function];
    let name = facts.name(item.name);
    let affix = &request.settings.naming.affix;
    FindingBuilder::new(rule, request.file(module), Spot::Text(item.name_range))
        .variant(variant)
        .function(request.function_name(module, function))
        .value(Placeholder::Function, name)
        .value(Placeholder::Prefix, text(affix))
        .value(Placeholder::Suggestion, affix.add(name))
}

/// The affix as it stands in a name.
pub(super) fn text(affix: &Affix) -> String {
    match affix {
        Affix::Prefix(text) | Affix::Suffix(text) => text.clone(),
        Affix::None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::base::{Affix, NamingSettings, Settings};
    use crate::check::testing::{findings, lines};

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS301", &[("a", text)]), expected, "{text}");
    }

    /// Lines of findings where a convention is stated.
    fn stated(affix: Affix, allow: &[&str], text: &str) -> Vec<u32> {
        let allow = allow.iter().map(|&pattern| pattern.to_owned()).collect();
        let naming = NamingSettings { affix, is_chosen: true, allow };
        let settings = Settings { naming, ..Settings::default() };
        findings("AS301", &[("a", text)], &settings).into_iter().map(|(_, line, _)| line).collect()
    }

    fn by_default(text: &str) -> Vec<u32> {
        stated(Affix::default(), &[], text)
    }

    #[test]
    fn prefix_comes_after_underscores() {
        check(
            "async def fetch(): pass\nasync def _load(): pass\nasync def async_get(): pass\nasync def _async_get(): pass\n",
            &[
                "a:1 async function `fetch` lacks `async_` in its name",
                "a:2 async function `_load` lacks `async_` in its name",
            ],
        );
    }

    #[test]
    fn a_project_without_the_convention_gets_one_hint() {
        check(
            "async def fetch(): pass\nasync def load(): pass\n",
            &["a:1 async functions of this project do not have `async_` in their names (2 lack it)"],
        );
        check(
            "async def fetch_async(): pass\nasync def load_async(): pass\nasync def x(): pass\n",
            &["a:1 async functions of this project have `_async` in their names, not `async_`"],
        );
        check(
            "def get(): pass\nasync def aget(): pass\n",
            &["a:2 async functions of this project have `a` in their names, not `async_`"],
        );
        assert_eq!(by_default("async def fetch(): pass\nasync def load(): pass\n"), [1, 2]);
    }

    #[test]
    fn other_conventions() {
        let text = "async def aget(): pass\nasync def get_async(): pass\nasync def _get(): pass\n";
        assert_eq!(stated(Affix::Prefix("a".to_owned()), &[], text), [2, 3]);
        assert_eq!(stated(Affix::Suffix("_async".to_owned()), &[], text), [1, 3]);
        assert_eq!(stated(Affix::None, &[], text), [0; 0]);
    }

    #[test]
    fn names_that_others_chose_are_left_alone() {
        assert_eq!(by_default("async def main(): pass\nasync def test_it(): pass\n"), [0; 0]);
        assert_eq!(by_default("@app.get('/')\nasync def index(): pass\n"), [0; 0]);
        assert_eq!(by_default("import web\nasync def index(): pass\nweb.route('/', index)\n"), [0; 0]);
        assert_eq!(by_default("async def outer_():\n    async def inner(): pass\n"), [1]);
        assert_eq!(by_default("class C:\n    async def __aenter__(self): pass\n"), [0; 0]);
        assert!(lines("AS301", &[("test_a", "async def helper(): pass\n")]).is_empty());
    }

    #[test]
    fn names_that_the_project_allows() {
        let text = "async def on_start(): pass\nasync def _on_stop(): pass\nasync def run(): pass\n";
        assert_eq!(stated(Affix::default(), &["on_*"], text), [3]);
    }

    #[test]
    fn overrides_are_reported_at_their_base_only() {
        assert_eq!(
            by_default(
                "class A:\n    async def run(self): pass\nclass B(A):\n    async def run(self): pass\n"
            ),
            [2]
        );
        assert_eq!(by_default("import lib\nclass B(lib.Base):\n    async def run(self): pass\n"), [0; 0]);
        assert_eq!(by_default("from abc import ABC\nclass B(ABC):\n    async def run(self): pass\n"), [3]);
        assert_eq!(
            by_default("from typing import Protocol\nclass B(Protocol):\n    async def run(self): ...\n"),
            [0; 0]
        );
    }

    #[test]
    fn a_mixin_may_override_what_stands_beside_it() {
        let text = "import lib\nclass M:\n    async def run(self): pass\nclass B(M, lib.Base):\n    x = 1\n";
        assert_eq!(by_default(text), [0; 0]);
    }
}
