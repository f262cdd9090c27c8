//! Colours. Reports always carry them; the terminal's owner strips them where they are not wanted.

use anstyle::{AnsiColor, Color, Style};

use crate::rules::Level;

/// Text that stands out.
pub(crate) const BOLD: Style = Style::new().bold();
/// Lines and numbers that only guide the eye.
pub(crate) const GUIDE: Style = Style::new().bold().fg_color(Some(Color::Ansi(AnsiColor::BrightBlue)));
/// What to do.
pub(crate) const HELP: Style = Style::new().bold().fg_color(Some(Color::Ansi(AnsiColor::Cyan)));
/// What matters less.
pub(crate) const DIM: Style = Style::new().dimmed();

/// The colour of a level.
pub(crate) const fn level_style(level: Level) -> Style {
    let color = match level {
        Level::Error => AnsiColor::BrightRed,
        Level::Warning => AnsiColor::BrightYellow,
        Level::Note => AnsiColor::BrightGreen,
    };
    Style::new().bold().fg_color(Some(Color::Ansi(color)))
}
