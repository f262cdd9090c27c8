//! Finds coroutines that leave a `try` or a `with` before they run.

use crate::base::Id;
use crate::check::coroutine_call::coroutine_calls;
use crate::check::finding::{Finding, FindingBuilder, Spot};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::check::value_use::ids;
use crate::link::ModuleId;
use crate::rules::{CheckRule, Placeholder};
use crate::semantic::{
    Block, DefinitionId, DefinitionKind, Enclosing, FunctionId, FunctionKind, ModuleFacts, NameUse, SiteId,
    SiteKind, StatementId, StatementKind, Value, ValueId,
};

/// Reports `return f()` of a coroutine where something waits around it for the end of `f`.
pub(crate) fn coroutine_in_try(request: &CheckRequest<'_>, rule: &CheckRule, acc: &mut Vec<Finding>) {
    for (module, sites) in coroutine_calls(request) {
        if !(request.is_selected)(module) {
            continue;
        }
        let facts = request.program.facts(module);
        for &site in &sites {
            let item = &facts.sites[site];
            let SiteKind::Call { callee, value, .. } = item.kind else { continue };
            let is_returned = facts.functions[item.place.function].kind == FunctionKind::Def
                && !item.place.enclosing.has(Enclosing::ANNOTATION)
                && facts.statements.get(item.place.statement).is_some_and(|statement| {
                    statement.kind == StatementKind::Return && statement.function == item.place.function
                })
                && is_returned(facts, item.place.statement, value)
                && is_about_coroutines(facts, &sites, item.place.function);
            let Some(around) = is_returned.then(|| around(facts, rule, item.place.statement)).flatten()
            else {
                continue;
            };
            let line =
                (request.text)(module).line_index().line(facts.statements[around.statement].range.start());
            let finding = FindingBuilder::new(rule, request.file(module), Spot::Text(item.range))
                .variant(around.variant)
                .function(request.function_name(module, item.place.function))
                .value(Placeholder::Callee, request.spelling(module, callee))
                .value(Placeholder::Other, around_text(request, module, &around))
                .value(Placeholder::Line, line.to_string());
            acc.push(finding.finish());
        }
    }
}

/// Whether a function is async, or gives coroutines only: one that sometimes gives the result itself has its `try` for that.
fn is_about_coroutines(facts: &ModuleFacts, sites: &[SiteId], function: FunctionId) -> bool {
    let item = &facts.functions[function];
    let is_coroutine = |value: ValueId| match facts.values[value] {
        Value::Call(site) => sites.binary_search(&site).is_ok(),
        Value::Constant(_) => true,
        _ => false,
    };
    item.traits.is_async || item.returned.iter().all(|&value| is_coroutine(value))
}

/// What stands around a `return`.
struct Around {
    statement: StatementId,
    variant: &'static str,
    /// The context expression of a `with`.
    context: Option<ValueId>,
}

/// Whether a `return` statement gives back this value, perhaps as one of several.
fn is_returned(facts: &ModuleFacts, statement: StatementId, value: ValueId) -> bool {
    let function = facts.statements[statement].function;
    facts.functions[function].returned.iter().any(|&returned| match facts.values[returned] {
        Value::Choice(operands) => facts.operands(operands).contains(&value),
        _ => returned == value,
    })
}

/// The innermost statement around a `return` that means to see how what it calls ends.
fn around(facts: &ModuleFacts, rule: &CheckRule, statement: StatementId) -> Option<Around> {
    let mut inner = statement;
    while let Some(outer) = facts.statements[inner].parent {
        let block = facts.statements[inner].block;
        match facts.statements[outer].kind {
            StatementKind::Try if has_block(facts, outer, Block::Finally) && block != Block::Finally => {
                return Some(Around { statement: outer, variant: "finally", context: None });
            }
            StatementKind::Try if block == Block::Body && has_block(facts, outer, Block::Handler) => {
                return Some(Around { statement: outer, variant: "", context: None });
            }
            StatementKind::With { .. } => {
                let context = contexts(facts, outer).find(|&context| {
                    is_about_end(facts, rule, context) || hands_on(facts, outer, statement, context)
                });
                if context.is_some() {
                    return Some(Around { statement: outer, variant: "with", context });
                }
            }
            _ => {}
        }
        inner = outer;
    }
    None
}

/// Whether the name of a context manager says that it watches what runs in it.
fn is_about_end(facts: &ModuleFacts, rule: &CheckRule, context: ValueId) -> bool {
    let name = last_name(facts, context).unwrap_or_default().to_lowercase();
    name.split('_').any(|part| rule.has_word("contexts", part))
}

/// Whether a `return` uses what a `with` binds, which is closed by then.
fn hands_on(facts: &ModuleFacts, with: StatementId, statement: StatementId, context: ValueId) -> bool {
    let is_bound = |definition: DefinitionId| match facts.definitions[definition].kind {
        DefinitionKind::Value(value) => {
            matches!(facts.values[value], Value::Entered { of, .. } if of == context)
        }
        _ => false,
    };
    let bound: Vec<DefinitionId> =
        ids(facts.statements[with].definitions).filter(|&definition| is_bound(definition)).collect();
    !bound.is_empty()
        && ids(facts.statements[statement].values).any(|value: ValueId| match facts.values[value] {
            Value::Name { reference: NameUse::Reaching(definition), .. } => bound.contains(&definition),
            _ => false,
        })
}

fn has_block(facts: &ModuleFacts, statement: StatementId, block: Block) -> bool {
    let end = facts.statements[statement].end.index();
    (statement.index() + 1..end).map(StatementId::from_index).any(|inner| {
        let item = &facts.statements[inner];
        item.parent == Some(statement) && item.block == block
    })
}

fn contexts(facts: &ModuleFacts, statement: StatementId) -> impl Iterator<Item = ValueId> + '_ {
    let (first, end) = facts.statements[statement].sites;
    let own = (first.index()..end.index()).map(SiteId::from_index).map(|site| &facts.sites[site]);
    own.filter(move |site| site.place.statement == statement).filter_map(|site| match site.kind {
        SiteKind::With { context, .. } => Some(context),
        _ => None,
    })
}

fn around_text(request: &CheckRequest<'_>, module: ModuleId, around: &Around) -> String {
    around.context.map(|context| request.spelling(module, context)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::check::testing::lines;

    fn check(body: &str, expected: usize) {
        let text =
            format!("async def f():\n    await x\nasync def g():\n    {}\n", body.replace('\n', "\n    "));
        assert_eq!(lines("AS212", &[("a", &text)]).len(), expected, "{text}");
    }

    #[test]
    fn what_comes_too_early() {
        check("try:\n    return f()\nexcept OSError:\n    pass", 1);
        check("try:\n    return f()\nfinally:\n    close()", 1);
        check("with lock:\n    return f()", 1);
    }

    #[test]
    fn what_awaits_or_stands_outside() {
        check("try:\n    return await f()\nexcept OSError:\n    pass", 0);
        check("try:\n    pass\nexcept OSError:\n    return f()", 0);
        check("with measure():\n    return f()", 0);
    }
}
