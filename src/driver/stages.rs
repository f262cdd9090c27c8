//! Divides a conversion into stages, each of which leaves a project that works.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use crate::driver::convert::{Conversion, ConvertRequest, FileEdit, convert};
use crate::driver::error::DriverError;
use crate::link::ProgramFunctionId;
use crate::plan::{PatchSize, PlanScope, Targets, group_units};

/// A part of a conversion.
#[derive(Debug)]
pub struct Stage {
    /// Positions of its units in the plan; none in the stage that only adds files.
    pub units: Vec<usize>,
    /// What changes from the stage before, in the order in which it is to be written.
    pub edits: Vec<FileEdit>,
}

/// Each stage costs a plan; where there would be more, neighbours are joined.
const MOST_STAGES: usize = 500;

/// The stages of `conversion`, which `request` gave; the last one leads to the same files.
pub fn stages(
    request: &ConvertRequest<'_>,
    conversion: &Conversion,
    size: PatchSize,
) -> Result<Vec<Stage>, DriverError> {
    let groups = joined(&group_units(&request.analysis.program, &conversion.plan.units, size));
    let mut stages: Vec<Stage> = Vec::new();
    let mut changed: BTreeSet<ProgramFunctionId> = BTreeSet::new();
    let mut waiting: Vec<usize> = Vec::new();
    // What all stages use comes first, by itself.
    let added: Vec<FileEdit> = conversion.edits.iter().filter(|edit| edit.old.is_none()).cloned().collect();
    if !added.is_empty() {
        stages.push(Stage { units: Vec::new(), edits: added.clone() });
    }
    let mut before = added.clone();
    let last = groups.len().saturating_sub(1);
    for (index, group) in groups.into_iter().enumerate() {
        changed.extend(group.iter().flat_map(|&unit| conversion.plan.units[unit].functions()));
        waiting.extend(group);
        let after = if index == last {
            conversion.edits.clone()
        } else {
            let part = part_of(request, conversion, &changed)?.edits;
            let missing = added.iter().filter(|new| part.iter().all(|edit| edit.path != new.path));
            missing.cloned().chain(part.iter().cloned()).collect()
        };
        let edits = difference_of(&before, &after);
        if !edits.is_empty() {
            stages.push(Stage { units: std::mem::take(&mut waiting), edits });
        }
        before = after;
    }
    Ok(stages)
}

/// The part of `conversion` that changes these functions alone.
pub fn part_of(
    request: &ConvertRequest<'_>,
    conversion: &Conversion,
    functions: &BTreeSet<ProgramFunctionId>,
) -> Result<Conversion, DriverError> {
    let scope =
        PlanScope { targets: Targets::Exactly(functions.clone()), dropped: conversion.scope.dropped.clone() };
    convert(&ConvertRequest { scope: &scope, earlier: Some(conversion), ..*request })
}

/// The edits that lead from one state of a project to another, both given by their edits of a third.
pub fn difference_of(before: &[FileEdit], after: &[FileEdit]) -> Vec<FileEdit> {
    let known: BTreeMap<&PathBuf, &FileEdit> = before.iter().map(|edit| (&edit.path, edit)).collect();
    let kept: BTreeSet<&PathBuf> = after.iter().map(|edit| &edit.path).collect();
    let onward = after.iter().map(|edit| match known.get(&edit.path) {
        Some(earlier) => FileEdit { old: Some(earlier.new.clone()), ..edit.clone() },
        None => edit.clone(),
    });
    // What a stage changed and the next does not is as it was, unless there was no such file.
    let back = before.iter().filter(|edit| !kept.contains(&edit.path)).filter_map(|edit| {
        let new = edit.old.clone()?;
        Some(FileEdit { old: Some(edit.new.clone()), new, ..edit.clone() })
    });
    onward.chain(back).filter(|edit| edit.old.as_ref() != Some(&edit.new)).collect()
}

/// Neighbours joined until there are few enough.
fn joined(groups: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let size = groups.len().div_ceil(MOST_STAGES).max(1);
    groups.chunks(size).map(<[Vec<usize>]>::concat).collect()
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use crate::driver::convert::FileEdit;
    use crate::driver::stages::{difference_of, joined};

    #[test]
    fn edits_between_two_states() {
        let edit = |name: &str, old: Option<&str>, new: &str| FileEdit {
            path: PathBuf::from(name),
            display: name.to_owned(),
            old: old.map(|old| old.as_bytes().to_vec()),
            new: new.as_bytes().to_vec(),
        };
        let before = [edit("a", Some("1"), "2"), edit("b", Some("1"), "2"), edit("c", Some("1"), "2")];
        let after = [edit("new", None, "x"), edit("a", Some("1"), "3"), edit("b", Some("1"), "2")];
        let expected = [edit("new", None, "x"), edit("a", Some("2"), "3"), edit("c", Some("2"), "1")];
        assert_eq!(difference_of(&before, &after), expected);
    }

    #[test]
    fn there_are_not_too_many() {
        let groups = |count: usize| (0..count).map(|unit| vec![unit]).collect::<Vec<_>>();
        assert_eq!(joined(&groups(3)), groups(3));
        assert_eq!(joined(&groups(1200)).len(), 400);
    }
}
