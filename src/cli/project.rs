//! What `lint`, `fix` and `graph` share: from paths to an analysed project.

use std::path::{Path, PathBuf};

use crate::cli::progress::Bar;
use crate::driver::{
    AnalyseRequest, Analysis, CacheUse, DriverError, Figures, LintProjectRequest, Linted, Progress, analyse,
    lint_project,
};
use crate::graph::{Confidence, NodeId};
use crate::io::Configuration;
use crate::report::{FileView, Summary};
use crate::rules::{Knowledge, Selected};

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

    /// Runs all phases and the selected checks, as far as earlier runs did not do it.
    pub(crate) fn lint(&self, selected: &Selected, cache: &CacheUse) -> Result<Linted, DriverError> {
        let bar = Bar::new();
        let settings_dir = self.settings_dir();
        let progress = |progress| bar.advance(progress);
        let analyse = self.request(&progress, settings_dir);
        lint_project(&LintProjectRequest { analyse, selected, cache })
    }

    /// Runs all phases, with a progress bar at a terminal.
    pub(crate) fn analyse(&self) -> Result<Analysis, DriverError> {
        let bar = Bar::new();
        analyse(&self.request(&|progress| bar.advance(progress), self.settings_dir()))
    }

    fn request<'a>(
        &'a self,
        progress: &'a (dyn Fn(Progress) + Sync),
        settings_dir: Option<&'a Path>,
    ) -> AnalyseRequest<'a> {
        AnalyseRequest {
            paths: self.paths,
            current_dir: self.current_dir,
            settings_dir,
            settings: &self.configuration.settings,
            knowledge: self.knowledge,
            least: self.least,
            progress,
        }
    }
}

/// How much was analysed.
pub(crate) fn summary(analysis: &Analysis) -> Summary {
    summary_of(&analysis.figures())
}

/// How much was analysed, as reports say it.
pub(crate) fn summary_of(figures: &Figures) -> Summary {
    Summary {
        selected_files: figures.selected_files,
        files: figures.files,
        third_party_files: figures.third_party_files,
        functions: figures.functions,
        coverage: figures.coverage,
        unresolved: figures.unresolved.iter().map(|(reason, count)| (reason.as_str(), *count)).collect(),
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
