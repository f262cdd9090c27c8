//! Finds coroutines that nobody awaits: dropped, named and forgotten, or used as if they were their results.

use crate::check::coroutine_call::coroutine_calls;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::check::value_use::{Use, Uses, header_values, ids};
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    DefinitionId, Enclosing, FunctionKind, ModuleFacts, SiteId, SiteKind, StatementId, StatementKind, Value,
    ValueId, well_known,
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
                && !is_one_of_two(facts, rule, site)
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
    let contexts = |statement: StatementId| {
        ids::<SiteId>(facts.statements[statement].sites).filter_map(move |id| match facts.sites[id].kind {
            SiteKind::With { context, .. } if facts.sites[id].place.statement == statement => Some(context),
            _ => None,
        })
    };
    ancestors(facts, facts.sites[site].place.statement)
        .filter(|&statement| matches!(facts.statements[statement].kind, StatementKind::With { .. }))
        .flat_map(contexts)
        .any(|context| last_name(facts, context).is_some_and(|name| rule.has_word("watching", name)))
}

/// Whether the code around a call is for both colours of functions: it asks which one it has, or which copy it is.
fn is_one_of_two(facts: &ModuleFacts, rule: &CheckRule, site: SiteId) -> bool {
    let mut place = Some((facts.sites[site].place.function, facts.sites[site].place.statement));
    while let Some((function, statement)) = place {
        let item = &facts.functions[function];
        // A class that can be entered in both ways is changed into one of them by somebody.
        let is_sync_half = matches!(facts.name(item.name), well_known::ENTER | well_known::EXIT)
            && item.class.is_some_and(|class| {
                facts
                    .scope_bindings(facts.classes[class].scope)
                    .any(|binding| facts.name(facts.bindings[binding].name) == well_known::AENTER)
            });
        let asks = names(facts, (item.first_value, item.end_value)).any(|name| rule.has_word("probes", name));
        let is_copy = ancestors(facts, statement)
            .filter(|&outer| facts.statements[outer].kind == StatementKind::If)
            .flat_map(|outer| names(facts, header_values(facts, outer)))
            .any(|name| name.to_lowercase().split('_').any(|part| rule.has_word("copies", part)));
        if asks || is_copy || is_sync_half {
            return true;
        }
        place = item.statement.map(|statement| (item.parent, statement));
    }
    false
}

/// The statements around a statement, from the inside out.
fn ancestors(facts: &ModuleFacts, statement: StatementId) -> impl Iterator<Item = StatementId> + '_ {
    std::iter::successors(facts.statements[statement].parent, |&outer| facts.statements[outer].parent)
}

/// The names and attributes that a run of values reads.
fn names(facts: &ModuleFacts, run: (ValueId, ValueId)) -> impl Iterator<Item = &str> {
    ids::<ValueId>(run).filter_map(|value| match facts.values[value] {
        Value::Name { name, .. } | Value::Attribute { name, .. } => Some(facts.name(name)),
        _ => None,
    })
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

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(body: &str, expected: &[&str]) {
        let text = format!("import asyncio\nasync def f(x=1):\n    await asyncio.sleep(0)\n{body}");
        assert_eq!(lines("AS204", &[("a", &text)]), expected, "{text}");
    }

    #[test]
    fn dropped_and_forgotten() {
        check(
            "async def g():\n    f()\n",
            &["a:5 the coroutine of `f` is never awaited, so nothing of it runs"],
        );
        check(
            "async def g():\n    x = f()\n    y = 1\n",
            &["a:5 the coroutine of `f` is never awaited: nobody reads `x`"],
        );
        check("x = f()\n", &[]);
        check("async def g():\n    await f()\n    x = f()\n    return x\n", &[]);
    }

    #[test]
    fn functions_that_hand_out_coroutines_count_as_well() {
        check(
            "def g():\n    return f()\ndef h():\n    return g()\nasync def k():\n    h()\n    await h()\n",
            &["a:9 the coroutine of `h` is never awaited, so nothing of it runs"],
        );
        check("def g(y):\n    if y:\n        return f()\nasync def k():\n    g(1)\n", &[]);
    }

    #[test]
    fn across_files() {
        let files = [("a", "import b\ndef g():\n    b.f()\n"), ("b", "async def f():\n    await x\n")];
        let expected = ["a:3 the coroutine of `b.f` is never awaited, so nothing of it runs"];
        assert_eq!(lines("AS204", &files), expected);
    }

    #[test]
    fn one_good_use_is_enough() {
        check("async def g():\n    x = f()\n    if x:\n        await x\n", &[]);
        check(
            "async def g():\n    x = None\n    if g:\n        x = f()\n    print(x is None)\n    await x\n",
            &[],
        );
        check("def g():\n    x = f()\n    return lambda: x\n", &[]);
    }

    #[test]
    fn what_may_be_something_else_is_left_alone() {
        check("def g(h):\n    f = h\n    f()\n", &[]);
        check("if asyncio:\n    def f():\n        return 1\ndef g():\n    f()\n", &[]);
        check("import lib\n@lib.deco\nasync def d():\n    await f()\ndef g():\n    d()\n", &[]);
    }
}
