//! `map(f, xs)` becomes `(await async_f(item) for item in xs)`.

use crate::plan::Callee;
use crate::rewrite::await_call::last_identifier;
use crate::rewrite::collect::{brackets, frame};
use crate::rewrite::edits::Edits;
use crate::rewrite::refusal::Refusal;
use crate::semantic::ComprehensionKind;
use crate::syntax::ast::{Expr, ExprCall, range_of};
use crate::text::TextRange;

/// What a call of `map` or `filter` becomes.
pub(crate) struct Unrolled<'a> {
    /// How the function changes that it gets.
    pub(crate) callee: &'a Callee,
    pub(crate) item: &'a str,
    /// Whether it is `filter`.
    pub(crate) filters: bool,
    /// What is made.
    pub(crate) display: ComprehensionKind,
    /// A call that the display takes the place of.
    pub(crate) instead_of: Option<&'a ExprCall>,
}

/// Writes `call` as a comprehension.
pub(crate) fn unroll(
    acc: &mut Edits,
    text: &str,
    call: &ExprCall,
    shape: &Unrolled<'_>,
) -> Result<(), Refusal> {
    let range = range_of(call);
    let refused = Refusal::NodeNotFound { range };
    let [function, items] = &*call.arguments.args else { return Err(refused) };
    let (function_range, items_range) = (range_of(function), range_of(items));
    let parts = [
        TextRange::new(range.start(), function_range.start()),
        TextRange::new(function_range.end(), items_range.start()),
        TextRange::new(items_range.end(), range.end()),
    ];
    // Blanks, a comma and the parentheses of the call are all that may be lost.
    let is_plain = |range: TextRange, most: usize| {
        range.get(text).is_some_and(|gap| {
            !gap.contains(['\n', '\r', '#', '\\']) && gap.matches(['(', ')', ',']).count() <= most
        })
    };
    if !is_plain(parts[0], 1) || !is_plain(parts[1], 1) || !is_plain(parts[2], 1) {
        return Err(refused);
    }
    let (open, close) = brackets(shape.display);
    let outer = shape.instead_of.and_then(|outer| frame(text, outer, range));
    let (open, close) = match &outer {
        Some(frame) => {
            frame.replace(acc, shape.display, "");
            ("", "")
        }
        None => (open, close),
    };
    let item = shape.item;
    let new_callee = renamed(text, function, shape.callee)?;
    if shape.filters {
        let head = TextRange::new(range.start(), items_range.start());
        acc.replace(head, format!("{open}{item} for {item} in "));
        acc.replace(parts[2], format!(" if await {new_callee}({item}){close}"));
        return Ok(());
    }
    let head = TextRange::new(range.start(), items_range.start());
    acc.replace(head, format!("{open}await {new_callee}({item}) for {item} in "));
    acc.replace(parts[2], close);
    Ok(())
}

/// The function as it is spelled afterwards.
fn renamed(text: &str, function: &Expr, callee: &Callee) -> Result<String, Refusal> {
    let range = range_of(function);
    let written = range.get(text).unwrap_or_default();
    Ok(match callee {
        Callee::Same => written.to_owned(),
        Callee::Renamed(name) | Callee::Twin { name, .. } => {
            let last = last_identifier(function)?;
            let before = TextRange::new(range.start(), last.start()).get(text).unwrap_or_default();
            format!("{before}{name}")
        }
        Callee::LookedUp(lookup) => format!("{lookup}({written})"),
        Callee::Replaced { spelling, .. } => spelling.clone(),
    })
}
