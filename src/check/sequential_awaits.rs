//! Finds independent awaits in a row.
//!
//! They are held against the checklist for loops: all that the statements use counts as shared.

use crate::base::Id;
use crate::check::await_in_loop::{
    Against, Effort, Frame, Item, Readings, WORDS, around, is_said_to_be_meant, is_single,
};
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::graph::Confidence;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    DefinitionKind, Enclosing, ModuleFacts, NameUse, SiteId, SiteKind, StatementId, StatementKind, Value,
    ValueId,
};

/// Reports each run of awaits of which none uses what one before it made, at the first.
pub(crate) fn sequential_awaits(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    let Some(words) = request.knowledge.check(WORDS) else { return };
    let mut readings = Readings::new(request, words, Effort::First);
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for run in rows(facts) {
            // One that is no plain read parts those before it from those after it.
            let parts = run.split(|step| !against(&mut readings, request, words, module, step).is_empty());
            for part in parts.filter(|part| part.len() > 1 && !is_meant(request, words, module, part)) {
                acc.extend(build(request, rule, module, part));
            }
        }
    }
}

/// A statement that gives a name what it awaits.
#[derive(Clone, Copy)]
struct Step {
    statement: StatementId,
    site: SiteId,
    operand: ValueId,
}

/// Runs of two steps or more, one after the other in one block, each independent of those before it.
fn rows(facts: &ModuleFacts) -> Vec<Vec<Step>> {
    let mut rows = Vec::new();
    let mut row: Vec<Step> = Vec::new();
    for (site, item) in facts.sites.iter_enumerated() {
        let SiteKind::Await { operand } = item.kind else { continue };
        let Some(step) = step(facts, site, operand) else { continue };
        let follows = row.last().is_some_and(|last| is_next(facts, last.statement, step.statement));
        let is_independent = row.iter().all(|earlier| !depends(facts, earlier, &step));
        if !follows || !is_independent {
            rows.push(std::mem::take(&mut row));
        }
        row.push(step);
    }
    rows.push(row);
    rows.retain(|row| row.len() > 1);
    rows
}

fn step(facts: &ModuleFacts, site: SiteId, operand: ValueId) -> Option<Step> {
    let place = facts.sites[site].place;
    let item = &facts.statements[place.statement];
    let is_plain = item.kind == StatementKind::Assign { augmented: false }
        && item.stores.0 == item.stores.1
        && item.definitions.0 != item.definitions.1
        && place.enclosing == Enclosing::BODY
        && matches!(facts.values[operand], Value::Call(_));
    if !is_plain {
        return None;
    }
    let is_made_by_it = (item.definitions.0.index()..item.definitions.1.index()).all(|index| {
        let definition = &facts.definitions.as_slice()[index];
        matches!(definition.kind, DefinitionKind::Value(value) if is_awaited(facts, value, operand))
    });
    let is_only_await = sites(facts, place.statement)
        .all(|other| other == site || !matches!(facts.sites[other].kind, SiteKind::Await { .. }));
    let runs_later = values(facts, place.statement)
        .any(|value| matches!(facts.values[value], Value::Function(_) | Value::Yield | Value::YieldFrom(_)));
    (is_made_by_it && is_only_await && !runs_later).then_some(Step {
        statement: place.statement,
        site,
        operand,
    })
}

/// Whether a value is what `await operand` gives, or a part of it.
fn is_awaited(facts: &ModuleFacts, value: ValueId, operand: ValueId) -> bool {
    match facts.values[value] {
        Value::Await(awaited) => awaited == operand,
        Value::Unpacked { of, .. } => is_awaited(facts, of, operand),
        _ => false,
    }
}

fn is_next(facts: &ModuleFacts, earlier: StatementId, later: StatementId) -> bool {
    let (before, after) = (&facts.statements[earlier], &facts.statements[later]);
    before.end == later
        && before.parent == after.parent
        && before.block == after.block
        && before.function == after.function
}

/// Whether a step reads or makes anew a name that an earlier one made, or asks for the same once more.
fn depends(facts: &ModuleFacts, earlier: &Step, later: &Step) -> bool {
    let (first, end) = facts.statements[earlier.statement].definitions;
    let made = first.index()..end.index();
    let bindings = || facts.definitions.as_slice()[made.clone()].iter().map(|definition| definition.binding);
    let reads = values(facts, later.statement).any(|value| match facts.values[value] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => made.contains(&definition.index()),
        Value::Name { reference: NameUse::Binding(binding), .. } => bindings().any(|other| other == binding),
        _ => false,
    });
    let (first, end) = facts.statements[later.statement].definitions;
    let makes_anew = facts.definitions.as_slice()[first.index()..end.index()]
        .iter()
        .any(|definition| bindings().any(|other| other == definition.binding));
    let spelling = |step: &Step| facts.spelling(step.operand);
    let is_same = spelling(earlier).is_some_and(|earlier| spelling(later) == Some(earlier));
    reads || makes_anew || is_same
}

