//! Writes changed files.

use anyhow::{Context, Result};

use crate::driver::FileEdit;
use crate::io::{create_file, replace_file};

/// Writes each file whole, in the order given.
pub(crate) fn write_files(edits: &[FileEdit]) -> Result<()> {
    for (done, edit) in edits.iter().enumerate() {
        let written = match &edit.old {
            Some(old) => replace_file(&edit.path, old, &edit.new),
            None => create_file(&edit.path, &edit.new),
        };
        written.with_context(|| format!("stopped after {done} of {} files", edits.len()))?;
    }
    Ok(())
}
