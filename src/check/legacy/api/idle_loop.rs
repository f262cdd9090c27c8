//! Calls that ask for an event loop where surely none runs.

use crate::base::Id;
use crate::check::legacy::mention::spelled;
use crate::check::request::CheckRequest;
use crate::link::ModuleId;
use crate::rules::CheckRule;
use crate::semantic::{
    DefinitionKind, Enclosing, FunctionKind, ModuleFacts, NameUse, SiteId, SiteKind, Value, ValueId,
};

/// Whether the code at a call cannot run under a running loop, nor after a loop was put in place: it stands in a
/// module's body, or its function goes on to run the loop that it gets.
pub(super) fn has_no_loop(
    request: &CheckRequest<'_>,
    rule: &CheckRule,
    module: ModuleId,
    site: SiteId,
) -> bool {
    let facts = request.program.facts(module);
    let installs_loop = facts.names.iter().any(|name| rule.has_word("installs-loop", name));
    let place = facts.sites[site].place;
    let function = &facts.functions[place.function];
    if installs_loop || function.traits.is_async || place.enclosing.has(Enclosing::ANNOTATION) {
        return false;
    }
    match function.kind {
        FunctionKind::Module => true,
        FunctionKind::Lambda => false,
        FunctionKind::Def => runs_result(rule, facts, site),
    }
}

/// Whether the same function runs the loop that a call gives.
fn runs_result(rule: &CheckRule, facts: &ModuleFacts, site: SiteId) -> bool {
    let function = facts.sites[site].place.function;
    let body = &facts.functions[function];
    let (first, end) = (body.first_value.index(), body.end_value.index());
    (first..end).map(ValueId::from_index).any(|value| {
        let Value::Attribute { base, name } = facts.values[value] else { return false };
        let is_run = rule.has_word("runs-loop", facts.name(name)) && spelled(facts, value).is_some();
        is_run && is_result(facts, base, site)
    })
}

/// Whether a value is what the call at `site` gives.
fn is_result(facts: &ModuleFacts, value: ValueId, site: SiteId) -> bool {
    match facts.values[value] {
        Value::Call(call) => call == site,
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            match facts.definitions[definition].kind {
                DefinitionKind::Value(made) => {
                    matches!(facts.values[made], Value::Call(call) if call == site)
                        && matches!(facts.sites[site].kind, SiteKind::Call { .. })
                }
                _ => false,
            }
        }
        _ => false,
    }
}
