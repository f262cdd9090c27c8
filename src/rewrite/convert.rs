//! `def f` becomes `async def async_f`.

use crate::rewrite::edits::Edits;
use crate::rewrite::layout::{indentation, line_start, newline_at, token_before};
use crate::rewrite::refusal::Refusal;
use crate::rewrite::wrapper;
use crate::syntax::Parsed;
use crate::syntax::ast::visitor::{self, Visitor};
use crate::syntax::ast::{Expr, StmtFunctionDef, TokenKind, range_of};
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

/// Puts a decorator above all others of `function`.
pub(crate) fn decorate(acc: &mut Edits, text: &str, function: &StmtFunctionDef, decorator: &str) {
    let range = range_of(function);
    let newline = newline_at(text, line_start(text, range.start()));
    acc.open(range, format!("@{decorator}{newline}{}", indentation(text, range.start())));
}

/// Replaces the last identifier of a decorator.
pub(crate) fn redecorate(acc: &mut Edits, decorator: &Expr, name: &str) -> Result<(), Refusal> {
    match decorator {
        Expr::Name(found) => acc.replace(range_of(found), name),
        Expr::Attribute(found) => acc.replace(range_of(&found.attr), name),
        _ => return Err(Refusal::NamelessCallee { range: range_of(decorator) }),
    }
    Ok(())
}

/// Replaces the last identifier of an annotation, in a string too, and takes away what stands between `ends`.
pub(crate) fn reannotate(
    acc: &mut Edits,
    text: &str,
    range: TextRange,
    name: &str,
    ends: Option<(u32, u32)>,
) -> Result<(), Refusal> {
    let spelled = range.get(text).unwrap_or_default();
    let last = spelled.rsplit('.').next().unwrap_or_default();
    let is_plain = !last.is_empty() && last.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    if !is_plain {
        return Err(Refusal::NodeNotFound { range });
    }
    let start = range.end() - u32::try_from(last.len()).unwrap_or_default();
    acc.replace(TextRange::new(start, range.end()), name);
    if let Some((from, to)) = ends {
        acc.replace(TextRange::new(from, to), "");
    }
    Ok(())
}

/// In the body of `__anext__` the end of the iteration has another name.
pub(crate) fn end_iteration(acc: &mut Edits, function: &StmtFunctionDef) {
    let mut names = EndNames { found: Vec::new() };
    names.visit_body(&function.body);
    for range in names.found {
        acc.replace(range, "StopAsyncIteration");
    }
}

/// Collects the places that name `StopIteration`.
struct EndNames {
    found: Vec<TextRange>,
}

impl<'a> Visitor<'a> for EndNames {
    fn visit_expr(&mut self, expr: &'a Expr) {
        if let Expr::Name(name) = expr
            && name.id == "StopIteration"
        {
            self.found.push(range_of(name));
        }
        visitor::walk_expr(self, expr);
    }
}
