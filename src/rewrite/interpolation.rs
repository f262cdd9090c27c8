//! Limits on what may change inside an f-string.

use crate::rewrite::edits::Edits;
use crate::rewrite::locate::Nodes;
use crate::rewrite::refusal::Refusal;

/// Refuses edits that an f-string cannot take, or that would change what it prints.
pub(crate) fn check_interpolations(
    edits: &Edits,
    nodes: &Nodes<'_>,
    target_version: (u8, u8),
) -> Result<(), Refusal> {
    for edit in edits.iter() {
        let Some(field) = nodes.field_around(edit.range) else { continue };
        if let Some(range) = nodes.self_printing_around(edit.range) {
            return Err(Refusal::PrintsItself { range });
        }
        // PEP 701 lifted these limits.
        let is_limited = target_version < (3, 12);
        if is_limited && edit.replacement.contains(['\'', '"', '\\', '#', '\n', '\r']) {
            return Err(Refusal::UnfitForInterpolation { range: field });
        }
    }
    Ok(())
}
