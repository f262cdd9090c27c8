//! Whether what is awaited is a plain read that waits, by its name and by the code behind it.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Id;
use crate::check::await_in_loop::extent::{extent, writes_outer_name};
use crate::check::await_in_loop::frame::Frame;
use crate::check::await_in_loop::item::{Against, Item};
use crate::check::await_in_loop::names::{has_part, is_reading, is_single};
use crate::check::await_in_loop::reach::reach;
use crate::check::await_in_loop::receiver::is_safe_receiver;
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::rules::CheckRule;
use crate::semantic::{ModuleFacts, SiteId, SiteKind, StoreTarget, Value, ValueId};

/// How far to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Effort {
    /// To the first item that stands against it.
    First,
    /// For all items.
    All,
}

/// Answers for one run of a check; remembers what functions do themselves.
pub(crate) struct Readings<'a, 'r> {
    request: &'a CheckRequest<'r>,
    rule: &'a CheckRule,
    effort: Effort,
    known: FxHashMap<ProgramFunctionId, Deed>,
    /// Async functions of the program by their bare names; made when first asked.
    named: OnceCell<FxHashMap<&'r str, Vec<ProgramFunctionId>>>,
}

/// What a call, or the code of a function, does itself.
#[derive(Clone, Default)]
struct Deed {
    against: Against,
    /// It waits for something outside the program.
    waits: bool,
    /// Functions of the program that do the rest.
    callees: Vec<ProgramFunctionId>,
}

/// Code behind a call that is larger than this is too large to be trusted.
const FUNCTIONS: usize = 60;

/// A name that more functions have than these says nothing of which is meant.
const NAMESAKES: usize = 8;

/// The method whose writes to its object are the object's first.
const CONSTRUCTOR: &str = "__init__";

impl<'a, 'r> Readings<'a, 'r> {
    pub(crate) fn new(request: &'a CheckRequest<'r>, rule: &'a CheckRule, effort: Effort) -> Self {
        Self { request, rule, effort, known: FxHashMap::default(), named: OnceCell::new() }
    }

    /// Whether no more items need to be looked for.
    pub(crate) fn is_enough(&self, against: &Against) -> bool {
        self.effort == Effort::First && !against.is_empty()
    }

    /// What stands against awaiting `operand` while others do the same.
    pub(crate) fn awaited(&mut self, module: ModuleId, operand: ValueId, frame: Frame<'_>) -> Against {
        // A task or future that is not made here runs already.
        let Value::Call(site) = self.request.program.facts(module).values[operand] else {
            return Against::from([Item::NoGain]);
        };
        let deed = self.call(module, site, frame, true);
        let (mut against, waits) = self.followed(deed);
        if !waits {
            against.insert(Item::NoGain);
        }
        against
    }

    /// What stands against making a call that is not awaited while others do the same.
    pub(crate) fn called(&mut self, module: ModuleId, site: SiteId, frame: Frame<'_>) -> Against {
        let deed = self.call(module, site, frame, false);
        self.followed(deed).0
    }

    /// What stands against entering a context manager while others do the same.
    pub(crate) fn entered(&mut self, module: ModuleId, context: ValueId, frame: Frame<'_>) -> Against {
        let deed = self.entry(module, context, frame);
        self.followed(deed).0
    }

    /// A deed with those of all code behind it.
    fn followed(&mut self, deed: Deed) -> (Against, bool) {
        let Deed { mut against, mut waits, callees: mut waiting } = deed;
        let mut seen: FxHashSet<ProgramFunctionId> = FxHashSet::default();
        while let Some(function) = waiting.pop() {
            if self.is_enough(&against) {
                break;
            }
            if !seen.insert(function) {
                continue;
            }
            if seen.len() > FUNCTIONS {
                against.insert(Item::Order);
                break;
            }
            if !self.known.contains_key(&function) {
                let own = self.body(function);
                self.known.insert(function, own);
            }
            let own = &self.known[&function];
            against.extend(&own.against);
            waits |= own.waits;
            waiting.extend(&own.callees);
        }
        (against, waits)
    }

