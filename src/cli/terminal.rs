//! Standard output and standard error, with colours where they are wanted.

use std::fmt::Display;
use std::io::{self, BufWriter, IsTerminal, Write};

use anstream::{AutoStream, ColorChoice};

use crate::cli::arguments::ColorWhen;
use crate::driver::FollowNote;
use crate::io::{DiscoverWarning, ManifestWarning};

/// The streams of this process.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    choice: ColorChoice,
}

impl Terminal {
    pub(crate) fn new(color: ColorWhen) -> Self {
        let choice = match color {
            ColorWhen::Auto => ColorChoice::Auto,
            ColorWhen::Always => ColorChoice::Always,
            ColorWhen::Never => ColorChoice::Never,
        };
        Self { choice }
    }

    /// Lets `write` write styled text to standard output.
    pub(crate) fn styled(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = BufWriter::new(AutoStream::new(io::stdout().lock(), self.choice));
        write(&mut out)?;
        out.flush()
    }

    /// Lets `write` write bytes to standard output as they are.
    pub(crate) fn plain(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = BufWriter::new(io::stdout().lock());
        write(&mut out)?;
        out.flush()
    }

    /// Lets `write` write styled text to standard error.
    pub(crate) fn aside(self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        let mut out = BufWriter::new(AutoStream::new(io::stderr().lock(), self.choice));
        write(&mut out)?;
        out.flush()
    }

    /// Whether a progress bar can be drawn.
    pub(crate) fn can_draw() -> bool {
        io::stderr().is_terminal()
    }

    /// Says what is odd about the files, in a few lines.
    pub(crate) fn warn(self, warnings: &[DiscoverWarning]) -> io::Result<()> {
        self.few("warning", warnings)
    }

    /// Says what is odd about manifests, in a few lines.
    pub(crate) fn warn_manifests(self, warnings: &[ManifestWarning]) -> io::Result<()> {
        self.few("warning", warnings)
    }

    /// Says what is odd about installed code, in a few lines.
    pub(crate) fn note(self, notes: &[FollowNote]) -> io::Result<()> {
        self.few("note", notes)
    }

    fn few(self, level: &str, messages: &[impl Display]) -> io::Result<()> {
        const MOST: usize = 5;
        self.aside(|out| {
            for message in messages.iter().take(MOST) {
                writeln!(out, "{level}: {message}")?;
            }
            if messages.len() > MOST {
                writeln!(out, "{level}: … and {} more like these", messages.len() - MOST)?;
            }
            Ok(())
        })
    }
}

/// The text of styled output without its styles, for files.
pub(crate) fn unstyled(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<Vec<u8>> {
    let mut out = anstream::StripStream::new(Vec::new());
    write(&mut out)?;
    Ok(out.into_inner())
}
