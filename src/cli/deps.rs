//! The command `deps`.

use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;

use crate::cli::arguments::{DepsArguments, DepsFormat, GlobalArguments};
use crate::cli::exit::Outcome;
use crate::cli::knowledge::load_knowledge;
use crate::cli::options::configuration;
use crate::cli::project::{Project, summary};
use crate::cli::terminal::{Terminal, unstyled};
use crate::driver::{Dependencies, DependenciesRequest, dependencies};
use crate::graph::Confidence;
use crate::io::write_output;
use crate::report::{
    DependenciesView, write_dependencies_json, write_dependencies_markdown, write_dependencies_text,
};

/// Reports what the project depends on, and what of it blocks.
pub(crate) fn run_deps(
    arguments: &DepsArguments,
    global: &GlobalArguments,
    terminal: Terminal,
    current_dir: &Path,
) -> Result<Outcome> {
    let configuration = configuration(global, &arguments.imports, current_dir, &arguments.paths)?;
    let knowledge = load_knowledge(&configuration, terminal, current_dir)?;
    let knowledge = &*knowledge;
    let least = Confidence::Probable;
    let project =
        Project { paths: &arguments.paths, current_dir, configuration: &configuration, knowledge, least };
    let analysis = project.analyse()?;
    terminal.warn(&analysis.warnings)?;
    terminal.note(&analysis.notes)?;
    let Dependencies { libraries, standard, manifests, warnings } = dependencies(&DependenciesRequest {
        analysis: &analysis,
        current_dir,
        settings: &configuration.settings,
        knowledge,
        least,
    });
    terminal.warn_manifests(&warnings)?;
    let view = DependenciesView {
        libraries: &libraries,
        standard: &standard,
        manifests: &manifests,
        summary: &summary(&analysis),
    };
    write_report(arguments, terminal, &view)?;
    Ok(Outcome::Clean)
}

fn write_report(arguments: &DepsArguments, terminal: Terminal, view: &DependenciesView<'_>) -> Result<()> {
    let write = |out: &mut dyn Write| write_format(out, arguments.format, view);
    if let Some(path) = &arguments.output_file {
        write_output(path, &unstyled(write)?)?;
        return Ok(());
    }
    match arguments.format {
        DepsFormat::Json | DepsFormat::Markdown => Terminal::plain(write)?,
        DepsFormat::Text => terminal.styled(write)?,
    }
    Ok(())
}

fn write_format(out: &mut dyn Write, format: DepsFormat, view: &DependenciesView<'_>) -> io::Result<()> {
    match format {
        DepsFormat::Text => write_dependencies_text(out, view),
        DepsFormat::Json => write_dependencies_json(out, view),
        DepsFormat::Markdown => write_dependencies_markdown(out, view),
    }
}
