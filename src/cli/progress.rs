//! A progress bar for long work at a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::cli::terminal::Terminal;
use crate::driver::Progress;

/// Fewer files are read before anybody could see a bar.
const WORTH_A_BAR: usize = 300;

/// Draws on standard error; nothing is drawn in a pipe, and the bar leaves no trace.
pub(crate) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    pub(crate) fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{msg:>12} [{bar:40}] {pos}/{len}") {
            bar.set_style(style.progress_chars("=> "));
        }
        Self { bar }
    }

    /// Moves the bar.
    pub(crate) fn advance(&self, progress: Progress) {
        match progress {
            Progress::Files(files) => {
                if files >= WORTH_A_BAR && Terminal::can_draw() {
                    self.bar.set_draw_target(ProgressDrawTarget::stderr());
                }
                self.bar.set_length(files as u64);
                self.bar.set_message("Reading");
            }
            Progress::FileDone => self.bar.inc(1),
            Progress::WholeProgram => self.bar.set_message("Resolving"),
            Progress::Rewrites(_) => self.bar.set_message("Rewriting"),
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
