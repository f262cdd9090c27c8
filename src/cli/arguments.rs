//! The command line, as its users see it.

use std::path::PathBuf;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::cli::common_arguments::{ImportArguments, version};
use crate::cli::fix_arguments::FixArguments;
use crate::cli::gate_arguments::GateArguments;
use crate::cli::lint_format::OutputArguments;

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::BrightGreen.on_default().bold())
    .usage(AnsiColor::BrightGreen.on_default().bold())
    .literal(AnsiColor::BrightCyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

/// Moves Python code from sync to async, and keeps async code honest.
#[derive(Debug, Parser)]
#[command(
    name = "asyncshift",
    version,
    styles = STYLES,
    max_term_width = 100,
    disable_help_subcommand = true,
    long_about = "Moves Python code from sync to async, and keeps async code honest.\n\n\
        It reads a whole project, works out what every call can reach, and from that finds what blocks the \
        event loop, behind any number of sync functions in any file, and converts sync functions to async \
        while leaving `f = sync(async_f)` behind, so that other callers work unchanged.",
    after_help = "Exit codes: 0 clean, 1 findings remain or a diff would be made, 2 usage, configuration or I/O error.",
    after_long_help = "Examples:\n  \
        asyncshift lint                        report on the project around the current folder\n  \
        asyncshift lint src --format concise   one line a finding, for src only\n  \
        asyncshift fix src | git apply         convert what blocks in src\n  \
        asyncshift graph --to time.sleep       everything that can end up sleeping\n  \
        asyncshift explain blocking-call       what a check looks for, and what to do\n\n\
        Exit codes: 0 clean, 1 findings remain or a diff would be made, 2 usage, configuration or I/O error."
)]
pub(crate) struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
    /// What every command takes.
    #[command(flatten)]
    pub(crate) global: GlobalArguments,
}

/// What every command takes.
#[derive(Args, Debug)]
pub(crate) struct GlobalArguments {
    /// Read this configuration instead of looking for one
    #[arg(long, global = true, value_name = "FILE", help_heading = "Global options")]
    pub(crate) config: Option<PathBuf>,
    /// Read no configuration at all
    #[arg(long, global = true, conflicts_with = "config", help_heading = "Global options")]
    pub(crate) isolated: bool,
    /// How many threads may work; one per core when not given
    #[arg(long, short, global = true, value_name = "N", value_parser = positive, help_heading = "Global options")]
    pub(crate) jobs: Option<usize>,
    /// When to use colours; `auto` means on a terminal, and never with `NO_COLOR`
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto", help_heading = "Global options")]
    pub(crate) color: ColorWhen,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Report what blocks the event loop, and other mistakes in async code
    #[command(
        long_about = "Reports what blocks the event loop, and other mistakes in async code.\n\n\
            PATHS select what is reported; the whole project around them, its tests included, is analysed, so that \
            a call is followed through any file.",
        after_long_help = "Examples:\n  \
            asyncshift lint\n  \
            asyncshift lint src/app --select AS1\n  \
            asyncshift lint --extend-select naming --statistics\n  \
            asyncshift lint --format json --output-file findings.json\n  \
            asyncshift lint --format full --format sarif=lint.sarif --format junit=lint.xml\n  \
            asyncshift lint --level blocking=error --fail-on error\n  \
            asyncshift lint --baseline known.txt --update-baseline   take what is there as known\n  \
            asyncshift lint --baseline known.txt                     only what is new fails\n  \
            asyncshift lint --baseline known.txt --scope all         no new blocking call anywhere\n  \
            asyncshift lint --diff-base main...                      only what this branch changed\n\n\
            A comment `# noqa: AS101` or `# asyncshift: ignore[blocking-sleep] reason` suppresses a finding: at its line, \
            at a call on the way to the cause, at the cause, or at the `def` around either end.\n\
            `asyncshift explain CODE` tells more about a check."
    )]
    Lint(LintArguments),
    /// Convert what blocks to async, and print the change as a diff
    #[command(
        long_about = "Converts what blocks to async, from the blocking call up through every caller.\n\n\
            `def f` becomes `async def async_f`, its calls are awaited, and `f = sync(async_f)` stays behind, so that \
            callers that are not converted work unchanged. The change is printed as one unified diff on standard \
            output, with paths relative to the current folder; the summary goes to standard error.",
        after_long_help = "Examples:\n  \
            asyncshift fix | git apply              from the top of a repository\n  \
            asyncshift fix --plan                   what would change in which order, what stays, and why\n  \
            asyncshift fix src --write              edit the files in place\n  \
            asyncshift fix --write --verify 'pytest -q'   only what the tests take, tried out on a copy\n  \
            asyncshift fix --patches series         small patches for `git am`, each of which works by itself\n  \
            asyncshift fix --async-callers          first what async code calls today\n  \
            asyncshift fix --function app.load      one function and what it needs\n  \
            asyncshift fix --check                  exit 1 if anything would change\n  \
            asyncshift fix --verbose > fix.patch    with every function that stays, and why\n\n\
            NAME is a dotted name, or its end: `load` means `app.load` and `app.Client.load`.\n\
            `asyncshift explain REASON` tells what the reason for keeping a function means."
    )]
    Fix(FixArguments),
    /// Print the call graph
    #[command(
        long_about = "Prints the call graph of a project: which function reaches which, where, how, and how sure that is.",
        after_long_help = "Examples:\n  \
            asyncshift graph src\n  \
            asyncshift graph --from app.main --depth 2\n  \
            asyncshift graph --to time.sleep --format json\n  \
            asyncshift graph --blocking --format dot | dot -Tsvg -o blocking.svg\n  \
            asyncshift graph --from app.main --format mermaid\n  \
            asyncshift graph --unresolved src      what is not known, most frequent first\n  \
            asyncshift graph --cycles              functions that reach themselves\n\n\
            NAME is a dotted name, or its end: `load` means `app.load` and `app.Client.load`.\n\
            `asyncshift explain --edge CALLER CALLEE` tells why one function reaches another."
    )]
    Graph(GraphArguments),
    /// List the libraries a project depends on, which of them block, and what replaces them
    #[command(
        long_about = "Lists the third-party libraries that a project imports or declares: which of them block, at how many \
            calls, from how many async functions they are reached, and what their async replacements are.\n\n\
            PATHS select whose imports and calls count. Manifests and lock files are read at the root of the project: \
            pyproject.toml, requirements files, setup.cfg, Pipfile, and the locks of the common tools.",
        after_long_help = "Examples:\n  \
            asyncshift deps\n  \
            asyncshift deps --format markdown --output-file dependencies.md\n  \
            asyncshift deps src --format json\n\n\
            A replacement is ready for a call as `drop-in` (same meaning), `review` (somebody reads the change), \
            `suggest` (a direction only), or `none`; `threads` says for how many calls a worker thread will do.\n\
            `[tool.asyncshift] prefer` names the replacement that the project wants; it then comes first."
    )]
    Deps(DepsArguments),
    /// List, show, start and check rules
    Rules(RulesArguments),
    /// Tell what a check, a reason or a library's rules mean, or why one function reaches another
    #[command(
        override_usage = "asyncshift explain [OPTIONS] <RULE>\n       \
            asyncshift explain [OPTIONS] --edge <CALLER> <CALLEE> [PATHS]...",
        long_about = "Tells what a check, a reason or a library's rules mean; with --edge, why one function of a project \
            reaches another: every place, how sure it is and why, and on which way the function came there.",
        after_long_help = "Examples:\n  \
            asyncshift explain AS101\n  \
            asyncshift explain await-in-loop\n  \
            asyncshift explain thread-bound       why a function is kept\n  \
            asyncshift explain unknown-value      why a call is not resolved\n  \
            asyncshift explain stdlib             what is known of a library\n  \
            asyncshift explain --edge app.main time.sleep\n\n\
            CALLER and CALLEE are dotted names, or their ends: `load` means `app.load` and `app.Client.load`.\n\
            Exit code 1: no way is known from CALLER to CALLEE."
    )]
    Explain(ExplainArguments),
}

