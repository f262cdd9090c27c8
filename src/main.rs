//! The `asyncshift` command: hands the process's arguments to [`asyncshift::cli`].

use std::process::ExitCode;

fn main() -> ExitCode {
    asyncshift::cli::run()
}
