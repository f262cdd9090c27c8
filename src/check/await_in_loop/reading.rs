//! Whether what is awaited is a plain read that waits, by its name and by the code behind it.

use std::cell::OnceCell;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::base::Id;
use crate::check::await_in_loop::frame::Frame;
use crate::check::await_in_loop::item::{Against, Item};
use crate::check::await_in_loop::names::{has_part, is_reading, is_single};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::graph::EdgeKind;
use crate::link::{ModuleId, ProgramFunctionId};
use crate::rules::CheckRule;
use crate::semantic::{
    DefinitionKind, FunctionId, ImportKind, ModuleFacts, NameUse, SiteId, SiteKind, StatementId, StoreTarget,
    Value, ValueId,
};

/// Answers for one run of a check; remembers what functions do themselves.
pub(crate) struct Readings<'a, 'r> {
    request: &'a CheckRequest<'r>,
    rule: &'a CheckRule,
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
    pub(crate) fn new(request: &'a CheckRequest<'r>, rule: &'a CheckRule) -> Self {
        Self { request, rule, known: FxHashMap::default(), named: OnceCell::new() }
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
        if !is_own && !is_made && (has_part(self.rule, "ordered", name) || is_consuming) {
            deed.against.insert(Item::Order);
        }
        let reach = self.reach(module, site);
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
            let is_safe = is_own || self.is_safe_receiver(facts, callee, &reach.outside);
            deed.against.extend((!is_safe).then_some(Item::Single));
            let is_method = matches!(facts.values[callee], Value::Attribute { .. });
            if deed.against.is_empty() && is_method && reach.outside.is_empty() {
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
                        named.entry(facts.name(item.name)).or_default().push(program.function(module, function));
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
                    _ => Deed {
                        against: Against::from([Item::Order]),
                        waits: true,
                        ..Deed::default()
                    },
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
        let uses_single = (item.first_value.index()..item.end_value.index()).map(ValueId::from_index).any(
            |value| match facts.values[value] {
                Value::Name { name, .. } | Value::Attribute { name, .. } => {
                    let is_thing = !callees.contains(&value);
                    is_thing && is_single(self.rule, facts.name(name)) && !Frame::Call.owns(facts, value)
                }
                _ => false,
            },
        );
        deed.against.extend(uses_single.then_some(Item::Single));
        deed
    }

    fn reach(&self, module: ModuleId, site: SiteId) -> Reach {
        let mut reach = Reach::default();
        let Some(known) = self.request.graph.site(self.request.program.site_index(module, site)) else {
            return reach;
        };
        reach.is_incomplete = known.incomplete.is_some();
        for &id in &known.edges {
            let edge = self.request.graph.edge(id);
            match edge.kind {
                EdgeKind::Offload | EdgeKind::RunLoop | EdgeKind::Schedule => reach.leaves_loop = true,
                EdgeKind::Call | EdgeKind::Await | EdgeKind::Override => {
                    if let Some(function) = self.request.graph.function(edge.callee) {
                        let (_, facts, local) = self.request.located(function);
                        let item = &facts.functions[local];
                        if item.traits.is_stub {
                            reach.is_incomplete = true;
                        } else {
                            reach.functions.push(function);
                        }
                    } else if let Some(name) = self.request.graph.external_name(edge.callee) {
                        reach.outside.push(self.request.knowledge.public_name(name).into_owned());
                    }
                }
                EdgeKind::Implicit
                | EdgeKind::Iterate
                | EdgeKind::Enter
                | EdgeKind::Decorate
                | EdgeKind::Reference => {}
            }
        }
        reach
    }

    /// Whether what a function or method belongs to is made for several calls at once.
    fn is_safe_receiver(&self, facts: &ModuleFacts, callee: ValueId, outside: &[String]) -> bool {
        let Value::Attribute { base, .. } = facts.values[callee] else { return true };
        let classes = || outside.iter().filter_map(|name| Some(name.rsplit_once('.')?.0));
        if classes().any(|class| self.rule.has_word("connections", class)) {
            return false;
        }
        let is_known = classes().any(|class| self.rule.has_word("concurrent", class));
        let is_named = last_name(facts, base).is_some_and(|name| has_part(self.rule, "clients", name));
        is_known || is_named || is_module(facts, base)
    }
}

impl Deed {
    fn merge(&mut self, other: Self) {
        self.against.extend(other.against);
        self.waits |= other.waits;
        self.callees.extend(other.callees);
    }
}

/// What a call reaches.
#[derive(Default)]
struct Reach {
    functions: Vec<ProgramFunctionId>,
    outside: Vec<String>,
    leaves_loop: bool,
    is_incomplete: bool,
}

/// Whether a context manager of this name lends something that is read.
fn rule_opens(rule: &CheckRule, name: &str) -> bool {
    is_reading(rule, name) || has_part(rule, "opening", name)
}

fn is_module(facts: &ModuleFacts, value: ValueId) -> bool {
    let is_import = |kind: DefinitionKind| match kind {
        DefinitionKind::Import(import) => matches!(facts.imports[import].kind, ImportKind::Module { .. }),
        _ => false,
    };
    match facts.values[value] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            is_import(facts.definitions[definition].kind)
        }
        Value::Name { reference: NameUse::Binding(binding), .. } => {
            facts.versions(binding).any(|version| is_import(facts.definitions[version].kind))
        }
        Value::Attribute { base, .. } => is_module(facts, base),
        _ => false,
    }
}

/// Indices of the sites and of the writes of a function's body.
fn extent(facts: &ModuleFacts, function: FunctionId) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let item = &facts.functions[function];
    let end = item.first_statement.index() + item.statements as usize;
    let (mut sites, mut stores) = (0..0, 0..0);
    let mut next = item.first_statement.index();
    while next < end {
        let statement = &facts.statements[StatementId::from_index(next)];
        if next == item.first_statement.index() {
            sites.start = statement.sites.0.index();
            stores.start = statement.stores.0 as usize;
        }
        sites.end = statement.sites.1.index();
        stores.end = statement.stores.1 as usize;
        next = statement.end.index().max(next + 1);
    }
    (sites, stores)
}

/// Whether a function writes a `global` or `nonlocal` name.
fn writes_outer_name(facts: &ModuleFacts, function: FunctionId) -> bool {
    let item = &facts.functions[function];
    let end = item.first_statement.index() + item.statements as usize;
    (item.first_statement.index()..end).map(StatementId::from_index).any(|id| {
        let (first, end) = facts.statements[id].definitions;
        facts.definitions.as_slice()[first.index()..end.index()].iter().any(|definition| {
            definition.function == function && facts.bindings[definition.binding].scope < item.scope
        })
    })
}
