//! The command `rules`.

use std::path::Path;

use anyhow::Result;

use crate::cli::arguments::{RulesArguments, RulesCheckArguments, RulesCommand};
use crate::cli::exit::Outcome;
use crate::cli::terminal::Terminal;
use crate::driver::run_example;
use crate::io::{RuleText, read_rule_files};
use crate::rules::{ExampleOutcome, Knowledge, RuleFile};

/// Lists, shows and checks rules.
pub(crate) fn run_rules(
    arguments: &RulesArguments,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Outcome> {
    match &arguments.command {
        RulesCommand::Check(check) => run_check(check, terminal, current_dir),
    }
}

fn run_check(arguments: &RulesCheckArguments, terminal: Terminal, current_dir: &Path) -> Result<Outcome> {
    let mut texts: Vec<RuleText> = Vec::new();
    for path in &arguments.paths {
        texts.extend(read_rule_files(&current_dir.join(path))?);
    }
    let files: Vec<RuleFile<'_>> =
        texts.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    let knowledge = match Knowledge::embedded_with(&files) {
        Ok(knowledge) => knowledge,
        Err(error) => {
            terminal.styled(|out| writeln!(out, "{error}"))?;
            return Ok(Outcome::Found);
        }
    };
    let own = Knowledge::examples_of(&files)?;
    let mut failures = 0;
    for (file, example) in &own {
        let found = run_example(&knowledge, example)?;
        let wanted: &str = match &example.outcome {
            ExampleOutcome::After(after) => after,
            ExampleOutcome::Untouched => &example.before,
        };
        if found != wanted {
            failures += 1;
            terminal.styled(|out| {
                writeln!(out, "{file}: the example \"{}\" becomes something else", example.why)?;
                write!(out, "---- expected\n{wanted}---- found\n{found}")
            })?;
        }
    }
    terminal
        .styled(|out| writeln!(out, "{} files, {} examples, {failures} wrong", files.len(), own.len()))?;
    Ok(if failures == 0 { Outcome::Clean } else { Outcome::Found })
}