    fn call(&self, module: ModuleId, site: SiteId, frame: Frame<'_>, is_awaited: bool) -> Deed {
        let facts = self.request.program.facts(module);
        let mut deed = Deed { waits: is_awaited, ..Deed::default() };
        let Some((callee, arguments)) = facts.call(site) else { return deed };
        let is_own = match facts.values[callee] {
            Value::Attribute { base, .. } => frame.owns(facts, base),
            _ => false,
        };
        let name = match facts.values[callee] {
            Value::Name { .. } | Value::Attribute { .. } => last_name(facts, callee),
            _ => None,
        };
        // `getattr(item, name)()`: who knows.
        let Some(name) = name else {
            deed.against.extend(is_awaited.then_some(Item::Order));
            return deed;
        };
        if has_part(self.rule, "pacing", name) {
            deed.against.insert(Item::Pacing);
        }
        // `UserUpdate(...)` makes something.
        let is_made = !is_awaited && name.starts_with(char::is_uppercase);
        let is_consuming =
            has_part(self.rule, "consuming", name) || (name == "get" && arguments.is_empty() && is_awaited);
        // Collecting is looked at where it is done.
        let is_collecting = !is_awaited && self.rule.has_word("accumulators", name);
        if !is_own && !is_made && !is_collecting && (has_part(self.rule, "ordered", name) || is_consuming) {
            deed.against.insert(Item::Order);
        }
        let reach = reach(self.request, module, site);
        // Sync code that runs on threads is seldom made for several of them.
        if reach.leaves_loop || has_part(self.rule, "threads", name) {
            deed.against.insert(Item::Single);
        }
        if reach.outside.iter().any(|outside| self.rule.has_word("contexts", outside)) {
            deed.against.insert(Item::Context);
        }
        // Sync code runs without a break, so one that only gets something may well remember it.
        let is_followed = is_awaited || !(is_own || is_made || is_reading(self.rule, name));
        if !reach.functions.is_empty() && is_followed {
            deed.waits = false;
            let is_guess = reach.is_incomplete && is_awaited && !is_reading(self.rule, name);
            deed.against.extend(is_guess.then_some(Item::Order));
            deed.callees = reach.functions;
        } else if is_awaited {
            let is_read = is_reading(self.rule, name);
            deed.against.extend((!is_read).then_some(Item::Order));
            let is_safe = is_own || is_safe_receiver(self.rule, facts, callee, &reach.outside);
            deed.against.extend((!is_safe).then_some(Item::Single));
            let is_method = matches!(facts.values[callee], Value::Attribute { .. });
            // A name of something foreign without rules may stand for a class of the program that is passed there.
            let is_known = reach.outside.iter().any(|name| self.request.knowledge.describes(name));
            if deed.against.is_empty() && is_method && !is_known {
                deed.callees = self.namesakes(name).to_vec();
                deed.waits = deed.callees.is_empty();
            }
        }
        deed
    }

    /// The few async functions of the program that may be meant by a method of unknown class; none when there are many.
    fn namesakes(&self, name: &str) -> &[ProgramFunctionId] {
        let program = self.request.program;
        let named = self.named.get_or_init(|| {
            let mut named: FxHashMap<&'r str, Vec<ProgramFunctionId>> = FxHashMap::default();
            for module in program.modules.ids() {
                let facts = program.facts(module);
                for (function, item) in facts.functions.iter_enumerated() {
                    if item.traits.is_async && !item.traits.is_stub {
                        named
                            .entry(facts.name(item.name))
                            .or_default()
                            .push(program.function(module, function));
                    }
                }
            }
            named
        });
        named.get(name).filter(|found| found.len() <= NAMESAKES).map_or(&[], Vec::as_slice)
    }

