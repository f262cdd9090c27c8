//! What belongs to the body of a function.

use std::ops::Range;

use crate::base::Id;
use crate::semantic::{FunctionId, ModuleFacts, StatementId};

/// Indices of the sites and of the writes of a function's body.
pub(crate) fn extent(facts: &ModuleFacts, function: FunctionId) -> (Range<usize>, Range<usize>) {
    let item = &facts.functions[function];
    let end = item.first_statement.index() + item.statements as usize;
    let (mut sites, mut stores) = (0..0, 0..0);
    let mut next = item.first_statement.index();
    while next < end {
        let statement = &facts.statements[StatementId::from_index(next)];
        if next == item.first_statement.index() {
            sites.start = statement.sites.0.index();
            stores.start = statement.stores.0 as usize;
        }
        sites.end = statement.sites.1.index();
        stores.end = statement.stores.1 as usize;
        next = statement.end.index().max(next + 1);
    }
    (sites, stores)
}

/// Whether a function writes a `global` or `nonlocal` name.
pub(crate) fn writes_outer_name(facts: &ModuleFacts, function: FunctionId) -> bool {
    let item = &facts.functions[function];
    let end = item.first_statement.index() + item.statements as usize;
    (item.first_statement.index()..end).map(StatementId::from_index).any(|id| {
        let (first, end) = facts.statements[id].definitions;
        facts.definitions.as_slice()[first.index()..end.index()].iter().any(|definition| {
            definition.function == function && facts.bindings[definition.binding].scope < item.scope
        })
    })
}
