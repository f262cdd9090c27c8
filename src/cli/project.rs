//! What `lint`, `fix` and `graph` share: from paths to an analysed project.

use std::path::{Path, PathBuf};

use crate::cli::progress::Bar;
use crate::driver::{AnalyseRequest, Analysis, DriverError, analyse};
use crate::graph::{Confidence, NodeId};
use crate::io::Configuration;
use crate::report::{FileView, Summary};
use crate::rules::Knowledge;

/// What a command works on.
pub(crate) struct Project<'a> {
    pub(crate) paths: &'a [PathBuf],
    pub(crate) current_dir: &'a Path,
    pub(crate) configuration: &'a Configuration,
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) least: Confidence,
}

impl Project<'_> {
    /// The folder that patterns of the configuration are relative to.
    pub(crate) fn settings_dir(&self) -> Option<&Path> {
        let file = self.configuration.path.as_deref()?;
        Some(file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(self.current_dir))
    }

    /// Runs all phases, with a progress bar at a terminal.
    pub(crate) fn analyse(&self) -> Result<Analysis, DriverError> {
        let bar = Bar::new();
        analyse(&AnalyseRequest {
            paths: self.paths,
            current_dir: self.current_dir,
            settings_dir: self.settings_dir(),
            settings: &self.configuration.settings,
            knowledge: self.knowledge,
            least: self.least,
            progress: &|progress| bar.advance(progress),
        })
    }
}

/// How much was analysed.
pub(crate) fn summary(analysis: &Analysis) -> Summary {
    Summary {
        selected_files: analysis.selected_files(),
        files: analysis.project_files(),
        third_party_files: analysis.files.len() - analysis.project_files(),
        functions: analysis.functions(),
        coverage: analysis.graph.coverage(),
        unresolved: analysis.unresolved.iter().map(|(reason, count)| (reason.as_str(), *count)).collect(),
    }
}

/// Whether a node blocks, itself or through what it reaches.
pub(crate) fn is_blocking(analysis: &Analysis, node: NodeId) -> bool {
    analysis.effects.blocked(node).is_some()
        || analysis.graph.incoming(node).any(|(id, _)| analysis.effects.leaf(id).is_some())
}

/// A file as reports see it.
pub(crate) fn file_view(analysis: &Analysis, file: u32) -> FileView<'_> {
    let file = &analysis.files[file as usize];
    FileView { path: &file.source.display, text: &file.text }
}
