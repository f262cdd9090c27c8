//! Calls, contexts and iterables that the project itself declares to wait (`[[leaf]]`).

use rustc_hash::FxHashMap;

use crate::base::{LeafKind, Settings};
use crate::semantic::{ModuleFacts, SiteId, SiteKind, Value};

/// Declared leaves by kind and spelling, with the spelling of their async form.
#[derive(Default)]
pub(super) struct Leaves<'a> {
    spelled: FxHashMap<(LeafKind, &'a str), &'a str>,
}

impl<'a> Leaves<'a> {
    pub(super) fn new(settings: &'a Settings) -> Self {
        let entries = settings.leaves.iter();
        let spelled =
            entries.map(|leaf| ((leaf.kind, leaf.call.as_str()), leaf.replacement.as_str())).collect();
        Self { spelled }
    }

    /// The async spelling of what stands at `site`, when it is declared.
    pub(super) fn at(&self, facts: &ModuleFacts, site: SiteId) -> Option<&'a str> {
        if self.spelled.is_empty() {
            return None;
        }
        let (kind, value) = match facts.sites[site].kind {
            SiteKind::Call { callee, .. } => (LeafKind::Await, callee),
            SiteKind::With { context, is_async: false } => (LeafKind::With, context),
            SiteKind::For { iterable, is_async: false } => (LeafKind::For, iterable),
            SiteKind::Comprehension { iterable, is_async: false, is_lazy: false, .. } => {
                (LeafKind::For, iterable)
            }
            _ => return None,
        };
        // `with Trace():` and `for x in rows():` are declared by what is called.
        let called = match (kind, facts.values[value]) {
            (LeafKind::With | LeafKind::For, Value::Call(call)) => facts.call(call).map(|(callee, _)| callee),
            _ => None,
        };
        let spelling = facts.spelling(called.unwrap_or(value))?;
        self.spelled.get(&(kind, spelling.as_str())).copied()
    }
}
