//! Which findings a comment takes back, and which comments take back nothing.

use std::cell::RefCell;

use rustc_hash::FxHashSet;

use crate::check::finding::{Finding, Spot};
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::rules::{CheckRule, matches_selector};
use crate::semantic::{Function, ModuleFacts, Suppression};
use crate::syntax::SuppressionStyle;
use crate::text::TextRange;

/// Module, comment, and the number of the selector in the comment.
type Key = (ModuleId, usize, usize);

/// The suppression comments of a program, and which of them were of use so far.
pub(crate) struct Suppressions<'r, 'a> {
    request: &'r CheckRequest<'a>,
    /// Modules by the number of their file, sorted.
    modules: Vec<(u32, ModuleId)>,
    used: RefCell<FxHashSet<Key>>,
}

impl<'r, 'a> Suppressions<'r, 'a> {
    pub(crate) fn new(request: &'r CheckRequest<'a>) -> Self {
        let mut modules: Vec<(u32, ModuleId)> =
            request.program.modules.iter_enumerated().map(|(id, module)| (module.file, id)).collect();
        modules.sort_unstable();
        Self { request, modules, used: RefCell::default() }
    }

    /// Whether a comment takes a finding back: at a call on the way to its cause, or at the `def` of the functions around
    /// the first and the last of them.
    pub(crate) fn takes_back(&self, finding: &Finding) -> bool {
        let Spot::Text(range) = finding.spot else { return false };
        let Some(rule) = self.request.knowledge.check(&finding.code) else { return false };
        let mut met = self.met_around(finding.file, range, rule, Reach::End);
        let hops = finding.chain.iter().enumerate().skip(1);
        for (number, hop) in hops {
            let is_last = number + 1 == finding.chain.len();
            let reach = if is_last { Reach::End } else { Reach::Between };
            met.extend(self.met_around(hop.file, hop.range, rule, reach));
        }
        let is_taken_back = !met.is_empty();
        self.used.borrow_mut().extend(met);
        is_taken_back
    }

    /// Whether a comment takes back everything that the check says of a place, however it is reached.
    pub(crate) fn excuses(&self, file: u32, range: TextRange, rule: &CheckRule) -> bool {
        !self.met_around(file, range, rule, Reach::End).is_empty()
    }

    /// The selectors of comments that mean the check at a place of a finding.
    fn met_around(&self, file: u32, range: TextRange, rule: &CheckRule, reach: Reach) -> Vec<Key> {
        let Ok(at) = self.modules.binary_search_by_key(&file, |(file, _)| *file) else { return Vec::new() };
        let module = self.modules[at].1;
        let facts = self.request.program.facts(module);
        // What others excuse in their code is not excused here.
        if facts.suppressions.is_empty() || self.request.program.is_third_party(module) {
            return Vec::new();
        }
        let last = range.end().saturating_sub(1).max(range.start());
        let is_at = |suppression: &Suppression| {
            suppression.range.contains(range.start()) || suppression.range.contains(last)
        };
        match reach {
            // A comment for any linter is not about what happens far below its line.
            Reach::Between => met(module, facts, rule, |suppression| {
                is_at(suppression)
                    && (suppression.selectors.is_some() || suppression.style == SuppressionStyle::Own)
            }),
            Reach::End => {
                let headers: Vec<(TextRange, TextRange)> = facts
                    .functions
                    .iter()
                    .skip(1)
                    .filter(|function| {
                        function.range.contains(range.start()) && !function.name_range.is_empty()
                    })
                    .map(|function| (function.name_range, header(facts, function)))
                    .collect();
                met(module, facts, rule, |suppression| {
                    let is_at_header = |(name, header): &(TextRange, TextRange)| {
                        let is_in = header.contains(suppression.comment.start());
                        suppression.range.contains(name.start()) || (is_in && suppression.selectors.is_some())
                    };
                    is_at(suppression) || headers.iter().any(is_at_header)
                })
            }
        }
    }

    /// Selectors of comments that took back nothing, in order: module, comment, and the number of the selector in it. Of
    /// the comments that mean everything only ours are there: the others may be for another linter.
    pub(crate) fn unused(&self) -> Vec<(ModuleId, usize, usize)> {
        let used = self.used.borrow();
        let mut unused = Vec::new();
        for module in self.request.modules() {
            for (number, suppression) in self.request.program.facts(module).suppressions.iter().enumerate() {
                let count = match (&suppression.selectors, suppression.style) {
                    (Some(selectors), _) => selectors.len(),
                    (None, SuppressionStyle::Own) => 1,
                    (None, SuppressionStyle::Noqa) => 0,
                };
                let keys = (0..count).map(|selector| (module, number, selector));
                unused.extend(keys.filter(|key| !used.contains(key)));
            }
        }
        unused
    }
}

/// How a place belongs to a finding.
#[derive(Clone, Copy)]
enum Reach {
    /// The finding itself, or its cause.
    End,
    /// A call on the way.
    Between,
}

/// From a function's name to its body.
fn header(facts: &ModuleFacts, function: &Function) -> TextRange {
    let name = function.name_range;
    let body = (function.statements > 0).then(|| facts.statements[function.first_statement].range.start());
    TextRange::new(name.start(), body.unwrap_or(name.end()).max(name.end()))
}

/// The selectors of those of the wanted comments that mean the check.
fn met(
    module: ModuleId,
    facts: &ModuleFacts,
    rule: &CheckRule,
    is_wanted: impl Fn(&Suppression) -> bool,
) -> Vec<Key> {
    let all = facts.suppressions.iter().enumerate();
    let wanted = all.filter(|(_, suppression)| is_wanted(suppression));
    wanted
        .flat_map(|(number, suppression)| {
            meant(suppression, rule).map(move |selector| (module, number, selector))
        })
        .collect()
}

/// Numbers of the selectors in a comment that mean the check; a comment without a list means all by its first.
fn meant(suppression: &Suppression, rule: &CheckRule) -> impl Iterator<Item = usize> {
    let is_general = suppression.selectors.is_none();
    let selectors = suppression.selectors.iter().flatten().enumerate();
    let named = selectors.filter(|(_, selector)| matches_selector(selector, rule)).map(|(number, _)| number);
    is_general.then_some(0).into_iter().chain(named)
}
