//! From a conversion to what reports show of it.

use crate::driver::{Analysis, Conversion};
use crate::link::{ModuleId, ProgramFunctionId};
use crate::plan::{Frontier, Note, Unit, Verdict};
use crate::report::{FrontierView, FunctionPlace, KeptFunction, NoteView, RefusedPart, UnitView};
use crate::text::TextRange;

/// All parts of a conversion as reports show them.
pub(crate) struct Shown {
    pub(crate) units: Vec<UnitView>,
    pub(crate) kept: Vec<KeptFunction>,
    pub(crate) refused: Vec<RefusedPart>,
    pub(crate) notes: Vec<NoteView>,
    /// How many files change, those left out that are new.
    pub(crate) files: usize,
}

/// A conversion as reports show it.
pub(crate) fn shown(analysis: &Analysis, conversion: &Conversion) -> Shown {
    let refused = conversion.refused.iter().map(|refused| RefusedPart {
        path: refused.display.clone(),
        functions: refused
            .functions
            .iter()
            .map(|&function| analysis.program.function_name(function))
            .collect(),
        reason: refused.reason.clone(),
    });
    Shown {
        units: conversion.plan.units.iter().map(|unit| unit_view(analysis, unit)).collect(),
        kept: kept(analysis, conversion),
        refused: refused.collect(),
        notes: conversion.plan.notes.iter().map(|note| note_view(analysis, note)).collect(),
        files: conversion.edits.iter().filter(|edit| edit.old.is_some()).count(),
    }
}

/// A unit as reports show it.
pub(crate) fn unit_view(analysis: &Analysis, unit: &Unit) -> UnitView {
    let places = |functions: &[ProgramFunctionId]| {
        functions.iter().map(|&function| definition(analysis, function)).collect()
    };
    UnitView {
        converted: places(&unit.converted),
        edited: places(&unit.edited),
        awaits: unit.awaits,
        offloads: unit.offloads,
        replaced: unit.replaced,
        needs: unit.needs.clone(),
        why: why(analysis, unit),
        frontier: unit.frontier.iter().map(|&frontier| frontier_view(analysis, frontier)).collect(),
    }
}

/// A note as reports show it.
pub(crate) fn note_view(analysis: &Analysis, note: &Note) -> NoteView {
    let place = place(analysis, String::new(), note.module, note.range);
    NoteView { path: place.path, line: place.line, look: note.look }
}

/// The name of a function and where it is defined.
pub(crate) fn definition(analysis: &Analysis, function: ProgramFunctionId) -> FunctionPlace {
    let (module, local) = analysis.program.locate_function(function);
    let range = analysis.program.facts(module).functions[local].name_range;
    place(analysis, analysis.program.function_name(function), module, range)
}

fn frontier_view(analysis: &Analysis, frontier: Frontier) -> FrontierView {
    FrontierView {
        side: frontier.side,
        function: definition(analysis, frontier.function),
        reason: frontier.reason,
    }
}

fn place(analysis: &Analysis, name: String, module: ModuleId, range: TextRange) -> FunctionPlace {
    let file = analysis.file(module);
    FunctionPlace { name, path: file.source.display.clone(), line: file.text.line_column(range.start()).line }
}

/// The shortest way from a function of a unit to what blocks, by the calls on it.
fn why(analysis: &Analysis, unit: &Unit) -> Vec<FunctionPlace> {
    let depth = |function: ProgramFunctionId| {
        let blocked = analysis.effects.blocked(analysis.graph.function_node(function));
        blocked.map(|blocked| (blocked.depth, function))
    };
    let functions = unit.converted.iter().chain(&unit.edited).copied();
    let Some((_, nearest)) = functions.filter_map(depth).min() else { return Vec::new() };
    let way = analysis.effects.witness(&analysis.graph, analysis.graph.function_node(nearest));
    let hops = way.into_iter().map(|id| {
        let edge = analysis.graph.edge(id);
        let name = match analysis.graph.function(edge.callee) {
            Some(function) => analysis.program.function_name(function),
            None => analysis.graph.external_name(edge.callee).unwrap_or_default().to_owned(),
        };
        place(analysis, name, edge.module, edge.range)
    });
    hops.collect()
}

fn kept(analysis: &Analysis, conversion: &Conversion) -> Vec<KeptFunction> {
    let kept = conversion.plan.verdicts.iter().filter_map(|(function, verdict)| {
        let (reason, is_bridge) = match verdict {
            Verdict::Convert => return None,
            Verdict::Bridge(reason) => (*reason, true),
            Verdict::Keep(reason) => (*reason, false),
        };
        let FunctionPlace { name, path, line } = definition(analysis, *function);
        let causes = conversion.plan.causes.get(function).map_or(&[][..], Vec::as_slice);
        let because = causes.iter();
        let because =
            because.map(|cause| (analysis.program.function_name(cause.function), cause.reason)).collect();
        Some(KeptFunction { path, line, name, reason, is_bridge, because })
    });
    kept.collect()
}
