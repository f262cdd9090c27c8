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
            Value::Call(site) => match facts.call(site) {
                Some((callee, arguments)) => {
                    parts.push(if arguments.is_empty() { "()" } else { "(…)" }.to_owned());
                    value = callee;
                }
                None => {
                    parts.push("…".to_owned());
                    break;
                }
            },
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
