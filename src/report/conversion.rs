//! What a conversion did and did not do: counts, reasons, and on request every function.

use std::io::{self, Write};

use crate::plan::KeepReason;
use crate::report::style::{BOLD, DIM};
use crate::report::summary::{Summary, counted, write_coverage};

/// A function that stays sync although it blocks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFunction {
    /// Path of its file as shown.
    pub path: String,
    /// Its line.
    pub line: u32,
    /// Its dotted name.
    pub name: String,
    /// Why.
    pub reason: KeepReason,
    /// Whether it reaches converted code through a wrapper.
    pub is_bridge: bool,
}

/// What a conversion did.
pub struct ConversionView<'a> {
    /// How many functions become async.
    pub converted: usize,
    /// How many files change.
    pub files: usize,
    /// Functions that stay, in order.
    pub kept: &'a [KeptFunction],
    /// Files whose edit failed its checks: path as shown, and why.
    pub refused: &'a [(String, String)],
    /// How much was analysed.
    pub summary: &'a Summary,
    /// Whether every kept function is listed.
    pub is_detailed: bool,
}

/// Writes the summary of a conversion.
pub fn write_conversion(out: &mut dyn Write, view: &ConversionView<'_>) -> io::Result<()> {
    if view.is_detailed {
        for kept in view.kept {
            let bridge = if kept.is_bridge { ", calls converted code through its wrapper" } else { "" };
            writeln!(
                out,
                "{BOLD}{}{BOLD:#}:{}: {} kept: {}{DIM}{bridge}{DIM:#}",
                kept.path, kept.line, kept.name, kept.reason
            )?;
        }
    }
    for (path, reason) in view.refused {
        writeln!(out, "{BOLD}{path}{BOLD:#}: left as it is: {reason}")?;
    }
    writeln!(
        out,
        "{BOLD}{} converted in {}, {} kept.{BOLD:#}",
        counted(view.converted, "function"),
        counted(view.files, "file"),
        view.kept.len()
    )?;
    for reason in KeepReason::ALL {
        let count = view.kept.iter().filter(|kept| kept.reason == reason).count();
        if count > 0 {
            writeln!(out, "{count:>7}  {reason}")?;
        }
    }
    write_coverage(out, view.summary)
}
