//! The rules of a run: the embedded ones, those of installed packages, those of the project.

use std::borrow::Cow;
use std::fmt::Display;
use std::path::Path;

use anyhow::{Result, bail};

use crate::base::Prefer;
use crate::cli::terminal::Terminal;
use crate::io::{Configuration, RuleText, find_environment, read_rule_files, shipped_rules};
use crate::rules::{Knowledge, RuleError, RuleFile};

/// The layer of rules that packages bring along, over the embedded ones.
const SHIPPED: u8 = 1;
/// The layer of the project's own rules, over all others.
const OWN: u8 = 2;

/// Loads all rules that apply to a run.
///
/// What is wrong with a project's own rules is an error; a package's rules that are wrong are left out with a warning.
pub(crate) fn load_knowledge(
    configuration: &Configuration,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Cow<'static, Knowledge>> {
    let mut knowledge = Cow::Borrowed(Knowledge::embedded());
    let settings = &configuration.settings;
    let folder = configuration.path.as_deref().and_then(Path::parent).unwrap_or(current_dir);
    if let Ok(environment) = find_environment(settings.python.as_deref(), &[folder, current_dir]) {
        let (found, unreadable) = shipped_rules(&environment);
        for error in unreadable {
            skip(terminal, &error)?;
        }
        for shipped in found {
            let file = [(shipped.file.path.as_str(), shipped.file.text.as_str())];
            let mut with = knowledge.clone().into_owned();
            match foreign_module(&file[0], &shipped.package) {
                Ok(None) => match with.add_layer(SHIPPED, &file).first() {
                    None => knowledge = Cow::Owned(with),
                    Some(error) => skip(terminal, error)?,
                },
                Ok(Some(error)) | Err(error) => skip(terminal, &error)?,
            }
        }
    }
    let mut own: Vec<RuleText> = Vec::new();
    for path in &settings.rules {
        own.extend(read_rule_files(&folder.join(path))?);
    }
    if !own.is_empty() {
        let errors = knowledge.to_mut().add_layer(OWN, &rule_files(&own));
        if !errors.is_empty() {
            bail!("{}", joined(&errors));
        }
    }
    check_preferences(&knowledge, &settings.prefer)?;
    Ok(knowledge)
}

/// Rule files as the rules floor takes them.
pub(crate) fn rule_files(texts: &[RuleText]) -> Vec<RuleFile<'_>> {
    texts.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect()
}

/// Errors, one a line.
pub(crate) fn joined(errors: &[RuleError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// A package speaks for itself, not for others: the error when its file describes another package's modules.
fn foreign_module(file: &RuleFile<'_>, package: &str) -> Result<Option<RuleError>, RuleError> {
    let modules = Knowledge::modules_of(file)?;
    let is_own = |module: &str| module.split('.').next() == Some(package);
    Ok(modules.iter().find(|module| !is_own(module)).map(|module| RuleError {
        file: file.0.to_owned(),
        line: 1,
        message: format!("the package `{package}` describes the module `{module}`, which is not its own"),
    }))
}

fn skip(terminal: Terminal, error: &dyn Display) -> Result<()> {
    Ok(terminal.aside(|out| writeln!(out, "warning: {error}; the file is left out"))?)
}

/// Every preference names a library that rules describe, and a role that it has.
fn check_preferences(knowledge: &Knowledge, prefer: &Prefer) -> Result<()> {
    for (role, name) in prefer {
        let Some(library) = knowledge.library(name) else {
            bail!("`prefer.{role}` names `{name}`, and no rules describe a library of that name");
        };
        match &library.role {
            Some(own) if **own != **role => {
                bail!("`prefer.{role}` names `{name}`, whose role is `{own}`: write `prefer.{own}`");
            }
            Some(_) | None => {}
        }
    }
    Ok(())
}
