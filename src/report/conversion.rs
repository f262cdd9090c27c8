//! What a conversion did and did not do: counts, reasons, and on request every function.

use std::io::{self, Write};

use crate::plan::KeepReason;
use crate::report::plan_view::{KeptFunction, NoteView, RefusedPart};
use crate::report::style::{BOLD, DIM};
use crate::report::summary::{Summary, counted, write_coverage};

/// What a conversion did.
pub struct ConversionView<'a> {
    /// How many functions become async.
    pub converted: usize,
    /// How many files change.
    pub files: usize,
    /// Functions that stay, in order.
    pub kept: &'a [KeptFunction],
    /// What is left as it is since its rewrite failed its checks.
    pub refused: &'a [RefusedPart],
    /// What somebody should look at, in order.
    pub notes: &'a [NoteView],
    /// How much was analysed.
    pub summary: &'a Summary,
    /// Whether every kept function is listed.
    pub is_detailed: bool,
}

/// Writes the summary of a conversion.
pub fn write_conversion(out: &mut dyn Write, view: &ConversionView<'_>) -> io::Result<()> {
    if view.is_detailed {
        write_kept(out, view.kept)?;
    }
    write_refused(out, view.refused)?;
    writeln!(
        out,
        "{BOLD}{} converted in {}, {} kept.{BOLD:#}",
        counted(view.converted, "function"),
        counted(view.files, "file"),
        view.kept.len()
    )?;
    write_reasons(out, view.kept)?;
    write_notes(out, view.notes)?;
    write_coverage(out, view.summary)
}

/// Lists functions that stay.
pub(crate) fn write_kept(out: &mut dyn Write, kept: &[KeptFunction]) -> io::Result<()> {
    for kept in kept {
        let bridge = if kept.is_bridge { ", calls converted code through its wrapper" } else { "" };
        let because = because(&kept.because);
        writeln!(
            out,
            "{BOLD}{}{BOLD:#}:{}: {} kept: {}{DIM}{because}{bridge}{DIM:#}",
            kept.path, kept.line, kept.name, kept.reason
        )?;
    }
    Ok(())
}

/// The functions that keep one, a few of each reason.
fn because(causes: &[(String, KeepReason)]) -> String {
    let mut reasons: Vec<KeepReason> = causes.iter().map(|(_, reason)| *reason).collect();
    reasons.sort_unstable();
    reasons.dedup();
    let parts = reasons.into_iter().map(|reason| {
        let mut names = causes.iter().filter(|(_, other)| *other == reason).map(|(name, _)| name.as_str());
        let first = names.next().unwrap_or_default();
        match names.count() {
            0 => format!("{first} ({reason})"),
            more => format!("{first} and {more} more ({reason})"),
        }
    });
    let parts: Vec<String> = parts.collect();
    if parts.is_empty() { String::new() } else { format!(", because of {}", parts.join(", ")) }
}

/// Counts functions that stay by reason.
pub(crate) fn write_reasons(out: &mut dyn Write, kept: &[KeptFunction]) -> io::Result<()> {
    for reason in KeepReason::ALL {
        let count = kept.iter().filter(|kept| kept.reason == reason).count();
        if count > 0 {
            writeln!(out, "{count:>7}  {reason}")?;
        }
    }
    Ok(())
}

/// Lists what failed its checks.
pub(crate) fn write_refused(out: &mut dyn Write, refused: &[RefusedPart]) -> io::Result<()> {
    for RefusedPart { path, functions, reason } in refused {
        let names = if functions.is_empty() { String::new() } else { format!(" {}:", functions.join(", ")) };
        writeln!(out, "{BOLD}{path}{BOLD:#}:{names} left as it is: {reason}")?;
    }
    Ok(())
}

/// Lists what somebody should look at.
pub(crate) fn write_notes(out: &mut dyn Write, notes: &[NoteView]) -> io::Result<()> {
    if !notes.is_empty() {
        writeln!(out, "{BOLD}To look at:{BOLD:#}")?;
    }
    for note in notes {
        writeln!(out, "{BOLD}{}{BOLD:#}:{}: {}", note.path, note.line, note.look)?;
    }
    Ok(())
}
