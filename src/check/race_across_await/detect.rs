//! Finds shared state that is read before an await, and after it written from what was read.

use crate::base::Id;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::parts::{function_sites, suspends};
use crate::check::race_across_await::harmless::{is_private, is_protected, runs_once};
use crate::check::race_across_await::shared::{Shared, is_shared};
use crate::check::race_across_await::way::leads_to;
use crate::check::request::CheckRequest;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    DefinitionId, DefinitionKind, ModuleFacts, NameUse, StatementId, StatementKind, StoreTarget, Value,
    ValueId,
};
use crate::text::TextRange;

/// How far a written value is followed back through names and operators.
const DEEPEST: u8 = 8;

/// Reports writes of shared state whose value comes from a read on the other side of an await.
pub(crate) fn race_across_await(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for module in request.modules().filter(|&module| !request.program.modules[module].is_test) {
        let facts = request.program.facts(module);
        for (id, statement) in facts.statements.iter_enumerated() {
            let is_assignment = matches!(statement.kind, StatementKind::Assign { .. });
            if !is_assignment || !facts.functions[statement.function].traits.is_async {
                continue;
            }
            for write in writes(facts, id) {
                let Some(race) = race(facts, id, &write) else { continue };
                if is_private(rule, &write.place)
                    || is_protected(request, rule, module, id)
                    || runs_once(request, rule, module, statement.function)
                {
                    continue;
                }
                let line =
                    |range: TextRange| (request.text)(module).line_column(range.start()).line.to_string();
                let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(write.range))
                    .variant(if line(race.read) == line(write.range) { "" } else { "lines" })
                    .function(request.function_name(module, statement.function))
                    .subject(write.place.text(facts))
                    .value(Placeholder::Other, write.place.text(facts))
                    .value(Placeholder::Line, line(race.read))
                    .value(Placeholder::OtherLine, line(race.wait));
                acc.push(finding.finish());
            }
        }
    }
}

struct Write {
    place: Shared,
    value: ValueId,
    range: TextRange,
}

/// The read, and the wait between it and the write.
struct Race {
    read: TextRange,
    wait: TextRange,
}

/// Writes of a statement to what several tasks can see.
fn writes(facts: &ModuleFacts, id: StatementId) -> Vec<Write> {
    let statement = &facts.statements[id];
    let mut found = Vec::new();
    for store in &facts.stores[statement.stores.0 as usize..statement.stores.1 as usize] {
        let (base, text) = match store.target {
            StoreTarget::Attribute { base, name } => {
                (base, facts.spelling(base).map(|base| format!("{base}.{}", facts.name(name))))
            }
            StoreTarget::Item { base, index } => {
                let text = facts.spelling(base).zip(facts.spelling(index));
                (base, text.map(|(base, index)| format!("{base}[{index}]")))
            }
        };
        if let (Some(text), Some(value)) = (text.filter(|_| is_shared(facts, base)), store.value) {
            found.push(Write { place: Shared::Member(text), value, range: store.range });
        }
    }
    let (first, end) = statement.definitions;
    let own = facts.functions[statement.function].scope;
    for definition in (first.index()..end.index()).map(DefinitionId::from_index) {
        let item = &facts.definitions[definition];
        let DefinitionKind::Value(value) = item.kind else { continue };
        if facts.bindings[item.binding].scope < own {
            found.push(Write { place: Shared::Name(item.binding), value, range: item.range });
        }
    }
    found
}

/// The read from which a write's value was worked out, when a wait stands between the two.
fn race(facts: &ModuleFacts, id: StatementId, write: &Write) -> Option<Race> {
    let read = source(facts, write.value, &write.place, false, 0)?;
    let read = facts.value_ranges[read];
    let function = facts.statements[id].function;
    let end = facts.statements[id].range.end();
    let wait = function_sites(facts, function).find(|&site| {
        let item = &facts.sites[site];
        suspends(item)
            && item.range.start() >= read.end()
            && item.range.end() <= end
            && leads_to(facts, item.place.statement, id)
    })?;
    Some(Race { read, wait: facts.sites[wait].range })
}

