//! The whole of a run: its findings and figures, and the files that they are of.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use crate::base::Settings;
use crate::check::Finding;
use crate::driver::analysis::Figures;
use crate::driver::cache::listing::{Known, Listing};
use crate::driver::cache::store::Store;
use crate::graph::Confidence;
use crate::io::{Digest, SourceFile, Stamp, digest};
use crate::rules::{Knowledge, Selected};

/// Reports that are kept: as many as different questions are asked of a project in turn.
const MOST: usize = 8;
const PREFIX: &str = "report-";

/// What a run found.
#[derive(Serialize, Deserialize)]
pub(crate) struct StoredReport {
    tool: Digest,
    names: Digest,
    known: Vec<Known>,
    pub(crate) findings: Vec<Finding>,
    pub(crate) figures: Figures,
}

/// What a run was asked, beside the files.
pub(crate) struct Question<'a> {
    pub(crate) settings: &'a Settings,
    pub(crate) settings_dir: Option<&'a Path>,
    pub(crate) current_dir: &'a Path,
    pub(crate) paths: &'a [PathBuf],
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) selected: &'a Selected,
    pub(crate) least: Confidence,
}

/// The name of the entry that answers a question.
#[expect(clippy::unnecessary_debug_formatting, reason = "paths that are shown alike may differ")]
pub(crate) fn report_key(question: &Question<'_>, roots: &[PathBuf]) -> String {
    // How many threads work, and where results are kept, changes no result.
    let settings = Settings { jobs: None, cache_dir: None, ..question.settings.clone() };
    let Question { settings_dir, current_dir, paths, knowledge, selected, least, .. } = question;
    let words = format!(
        "{settings:?}\n{settings_dir:?}\n{current_dir:?}\n{paths:?}\n{roots:?}\n{}\n{selected:?}\n{least:?}",
        knowledge.added()
    );
    format!("{PREFIX}{:032x}", digest(words.as_bytes()))
}

impl StoredReport {
    /// The report under `key`, if nothing has changed since.
    pub(crate) fn read(store: &Store, key: &str, files: &[SourceFile], listing: &Listing) -> Option<Self> {
        let report: Self = postcard::from_bytes(&store.folder.read(key)?).ok()?;
        let is_same =
            report.tool == store.tool
                && report.names == listing.names
                && report.known.len() == files.len()
                && report.known.par_iter().zip(files).zip(&listing.stamps).all(|((known, file), stamp)| {
                    stamp.is_some_and(|stamp| known.is_still(&file.path, stamp))
                });
        if !is_same {
            return None;
        }
        // What had to be read to be sure of it need not be read the next time.
        let was_doubtful =
            |(known, stamp): (&Known, &Option<Stamp>)| stamp.is_some_and(|stamp| !known.is_certain(stamp));
        if report.known.iter().zip(&listing.stamps).any(was_doubtful) {
            let known = report.known.iter().zip(&listing.stamps).map(|(known, stamp)| match stamp {
                Some(stamp) if !known.is_certain(*stamp) => {
                    Known { stamp: *stamp, content: known.content, read: store.started }
                }
                Some(_) | None => *known,
            });
            let known = known.collect();
            let renewed = Self { known, ..report };
            renewed.store(store, key);
            return Some(renewed);
        }
        Some(report)
    }

    /// Keeps a report.
    pub(crate) fn write(
        store: &Store,
        key: &str,
        listing: &Listing,
        known: Vec<Known>,
        findings: &[Finding],
        figures: &Figures,
    ) {
        let report = Self {
            tool: store.tool,
            names: listing.names,
            known,
            findings: findings.to_vec(),
            figures: figures.clone(),
        };
        report.store(store, key);
        store.folder.keep_newest(PREFIX, MOST);
        store.folder.sweep();
    }

    fn store(&self, store: &Store, key: &str) {
        if let Ok(bytes) = postcard::to_stdvec(self) {
            store.folder.write(key, &[&bytes]);
        }
    }

    /// What is known of the files.
    pub(crate) fn known(&self) -> &[Known] {
        &self.known
    }
}
