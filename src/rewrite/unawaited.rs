//! Checks that nothing takes a coroutine of ours for the value that it will have.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::rewrite::refusal::Refusal;
use crate::semantic::is_async_twin;
use crate::syntax::ast::visitor::{self, Visitor};
use crate::syntax::ast::{self, Comprehension, Expr, Stmt, range_of};
use crate::text::TextRange;

/// Refuses when `after` has more calls of one of `names` than `before` that are neither awaited, nor gone through with
/// `async for`, nor entered with `async with`.
pub(crate) fn check_awaited(before: &[Stmt], after: &[Stmt], names: &BTreeSet<&str>) -> Result<(), Refusal> {
    if names.is_empty() {
        return Ok(());
    }
    let (before, after) = (left_alone(before, names), left_alone(after, names));
    for (name, calls) in after {
        let known = before.get(name).map_or(0, Vec::len);
        if let Some(&range) = calls.get(known) {
            return Err(Refusal::NotAwaited { range });
        }
    }
    Ok(())
}

/// Calls of `names` by name whose result nothing waits for.
fn left_alone<'a>(body: &'a [Stmt], names: &BTreeSet<&str>) -> BTreeMap<&'a str, Vec<TextRange>> {
    let mut walker = Walker { names, consumed: FxHashSet::default(), found: BTreeMap::new() };
    walker.visit_body(body);
    walker.found
}

struct Walker<'a, 'n> {
    names: &'n BTreeSet<&'n str>,
    /// Expressions that something waits for.
    consumed: FxHashSet<TextRange>,
    found: BTreeMap<&'a str, Vec<TextRange>>,
}

fn last_name(callee: &Expr) -> Option<&str> {
    match callee {
        Expr::Name(name) => Some(name.id.as_str()),
        Expr::Attribute(attribute) => Some(attribute.attr.as_str()),
        _ => None,
    }
}

impl<'a> Visitor<'a> for Walker<'a, '_> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::For(ast::StmtFor { is_async: true, iter, .. }) => {
                self.consumed.insert(range_of(&**iter));
            }
            Stmt::With(with) if with.is_async => {
                self.consumed.extend(with.items.iter().map(|item| range_of(&item.context_expr)));
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_comprehension(&mut self, clause: &'a Comprehension) {
        if clause.is_async {
            self.consumed.insert(range_of(&clause.iter));
        }
        visitor::walk_comprehension(self, clause);
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Await(node) => {
                self.consumed.insert(range_of(&*node.value));
            }
            Expr::Call(call) => {
                let name = last_name(&call.func);
                if name.is_some_and(is_async_twin) {
                    self.consumed.extend(call.arguments.args.iter().map(range_of));
                }
                if let Some(name) = name.filter(|name| self.names.contains(name))
                    && !self.consumed.contains(&range_of(call))
                {
                    self.found.entry(name).or_default().push(range_of(call));
                }
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use crate::rewrite::unawaited::check_awaited;
    use crate::syntax::parse;

    fn is_awaited(before: &str, after: &str) -> bool {
        check_awaited(parse(before).body(), parse(after).body(), &BTreeSet::from(["async_f"])).is_ok()
    }

    #[test]
    fn calls_that_something_waits_for() {
        for text in [
            "await async_f()",
            "async for x in async_f(): pass",
            "x = [y async for y in m.async_f(1)]",
            "async with self.async_f() as x: pass",
            "async with aclosing(async_f()) as x: pass",
            "await async_any(async_f())",
            "f = sync(async_f)",
        ] {
            assert!(is_awaited("", text), "{text}");
        }
    }

    #[test]
    fn calls_that_nothing_waits_for() {
        for text in [
            "async_f()",
            "if async_f(): pass",
            "x = async_f() == 1",
            "for x in async_f(): pass",
            "g(async_f())",
        ] {
            assert!(!is_awaited("", text), "{text}");
            assert!(is_awaited(text, text), "{text}");
        }
    }
}
