//! Keeps the findings that a change can have made.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;

use crate::check::{Finding, Spot};
use crate::driver::analysis::AnalysedFile;
use crate::driver::error::DriverError;
use crate::io::{Changes, changes_since, has_python_name};
use crate::text::TextRange;

/// Keeps the findings, one for each place, of which a step touches a line that changed since a git revision.
pub fn retain_changed(
    findings: &mut Vec<Finding>,
    files: &[AnalysedFile],
    roots: &[PathBuf],
    revision: &str,
) -> Result<(), DriverError> {
    let odd: Vec<&Path> =
        files.iter().map(|file| &*file.source.path).filter(|path| !has_python_name(path)).collect();
    let mut changes = Vec::new();
    for root in roots {
        changes.push(changes_since(root, revision, &odd).map_err(DriverError::Git)?);
    }
    let mut touched = Touched { files, changes, lines: FxHashMap::default() };
    findings.retain(|finding| {
        let is_own = match finding.spot {
            Spot::Text(range) => touched.has(finding.file, range),
            Spot::Line(line) => touched.has_lines(finding.file, line, line),
        };
        is_own || finding.chain.iter().any(|hop| touched.has(hop.file, hop.range))
    });
    Ok(())
}

struct Touched<'a> {
    files: &'a [AnalysedFile],
    changes: Vec<Changes>,
    /// Where the lines of files that changed end.
    lines: FxHashMap<u32, Vec<u32>>,
}

impl Touched<'_> {
    fn has(&mut self, file: u32, range: TextRange) -> bool {
        let AnalysedFile { source, text, .. } = &self.files[file as usize];
        if !self.changes.iter().any(|changes| changes.has(&source.path)) {
            return false;
        }
        // Git ends lines at line feeds only, Python at a carriage return as well.
        let ends = self.lines.entry(file).or_insert_with(|| {
            let feeds = text.as_str().bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            feeds.map(|(at, _)| at as u32).collect()
        });
        let line = |offset: u32| ends.partition_point(|&end| end < offset) as u32 + 1;
        let (first, last) = (line(range.start()), line(range.end().saturating_sub(1).max(range.start())));
        self.has_lines(file, first, last)
    }

    fn has_lines(&self, file: u32, first: u32, last: u32) -> bool {
        let path = &self.files[file as usize].source.path;
        self.changes.iter().any(|changes| changes.touches(path, first, last))
    }
}
