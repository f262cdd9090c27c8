//! Finds coroutines that nobody awaits: dropped, named and forgotten, or used as if they were their results.

use crate::check::coroutine_call::coroutine_calls;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::check::value_use::{Use, Uses};
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    DefinitionId, Enclosing, FunctionKind, ModuleFacts, SiteId, SiteKind, StatementId, StatementKind,
    ValueId,
};

/// Reports calls of coroutine functions whose coroutine cannot be awaited by anybody.
pub(crate) fn never_awaited(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for (module, sites) in coroutine_calls(request) {
        if !(request.is_selected)(module) {
            continue;
        }
        let facts = request.program.facts(module);
        let uses = Uses::new(facts);
        for site in sites {
            if let Some(waste) = waste(request, rule, module, &uses, site)
                && !is_watched(facts, rule, site)
            {
                acc.push(build(request, rule, module, site, waste));
            }
        }
    }
}

/// What is done with a coroutine instead of awaiting it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Waste {
    Dropped,
    /// It has a name that nobody reads.
    Forgotten(DefinitionId),
    Truth,
    Compared,
    Operand,
    Iterated,
    Text,
    Entered,
    Member,
    Subscribed,
    /// A builtin takes it that awaits nothing.
    Argument,
}

impl Waste {
    /// The wording that the rule has for it.
    const fn variant(self) -> &'static str {
        match self {
            Self::Dropped => "",
            Self::Forgotten(_) => "forgotten",
            Self::Truth => "truth",
            Self::Compared => "compared",
            Self::Operand => "operand",
            Self::Iterated => "iterated",
            Self::Text => "text",
            Self::Entered => "entered",
            Self::Member => "member",
            Self::Subscribed => "subscribed",
            Self::Argument => "argument",
        }
    }
}

fn waste(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    uses: &Uses<'_>,
    site: SiteId,
) -> Option<Waste> {
    let facts = request.program.facts(module);
    let place = facts.sites[site].place;
    let is_code = facts.functions[place.function].kind != FunctionKind::Lambda
        && !place.enclosing.has(Enclosing::ANNOTATION)
        && !place.enclosing.has(Enclosing::TYPE_ALIAS);
    let SiteKind::Call { value, .. } = facts.sites[site].kind else { return None };
    let ctx = Context { request, rule, module, facts, uses };
    is_code.then(|| ctx.of_value(place.statement, value, true)).flatten()
}

struct Context<'a, 'r> {
    request: &'a CheckRequest<'r>,
    rule: &'a CheckRule,
    module: ModuleId,
    facts: &'a ModuleFacts,
    uses: &'a Uses<'a>,
}

impl Context<'_, '_> {
    /// What is wrong with all uses of a value that is a coroutine here; `None` when one of them may be right.
    fn of_value(&self, statement: StatementId, value: ValueId, follows_names: bool) -> Option<Waste> {
        let mut found = None;
        for used in self.uses.of(statement, value) {
            let waste = match used {
                Use::Dropped => Waste::Dropped,
                Use::Named(definition) if follows_names => self.of_name(definition)?,
                Use::Truth => Waste::Truth,
                Use::Compared => Waste::Compared,
                Use::Operand => Waste::Operand,
                Use::Iterated => Waste::Iterated,
                Use::Text => Waste::Text,
                Use::Entered => Waste::Entered,
                Use::Subscribed => Waste::Subscribed,
                Use::Member(name) => {
                    let is_own = self.rule.has_word("coroutine-members", self.facts.name(name));
                    (!is_own).then_some(Waste::Member)?
                }
                Use::Argument(site) => self.is_passed_to_idle(site).then_some(Waste::Argument)?,
                // The last of `a or b` is judged by what is done with the whole.
                Use::Chosen(outer) => self.of_value(statement, outer, follows_names)?,
                Use::Contained(outer) => self.of_container(statement, outer)?,
                Use::Named(_) | Use::Awaited | Use::Returned | Use::Other => return None,
            };
            found = found.or(Some(waste));
        }
        found
    }

    /// A container of coroutines is wasted only when it is itself dropped or forgotten.
    fn of_container(&self, statement: StatementId, value: ValueId) -> Option<Waste> {
        let mut found = None;
        for used in self.uses.of(statement, value) {
            let waste = match used {
                Use::Dropped => Waste::Dropped,
                Use::Named(definition) if self.uses.reads(definition)?.is_empty() => {
                    Waste::Forgotten(definition)
                }
                _ => return None,
            };
            found = found.or(Some(waste));
        }
        found
    }

    fn of_name(&self, definition: DefinitionId) -> Option<Waste> {
        let reads = self.uses.reads(definition)?;
        let mut found = None;
        for &(statement, value) in &reads {
            let waste = self.of_value(statement, value, false)?;
            // `if x:` and `x is None` before nothing else say little of what was meant.
            found = found.or(Some(waste));
        }
        found.or(reads.is_empty().then_some(Waste::Forgotten(definition)))
    }

    /// Whether the call at a site reaches only builtins that await nothing and keep nothing.
    fn is_passed_to_idle(&self, site: SiteId) -> bool {
        let Some(known) = self.request.graph.site(self.request.program.site_index(self.module, site)) else {
            return false;
        };
        !known.edges.is_empty()
            && known.edges.iter().all(|&id| {
                let name = self.request.graph.external_name(self.request.graph.edge(id).callee);
                name.is_some_and(|name| self.rule.has_word("idle", name))
            })
    }
}

/// Whether the code around a call says that the coroutine, or an error on the way to it, is what is looked at.
fn is_watched(facts: &ModuleFacts, rule: &CheckRule, site: SiteId) -> bool {
    let mut next = Some(facts.sites[site].place.statement);
    while let Some(statement) = next {
        let item = &facts.statements[statement];
        if matches!(item.kind, StatementKind::With { .. }) {
            let sites = (item.sites.0, item.sites.1);
            let watches = crate::check::value_use::ids::<SiteId>(sites).any(|id| {
                let SiteKind::With { context, .. } = facts.sites[id].kind else { return false };
                facts.sites[id].place.statement == statement
                    && last_name(facts, context).is_some_and(|name| rule.has_word("watching", name))
            });
            if watches {
                return true;
            }
        }
        next = item.parent;
    }
    false
}

fn build(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    site: SiteId,
    waste: Waste,
) -> Finding {
    let facts = request.program.facts(module);
    let item = &facts.sites[site];
    let callee = facts.call(site).map(|(callee, _)| request.spelling(module, callee)).unwrap_or_default();
    let other = match waste {
        Waste::Forgotten(definition) => {
            facts.name(facts.bindings[facts.definitions[definition].binding].name).to_owned()
        }
        _ => String::new(),
    };
    FindingBuilder::new(rule, request.file(module), Spot::Text(item.range))
        .variant(waste.variant())
        .function(request.function_name(module, item.place.function))
        .value(Placeholder::Callee, callee)
        .value(Placeholder::Other, other)
        .finish()
}
