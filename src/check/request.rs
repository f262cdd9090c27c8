//! What the detectors are given, and the questions that several of them ask of it.

use crate::base::Settings;
use crate::check::problem::FileProblem;
use crate::effects::Effects;
use crate::graph::{CallGraph, Confidence};
use crate::link::{Hierarchy, ModuleId, Program, ProgramFunctionId};
use crate::rules::{Knowledge, Selected};
use crate::semantic::{FunctionId, ModuleFacts, ValueId};
use crate::text::{SourceText, TextRange};

/// What is checked.
pub struct CheckRequest<'a> {
    /// The program.
    pub program: &'a Program,
    /// Its classes.
    pub hierarchy: &'a Hierarchy,
    /// Its call graph.
    pub graph: &'a CallGraph,
    /// What blocks in it.
    pub effects: &'a Effects,
    /// The rules, which hold the checks' words.
    pub knowledge: &'a Knowledge,
    /// The settings.
    pub settings: &'a Settings,
    /// The checks that report.
    pub selected: &'a Selected,
    /// Whether findings in a module are wanted.
    pub is_selected: &'a dyn Fn(ModuleId) -> bool,
    /// The text of a module.
    pub text: &'a dyn Fn(ModuleId) -> &'a SourceText,
    /// Files that could not be read or analysed.
    pub file_problems: &'a [FileProblem],
    /// Findings that are less sure are left out.
    pub least: Confidence,
}

impl CheckRequest<'_> {
    /// Modules whose findings are wanted, in order.
    pub(crate) fn modules(&self) -> impl Iterator<Item = ModuleId> + '_ {
        self.program.modules.ids().filter(|&module| (self.is_selected)(module))
    }

    /// Number of a module's file.
    pub(crate) fn file(&self, module: ModuleId) -> u32 {
        self.program.modules[module].file
    }

    /// Dotted name of a function.
    pub(crate) fn function_name(&self, module: ModuleId, function: FunctionId) -> String {
        self.program.function_name(self.program.function(module, function))
    }

    /// The facts of a function's file, and its place in them.
    pub(crate) fn located(&self, function: ProgramFunctionId) -> (ModuleId, &ModuleFacts, FunctionId) {
        let (module, local) = self.program.locate_function(function);
        (module, self.program.facts(module), local)
    }

    /// The text of a place, when it is a dotted name as the code spells it.
    pub(crate) fn dotted_text(&self, module: ModuleId, range: TextRange) -> Option<String> {
        let text = range.get((self.text)(module).as_str())?;
        let is_dotted = text.split('.').all(|part| {
            part.starts_with(|first: char| first.is_alphabetic() || first == '_')
                && part.chars().all(|character| character.is_alphanumeric() || character == '_')
        });
        is_dotted.then(|| text.to_owned())
    }

    /// How the code spells a value, in one short line.
    pub(crate) fn spelling(&self, module: ModuleId, value: ValueId) -> String {
        const LONGEST: usize = 60;
        let range = self.program.facts(module).value_ranges[value];
        let text = range.get((self.text)(module).as_str()).unwrap_or("");
        let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if line.chars().count() <= LONGEST {
            return line;
        }
        let short: String = line.chars().take(LONGEST - 1).collect();
        format!("{}…", short.trim_end())
    }
}
