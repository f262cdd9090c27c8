//! The findings of an analysed project.

use std::path::{Path, PathBuf};

use crate::base::Settings;
use crate::check::{CheckRequest, Finding, check};
use crate::driver::analyse::in_pool;
use crate::driver::analysis::{AnalysedFile, Analysis};
use crate::driver::error::DriverError;
use crate::graph::Confidence;
use crate::io::PathPatterns;
use crate::rules::{CheckDefault, Knowledge, Selected, matches_selector};

/// What is reported.
pub struct LintRequest<'a> {
    /// The analysed project.
    pub analysis: &'a Analysis,
    /// The folder that patterns of the configuration are relative to.
    pub settings_dir: Option<&'a Path>,
    /// The settings.
    pub settings: &'a Settings,
    /// The rules.
    pub knowledge: &'a Knowledge,
    /// The checks that report.
    pub selected: &'a Selected,
    /// Findings that are less sure are left out.
    pub least: Confidence,
}

/// Runs the selected checks over the selected files: one finding for each place, which [`crate::check::group`] joins.
pub fn lint(request: &LintRequest<'_>) -> Result<Vec<Finding>, DriverError> {
    let analysis = request.analysis;
    let ignores = FileIgnores::new(request)?;
    let selected_problems: Vec<_> = analysis
        .problems
        .iter()
        .filter(|problem| analysis.files[problem.file as usize].source.is_selected)
        .cloned()
        .collect();
    let mut findings = in_pool(Some(1), || {
        check(&CheckRequest {
            program: &analysis.program,
            hierarchy: &analysis.hierarchy,
            graph: &analysis.graph,
            effects: &analysis.effects,
            knowledge: request.knowledge,
            settings: request.settings,
            selected: request.selected,
            is_selected: &|module| {
                let file = analysis.file(module);
                file.source.is_selected && !file.is_runtime
            },
            text: &|module| &analysis.file(module).text,
            file_problems: &selected_problems,
            least: request.least,
        })
    })?;
    // Where something blocks is as good a place to be left out as where async code comes to it.
    findings.retain(|finding| {
        let cause = finding.chain.last().map(|hop| hop.file);
        let mut files = std::iter::once(finding.file).chain(cause);
        !files.any(|file| ignores.has(&analysis.files[file as usize], &finding.code))
    });
    Ok(findings)
}

/// Checks that are left out in some files.
struct FileIgnores {
    rules: Vec<(PathPatterns, Vec<String>)>,
}

impl FileIgnores {
    fn new(request: &LintRequest<'_>) -> Result<Self, DriverError> {
        let folders: Vec<&Path> = match request.settings_dir {
            Some(folder) => vec![folder],
            None => request.analysis.roots.iter().map(PathBuf::as_path).collect(),
        };
        let mut rules = Vec::new();
        for (pattern, selectors) in &request.settings.per_file_ignores {
            let codes = codes(request.knowledge, selectors);
            for folder in &folders {
                rules.push((PathPatterns::new(folder, std::slice::from_ref(pattern))?, codes.clone()));
            }
        }
        Ok(Self { rules })
    }

    fn has(&self, file: &AnalysedFile, code: &str) -> bool {
        self.rules.iter().any(|(patterns, codes)| {
            codes.iter().any(|known| known == code) && patterns.matches_file_or_folder(&file.source.path)
        })
    }
}

/// The codes that selectors mean; checks that always report stay.
fn codes(knowledge: &Knowledge, selectors: &[String]) -> Vec<String> {
    knowledge
        .checks()
        .iter()
        .filter(|check| check.default != CheckDefault::Always)
        .filter(|check| selectors.iter().any(|selector| matches_selector(selector, check)))
        .map(|check| check.code.to_string())
        .collect()
}
