//! Arguments, terminal and exit codes; one file per command.

mod exit;

mod gate_arguments;

mod lint_format;

mod common_arguments;

mod fix_arguments;

mod arguments;

mod terminal;

mod progress;

mod options;

mod knowledge;

mod project;

mod edits;

mod lint_gate;

mod lint_output;

mod lint;

mod fix_view;

mod fix_diff;

mod fix_interactive;

mod fix_patches;

mod fix_verify;

mod fix;

mod graph;

mod explain;

mod deps;

mod rules;

mod run;

pub use run::run;