    fn entry(&self, module: ModuleId, context: ValueId, frame: Frame<'_>) -> Deed {
        let facts = self.request.program.facts(module);
        let Value::Call(site) = facts.values[context] else {
            let is_own = frame.owns(facts, context);
            return Deed {
                against: if is_own { Against::new() } else { Against::from([Item::Single]) },
                waits: true,
                ..Deed::default()
            };
        };
        let name = facts.call(site).and_then(|(callee, _)| last_name(facts, callee)).unwrap_or_default();
        let is_limit = self.rule.has_word("scopes", name);
        let is_class = name.starts_with(char::is_uppercase);
        if is_limit || is_class {
            return Deed::default();
        }
        let mut deed = self.call(module, site, frame, true);
        if rule_opens(self.rule, name) && deed.callees.is_empty() {
            let is_lent = facts.call(site).is_some_and(|(callee, _)| match facts.values[callee] {
                Value::Attribute { base, .. } => {
                    last_name(facts, base).is_some_and(|base| has_part(self.rule, "sessions", base))
                }
                _ => true,
            });
            deed.against.remove(&Item::Order);
            if is_lent {
                deed.against.remove(&Item::Single);
            }
        }
        deed
    }

    /// Whether a call adds to something that was there before.
    fn collects(&self, facts: &ModuleFacts, site: SiteId) -> bool {
        let Some((callee, _)) = facts.call(site) else { return false };
        let Value::Attribute { base, name } = facts.values[callee] else { return false };
        self.rule.has_word("accumulators", facts.name(name)) && !Frame::Call.owns(facts, base)
    }

    /// What the code of a function does itself.
    fn body(&self, function: ProgramFunctionId) -> Deed {
        let (module, facts, local) = self.request.located(function);
        let item = &facts.functions[local];
        let mut deed = Deed::default();
        let (sites, stores) = extent(facts, local);
        let mut awaited: FxHashSet<SiteId> = FxHashSet::default();
        for site in sites.clone().map(SiteId::from_index) {
            let merged = match facts.sites[site].kind {
                SiteKind::Await { operand } => match facts.values[operand] {
                    Value::Call(call) => {
                        awaited.insert(call);
                        self.call(module, call, Frame::Call, true)
                    }
                    // What stands in a name may be anything.
                    _ => Deed { against: Against::from([Item::Order]), waits: true, ..Deed::default() },
                },
                SiteKind::With { context, is_async: true } => {
                    if let Value::Call(call) = facts.values[context] {
                        awaited.insert(call);
                    }
                    self.entry(module, context, Frame::Call)
                }
                SiteKind::For { is_async, .. } | SiteKind::Comprehension { is_async, .. } => {
                    Deed { waits: is_async, ..Deed::default() }
                }
                _ => continue,
            };
            deed.merge(merged);
        }
        for site in sites.clone().map(SiteId::from_index) {
            let is_call = matches!(facts.sites[site].kind, SiteKind::Call { .. });
            if is_call && !awaited.contains(&site) {
                deed.against.extend(self.collects(facts, site).then_some(Item::Shared));
                deed.merge(self.call(module, site, Frame::Call, false));
            }
        }
        let writes_shared = stores.into_iter().any(|index| {
            let base = match facts.stores[index].target {
                StoreTarget::Attribute { base, .. } | StoreTarget::Item { base, .. } => base,
            };
            !Frame::Call.owns(facts, base)
        });
        // What a constructor writes is new.
        let is_constructor = item.class.is_some() && facts.name(item.name) == CONSTRUCTOR;
        if (writes_shared && !is_constructor) || writes_outer_name(facts, local) {
            deed.against.insert(Item::Shared);
        }
        let callees: FxHashSet<ValueId> =
            sites.filter_map(|site| facts.call(SiteId::from_index(site))).map(|(callee, _)| callee).collect();
        let uses_single =
            (item.first_value.index()..item.end_value.index()).map(ValueId::from_index).any(|value| {
                match facts.values[value] {
                    Value::Name { name, .. } | Value::Attribute { name, .. } => {
                        let is_thing = !callees.contains(&value);
                        is_thing && is_single(self.rule, facts.name(name)) && !Frame::Call.owns(facts, value)
                    }
                    _ => false,
                }
            });
        deed.against.extend(uses_single.then_some(Item::Single));
        deed
    }
}

impl Deed {
    fn merge(&mut self, other: Self) {
        self.against.extend(other.against);
        self.waits |= other.waits;
        self.callees.extend(other.callees);
    }
}

/// Whether a context manager of this name lends something that is read.
fn rule_opens(rule: &CheckRule, name: &str) -> bool {
    is_reading(rule, name) || has_part(rule, "opening", name)
}