/// `lint`.
#[derive(Args, Debug)]
pub(crate) struct LintArguments {
    /// Files and folders to report on
    #[arg(value_name = "PATHS", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// Only these checks: codes, beginnings of codes, names, categories, or ALL
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) select: Option<Vec<String>>,
    /// These checks as well
    #[arg(long, value_name = "CODES", value_delimiter = ',')]
    pub(crate) extend_select: Vec<String>,
    /// Not these checks, nor those that the configuration ignores
    #[arg(long, value_name = "CODES", value_delimiter = ',', visible_alias = "extend-ignore")]
    pub(crate) ignore: Vec<String>,
    /// Leave out findings that are less sure
    #[arg(long, value_name = "LEVEL", default_value = "probable")]
    pub(crate) min_confidence: MinConfidence,
    /// Oldest Python version that the project supports, such as 3.9
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub(crate) target_version: Option<(u8, u8)>,
    /// What is printed.
    #[command(flatten)]
    pub(crate) output: OutputArguments,
    /// Exit 0 even when there are findings
    #[arg(long)]
    pub(crate) exit_zero: bool,
    /// Work everything out again, and keep nothing for the next run
    #[arg(long)]
    pub(crate) no_cache: bool,
    /// Keep what was worked out in this folder; when not given, `ASYNCSHIFT_CACHE_DIR`, or else `.asyncshift_cache` in the
    /// project
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub(crate) cache_dir: Option<PathBuf>,
    /// What is let through.
    #[command(flatten)]
    pub(crate) gate: GateArguments,
    /// Where imports lead.
    #[command(flatten)]
    pub(crate) imports: ImportArguments,
}

