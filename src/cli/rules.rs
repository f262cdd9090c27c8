//! The command `rules`.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::cli::arguments::{
    GlobalArguments, RulesArguments, RulesCheckArguments, RulesCommand, RulesFormat, RulesNewArguments,
    SchemaKind,
};
use crate::cli::common_arguments::ImportArguments;
use crate::cli::exit::Outcome;
use crate::cli::explain::explain_topic;
use crate::cli::knowledge::{load_knowledge, rule_files};
use crate::cli::options::configuration;
use crate::cli::terminal::Terminal;
use crate::driver::run_example;
use crate::io::{Configuration, RuleText, create_file, create_folder, read_rule_files};
use crate::report::{counted, write_rules_json, write_rules_text};
use crate::rules::{
    ExampleOutcome, Knowledge, LibraryExample, check_schema, library_schema, library_skeleton,
};
use crate::syntax::parse;

/// Lists, shows, starts and checks rules.
pub(crate) fn run_rules(
    arguments: &RulesArguments,
    global: &GlobalArguments,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Outcome> {
    let configuration =
        || configuration(global, &ImportArguments::default(), current_dir, &[PathBuf::from(".")]);
    match &arguments.command {
        RulesCommand::List(list) => {
            let knowledge = load_knowledge(&configuration()?, terminal, current_dir)?;
            match list.format {
                RulesFormat::Text => terminal.styled(|out| write_rules_text(out, &knowledge))?,
                RulesFormat::Json => Terminal::plain(|out| write_rules_json(out, &knowledge))?,
            }
            Ok(Outcome::Clean)
        }
        RulesCommand::Show(show) => {
            let knowledge = load_knowledge(&configuration()?, terminal, current_dir)?;
            explain_topic(&knowledge, &show.name, terminal)
        }
        RulesCommand::New(new) => run_new(new, &configuration()?, terminal, current_dir),
        RulesCommand::Schema(schema) => {
            let value = match schema.kind {
                SchemaKind::Library => library_schema(),
                SchemaKind::Check => check_schema(),
            };
            Terminal::plain(|out| writeln!(out, "{value:#}"))?;
            Ok(Outcome::Clean)
        }
        RulesCommand::Check(check) => {
            // Files that are named are checked whatever the configuration is.
            let configuration =
                if check.paths.is_empty() { configuration()? } else { Configuration::default() };
            run_check(check, &configuration, terminal, current_dir)
        }
    }
}

fn run_new(
    arguments: &RulesNewArguments,
    configuration: &Configuration,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Outcome> {
    let name = &arguments.name;
    let is_name = !name.is_empty()
        && name.chars().all(|it| it.is_ascii_alphanumeric() || matches!(it, '-' | '_' | '.'))
        && name.starts_with(|first: char| first.is_ascii_alphanumeric());
    if !is_name {
        bail!("`{name}` is not the name of a package: letters, digits, `-`, `_` and `.`");
    }
    let file = format!("{name}.toml");
    let path = match &arguments.output_file {
        Some(path) if path.as_os_str() == "-" => {
            Terminal::plain(|out| out.write_all(library_skeleton(name).as_bytes()))?;
            return Ok(Outcome::Clean);
        }
        Some(path) if current_dir.join(path).is_dir() => current_dir.join(path).join(file),
        Some(path) => current_dir.join(path),
        None => folder_for_rules(configuration, current_dir)?.join(file),
    };
    create_file(&path, library_skeleton(name).as_bytes())?;
    let shown = path.strip_prefix(current_dir).unwrap_or(&path).display().to_string();
    terminal.styled(|out| {
        writeln!(out, "wrote {shown}; fill it in, then run `asyncshift rules check {shown}`")
    })?;
    if Knowledge::embedded().library(name).is_some() {
        terminal.aside(|out| {
            writeln!(out, "note: rules for {name} are built in (`asyncshift rules show {name}`); yours replace those of the same names")
        })?;
    }
    Ok(Outcome::Clean)
}

/// Says what a file that is right still lacks.
fn remark(terminal: Terminal, file: &RuleText, examples: &[(&str, LibraryExample)]) -> Result<()> {
    let stem = Path::new(&file.path).file_stem().unwrap_or_default().to_string_lossy();
    if file.text == library_skeleton(&stem) {
        let path = &file.path;
        terminal.aside(|out| writeln!(out, "note: {path} is as it was started; nothing in it is real"))?;
    }
    let own = || examples.iter().filter(|(path, _)| *path == file.path).map(|(_, example)| &example.outcome);
    let changes = own().any(|outcome| matches!(outcome, ExampleOutcome::After(_)));
    let stays = own().any(|outcome| matches!(outcome, ExampleOutcome::Untouched));
    let lacks = match (changes, stays) {
        (true, true) => return Ok(()),
        (false, true) => "no example that changes",
        (true, false) => "no example that stays as it is",
        (false, false) => "no example",
    };
    Ok(terminal.aside(|out| writeln!(out, "note: {} has {lacks}", file.path))?)
}

/// The first folder of rules that the configuration names, made if it is not there; else this project's own; else here.
fn folder_for_rules(configuration: &Configuration, current_dir: &Path) -> Result<PathBuf> {
    let base = configuration.path.as_deref().and_then(Path::parent).unwrap_or(current_dir);
    let mut named = configuration.settings.rules.iter().map(|path| base.join(path));
    if let Some(folder) = named.find(|path| !path.to_string_lossy().ends_with(".toml")) {
        create_folder(&folder)?;
        return Ok(folder);
    }
    let ours = current_dir.join("rules/libraries");
    Ok(if ours.is_dir() { ours } else { current_dir.to_owned() })
}

fn run_check(
    arguments: &RulesCheckArguments,
    configuration: &Configuration,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Outcome> {
    let base = configuration.path.as_deref().and_then(Path::parent).unwrap_or(current_dir);
    let named = arguments.paths.iter().map(|path| current_dir.join(path));
    let paths: Vec<PathBuf> =
        named.chain(configuration.settings.rules.iter().map(|path| base.join(path))).collect();
    if paths.is_empty() {
        bail!("give rule files, or name them in the configuration: `rules = [\"asyncshift-rules/\"]`");
    }
    let mut texts: Vec<RuleText> = Vec::new();
    for path in &paths {
        texts.extend(read_rule_files(path)?);
    }
    for file in &mut texts {
        if let Ok(short) = Path::new(&file.path).strip_prefix(current_dir) {
            file.path = short.display().to_string();
        }
    }
    let files = rule_files(&texts);
    let read = counted(files.len(), "file");
    let knowledge = match Knowledge::embedded_with(&files) {
        Ok(knowledge) => knowledge,
        Err(errors) => {
            terminal.styled(|out| {
                errors.iter().try_for_each(|error| writeln!(out, "{error}"))?;
                writeln!(out, "{read}, {} wrong", errors.len())
            })?;
            return Ok(Outcome::Found);
        }
    };
    let examples = Knowledge::examples_of(&files)?;
    let mut failures = 0;
    for (file, example) in &examples {
        let expected: &str = match &example.outcome {
            ExampleOutcome::After(after) => after,
            ExampleOutcome::Untouched => &example.before,
        };
        let wrong = match parse(&example.before).errors() {
            [] => {
                let found = run_example(&knowledge, example)?;
                let ends = |text: &str| format!("{}\n", text.trim_end_matches('\n'));
                (found != expected).then(|| {
                    let (expected, found) = (ends(expected), ends(&found));
                    format!("becomes something else\n---- expected\n{expected}---- found\n{found}")
                })
            }
            [error, ..] => Some(format!("is not valid Python: {}\n", error.message)),
        };
        if let Some(wrong) = wrong {
            failures += 1;
            let (line, why) = (example.line, &example.why);
            terminal.styled(|out| write!(out, "{file}:{line}: the example \"{why}\" {wrong}"))?;
        }
    }
    for file in &texts {
        remark(terminal, file, &examples)?;
    }
    let tried = counted(examples.len(), "example");
    terminal.styled(|out| writeln!(out, "{read}, {tried}, {failures} wrong"))?;
    Ok(if failures == 0 { Outcome::Clean } else { Outcome::Found })
}
