//! Every loop that awaits, with what stands against awaiting its rounds together.

use std::collections::BTreeMap;

use rustc_hash::FxHashSet;

use crate::check::await_in_loop::around::{around, inside, is_said_to_be_meant};
use crate::check::await_in_loop::carried::carried;
use crate::check::await_in_loop::frame::Frame;
use crate::check::await_in_loop::item::{Against, Item};
use crate::check::await_in_loop::items::items;
use crate::check::await_in_loop::names::has_verb;
use crate::check::await_in_loop::reading::Readings;
use crate::check::await_in_loop::region::{Loop, Region, is_about_item, loop_of, region};
use crate::check::await_in_loop::shared::shared;
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::{ModuleFacts, SiteId, SiteKind, StatementKind, Value, ValueId};

/// A loop that awaits.
pub(crate) struct AwaitingLoop {
    /// The loop.
    pub(crate) found: Loop,
    /// The awaits whose innermost loop it is, with what they await, in source order.
    pub(crate) awaits: Vec<(SiteId, ValueId)>,
    /// Whether a loop in it awaits as well.
    is_outer: bool,
}

/// The loops of a module that await, in source order.
pub(crate) fn awaiting_loops(facts: &ModuleFacts) -> Vec<AwaitingLoop> {
    let mut loops: BTreeMap<(u32, Loop), Vec<(SiteId, ValueId)>> = BTreeMap::new();
    for (site, item) in facts.sites.iter_enumerated() {
        let SiteKind::Await { operand } = item.kind else { continue };
        if let Some(found) = loop_of(facts, item) {
            loops.entry((found.range(facts).start(), found)).or_default().push((site, operand));
        }
    }
    let starts: Vec<u32> = loops.keys().map(|(start, _)| *start).collect();
    let outer = |index: usize, found: Loop| {
        starts.get(index + 1).is_some_and(|&next| next < found.range(facts).end())
    };
    let numbered = loops.into_iter().enumerate();
    numbered
        .map(|(index, ((_, found), awaits))| AwaitingLoop { found, awaits, is_outer: outer(index, found) })
        .collect()
}

/// What stands against awaiting the rounds of a loop together.
pub(crate) fn against(
    readings: &mut Readings<'_, '_>,
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    awaiting: &AwaitingLoop,
) -> Against {
    let facts = request.program.facts(module);
    let region = region(facts, awaiting.found);
    let mut acc = Against::new();
    carried(&mut acc, facts, &region);
    shared(&mut acc, facts, rule, &region);
    items(&mut acc, request, rule, module, &region);
    around(&mut acc, facts, rule, awaiting.found.statement());
    inside(&mut acc, facts, rule, &region);
    let is_flat = !awaiting.is_outer && !has_await_in_clause(facts, &region, &awaiting.awaits);
    acc.extend((!is_flat).then_some(Item::Nested));
    for &(_, operand) in &awaiting.awaits {
        if readings.is_enough(&acc) {
            return acc;
        }
        acc.extend((!is_about_item(facts, &region, operand)).then_some(Item::Repeats));
        acc.extend(readings.awaited(module, operand, Frame::Round(&region)));
    }
    for &(site, operand) in &awaiting.awaits {
        // What nobody keeps was asked for because of what it does.
        let is_call = matches!(facts.values[operand], Value::Call(_));
        let is_for_effect = is_call && is_dropped(facts, site) && !is_fetched(facts, rule, operand);
        acc.extend(is_for_effect.then_some(Item::Order));
    }
    beside(&mut acc, readings, module, facts, &region);
    let (statement, end) = (awaiting.found.statement(), awaiting.found.range(facts).end());
    if acc.is_empty() && is_said_to_be_meant(request, rule, module, statement, end) {
        acc.insert(Item::Pacing);
    }
    acc
}

/// Adds what the calls and contexts of a round say that are not awaited.
fn beside(
    acc: &mut Against,
    readings: &mut Readings<'_, '_>,
    module: ModuleId,
    facts: &ModuleFacts,
    region: &Region,
) {
    let mut waited: FxHashSet<SiteId> = FxHashSet::default();
    for &site in &region.sites {
        let value = match facts.sites[site].kind {
            SiteKind::Await { operand } => operand,
            SiteKind::With { context, is_async: true } => {
                acc.extend(readings.entered(module, context, Frame::Round(region)));
                context
            }
            _ => continue,
        };
        if let Value::Call(call) = facts.values[value] {
            waited.insert(call);
        }
    }
    for &site in &region.sites {
        let is_call = matches!(facts.sites[site].kind, SiteKind::Call { .. });
        if is_call && !waited.contains(&site) {
            acc.extend(readings.called(module, site, Frame::Round(region)));
        }
    }
}

/// Whether an `await` is a statement of its own.
fn is_dropped(facts: &ModuleFacts, site: SiteId) -> bool {
    let item = &facts.statements[facts.sites[site].place.statement];
    item.kind == StatementKind::Expression && item.range == facts.sites[site].range
}

/// Whether a call fetches something that may well be kept elsewhere.
fn is_fetched(facts: &ModuleFacts, rule: &CheckRule, operand: ValueId) -> bool {
    last_name(facts, operand).is_some_and(|name| has_verb(rule, "fetching", name))
}

/// Whether an `await` gives a comprehension what it goes through.
fn has_await_in_clause(facts: &ModuleFacts, region: &Region, awaits: &[(SiteId, ValueId)]) -> bool {
    let Loop::Comprehension(..) = region.found else { return false };
    awaits.iter().any(|&(site, _)| {
        let at = facts.sites[site].range;
        region.iterables.iter().any(|&iterable| facts.value_ranges[iterable].contains_range(at))
    })
}
