//! Whether a round needs the rounds before it, or may be the last one.

use crate::base::Id;
use crate::check::await_in_loop::item::{Against, Item};
use crate::check::await_in_loop::region::{Loop, Region};
use crate::semantic::{
    Block, DefinitionId, DefinitionKind, ModuleFacts, NameUse, StatementId, StatementKind, Value,
};

/// Adds A01 when a name goes from one round to the next, and A03 when a round can be the last.
pub(crate) fn carried(acc: &mut Against, facts: &ModuleFacts, region: &Region) {
    let ends_early = match region.found {
        Loop::Statement(statement) => can_end_early(facts, statement),
        Loop::Comprehension(..) => false,
    };
    acc.extend((ends_early || yields(facts, region)).then_some(Item::LeavesEarly));
    let is_carried = writes_outer_name(facts, region) || reads_carried(facts, region);
    acc.extend(is_carried.then_some(Item::Carried));
}

/// `break`, `return`, `raise` or an `else` block.
fn can_end_early(facts: &ModuleFacts, statement: StatementId) -> bool {
    let end = facts.statements[statement].end;
    (statement.index() + 1..end.index()).map(StatementId::from_index).any(|id| {
        let item = &facts.statements[id];
        match item.kind {
            StatementKind::Return | StatementKind::Raise => true,
            StatementKind::Break => breaks(facts, id) == Some(statement),
            _ => item.parent == Some(statement) && item.block == Block::Else,
        }
    })
}

/// The loop that a `break` leaves.
fn breaks(facts: &ModuleFacts, statement: StatementId) -> Option<StatementId> {
    let mut inner = statement;
    while let Some(outer) = facts.statements[inner].parent {
        let is_loop =
            matches!(facts.statements[outer].kind, StatementKind::For { .. } | StatementKind::While);
        if is_loop && facts.statements[inner].block == Block::Body {
            return Some(outer);
        }
        inner = outer;
    }
    None
}

fn yields(facts: &ModuleFacts, region: &Region) -> bool {
    region.values.iter().any(|&id| matches!(facts.values[id], Value::Yield | Value::YieldFrom(_)))
}

/// A `global` or `nonlocal` name, or a walrus that leaves its comprehension.
fn writes_outer_name(facts: &ModuleFacts, region: &Region) -> bool {
    let Some(&first) = region.made.first() else { return false };
    let home = match region.found {
        Loop::Statement(statement) => facts.functions[facts.statements[statement].function].scope,
        Loop::Comprehension(..) => facts.bindings[facts.definitions[first].binding].scope,
    };
    region.made.iter().any(|&id| {
        let binding = &facts.bindings[facts.definitions[id].binding];
        let is_outer = binding.scope < home;
        is_outer || binding.written_elsewhere
    })
}

/// A version in which rounds meet, or one that may be it, is read.
fn reads_carried(facts: &ModuleFacts, region: &Region) -> bool {
    let mut carried: Vec<DefinitionId> = region
        .heads
        .iter()
        .copied()
        .filter(|&head| match facts.definitions[head].kind {
            DefinitionKind::Join(operands) => {
                facts.joined(operands).iter().any(|version| region.made.binary_search(version).is_ok())
            }
            _ => false,
        })
        .collect();
    let mut known = 0;
    // Inner loops meet in versions that stand before their parts, so one pass in order is not enough.
    while known != carried.len() {
        known = carried.len();
        for &id in &region.made {
            let is_new = !carried.contains(&id);
            let joins = match facts.definitions[id].kind {
                DefinitionKind::Join(operands) => {
                    facts.joined(operands).iter().any(|version| carried.contains(version))
                }
                DefinitionKind::Narrowed { from, .. } => carried.contains(&from),
                _ => false,
            };
            if is_new && joins {
                carried.push(id);
            }
        }
    }
    region.values.iter().any(|&id| match facts.values[id] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => carried.contains(&definition),
        _ => false,
    })
}
