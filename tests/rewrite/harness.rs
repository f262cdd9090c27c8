//! Names steps by the code they mean, applies them, and compares.

use std::collections::BTreeMap;

use asyncshift::plan::{AddedImport, Callee, Collected, FileChange, Step};
use asyncshift::rewrite::{Refusal, RewriteOptions, rewrite};
use asyncshift::semantic::{
    ComprehensionKind, FunctionKind, ImportId, ModuleFacts, SiteId, SiteKind, StatementId, StatementKind,
    ValueId, lower,
};
use asyncshift::syntax::parse;

/// A step, with the source text of what it is about; all that has this text is meant.
#[derive(Clone, Copy)]
pub(crate) enum Do {
    /// Await this call.
    Await(&'static str),
    /// Await this call and rename its callee.
    Rename(&'static str, &'static str),
    /// Await this call of another callee, with other keywords.
    Replace(&'static str, &'static str, &'static [(&'static str, &'static str)]),
    /// Run this call in a thread.
    Offload(&'static str),
    /// Make the `with` over this item async.
    With(&'static str),
    /// Make the `for` over this iterable async.
    For(&'static str),
    /// Convert this function and leave a wrapper.
    Convert(&'static str),
    /// Convert this function in place.
    InPlace(&'static str),
    /// Import this name beside that alias.
    Extend(&'static str, &'static str),
    /// Import this name under another beside that alias.
    ExtendAs(&'static str, &'static str, &'static str),
    /// Collect this generator expression, in place of that call if it has a text.
    Collect(&'static str, &'static str),
    /// Collect what this call of an async generator function gives, in place of that call if it has a text.
    Gather(&'static str, &'static str),
    /// Close what this `for` goes through.
    Close(&'static str),
    /// Delegate with a loop: to this operand, with `async for` or not.
    Delegate(&'static str, bool),
    /// Write this call of `map` or `filter` as a comprehension.
    Unroll(&'static str, bool),
    /// Wait in this augmented assignment before it reads.
    Hoist(&'static str),
    /// Let cancellations through the clause that starts with this.
    LetThrough(&'static str),
    /// Await the argument of this call.
    AwaitInstead(&'static str),
    /// Call the first argument of this call.
    Unthread(&'static str),
    /// Add `import …`.
    Import(&'static str),
    /// Add `from … import …`.
    From(&'static str, &'static str),
}

use Do::{
    Await, AwaitInstead, Close, Collect, Convert, Delegate, Extend, ExtendAs, For, From, Gather, Hoist,
    Import, InPlace, LetThrough, Offload, Rename, Replace, Unroll, Unthread, With,
};

/// A source, the steps, and what they make of it.
pub(crate) struct Case {
    pub(crate) before: &'static str,
    pub(crate) steps: &'static [Do],
    pub(crate) after: &'static str,
}

/// Checks every case; all failures are told at once.
pub(crate) fn check_all(cases: &[Case]) {
    let mut failures = Vec::new();
    for case in cases {
        let result = apply(case.before, case.steps, (3, 12));
        if result.as_deref() != Ok(case.after) {
            let found = result.unwrap_or_else(|refusal| format!("refused: {refusal}"));
            failures.push(format!(
                "\n---- before\n{}\n---- expected\n{}\n---- found\n{found}\n",
                case.before, case.after,
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.concat());
}

/// Applies `steps` to `text`.
pub(crate) fn apply(text: &str, steps: &[Do], target_version: (u8, u8)) -> Result<String, Refusal> {
    let facts = lower(&parse(text), text);
    let mut change = FileChange::default();
    for step in steps {
        add(&mut change, &facts, text, *step);
    }
    rewrite(text, &facts, &change, &RewriteOptions { target_version })
}

/// All calls, each once: the target of `x[f()] += 1` is read and written, and has two sites.
pub(crate) fn calls(facts: &ModuleFacts) -> Vec<SiteId> {
    let is_call = |id: &SiteId| matches!(facts.sites[*id].kind, SiteKind::Call { .. });
    let by_range: BTreeMap<_, _> =
        facts.sites.ids().filter(is_call).map(|id| (facts.sites[id].range, id)).collect();
    by_range.into_values().collect()
}

fn add(change: &mut FileChange, facts: &ModuleFacts, text: &str, step: Do) {
    let steps = &mut change.steps;
    let before = steps.len() + change.imports.len();
    let sites = |code: &'static str, fits: fn(&SiteKind) -> bool| -> Vec<SiteId> {
        let has_text = |id: &SiteId| facts.sites[*id].range.get(text) == Some(code);
        facts.sites.ids().filter(|id| has_text(id) && fits(&facts.sites[*id].kind)).collect()
    };
    let is_call = |kind: &SiteKind| matches!(kind, SiteKind::Call { .. });
    let awaits = |code, callee: Callee| -> Vec<Step> {
        sites(code, is_call).into_iter().map(|site| Step::Await { site, callee: callee.clone() }).collect()
    };
    match step {
        Await(code) => steps.extend(awaits(code, Callee::Same)),
        Rename(code, name) => steps.extend(awaits(code, Callee::Renamed(name.to_owned()))),
        Replace(code, spelling, keywords) => {
            let keywords = keywords.iter().map(|(old, new)| ((*old).to_owned(), (*new).to_owned())).collect();
            steps.extend(awaits(code, Callee::Replaced { spelling: spelling.to_owned(), keywords }));
        }
        Offload(code) => steps.extend(
            sites(code, is_call)
                .into_iter()
                .map(|site| Step::Offload { site, via: "asyncio.to_thread".to_owned() }),
        ),
        With(code) => steps.extend(
            sites(code, |kind| matches!(kind, SiteKind::With { .. }))
                .into_iter()
                .map(|site| Step::AsyncWith { site }),
        ),
        For(code) => steps.extend(
            sites(code, |kind| matches!(kind, SiteKind::For { .. } | SiteKind::Comprehension { .. }))
                .into_iter()
                .map(|site| Step::AsyncFor { site }),
        ),
        Convert(name) => steps.extend(convert(facts, name, Some("sync"))),
        InPlace(name) => steps.extend(convert(facts, name, None)),
        Extend(alias, name) => steps.extend(extend(facts, text, alias, name, None)),
        ExtendAs(alias, name, local) => {
            steps.extend(extend(facts, text, alias, name, Some(local)));
        }
        Collect(code, outer) => {
            let fits = |id: &ValueId| {
                facts.value_ranges[*id].get(text) == Some(code)
                    && facts.comprehension_kind(*id) == Some(ComprehensionKind::Generator)
            };
            let around = facts.comprehensions[0].sites[0];
            steps.extend(facts.values.ids().filter(fits).map(|value| Step::Collect {
                around,
                what: Collected::Generator { value },
                instead_of: sites(outer, is_call).first().map(|&call| (call, ComprehensionKind::List)),
            }));
        }
        Gather(code, outer) => {
            let outer = sites(outer, is_call).first().map(|&call| (call, ComprehensionKind::Set));
            steps.extend(sites(code, is_call).into_iter().map(|site| Step::Collect {
                around: site,
                what: Collected::Call { site, item: "item".to_owned() },
                instead_of: outer,
            }));
        }
        Close(code) => {
            let found = sites(code, |kind| matches!(kind, SiteKind::For { .. }));
            steps.extend(found.into_iter().map(|site| Step::CloseLoop {
                site,
                name: "items".to_owned(),
                via: "aclosing".to_owned(),
            }));
        }
        Delegate(code, is_async) => {
            let is_delegation = |id: &SiteId| match facts.sites[*id].kind {
                SiteKind::YieldFrom { iterable } => facts.value_ranges[iterable].get(text) == Some(code),
                _ => false,
            };
            steps.extend(facts.sites.ids().filter(is_delegation).map(|site| Step::Delegate {
                site,
                item: "item".to_owned(),
                is_async,
            }));
        }
        Unroll(code, filters) => steps.extend(sites(code, is_call).into_iter().map(|site| Step::Unroll {
            site,
            callee: Callee::Renamed("async_f".to_owned()),
            item: "item".to_owned(),
            filters,
            display: ComprehensionKind::List,
            instead_of: None,
        })),
        Hoist(code) => steps.extend(statements(facts, text, code).map(|statement| Step::Hoist {
            site: facts.statements[statement].sites.0,
            statement,
            name: "value".to_owned(),
        })),
        LetThrough(code) => {
            let is_clause = |id: &StatementId| facts.statements[*id].kind == StatementKind::Handler;
            steps.extend(
                statements(facts, text, code).filter(is_clause).map(|handler| Step::LetCancelThrough {
                    site: facts.statements[handler].sites.0,
                    handler,
                }),
            );
        }
        AwaitInstead(code) => {
            steps.extend(sites(code, is_call).into_iter().map(|site| Step::AwaitInstead { site }));
        }
        Unthread(code) => steps.extend(
            sites(code, is_call)
                .into_iter()
                .map(|site| Step::Unthread { site, callee: Callee::Renamed("async_f".to_owned()) }),
        ),
        Import(module) => change.imports.push(AddedImport::Module(module.to_owned())),
        From(module, name) => {
            change.imports.push(AddedImport::From { module: module.to_owned(), name: name.to_owned() });
        }
    }
    assert!(change.steps.len() + change.imports.len() > before, "a step fits nothing in\n{text}");
}

/// Statements that start with `code`.
fn statements<'a>(
    facts: &'a ModuleFacts,
    text: &'a str,
    code: &'static str,
) -> impl Iterator<Item = StatementId> + 'a {
    let starts = move |id: &StatementId| {
        facts.statements[*id].range.get(text).is_some_and(|found| found.starts_with(code))
    };
    facts.statements.ids().filter(starts)
}

fn convert(facts: &ModuleFacts, name: &str, wrapper: Option<&str>) -> Vec<Step> {
    let fits = |function: &asyncshift::semantic::Function| {
        function.kind == FunctionKind::Def && facts.name(function.name) == name
    };
    let found = facts.functions.iter_enumerated().filter(|(_, function)| fits(function));
    found
        .map(|(function, _)| {
            let new_name = if wrapper.is_some() { format!("async_{name}") } else { name.to_owned() };
            Step::Convert {
                function,
                new_name,
                wrapper: wrapper.map(str::to_owned),
                is_twin: false,
                guard: None,
            }
        })
        .collect()
}

fn extend(facts: &ModuleFacts, text: &str, code: &str, name: &str, alias: Option<&str>) -> Vec<Step> {
    let has_text = |id: &ImportId| facts.imports[*id].range.get(text) == Some(code);
    let found = facts.imports.ids().filter(has_text);
    found
        .map(|import| Step::ExtendImport { import, name: name.to_owned(), alias: alias.map(str::to_owned) })
        .collect()
}
