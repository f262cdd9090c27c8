//! What a `setup.py` requires, as far as it is written out: the script is not run.

use crate::driver::analysis::{AnalysedFile, Analysis};
use crate::io::{Group, Manifests};
use crate::semantic::{
    ArgumentKind, Constant, DefinitionKind, ModuleFacts, NameUse, SiteKind, Value, ValueId,
};

/// Adds the literal requirements of the setup scripts at the roots of the projects.
pub(super) fn read_setup_scripts(acc: &mut Manifests, analysis: &Analysis) {
    let program = &analysis.program;
    for module in program.modules.ids() {
        let file = analysis.file(module);
        if !program.is_third_party(module) && file.source.relative == SCRIPT {
            read(acc, program.facts(module), file);
        }
    }
}

/// The name of the script, and of what it calls.
const SCRIPT: &str = "setup.py";
const SETUP: &str = "setup";

fn read(acc: &mut Manifests, facts: &ModuleFacts, file: &AnalysedFile) {
    for site in &facts.sites {
        let SiteKind::Call { callee, arguments, .. } = site.kind else { continue };
        let is_setup = facts
            .spelling(callee)
            .is_some_and(|name| name == SETUP || name.rsplit('.').next() == Some(SETUP));
        if !is_setup {
            continue;
        }
        for argument in facts.arguments(arguments) {
            let ArgumentKind::Keyword(name) = argument.kind else { continue };
            let value = followed(facts, argument.value);
            match facts.name(name) {
                "name" => {
                    if let Some(text) = text(facts, value) {
                        acc.add_own(text);
                    }
                }
                "install_requires" => list(acc, facts, file, value, &Group::Main),
                "tests_require" => list(acc, facts, file, value, &Group::Development("test".to_owned())),
                "extras_require" => {
                    let Value::Dict(operands) = facts.values[value] else { continue };
                    for pair in facts.operands(operands).chunks_exact(2) {
                        let Some(extra) = text(facts, pair[0]) else { continue };
                        list(acc, facts, file, followed(facts, pair[1]), &Group::Extra(extra.to_owned()));
                    }
                }
                _ => {}
            }
        }
    }
}

/// What a name holds that was set once before; anything else is itself.
fn followed(facts: &ModuleFacts, value: ValueId) -> ValueId {
    let Value::Name { reference: NameUse::Reaching(definition), .. } = facts.values[value] else {
        return value;
    };
    match facts.definitions[definition].kind {
        DefinitionKind::Value(held) => held,
        _ => value,
    }
}

fn list(acc: &mut Manifests, facts: &ModuleFacts, file: &AnalysedFile, value: ValueId, group: &Group) {
    let (Value::List(items) | Value::Tuple(items) | Value::Set(items)) = facts.values[value] else {
        return;
    };
    for &item in facts.operands(items) {
        if let Some(text) = text(facts, item) {
            let line = file.text.line_column(facts.value_ranges[item].start()).line;
            acc.require(text, group, &file.source.display, line);
        }
    }
}

fn text(facts: &ModuleFacts, value: ValueId) -> Option<&str> {
    match facts.values[value] {
        Value::Constant(Constant::Str(name)) => Some(facts.name(name)),
        _ => None,
    }
}