/// The read of a place in what a value was worked out from, through operators, displays and local names.
fn source(
    facts: &ModuleFacts,
    value: ValueId,
    place: &Shared,
    is_changed: bool,
    depth: u8,
) -> Option<ValueId> {
    if depth > DEEPEST {
        return None;
    }
    if is_changed && place.is_read(facts, value) {
        return Some(value);
    }
    let inner = |value| source(facts, value, place, true, depth + 1);
    match facts.values[value] {
        Value::Binary { left, right, .. } => inner(left).or_else(|| inner(right)),
        Value::Starred(value) if is_changed => inner(value),
        Value::List(operands) | Value::Tuple(operands) | Value::Set(operands) => {
            facts.operands(operands).iter().find_map(|&operand| match facts.values[operand] {
                Value::Starred(of) => inner(of),
                _ => None,
            })
        }
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            match facts.definitions[definition].kind {
                DefinitionKind::Value(value) => source(facts, value, place, is_changed, depth + 1),
                _ => None,
            }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(text: &str, expected: &[&str]) {
        assert_eq!(lines("AS401", &[("a", text)]), expected, "{text}");
    }

    fn method(body: &str) -> String {
        format!("class C:\n    async def f(self, k, lock):\n{body}")
    }

    #[test]
    fn one_statement() {
        check(
            &method(
                "        self.n += await g()\n        self.m = self.m + await g()\n        self.d[k] = self.d[k] + await g()\n",
            ),
            &[
                "a:3 `self.n` is read, then the task waits, and then it is written from the old value",
                "a:4 `self.m` is read, then the task waits, and then it is written from the old value",
                "a:5 `self.d[k]` is read, then the task waits, and then it is written from the old value",
            ],
        );
        check(
            &method(
                "        self.n = await g() + self.n\n        self.n = await g(self.n)\n        n = 1\n        n += await g()\n",
            ),
            &[],
        );
    }

    #[test]
    fn two_statements() {
        check(
            &method("        n = self.n\n        await g()\n        self.n = n + 1\n"),
            &["a:5 `self.n` is written from a value read on line 3, before the wait on line 4"],
        );
        check(
            &method("        await g()\n        n = self.n\n        self.n = n + 1\n        await g()\n"),
            &[],
        );
        check(
            &method("        old = self.n\n        self.n = 3\n        await g()\n        self.n = old\n"),
            &[],
        );
    }

    #[test]
    fn waits_on_other_ways_do_not_count() {
        check(
            &method(
                "        n = self.n\n        if k:\n            await g()\n            return\n        self.n = n + 1\n",
            ),
            &[],
        );
        check(
            &method(
                "        n = self.n\n        if k:\n            await g()\n        else:\n            self.n = n + 1\n",
            ),
            &[],
        );
        check(
            &method("        n = self.n\n        if k:\n            await g()\n        self.n = n + 1\n"),
            &["a:6 `self.n` is written from a value read on line 3, before the wait on line 5"],
        );
    }

    #[test]
    fn globals_and_outer_names() {
        check(
            "total = 0\nasync def f():\n    global total\n    total += await g()\n",
            &["a:4 `total` is read, then the task waits, and then it is written from the old value"],
        );
        check(
            "async def f():\n    n = 0\n    async def h():\n        nonlocal n\n        n = n + await g()\n    return h\n",
            &["a:5 `n` is read, then the task waits, and then it is written from the old value"],
        );
    }

    #[test]
    fn locks_and_setups_are_silent() {
        check(
            &method(
                "        async with self._lock:\n            self.n += await g()\n        async with lock:\n            self.n += await g()\n",
            ),
            &[],
        );
        check(
            "class C:\n    async def f(self):\n        async with self.lock:\n            await self.g()\n    async def g(self):\n        self.n += await h()\n",
            &[],
        );
        check("class C:\n    async def setup(self):\n        self.n += await h()\n", &[]);
    }
}
