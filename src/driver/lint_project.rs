//! From paths to findings, with as little work as what changed since the last run allows.

use std::path::PathBuf;

use crate::check::Finding;
use crate::driver::analyse::{AnalyseRequest, analyse_found, find, in_pool};
use crate::driver::analysis::{AnalysedFile, Analysis, Figures};
use crate::driver::cache::{Listing, Question, Store, StoredReport, report_key};
use crate::driver::error::DriverError;
use crate::driver::follow::FollowNote;
use crate::driver::lint::{LintRequest, lint};
use crate::driver::reuse::text_of;
use crate::io::DiscoverWarning;
use crate::rules::Selected;

/// What is reported of which files.
pub struct LintProjectRequest<'a> {
    /// The files, and how they are analysed.
    pub analyse: AnalyseRequest<'a>,
    /// The checks that report.
    pub selected: &'a Selected,
    /// Whether to use what earlier runs worked out, and to keep what this one does.
    pub cache: &'a CacheUse,
}

/// Where results are kept between runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CacheUse {
    /// Nowhere.
    No,
    /// In the project, if it is large enough to be worth it.
    InProject,
    /// In this folder.
    In(PathBuf),
}

/// What a run found.
#[derive(Debug)]
pub struct Linted {
    /// One finding for each place, which [`crate::check::group`] joins.
    pub findings: Vec<Finding>,
    /// By the numbers that findings have for them.
    pub files: Vec<AnalysedFile>,
    /// Roots of the projects that the paths lie in.
    pub roots: Vec<PathBuf>,
    /// How much was analysed.
    pub figures: Figures,
    /// What else is to be said.
    pub warnings: Vec<DiscoverWarning>,
    /// What is to be said of installed code.
    pub notes: Vec<FollowNote>,
    /// All else that was worked out; nothing if an earlier run had found all that was asked for.
    pub worked_out: Option<Box<Analysis>>,
}

/// Analyses the projects around some paths and runs the selected checks.
pub fn lint_project(request: &LintProjectRequest<'_>) -> Result<Linted, DriverError> {
    let asked = &request.analyse;
    let found = find(asked)?;
    let store = found.roots.first().and_then(|root| match request.cache {
        CacheUse::No => None,
        CacheUse::InProject => Store::open(None, root, found.files.len()),
        CacheUse::In(folder) => Store::open(Some(folder), root, found.files.len()),
    });
    let Some(store) = store else {
        let (analysis, _) = analyse_found(asked, found, None)?;
        return report(request, analysis);
    };
    let question = Question {
        settings: asked.settings,
        settings_dir: asked.settings_dir,
        current_dir: asked.current_dir,
        paths: asked.paths,
        knowledge: asked.knowledge,
        selected: request.selected,
        least: asked.least,
    };
    let key = report_key(&question, &found.roots);
    // Which installed files imports lead to is not known before they are followed.
    let is_stable = !asked.settings.follow_imports;
    let (listing, earlier) = in_pool(asked.settings.jobs, || {
        let listing = Listing::new(&found.files);
        let earlier = is_stable.then(|| StoredReport::read(&store, &key, &found.files, &listing)).flatten();
        (listing, earlier)
    })?;
    if let Some(earlier) = earlier {
        let files = found.files.into_iter().zip(earlier.known()).map(|(source, known)| {
            let text = text_of(&source, known.content, known.stamp.length().saturating_mul(4));
            AnalysedFile::of_project(source, text, None)
        });
        return Ok(Linted {
            files: files.collect(),
            roots: found.roots,
            findings: earlier.findings,
            figures: earlier.figures,
            warnings: found.warnings,
            notes: Vec::new(),
            worked_out: None,
        });
    }
    let (analysis, known) = analyse_found(asked, found, Some((&store, &listing)))?;
    let linted = report(request, analysis)?;
    let known: Option<Vec<_>> = known.into_iter().map(|facts| facts.map(|facts| facts.known)).collect();
    if let (true, Some(known)) = (is_stable, known) {
        StoredReport::write(&store, &key, &listing, known, &linted.findings, &linted.figures);
    }
    Ok(linted)
}

fn report(request: &LintProjectRequest<'_>, mut analysis: Analysis) -> Result<Linted, DriverError> {
    let findings = lint(&LintRequest {
        analysis: &analysis,
        settings_dir: request.analyse.settings_dir,
        settings: request.analyse.settings,
        knowledge: request.analyse.knowledge,
        selected: request.selected,
        least: request.analyse.least,
    })?;
    Ok(Linted {
        findings,
        figures: analysis.figures(),
        files: std::mem::take(&mut analysis.files),
        roots: std::mem::take(&mut analysis.roots),
        warnings: std::mem::take(&mut analysis.warnings),
        notes: std::mem::take(&mut analysis.notes),
        worked_out: Some(Box::new(analysis)),
    })
}
