//! Marks what rules or settings describe among third-party code: their word counts, not its source.

use crate::link::lookup::{ImportTarget, Lookup};
use crate::link::program::Program;
use crate::link::statics::{Static, evaluate_name};

/// Lets the functions and classes that `names` lead to, and the variables that `variables` do, count as foreign, each
/// under the first name that leads to it. The project's own code is never marked.
pub fn describe<'a>(
    program: &mut Program,
    names: impl IntoIterator<Item = &'a str>,
    variables: impl IntoIterator<Item = &'a str>,
) {
    for name in names {
        if !is_installed(program, name) {
            continue;
        }
        match evaluate_name(program, name) {
            Static::Function(function) if program.is_third_party_function(function) => {
                program.describe_function(function, name);
            }
            Static::Class(class) if program.is_third_party(program.locate_class(class).0) => {
                program.describe_class(class, name);
            }
            Static::Function(_)
            | Static::Class(_)
            | Static::Module(_)
            | Static::External(_)
            | Static::Unknown => {}
        }
    }
    for name in variables {
        let Some((module, variable)) = name.rsplit_once('.') else { continue };
        let Some(module) = program.module_named(module).filter(|&module| program.is_third_party(module))
        else {
            continue;
        };
        if let ImportTarget::Global(module, binding) = program.member(module, variable) {
            program.describe_global(module, binding, name);
        }
    }
}

/// Whether some module on the way to a name is installed.
fn is_installed(program: &Program, name: &str) -> bool {
    let mut prefixes = name.match_indices('.').filter_map(|(at, _)| program.module_named(&name[..at]));
    prefixes.any(|module| program.is_third_party(module))
}

#[cfg(test)]
mod tests {
    use crate::link::{ModuleInput, Program, Static, describe, evaluate_name, link};
    use crate::semantic::lower;
    use crate::syntax::parse;

    fn program(files: &[(&str, bool, &str)]) -> Program {
        let input = |(index, &(name, is_third_party, text)): (usize, &(&str, bool, &str))| ModuleInput {
            name: name.to_owned(),
            is_package: files.iter().any(|(other, ..)| other.starts_with(&format!("{name}."))),
            is_test: false,
            is_third_party,
            file: index as u32,
            facts: lower(&parse(text), text),
        };
        link(files.iter().enumerate().map(input).collect())
    }

    #[test]
    fn public_name_leads_to_the_definition() {
        let mut program = program(&[
            ("app", false, "from lib import get\ndef own(): pass\n"),
            ("lib", true, "from ._api import get, Client as C\n"),
            (
                "lib._api",
                true,
                "def get(): pass\nclass Client:\n    def send(self): pass\ndef other(): pass\n",
            ),
        ]);
        describe(&mut program, ["app.own", "lib.get", "lib.C", "lib._api.get", "lib.gone"], []);
        assert_eq!(evaluate_name(&program, "lib._api.get"), Static::External("lib.get".to_owned()));
        assert_eq!(evaluate_name(&program, "app.get"), Static::External("lib.get".to_owned()));
        assert_eq!(evaluate_name(&program, "lib._api.Client"), Static::External("lib.C".to_owned()));
        assert!(matches!(evaluate_name(&program, "lib._api.other"), Static::Function(_)));
        assert!(matches!(evaluate_name(&program, "app.own"), Static::Function(_)));
    }

    #[test]
    fn namespace_packages_are_no_modules() {
        let mut program = program(&[("space.part", true, "class C:\n    def send(self): pass\n")]);
        describe(&mut program, ["space.part.C.send"], []);
        assert_eq!(
            evaluate_name(&program, "space.part.C.send"),
            Static::External("space.part.C.send".to_owned())
        );
    }
}
