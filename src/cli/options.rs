//! Settings of a run: configuration first, then flags, which win.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::base::{Selection, Settings};
use crate::cli::arguments::GlobalArguments;
use crate::cli::common_arguments::ImportArguments;
use crate::io::{Configuration, find_configuration, read_configuration};

/// Reads the configuration that applies to `paths` and lays the flags that commands share over it.
pub(crate) fn configuration(
    global: &GlobalArguments,
    imports: &ImportArguments,
    current_dir: &Path,
    paths: &[PathBuf],
) -> Result<Configuration> {
    let mut configuration = if global.isolated {
        Configuration::default()
    } else if let Some(file) = &global.config {
        let read = read_configuration(file)?;
        // Patterns in it are compared with canonical paths.
        Configuration { path: file.canonicalize().ok(), ..read }
    } else {
        find_configuration(&start(current_dir, paths))?
    };
    let settings = &mut configuration.settings;
    settings.jobs = global.jobs.or(settings.jobs);
    if let (Some(python), Some(file)) = (&mut settings.python, &configuration.path) {
        *python = file.parent().unwrap_or(current_dir).join(&*python);
    }
    follow_imports(settings, imports, current_dir)?;
    Ok(configuration)
}

/// Lays the flags of following imports over the configuration's.
fn follow_imports(settings: &mut Settings, flags: &ImportArguments, current_dir: &Path) -> Result<()> {
    settings.follow_imports = (settings.follow_imports || flags.follow_imports) && !flags.no_follow_imports;
    if let Some(python) = &flags.python {
        if !settings.follow_imports {
            bail!("`--python` says where imports lead: give it with `--follow-imports`");
        }
        settings.python = Some(current_dir.join(python));
    }
    Ok(())
}

/// Where to look for a configuration. A path that does not exist is reported when its files are looked for.
fn start(current_dir: &Path, paths: &[PathBuf]) -> PathBuf {
    let first = paths.first().map_or_else(|| current_dir.to_owned(), |path| current_dir.join(path));
    first.ancestors().find(|path| path.exists()).unwrap_or(current_dir).to_owned()
}

/// Lays the flags of selection over the configuration's.
pub(crate) fn select(settings: &mut Settings, flags: Selection) {
    let selection = &mut settings.selection;
    let asked: Vec<&String> = flags.select.iter().flatten().chain(&flags.extend_select).collect();
    // What the command line asks for is not taken out again by the configuration.
    selection.ignore.retain(|ignored| !asked.iter().any(|code| code.starts_with(ignored.as_str())));
    if flags.select.is_some() {
        selection.select = flags.select;
        selection.extend_select.clear();
    }
    selection.extend_select.extend(flags.extend_select);
    selection.ignore.extend(flags.ignore);
}

#[cfg(test)]
mod tests {
    use crate::base::{Selection, Settings};
    use crate::cli::options::select;

    #[test]
    fn flags_win() {
        let strings = |words: &[&str]| words.iter().map(|&word| word.to_owned()).collect::<Vec<_>>();
        let mut settings = Settings {
            selection: Selection {
                select: None,
                extend_select: strings(&["B"]),
                ignore: strings(&["AS3", "AS1"]),
            },
            ..Settings::default()
        };
        let flags =
            Selection { select: Some(strings(&["AS301"])), extend_select: vec![], ignore: strings(&["C"]) };
        select(&mut settings, flags);
        let expected = Selection {
            select: Some(strings(&["AS301"])),
            extend_select: vec![],
            ignore: strings(&["AS1", "C"]),
        };
        assert_eq!(settings.selection, expected);
    }
}
