//! `def f` becomes `async def async_f`.

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::token_before;
use crate::rewrite::refusal::Refusal;
use crate::rewrite::wrapper;
use crate::syntax::Parsed;
use crate::syntax::ast::{StmtFunctionDef, TokenKind, range_of};
use crate::text::TextRange;

/// Converts `function`, calls it `new_name` and, given the name of `sync`, leaves a wrapper under the old name.
pub(crate) fn convert(
    acc: &mut Edits,
    parsed: &Parsed,
    text: &str,
    function: &StmtFunctionDef,
    new_name: &str,
    sync: Option<&str>,
) -> Result<(), Refusal> {
    let name = range_of(&function.name);
    if function.is_async {
        return Err(Refusal::AlreadyAsync { range: name });
    }
    let Some((TokenKind::Def, def)) = token_before(parsed, name.start()) else {
        return Err(Refusal::NodeNotFound { range: name });
    };
    acc.open(TextRange::empty(def.start()), "async ");
    if name.get(text) != Some(new_name) {
        acc.replace(name, new_name);
    }
    if let Some(sync) = sync {
        let wrapper = wrapper::wrapper(parsed, text, function, new_name, sync);
        acc.wrapper(range_of(function).start(), wrapper.offset, wrapper.text);
    }
    Ok(())
}
