//! What was gone through at once becomes a display: `sum(f(x) for x in y)` becomes `sum([… for x in y])`.

use crate::rewrite::edits::Edits;
use crate::semantic::ComprehensionKind;
use crate::syntax::ast::{ExprCall, ExprGenerator, range_of};
use crate::text::TextRange;

/// Gives a generator expression brackets, in place of `instead_of`, a call of which it is the only argument.
pub(crate) fn collect_generator(
    acc: &mut Edits,
    text: &str,
    generator: &ExprGenerator,
    instead_of: Option<(&ExprCall, ComprehensionKind)>,
) {
    let range = range_of(generator);
    // With parentheses of its own, those become the brackets.
    if let Some((call, kind)) = instead_of.filter(|_| !generator.parenthesized)
        && let Some(frame) = frame(text, call, range)
    {
        frame.replace(acc, kind, "");
        return;
    }
    if generator.parenthesized {
        acc.replace(TextRange::new(range.start(), range.start() + 1), "[");
        acc.replace(TextRange::new(range.end() - 1, range.end()), "]");
    } else {
        acc.open(range, "[");
        acc.close(range.end(), "]");
    }
}

/// Goes through what the call at `range` gives, with `item` for each of its items.
pub(crate) fn collect_call(
    acc: &mut Edits,
    text: &str,
    range: TextRange,
    item: &str,
    instead_of: Option<(&ExprCall, ComprehensionKind)>,
) {
    let start = format!("{item} async for {item} in ");
    if let Some((call, kind)) = instead_of
        && let Some(frame) = frame(text, call, range)
    {
        let is_broken =
            text.get(frame.before.end() as usize..).is_some_and(|rest| rest.starts_with(['\n', '\r']));
        frame.replace(acc, kind, if is_broken { start.trim_end() } else { &start });
        return;
    }
    acc.open(range, format!("[{start}"));
    acc.close(range.end(), "]");
}

/// The parts of a call on both sides of its only argument.
pub(crate) struct Frame {
    before: TextRange,
    after: TextRange,
}

impl Frame {
    /// Puts brackets in place of both parts, and `start` after the first of them.
    pub(crate) fn replace(&self, acc: &mut Edits, kind: ComprehensionKind, start: &str) {
        let (open, close) = brackets(kind);
        acc.replace(self.before, format!("{open}{start}"));
        acc.replace(self.after, close);
    }
}

/// What stands around a comprehension of `kind`.
pub(crate) const fn brackets(kind: ComprehensionKind) -> (&'static str, &'static str) {
    match kind {
        ComprehensionKind::List => ("[", "]"),
        ComprehensionKind::Set | ComprehensionKind::Dict => ("{", "}"),
        ComprehensionKind::Generator => ("(", ")"),
    }
}

/// The callee with its parenthesis, and the closing parenthesis, when `inner` is all between them but for
/// blanks and comments, which stay.
pub(crate) fn frame(text: &str, call: &ExprCall, inner: TextRange) -> Option<Frame> {
    let arguments = range_of(&call.arguments);
    let before = TextRange::new(range_of(call).start(), arguments.start() + 1);
    let after = TextRange::new(arguments.end() - 1, arguments.end());
    let has_other = |range: TextRange| range.get(text).is_none_or(|gap| gap.contains([',', '(', ')']));
    let gaps = [TextRange::new(before.end(), inner.start()), TextRange::new(inner.end(), after.start())];
    let is_plain = before.get(text).is_some_and(|before| !before.contains(['\n', '\r', '#', '\\']));
    (is_plain && !gaps.into_iter().any(has_other)).then_some(Frame { before, after })
}