/// What stands against awaiting a step together with others.
fn against(
    readings: &mut Readings<'_, '_>,
    request: &CheckRequest<'_>,
    words: &CheckRule,
    module: ModuleId,
    step: &Step,
) -> Against {
    let facts = request.program.facts(module);
    let mut acc = readings.awaited(module, step.operand, Frame::Row);
    around(&mut acc, facts, words, step.statement);
    let mut callees = Vec::new();
    for site in sites(facts, step.statement) {
        let Some((callee, _)) = facts.call(site) else { continue };
        callees.push(callee);
        let is_awaited = matches!(facts.values[step.operand], Value::Call(awaited) if awaited == site);
        if !is_awaited {
            acc.extend(readings.called(module, site, Frame::Row));
        }
    }
    let uses_single = values(facts, step.statement).filter(|value| !callees.contains(value)).any(|value| {
        match facts.values[value] {
            Value::Name { name, .. } | Value::Attribute { name, .. } => is_single(words, facts.name(name)),
            _ => false,
        }
    });
    acc.extend(uses_single.then_some(Item::Single));
    acc
}

fn is_meant(request: &CheckRequest<'_>, words: &CheckRule, module: ModuleId, part: &[Step]) -> bool {
    let facts = request.program.facts(module);
    part.last().is_some_and(|last| {
        let end = facts.statements[last.statement].range.end();
        is_said_to_be_meant(request, words, module, last.statement, end)
    })
}

fn build(request: &CheckRequest<'_>, rule: &CheckRule, module: ModuleId, part: &[Step]) -> Option<Finding> {
    let facts = request.program.facts(module);
    let first = part.first()?;
    let index = (request.text)(module).line_index();
    let lines: Vec<String> =
        part.iter().map(|step| index.line(facts.sites[step.site].range.start()).to_string()).collect();
    let callee = match facts.values[first.operand] {
        Value::Call(call) => facts.call(call).map_or(first.operand, |(callee, _)| callee),
        _ => first.operand,
    };
    let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(facts.sites[first.site].range))
        .function(request.function_name(module, facts.sites[first.site].place.function))
        .confidence(Confidence::Probable)
        .value(Placeholder::Callee, request.spelling(module, callee))
        .value(Placeholder::Count, part.len().to_string())
        .value(Placeholder::Detail, lines.join(", "));
    Some(finding.finish())
}

fn values(facts: &ModuleFacts, statement: StatementId) -> impl Iterator<Item = ValueId> + use<> {
    let (first, end) = facts.statements[statement].values;
    (first.index()..end.index()).map(ValueId::from_index)
}

fn sites(facts: &ModuleFacts, statement: StatementId) -> impl Iterator<Item = SiteId> + use<> {
    let (first, end) = facts.statements[statement].sites;
    (first.index()..end.index()).map(SiteId::from_index)
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(body: &str, expected: &[&str]) {
        let text = format!("async def f(client, conn, x):\n    {}\n", body.replace('\n', "\n    "));
        assert_eq!(lines("AS203", &[("a", &text)]), expected, "{text}");
    }

    #[test]
    fn independent_reads_are_one_finding() {
        check(
            "a = await fetch_a(x)\nb = await fetch_b(x)\nreturn a, b",
            &["a:2 2 reads that do not need each other are awaited one after the other (lines 2, 3)"],
        );
        check(
            "a = await client.get(1)\nb, c = await client.get(2)\nd = await client.get(3)",
            &["a:2 3 reads that do not need each other are awaited one after the other (lines 2, 3, 4)"],
        );
    }

    #[test]
    fn a_read_that_needs_another_begins_anew() {
        check(
            "a = await fetch_a(x)\nb = await fetch_b(a)\nc = await fetch_c(x)",
            &["a:3 2 reads that do not need each other are awaited one after the other (lines 3, 4)"],
        );
        check("a = await fetch_a(x)\nb = await fetch_b([y for y in a])", &[]);
        check("a = await fetch_a(x)\na = await fetch_b(x)", &[]);
        check("a = await fetch_a(x)\nif a:\n    b = await fetch_b(x)", &[]);
    }

    #[test]
    fn order_that_someone_may_see_is_left() {
        check("a = await client.create(x)\nb = await client.get(x)", &[]);
        check("a = await conn.fetch(1)\nb = await conn.fetch(2)", &[]);
        check("a = await hub.get_a()\nb = await hub.get_b()", &[]);
        check("await fetch_a(x)\nawait fetch_b(x)", &[]);
        check("a = await fetch(x)\nb = await fetch(x)", &[]);
        check("try:\n    a = await fetch_a(x)\n    b = await fetch_b(x)\nfinally:\n    done()", &[]);
        check("# in order\na = await fetch_a(x)\nb = await fetch_b(x)", &[]);
        check("self.a = await fetch_a(x)\nself.b = await fetch_b(x)", &[]);
    }
}
