//! Arguments, terminal and exit codes; one file per command.

use std::process::ExitCode;

/// Runs the command line of this process and returns its exit code.
pub fn run() -> ExitCode {
    ExitCode::SUCCESS
}
