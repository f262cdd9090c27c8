//! What stands around a loop or a row of awaits, and in the body beside the awaits: handlers, contexts, closures, comments.

use crate::base::Id;
use crate::check::await_in_loop::item::{Against, Item};
use crate::check::await_in_loop::names::{has_part, is_single};
use crate::check::await_in_loop::region::{Loop, Region};
use crate::check::request::CheckRequest;
use crate::check::value_name::last_name;
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::{
    Block, DefinitionKind, ModuleFacts, NameUse, SiteKind, Statement, StatementId, StatementKind, Value,
    ValueId,
};
use crate::text::TextRange;

/// Adds what the statements around `statement` say: A04, A08 and A10.
pub(crate) fn around(acc: &mut Against, facts: &ModuleFacts, rule: &CheckRule, statement: StatementId) {
    let mut inner = statement;
    while let Some(outer) = facts.statements[inner].parent {
        let item = &facts.statements[outer];
        match item.kind {
            StatementKind::Try if facts.statements[inner].block == Block::Body => {
                acc.insert(Item::Errors);
            }
            StatementKind::With { .. } => held(acc, facts, rule, outer),
            _ => {}
        }
        inner = outer;
    }
}

/// Adds what the contexts of a `with` say of the code in it.
fn held(acc: &mut Against, facts: &ModuleFacts, rule: &CheckRule, statement: StatementId) {
    let item = &facts.statements[statement];
    let (first, end) = item.sites;
    for site in &facts.sites.as_slice()[first.index()..end.index()] {
        let SiteKind::With { context, .. } = site.kind else { continue };
        if site.place.statement != statement {
            continue;
        }
        let name = last_name(facts, context).unwrap_or("");
        acc.extend(rule.has_word("scopes", name).then_some(Item::Context));
        acc.extend(rule.has_word("excusing", name).then_some(Item::Errors));
        acc.extend(names_single(facts, rule, context).then_some(Item::Single));
        acc.extend(has_part(rule, "pacing", name).then_some(Item::Pacing));
    }
}

fn names_single(facts: &ModuleFacts, rule: &CheckRule, value: ValueId) -> bool {
    match facts.values[value] {
        Value::Name { name, .. } => is_single(rule, facts.name(name)),
        Value::Attribute { base, name } => {
            is_single(rule, facts.name(name)) || names_single(facts, rule, base)
        }
        Value::Call(site) => facts.call(site).is_some_and(|(callee, _)| {
            let is_begun = last_name(facts, callee).is_some_and(|name| has_part(rule, "ordered", name));
            is_begun || names_single(facts, rule, callee)
        }),
        _ => false,
    }
}

/// Adds A11 when a function made in a round captures a name of the round, and A12 when a handler of a round's
/// errors awaits or catches what cancels.
pub(crate) fn inside(acc: &mut Against, facts: &ModuleFacts, rule: &CheckRule, region: &Region) {
    let captured = region.values.iter().any(|&value| match facts.values[value] {
        Value::Function(function) => captures(facts, region, function),
        _ => false,
    });
    let defined = region.made.iter().any(|&made| match facts.definitions[made].kind {
        DefinitionKind::Function(function) => captures(facts, region, function),
        _ => false,
    });
    acc.extend((captured || defined).then_some(Item::Closure));
    let Loop::Statement(statement) = region.found else { return };
    let end = facts.statements[statement].end;
    let handlers = (statement.index() + 1..end.index())
        .map(StatementId::from_index)
        .filter(|&id| facts.statements[id].kind == StatementKind::Handler);
    for handler in handlers {
        acc.extend(does_more(facts, rule, handler).then_some(Item::PerRound));
    }
}

fn captures(facts: &ModuleFacts, region: &Region, function: crate::semantic::FunctionId) -> bool {
    let item = &facts.functions[function];
    (item.first_value.index()..item.end_value.index()).map(ValueId::from_index).any(|value| {
        let Value::Name { reference: NameUse::Binding(binding), .. } = facts.values[value] else {
            return false;
        };
        region.made.iter().any(|&made| facts.definitions[made].binding == binding)
    })
}

fn does_more(facts: &ModuleFacts, rule: &CheckRule, handler: StatementId) -> bool {
    let item = &facts.statements[handler];
    let body = facts.statements.get(StatementId::from_index(handler.index() + 1));
    let class = item.values.0.index()..body.map_or(item.values.1, |body| body.values.0).index();
    let is_bare = class.is_empty();
    let catches_cancelling = class
        .map(ValueId::from_index)
        .any(|value| last_name(facts, value).is_some_and(|name| rule.has_word("cancelling", name)));
    let (first, end) = item.sites;
    let awaits = facts.sites.as_slice()[first.index()..end.index()]
        .iter()
        .any(|site| matches!(site.kind, SiteKind::Await { .. }));
    is_bare || catches_cancelling || awaits
}

/// Whether a comment or the function's own description says that the order is meant.
pub(crate) fn is_said_to_be_meant(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    statement: StatementId,
    end: u32,
) -> bool {
    let facts = request.program.facts(module);
    let text = (request.text)(module).as_str();
    let function = &facts.functions[facts.statements[statement].function];
    let first = facts.statements.get(function.first_statement).filter(|_| function.statements > 0);
    let start = function.name_range.end();
    let says = |words: &str| {
        let small = words.to_lowercase();
        rule.words("meant").iter().any(|word| small.contains(&**word))
    };
    let description = first.filter(|first| is_text(facts, first)).and_then(|first| first.range.get(text));
    let code = TextRange::new(start, end.max(start)).get(text).unwrap_or("");
    let mut comments = code.lines().filter_map(|line| Some(line.split_once('#')?.1));
    description.is_some_and(says) || comments.any(says)
}

fn is_text(facts: &ModuleFacts, statement: &Statement) -> bool {
    let value = facts.values.get(statement.values.0);
    statement.kind == StatementKind::Expression && matches!(value, Some(Value::Constant(_)))
}
