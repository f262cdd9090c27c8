//! New contents of files in which suppressions come or go.

use std::collections::BTreeMap;

use crate::check::{Finding, Spot};
use crate::driver::analysis::AnalysedFile;
use crate::driver::convert::FileEdit;
use crate::rewrite::{NoqaRefusal, add_noqa, remove_suppressions};
use crate::rules::CheckCategory;
use crate::text::TextRange;

/// Files in which suppressions come or go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoqaEdits {
    /// New contents, in the order of the files.
    pub edits: Vec<FileEdit>,
    /// How many codes come or go.
    pub count: usize,
    /// Files that are left as they are, as shown to people, and why.
    pub refused: Vec<(String, String)>,
}

/// Adds `# noqa` comments for findings, where they stand. What stands in installed code is excused where the project comes
/// to it. What is wrong with files and comments themselves is not excused.
pub fn noqa_for(findings: &[Finding], files: &[AnalysedFile]) -> NoqaEdits {
    let mut wanted: BTreeMap<u32, Vec<(u32, &str)>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.category != CheckCategory::General) {
        let mut spots = vec![(finding.file, finding.spot)];
        if files[finding.file as usize].is_third_party {
            spots = finding.places.iter().map(|place| (place.file, place.spot)).collect();
        }
        for (file, spot) in spots {
            if let Spot::Text(range) = spot {
                wanted.entry(file).or_default().push((range.start(), &finding.code));
            }
        }
    }
    edit(files, &wanted, add_noqa)
}

/// Removes what the check for unused suppressions, named by its code, found.
pub fn without_unused(findings: &[Finding], code: &str, files: &[AnalysedFile]) -> NoqaEdits {
    let mut unused: BTreeMap<u32, Vec<(TextRange, &str)>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| finding.code == code) {
        if let Spot::Text(range) = finding.spot {
            unused.entry(finding.file).or_default().push((range, &finding.subject));
        }
    }
    edit(files, &unused, remove_suppressions)
}

fn edit<T>(
    files: &[AnalysedFile],
    work: &BTreeMap<u32, Vec<T>>,
    change: impl Fn(&str, &[T]) -> Result<(String, usize), NoqaRefusal>,
) -> NoqaEdits {
    let mut done = NoqaEdits::default();
    for (&number, items) in work {
        let file = &files[number as usize];
        match file_edit(file, items, &change) {
            Ok((edit, count)) if edit.old.as_ref() != Some(&edit.new) => {
                done.edits.push(edit);
                done.count += count;
            }
            Ok(_) => {}
            Err(reason) => done.refused.push((file.source.display.clone(), reason)),
        }
    }
    done
}

fn file_edit<T>(
    file: &AnalysedFile,
    items: &[T],
    change: impl Fn(&str, &[T]) -> Result<(String, usize), NoqaRefusal>,
) -> Result<(FileEdit, usize), String> {
    let Some(encoding) = file.encoding else { return Err("the file could not be read".to_owned()) };
    let text = file.text.as_str();
    let (new, count) = change(text, items).map_err(|refusal| refusal.to_string())?;
    let old = encoding.encode(text).map_err(|error| error.to_string())?;
    let new = encoding.encode(&new).map_err(|error| error.to_string())?;
    let source = &file.source;
    Ok((FileEdit { path: source.path.clone(), display: source.display.clone(), old: Some(old), new }, count))
}
