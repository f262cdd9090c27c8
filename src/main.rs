//! The `asyncshift` command: hands the process's arguments to [`asyncshift::cli`].

use std::process::ExitCode;

use mimalloc::MiMalloc;

/// Analysis allocates a great deal, on all threads.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    asyncshift::cli::run()
}
