//! `fix --patches`: writes a conversion as a numbered series.

use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::cli::fix_diff::{DiffRoots, diff, diff_path};
use crate::cli::fix_view::{Shown, note_view};
use crate::cli::terminal::Terminal;
use crate::driver::{Analysis, Conversion, ConvertRequest, Stage, stages};
use crate::io::{create_file, create_folder, find_patches, identity, last_commit_date, repository_top};
use crate::plan::PatchSize;
use crate::report::{NoteView, PatchMail, UnitView, counted, patch_file_name, write_patch_mail};

/// Who a patch is from where git knows no one.
const AUTHOR: &str = "asyncshift <asyncshift@localhost>";
/// When it is from where there is no commit.
const DATE: &str = "Mon, 1 Jan 2024 00:00:00 +0000";

/// Writes the series into `folder`.
pub(crate) fn write_patches(
    request: &ConvertRequest<'_>,
    conversion: &Conversion,
    shown: &Shown,
    folder: &Path,
    size: PatchSize,
    terminal: Terminal,
) -> Result<()> {
    if let Some(known) = find_patches(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        bail!("{} holds patches already, such as {known}; take a new folder", folder.display());
    }
    let series = stages(request, conversion, size)?;
    if series.is_empty() {
        terminal.aside(|out| writeln!(out, "no patches: nothing changes"))?;
        return Ok(());
    }
    let analysis = request.analysis;
    let root = analysis.roots.first().context("a project has a root")?;
    let top = repository_top(root);
    let author = top.and_then(identity).unwrap_or_else(|| AUTHOR.to_owned());
    let date = top.and_then(last_commit_date).unwrap_or_else(|| DATE.to_owned());
    let roots = DiffRoots { first: top.unwrap_or(root), others: &analysis.roots };
    create_folder(folder)?;
    let mut keeps_returns = false;
    let all: Vec<UnitView> = shown.units.iter().map(|unit| relocated(analysis, unit, &roots)).collect();
    for (index, stage) in series.iter().enumerate() {
        let units: Vec<&UnitView> = stage.units.iter().map(|&unit| &all[unit]).collect();
        let added = stage.edits.iter().filter(|edit| edit.old.is_none());
        let added: Vec<String> = added.map(|edit| diff_path(&edit.path, &roots)).collect();
        let added: Vec<&str> = added.iter().map(String::as_str).collect();
        let change = diff(&stage.edits, &roots);
        keeps_returns |= change.windows(2).any(|pair| pair == b"\r\n");
        let mail = PatchMail {
            number: index + 1,
            total: series.len(),
            author: &author,
            date: &date,
            mode: request.settings.conversion.mode,
            units: &units,
            added: &added,
            notes: &notes_of(analysis, conversion, stage, &roots),
            diff: &change,
        };
        let mut content = Vec::new();
        write_patch_mail(&mut content, &mail)?;
        create_file(&folder.join(patch_file_name(index + 1, &units, &added)), &content)?;
    }
    let flag = if keeps_returns { " --keep-cr" } else { "" };
    let patches = counted(series.len(), if series.len() == 1 { "patch" } else { "patche" });
    terminal.aside(|out| {
        writeln!(out, "{patches} in {0}; apply with `git am{flag} {0}/*.patch`", folder.display())
    })?;
    Ok(())
}

/// A unit with the paths of the diff, wherever the command runs.
fn relocated(analysis: &Analysis, unit: &UnitView, roots: &DiffRoots<'_>) -> UnitView {
    let mut unit = unit.clone();
    let around = unit.frontier.iter_mut().map(|frontier| &mut frontier.function);
    for place in unit.converted.iter_mut().chain(&mut unit.edited).chain(&mut unit.why).chain(around) {
        relocate(analysis, &mut place.path, roots);
    }
    unit
}

fn relocate(analysis: &Analysis, display: &mut String, roots: &DiffRoots<'_>) {
    if let Some(file) = analysis.files.iter().find(|file| file.source.display == *display) {
        *display = diff_path(&file.source.path, roots);
    }
}

/// The notes on functions of a stage.
fn notes_of(
    analysis: &Analysis,
    conversion: &Conversion,
    stage: &Stage,
    roots: &DiffRoots<'_>,
) -> Vec<NoteView> {
    let functions: Vec<_> =
        stage.units.iter().flat_map(|&unit| conversion.plan.units[unit].functions()).collect();
    let is_inside = |note: &&crate::plan::Note| {
        functions.iter().any(|&function| {
            let (module, local) = analysis.program.locate_function(function);
            let range = analysis.program.facts(module).functions[local].range;
            module == note.module && range.start() <= note.range.start() && note.range.end() <= range.end()
        })
    };
    let mut notes: Vec<NoteView> =
        conversion.plan.notes.iter().filter(is_inside).map(|note| note_view(analysis, note)).collect();
    for note in &mut notes {
        relocate(analysis, &mut note.path, roots);
    }
    notes
}
