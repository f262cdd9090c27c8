//! From the process's arguments to its exit code.

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use crate::cli::arguments::{Arguments, Command};
use crate::cli::deps::run_deps;
use crate::cli::exit::{FAILURE, Outcome, is_broken_pipe};
use crate::cli::explain::run_explain;
use crate::cli::fix::run_fix;
use crate::cli::graph::run_graph;
use crate::cli::lint::run_lint;
use crate::cli::rules::run_rules;
use crate::cli::terminal::Terminal;
use crate::io::current_dir;

/// Runs the command line of this process and returns its exit code.
pub fn run() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nobody is left to tell when this cannot be printed.
            let _ = error.print();
            return if error.use_stderr() { ExitCode::from(FAILURE) } else { ExitCode::SUCCESS };
        }
    };
    let terminal = Terminal::new(arguments.global.color);
    match run_command(&arguments, terminal) {
        Ok(outcome) => outcome.into(),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = terminal.aside(|out| writeln!(out, "error: {error:#}"));
            ExitCode::from(FAILURE)
        }
    }
}

fn run_command(arguments: &Arguments, terminal: Terminal) -> Result<Outcome> {
    let global = &arguments.global;
    let here = || current_dir().context("cannot tell the current folder");
    match &arguments.command {
        Command::Lint(lint) => run_lint(lint, global, terminal, &here()?),
        Command::Fix(fix) => run_fix(fix, global, terminal, &here()?),
        Command::Graph(graph) => run_graph(graph, global, terminal, &here()?),
        Command::Deps(deps) => run_deps(deps, global, terminal, &here()?),
        Command::Rules(rules) => run_rules(rules, global, terminal, &here()?),
        Command::Explain(explain) => run_explain(explain, global, terminal, here),
    }
}
