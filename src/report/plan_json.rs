//! A plan for programs. The schema only grows: keys keep their names and meaning.

use std::io::{self, Write};

use serde_json::{Value, json};

use crate::plan::FrontierSide;
use crate::report::json::{coverage_json, write_rows};
use crate::report::plan_view::{FrontierView, FunctionPlace, PlanView, UnitView, sums};

/// Number of the schema.
const VERSION: u32 = 1;

/// Writes one object: units, kept functions, what failed, notes and the summary, one of each a line.
pub fn write_plan_json(out: &mut dyn Write, view: &PlanView<'_>) -> io::Result<()> {
    writeln!(out, "{{\n  \"version\": {VERSION},\n  \"units\": [")?;
    let units = view.units.iter().enumerate();
    write_rows(out, "    ", units.map(|(index, unit)| unit_json(unit, index + 1)))?;
    writeln!(out, "  ],\n  \"kept\": [")?;
    let kept = view.kept.iter().map(|kept| {
        json!({
            "name": kept.name,
            "file": kept.path,
            "line": kept.line,
            "reason": kept.reason.as_str(),
            "bridge": kept.is_bridge,
            "because": kept.because.iter().map(|(name, reason)| json!({ "name": name, "reason": reason.as_str() })).collect::<Vec<_>>(),
        })
    });
    write_rows(out, "    ", kept)?;
    writeln!(out, "  ],\n  \"refused\": [")?;
    let refused = view.refused.iter().map(
        |refused| json!({ "file": refused.path, "functions": refused.functions, "message": refused.reason }),
    );
    write_rows(out, "    ", refused)?;
    writeln!(out, "  ],\n  \"notes\": [")?;
    let notes = view.notes.iter().map(|note| {
        json!({
            "file": note.path,
            "line": note.line,
            "kind": note.look.as_str(),
            "message": note.look.to_string(),
        })
    });
    write_rows(out, "    ", notes)?;
    writeln!(out, "  ],\n  \"summary\": {}\n}}", summary_json(view))
}

fn unit_json(unit: &UnitView, number: usize) -> Value {
    let needs: Vec<usize> = unit.needs.iter().map(|needed| needed + 1).collect();
    json!({
        "number": number,
        "convert": places_json(&unit.converted),
        "edit": places_json(&unit.edited),
        "awaits": unit.awaits,
        "replaced": unit.replaced,
        "offloads": unit.offloads,
        "needs": needs,
        "why": places_json(&unit.why),
        "frontier": unit.frontier.iter().map(frontier_json).collect::<Vec<Value>>(),
    })
}

fn frontier_json(frontier: &FrontierView) -> Value {
    let side = match frontier.side {
        FrontierSide::Caller => "caller",
        FrontierSide::Callee => "callee",
    };
    json!({
        "side": side,
        "name": frontier.function.name,
        "file": frontier.function.path,
        "line": frontier.function.line,
        "reason": frontier.reason.as_str(),
    })
}

fn places_json(places: &[FunctionPlace]) -> Vec<Value> {
    let place = |place: &FunctionPlace| json!({ "name": place.name, "file": place.path, "line": place.line });
    places.iter().map(place).collect()
}

fn summary_json(view: &PlanView<'_>) -> Value {
    let sums = sums(view.units);
    json!({
        "converted": sums.converted,
        "edited": sums.edited,
        "units": view.units.len(),
        "files": view.files,
        "awaits": sums.awaits,
        "replaced": sums.replaced,
        "offloads": sums.offloads,
        "kept": view.kept.len(),
        "bridges": view.kept.iter().filter(|kept| kept.is_bridge).count(),
        "coverage": coverage_json(view.summary),
    })
}
