//! Where findings are, in terms of lines and columns.

use std::borrow::Cow;

use crate::check::{Finding, Place, Spot};
use crate::report::base_folder::BaseFolder;
use crate::report::summary::Summary;
use crate::rules::Knowledge;
use crate::text::{LineColumn, SourceText, TextRange};

/// A file as reports see it.
#[derive(Clone, Copy)]
pub struct FileView<'a> {
    /// Its path as shown.
    pub path: &'a str,
    /// Its text; empty when it could not be read.
    pub text: &'a SourceText,
}

/// Findings with all that their reports need.
pub struct LintView<'a> {
    /// The findings, in order.
    pub findings: &'a [Finding],
    /// The file of a number.
    pub file: &'a dyn Fn(u32) -> FileView<'a>,
    /// What stands at the end.
    pub summary: &'a Summary,
    /// The words of the checks.
    pub knowledge: &'a Knowledge,
    /// What paths are relative to in formats that other programs read.
    pub base: &'a BaseFolder,
    /// What the run ends with.
    pub exit_code: u8,
}

/// All places of a finding: those that share its cause, or its own.
pub(crate) fn places(finding: &Finding) -> Cow<'_, [Place]> {
    if finding.places.is_empty() { Cow::Owned(vec![finding.place()]) } else { Cow::Borrowed(&finding.places) }
}

/// The way from a place to its cause on one line, `app.f -> app.load (app.py:2) -> lib.wait (app.py:6)`; `None` when the
/// place is the cause.
pub(crate) fn chain_text(view: &LintView<'_>, place: &Place) -> Option<String> {
    if place.chain.len() < 2 {
        return None;
    }
    let mut parts: Vec<String> = place.function.iter().cloned().collect();
    parts.extend(place.chain.iter().map(|hop| {
        let file = (view.file)(hop.file);
        let (start, _) = range_place(file, hop.range);
        format!("{} ({}:{})", hop.label, view.base.path(file.path).as_str(), start.line)
    }));
    Some(parts.join(" -> "))
}

/// First and last place of a range.
pub(crate) fn range_place(file: FileView<'_>, range: TextRange) -> (LineColumn, LineColumn) {
    (file.text.line_column(range.start()), file.text.line_column(range.end()))
}

/// First and last place of a finding.
pub(crate) fn finding_place(file: FileView<'_>, finding: &Finding) -> (LineColumn, LineColumn) {
    spot_place(file, finding.spot)
}

/// First and last place of a spot.
pub(crate) fn spot_place(file: FileView<'_>, spot: Spot) -> (LineColumn, LineColumn) {
    match spot {
        Spot::Text(range) => range_place(file, range),
        Spot::Line(line) => {
            let place = LineColumn { line, column: 1 };
            (place, place)
        }
    }
}

/// The source line of a place, without what a terminal would not print as one character.
pub(crate) fn shown_line(file: FileView<'_>, line: u32) -> String {
    let text = file.text.line_text(line).unwrap_or_default();
    text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect()
}
