//! What a call calls, in short: as it is written, but with arguments, subscripts and literals left out.

use crate::semantic::{Constant, ModuleFacts, Value, ValueId};

/// More parts than these are not shown.
const PARTS: usize = 12;

/// `client.get(…).json` for `client.get(url, timeout=3).json`.
pub(crate) fn callee_text(facts: &ModuleFacts, callee: ValueId) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut value = callee;
    loop {
        if parts.len() == PARTS {
            parts.push("…".to_owned());
            break;
        }
        match facts.values[value] {
            Value::Attribute { base, name } => {
                parts.push(format!(".{}", facts.name(name)));
                value = base;
            }
            Value::Item { base, .. } => {
                parts.push("[…]".to_owned());
                value = base;
            }
            Value::Call(site) => {
                let Some((callee, arguments)) = facts.call(site) else {
                    parts.push("…".to_owned());
                    break;
                };
                parts.push(if arguments.is_empty() { "()" } else { "(…)" }.to_owned());
                value = callee;
            }
            other => {
                parts.push(start(facts, other));
                break;
            }
        }
    }
    parts.reverse();
    parts.concat()
}

/// What such a chain begins with.
fn start(facts: &ModuleFacts, value: Value) -> String {
    match value {
        Value::Name { name, .. } => facts.name(name).to_owned(),
        Value::Constant(Constant::Str(_) | Constant::LongStr) => "'…'".to_owned(),
        Value::Constant(Constant::Bytes) => "b'…'".to_owned(),
        Value::Constant(
            Constant::None | Constant::Bool(_) | Constant::Ellipsis | Constant::Int(_) | Constant::Number,
        ) => "<literal>".to_owned(),
        Value::Interpolation(_) => "f'…'".to_owned(),
        Value::List(_) => "[…]".to_owned(),
        Value::Tuple(_) => "(…)".to_owned(),
        Value::Dict(_) | Value::Set(_) => "{…}".to_owned(),
        Value::Await(_) => "(await …)".to_owned(),
        Value::Function(_) => "(lambda …)".to_owned(),
        _ => "(…)".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::report::callee_text::callee_text;
    use crate::semantic::lower;
    use crate::syntax::parse;

    fn check(call: &str, expected: &str) {
        let text = format!("async def f(a):\n    {call}\n");
        let facts = lower(&parse(&text), &text);
        let callees =
            facts.sites.iter_enumerated().filter_map(|(site, item)| Some((item.range, facts.call(site)?.0)));
        let (_, callee) = callees.max_by_key(|(range, _)| range.len()).unwrap();
        assert_eq!(callee_text(&facts, callee), expected);
    }

    #[test]
    fn leaves_out_what_differs_from_call_to_call() {
        check("a()", "a");
        check("a.b(1).c[2].d()", "a.b(…).c[…].d");
        check("a.b().c()", "a.b().c");
        check("', '.join(a)", "'…'.join");
        check("f'{a}'.strip()", "f'…'.strip");
        check("(await a).close()", "(await …).close");
        check("(a or f).close()", "(…).close");
        check(&format!("a{}()", ".b".repeat(20)), &format!("…{}", ".b".repeat(12)));
    }
}
