//! Which findings a comment takes back, and which comments take back nothing.

use std::cell::RefCell;

use rustc_hash::FxHashSet;

use crate::check::finding::{Finding, Spot};
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::rules::{CheckRule, matches_selector};
use crate::semantic::{ModuleFacts, Suppression};
use crate::text::TextRange;

/// The suppression comments of a program, and which of them were of use so far.
pub(crate) struct Suppressions<'r, 'a> {
    request: &'r CheckRequest<'a>,
    /// Modules by the number of their file, sorted.
    modules: Vec<(u32, ModuleId)>,
    /// Module, comment, and the number of the code in the comment.
    used: RefCell<FxHashSet<(ModuleId, usize, usize)>>,
}

impl<'r, 'a> Suppressions<'r, 'a> {
    pub(crate) fn new(request: &'r CheckRequest<'a>) -> Self {
        let mut modules: Vec<(u32, ModuleId)> =
            request.program.modules.iter_enumerated().map(|(id, module)| (module.file, id)).collect();
        modules.sort_unstable();
        Self { request, modules, used: RefCell::default() }
    }

    /// Whether a comment takes a finding back: where it stands, where its cause is, or at the `def` of the functions
    /// around either of them.
    pub(crate) fn takes_back(&self, finding: &Finding) -> bool {
        let Spot::Text(range) = finding.spot else { return false };
        let Some(rule) = self.request.knowledge.check(&finding.code) else { return false };
        let last = finding.chain.last().map(|hop| (hop.file, hop.range));
        let mut is_taken_back = false;
        for (file, range) in std::iter::once((finding.file, range)).chain(last) {
            let Ok(at) = self.modules.binary_search_by_key(&file, |(file, _)| *file) else { continue };
            let module = self.modules[at].1;
            let facts = self.request.program.facts(module);
            // What others excuse in their code is not excused here.
            if facts.suppressions.is_empty() || self.request.program.is_third_party(module) {
                continue;
            }
            let headers =
                facts.functions.iter().skip(1).filter(|function| function.range.contains(range.start()));
            let places = headers.map(|function| function.name_range).chain([range]);
            for place in places {
                is_taken_back |= self.meet(module, facts, place, rule);
            }
        }
        is_taken_back
    }

    /// Marks the comments at a place that mean the check; whether there are any.
    fn meet(&self, module: ModuleId, facts: &ModuleFacts, range: TextRange, rule: &CheckRule) -> bool {
        let last = range.end().saturating_sub(1).max(range.start());
        let mut is_met = false;
        for (number, suppression) in facts.suppressions.iter().enumerate() {
            if !suppression.range.contains(range.start()) && !suppression.range.contains(last) {
                continue;
            }
            for code in meant(suppression, rule) {
                is_met = true;
                self.used.borrow_mut().insert((module, number, code));
            }
        }
        is_met
    }

    /// Codes of comments that took back nothing, in order: module, comment, and the number of the code in it.
    pub(crate) fn unused(&self) -> Vec<(ModuleId, usize, usize)> {
        let used = self.used.borrow();
        let mut unused = Vec::new();
        for module in self.request.modules() {
            for (number, suppression) in self.request.program.facts(module).suppressions.iter().enumerate() {
                let codes = 0..suppression.codes.len();
                unused.extend(codes.map(|code| (module, number, code)).filter(|key| !used.contains(key)));
            }
        }
        unused
    }
}

/// Numbers of the codes in a comment that mean the check; a comment that names none means all by its first.
fn meant(suppression: &Suppression, rule: &CheckRule) -> impl Iterator<Item = usize> {
    let is_general = suppression.codes.is_empty();
    let codes = suppression.codes.iter().enumerate();
    let named = codes.filter(|(_, code)| matches_selector(code, rule)).map(|(number, _)| number);
    is_general.then_some(0).into_iter().chain(named)
}
