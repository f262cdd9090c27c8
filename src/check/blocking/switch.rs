//! Tells branches that a caller leaves switched off: `if check:` for a `check=False` that it does not pass.

use crate::base::Id;
use crate::check::blocking::way::Way;
use crate::check::request::CheckRequest;
use crate::graph::CallEdge;
use crate::semantic::{
    ArgumentKind, Block, Constant, DefinitionKind, Function, ModuleFacts, NameUse, ParameterKind,
    StatementId, StatementKind, Value, ValueId,
};

/// Whether a step of a way stands in a branch that the step before has left switched off.
pub(super) fn is_switched_off(request: &CheckRequest<'_>, way: &Way<'_>) -> bool {
    let rest: Vec<&CallEdge> = way.rest.iter().map(|&id| request.graph.edge(id)).collect();
    let steps = std::iter::once(way.edge).chain(rest.iter().copied()).zip(&rest);
    steps.into_iter().any(|(call, inside)| leaves_off(request, call, inside))
}

/// Whether `inside`, in the function that `call` reaches, runs only when a parameter is true that `call` does not pass
/// and whose default is false.
fn leaves_off(request: &CheckRequest<'_>, call: &CallEdge, inside: &CallEdge) -> bool {
    let Some(callee) = request.graph.function(call.callee).filter(|_| inside.caller == call.callee) else {
        return false;
    };
    let (module, facts, local) = request.located(callee);
    let (Some(site), true) = (inside.site, inside.module == module) else { return false };
    let function = &facts.functions[local];
    let mut current = Some(facts.sites[site].place.statement);
    while let Some(id) = current {
        let statement = &facts.statements[id];
        let parent = statement.parent;
        if let Some(parent) = parent
            && facts.statements[parent].kind == StatementKind::If
            && statement.block == Block::Body
            && let Some(index) = tested(facts, parent)
            && is_off_by_default(facts, function, index)
            && !is_passed(request, call, function, facts, index)
        {
            return true;
        }
        current = parent;
    }
    false
}

/// The parameter whose truth alone an `if` tests.
fn tested(facts: &ModuleFacts, statement: StatementId) -> Option<usize> {
    let item = &facts.statements[statement];
    let nested = StatementId::from_index(statement.index() + 1);
    let end = if nested < item.end { facts.statements[nested].values.0 } else { item.values.1 };
    let mut values = (item.values.0.index()..end.index()).map(ValueId::from_index);
    let (value, None) = (values.next()?, values.next()) else { return None };
    let Value::Name { reference: NameUse::Reaching(definition), .. } = facts.values[value] else {
        return None;
    };
    match facts.definitions[definition].kind {
        DefinitionKind::Parameter(index) => Some(index as usize),
        _ => None,
    }
}

fn is_off_by_default(facts: &ModuleFacts, function: &Function, index: usize) -> bool {
    let default = function.parameters.get(index).and_then(|parameter| parameter.default);
    default.is_some_and(|value| {
        matches!(
            facts.values[value],
            Value::Constant(Constant::None | Constant::Bool(false) | Constant::Int(0))
        )
    })
}

/// Whether a call may pass the parameter.
fn is_passed(
    request: &CheckRequest<'_>,
    call: &CallEdge,
    function: &Function,
    facts: &ModuleFacts,
    index: usize,
) -> bool {
    let caller_facts = request.program.facts(call.module);
    let Some((_, arguments)) = call.site.and_then(|site| caller_facts.call(site)) else { return true };
    let parameter = &function.parameters[index];
    let is_by_position = matches!(parameter.kind, ParameterKind::PositionalOnly | ParameterKind::Regular);
    let name = facts.name(parameter.name);
    let positional = arguments.iter().filter(|argument| argument.kind == ArgumentKind::Positional).count();
    // A receiver takes the first place, and whether there is one is not asked.
    (is_by_position && positional + 1 > index)
        || arguments.iter().any(|argument| match argument.kind {
            ArgumentKind::Keyword(keyword) => caller_facts.name(keyword) == name,
            ArgumentKind::Starred | ArgumentKind::DoubleStarred => true,
            ArgumentKind::Positional => false,
        })
}
