//! One source line with a mark under the place that is meant.

use std::io::{self, Write};

use anstyle::Style;

use crate::report::place::{FileView, range_place, shown_line};
use crate::report::style::GUIDE;
use crate::text::TextRange;

/// Longer lines are cut around the place.
const LONGEST: usize = 160;

/// Writes the first line of `range`, underlined in `style`. A place that has no line writes nothing.
pub(crate) fn write_snippet(
    out: &mut dyn Write,
    file: FileView<'_>,
    range: TextRange,
    style: Style,
) -> io::Result<()> {
    let (start, end) = range_place(file, range);
    let line: Vec<char> = shown_line(file, start.line).chars().collect();
    let from = (start.column as usize - 1).min(line.len());
    let to = if end.line == start.line { (end.column as usize - 1).min(line.len()) } else { line.len() };
    let to = to.max(from + 1);
    let (line, from, to) = cut(&line, from, to);
    let number = start.line.to_string();
    let margin = " ".repeat(number.len());
    writeln!(out, "{margin} {GUIDE}|{GUIDE:#}")?;
    writeln!(out, "{GUIDE}{number} |{GUIDE:#} {}", line.trim_end())?;
    let mark = "^".repeat(to - from);
    writeln!(out, "{margin} {GUIDE}|{GUIDE:#} {}{style}{mark}{style:#}", " ".repeat(from))
}

/// A window of a long line that shows where the place begins.
fn cut(line: &[char], from: usize, to: usize) -> (String, usize, usize) {
    if line.len() <= LONGEST {
        return (line.iter().collect(), from, to);
    }
    let first = from.saturating_sub(LONGEST / 4);
    let last = (first + LONGEST).min(line.len());
    let mut text: String = line[first..last].iter().collect();
    if first > 0 {
        text.replace_range(..text.chars().next().map_or(0, char::len_utf8), "…");
    }
    if last < line.len() {
        text.push('…');
    }
    (text, from - first, to.min(last).max(from + 1) - first)
}

/// The line of a place in short, for lists.
pub(crate) fn short_line(file: FileView<'_>, line: u32) -> String {
    const SHORT: usize = 80;
    let text = shown_line(file, line);
    let text = text.trim();
    if text.chars().count() <= SHORT {
        return text.to_owned();
    }
    let start: String = text.chars().take(SHORT - 1).collect();
    format!("{}…", start.trim_end())
}
