//! An expression of one library is written as another one wants it.

use crate::base::IdVec;
use crate::plan::{NewCallee, Substitute};
use crate::rewrite::await_call::is_parenthesized;
use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{glue, token_before};
use crate::rewrite::locate::Nodes;
use crate::rewrite::refusal::Refusal;
use crate::semantic::{ModuleFacts, Value, ValueId};
use crate::syntax::Parsed;
use crate::syntax::ast::{ExprCall, TokenKind, range_of};
use crate::text::TextRange;

/// Writes the expression of `value` as `with` says.
pub(crate) fn substitute(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    nodes: &Nodes<'_>,
    facts: &ModuleFacts,
    value: ValueId,
    with: &Substitute,
) -> Result<(), Refusal> {
    let range = range_at(&facts.value_ranges, value)?;
    let call = match facts.values.get(value) {
        Some(Value::Call(_)) => Some(nodes.call(range)?),
        _ => None,
    };
    let callee = call.map_or(range, |call| range_of(&*call.func));
    if with.callee != NewCallee::Gone {
        open(acc, parsed, text, nodes, range, with);
    }
    match &with.callee {
        NewCallee::Same => {}
        NewCallee::Whole(name) => acc.replace(callee, format!("{}{name}", glue(text, callee.start()))),
        NewCallee::Gone => {
            let attribute = call.and_then(|call| call.func.as_attribute_expr());
            let dot = attribute.and_then(|attribute| token_before(parsed, range_of(&attribute.attr).start()));
            let Some((TokenKind::Dot, dot)) = dot else {
                return Err(Refusal::NamelessCallee { range: callee });
            };
            acc.replace(TextRange::new(dot.start(), range.end()), with.after.as_str());
            open(acc, parsed, text, nodes, range, with);
            return Ok(());
        }
        NewCallee::Last(name) => {
            let callee_value = facts.values.get(value).and_then(|item| match item {
                Value::Call(site) => facts.call(*site).map(|(callee, _)| callee),
                _ => Some(value),
            });
            let old = match callee_value.map(|callee| facts.values[callee]) {
                Some(Value::Attribute { name, .. } | Value::Name { name, .. }) => facts.name(name),
                _ => return Err(Refusal::NamelessCallee { range: callee }),
            };
            let start = callee.end() - u32::try_from(old.len()).unwrap_or(0);
            let last = TextRange::new(start, callee.end());
            if last.get(text) != Some(old) {
                return Err(Refusal::NodeNotFound { range: callee });
            }
            acc.replace(last, name);
        }
    }
    if let Some(call) = call {
        arguments(acc, parsed, facts, call, with)?;
    }
    close(acc, parsed, nodes, range, with);
    Ok(())
}

fn range_at(ranges: &IdVec<ValueId, TextRange>, value: ValueId) -> Result<TextRange, Refusal> {
    ranges.get(value).copied().ok_or(Refusal::UnknownId)
}

/// Whether the awaited expression needs brackets of its own.
fn is_bracketed(parsed: &Parsed, nodes: &Nodes<'_>, range: TextRange, with: &Substitute) -> bool {
    let is_member = with.around.as_ref().is_some_and(|(_, after)| after.starts_with('.'));
    !with.is_enclosed
        && with.is_awaited
        && (is_member || (nodes.is_base(range) && !is_parenthesized(parsed, range)))
}

fn open(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    nodes: &Nodes<'_>,
    range: TextRange,
    with: &Substitute,
) {
    let around = with.around.as_ref().map_or("", |(before, _)| before);
    let bracket = if is_bracketed(parsed, nodes, range, with) { "(" } else { "" };
    let awaiting = if with.is_awaited { "await " } else { "" };
    let opened = format!("{around}{bracket}{awaiting}{}", with.before);
    if !opened.is_empty() {
        acc.open(range, format!("{}{opened}", glue(text, range.start())));
    }
}

fn close(acc: &mut Edits, parsed: &Parsed, nodes: &Nodes<'_>, range: TextRange, with: &Substitute) {
    let around = with.around.as_ref().map_or("", |(_, after)| after);
    let bracket = if is_bracketed(parsed, nodes, range, with) { ")" } else { "" };
    let closed = format!("{}{bracket}{around}", with.after);
    if !closed.is_empty() {
        acc.close(range.end(), closed);
    }
}

fn arguments(
    acc: &mut Edits,
    parsed: &Parsed,
    facts: &ModuleFacts,
    call: &ExprCall,
    with: &Substitute,
) -> Result<(), Refusal> {
    for argument in &with.arguments {
        let value = range_at(&facts.value_ranges, argument.value)?;
        let keyword = call.arguments.keywords.iter().find(|keyword| range_of(&keyword.value) == value);
        match keyword {
            Some(keyword) => {
                let start = range_of(keyword).start();
                acc.replace(TextRange::new(start, value.start()), &argument.before);
            }
            None => acc.open(value, &argument.before),
        }
        if !argument.after.is_empty() {
            acc.close(value.end(), &argument.after);
        }
    }
    if with.added.is_empty() {
        return Ok(());
    }
    let bracket = range_of(call).end() - 1;
    let joined = with.added.join(", ");
    let before = match token_before(parsed, bracket) {
        Some((TokenKind::Lpar, _)) if call.arguments.is_empty() => "",
        Some((TokenKind::Comma, _)) => " ",
        _ => ", ",
    };
    acc.close(bracket, format!("{before}{joined}"));
    Ok(())
}