/// `graph`.
#[derive(Args, Debug)]
pub(crate) struct GraphArguments {
    /// Files and folders whose functions are shown
    #[arg(value_name = "PATHS", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// How to print the graph
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: GraphFormat,
    /// Only what this function reaches
    #[arg(long, value_name = "NAME")]
    pub(crate) from: Vec<String>,
    /// Only what reaches this function
    #[arg(long, value_name = "NAME")]
    pub(crate) to: Vec<String>,
    /// Only ways of at most N calls
    #[arg(long, value_name = "N")]
    pub(crate) depth: Option<u32>,
    /// Only ways to something that blocks
    #[arg(long)]
    pub(crate) blocking: bool,
    /// Instead, the calls that are not resolved, by reason
    #[arg(long, conflicts_with_all = ["cycles", "blocking"])]
    pub(crate) unresolved: bool,
    /// Instead, the functions that reach themselves
    #[arg(long)]
    pub(crate) cycles: bool,
    /// Where imports lead.
    #[command(flatten)]
    pub(crate) imports: ImportArguments,
}

/// `deps`.
#[derive(Args, Debug)]
pub(crate) struct DepsArguments {
    /// Files and folders whose imports and calls count
    #[arg(value_name = "PATHS", default_value = ".")]
    pub(crate) paths: Vec<PathBuf>,
    /// How to print the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: DepsFormat,
    /// Write the report to this file
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Where imports lead.
    #[command(flatten)]
    pub(crate) imports: ImportArguments,
}

/// `explain`.
#[derive(Args, Debug)]
pub(crate) struct ExplainArguments {
    /// Code or name of a check, a reason, or a library; with --edge, files and folders of the project
    #[arg(value_name = "RULE|PATHS", required_unless_present = "edge")]
    pub(crate) words: Vec<PathBuf>,
    /// Why one function reaches another
    #[arg(long, num_args = 2, value_names = ["CALLER", "CALLEE"])]
    pub(crate) edge: Option<Vec<String>>,
    /// How to print what --edge finds
    #[arg(long, value_name = "FORMAT", default_value = "text", requires = "edge")]
    pub(crate) format: EdgeFormat,
    /// Where imports lead.
    #[command(flatten)]
    pub(crate) imports: ImportArguments,
}

/// `rules`.
#[derive(Args, Debug)]
pub(crate) struct RulesArguments {
    /// What to do with rules
    #[command(subcommand)]
    pub(crate) command: RulesCommand,
}

/// What `rules` can do.
#[derive(Debug, Subcommand)]
pub(crate) enum RulesCommand {
    /// List the libraries and checks that rules describe
    List(RulesListArguments),
    /// Show what rules say of a library, a callable or a check
    Show(RulesShowArguments),
    /// Start a rule file
    New(RulesNewArguments),
    /// Check rule files, and try out their examples
    Check(RulesCheckArguments),
    /// Print the JSON schema of a kind of rule file
    Schema(RulesSchemaArguments),
}

/// `rules list`.
#[derive(Args, Debug)]
pub(crate) struct RulesListArguments {
    /// How to print the list
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: RulesFormat,
}

/// `rules show`.
#[derive(Args, Debug)]
pub(crate) struct RulesShowArguments {
    /// A library, the dotted name of a callable or class, or a check
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
}

/// `rules new`.
#[derive(Args, Debug)]
pub(crate) struct RulesNewArguments {
    /// What the file describes
    #[arg(value_name = "KIND")]
    pub(crate) kind: RuleKind,
    /// The library's name on the package index
    #[arg(value_name = "NAME")]
    pub(crate) name: String,
    /// Where to write it; when not given, `NAME.toml` in the first folder that `rules` of the configuration names, in
    /// `rules/libraries` of this project's own source, or here
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
}

/// `rules check`.
#[derive(Args, Debug)]
pub(crate) struct RulesCheckArguments {
    /// Rule files, and folders of them; when not given, those that the configuration names
    #[arg(value_name = "PATHS")]
    pub(crate) paths: Vec<PathBuf>,
}

/// `rules schema`.
#[derive(Args, Debug)]
pub(crate) struct RulesSchemaArguments {
    /// What the file describes
    #[arg(value_name = "KIND")]
    pub(crate) kind: SchemaKind,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorWhen {
    /// On a terminal
    Auto,
    /// Even in a pipe
    Always,
    /// Not at all
    Never,
}

/// How a graph is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// Callers with what they reach
    Text,
    /// Nodes and edges with places
    Json,
    /// For Graphviz
    Dot,
    /// For Markdown that draws Mermaid flowcharts
    Mermaid,
    /// Adjacency list of calls
    Pycg,
}

/// How dependencies are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DepsFormat {
    /// A table, and the calls that block
    Text,
    /// For programs
    Json,
    /// Tables for a pull request
    Markdown,
}

/// How a list of rules is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RulesFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// What a rule file describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaKind {
    /// A library
    Library,
    /// A check's words
    Check,
}

/// What a new rule file describes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RuleKind {
    /// A library
    Library,
}

/// How the ways between two functions are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum EdgeFormat {
    /// Places with their source
    Text,
    /// For programs
    Json,
}

/// How sure a finding must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MinConfidence {
    /// Only what can mean nothing else
    Definite,
    /// One of a few, or by declared types
    Probable,
    /// Guesses as well
    Possible,
}

fn positive(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(0) | Err(_) => Err("expected a positive number".to_owned()),
        Ok(number) => Ok(number),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use crate::cli::arguments::Arguments;

    #[test]
    fn definition_is_consistent() {
        Arguments::command().debug_assert();
    }
}
