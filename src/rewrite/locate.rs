//! Finds the nodes that steps mean, by their ranges.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::rewrite::refusal::Refusal;
use crate::syntax::Parsed;
use crate::syntax::ast::visitor::source_order::{self, SourceOrderVisitor, TraversalSignal};
use crate::syntax::ast::{self, AnyNodeRef, Expr, range_of};
use crate::text::TextRange;

/// The nodes of one file that steps can mean, by range.
#[derive(Default)]
pub(crate) struct Nodes<'a> {
    calls: FxHashMap<TextRange, &'a ast::ExprCall>,
    /// Expressions that something binds tighter to than `await` does: `x` in `x.y`, `x[y]`, `x()` and `await x`.
    bases: FxHashSet<TextRange>,
    decorators: FxHashMap<TextRange, &'a Expr>,
    /// Statements that are one `yield from`, by its range.
    delegations: FxHashMap<TextRange, &'a ast::StmtExpr>,
    /// `for` clauses and statements by iterable.
    loops: FxHashMap<TextRange, Loop>,
    /// `for` statements by iterable.
    for_statements: FxHashMap<TextRange, &'a ast::StmtFor>,
    generators: FxHashMap<TextRange, &'a ast::ExprGenerator>,
    augmented: FxHashMap<TextRange, &'a ast::StmtAugAssign>,
    /// `except` clauses, and whether they are those of `except*`.
    handlers: FxHashMap<TextRange, (&'a ast::ExceptHandlerExceptHandler, bool)>,
    /// `with` statements by each of their items.
    withs: FxHashMap<TextRange, &'a ast::StmtWith>,
    /// Functions by name.
    functions: FxHashMap<TextRange, &'a ast::StmtFunctionDef>,
    /// Names in `from … import` by alias, with their position.
    aliases: FxHashMap<TextRange, (&'a ast::StmtImportFrom, usize)>,
    /// Replacement fields that are in no other, in source order.
    fields: Vec<TextRange>,
    /// Strings with replacement fields.
    interpolated: Vec<TextRange>,
    /// Replacement fields of the form `{value=}`.
    self_printing: Vec<TextRange>,
}

/// A `for` statement or clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Loop {
    /// Where `for`, or `async for`, stands.
    pub(crate) start: u32,
    /// Whether it is `async for`.
    pub(crate) is_async: bool,
}

/// Indexes the tree of `parsed`.
pub(crate) fn locate(parsed: &Parsed) -> Nodes<'_> {
    let mut collector = Collector { nodes: Nodes::default(), open_fields: 0 };
    source_order::walk_body(&mut collector, parsed.body());
    collector.nodes
}

impl<'a> Nodes<'a> {
    /// The call that spans `range`.
    pub(crate) fn call(&self, range: TextRange) -> Result<&'a ast::ExprCall, Refusal> {
        self.calls.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// Whether an `await` before the expression at `range` needs parentheses.
    pub(crate) fn is_base(&self, range: TextRange) -> bool {
        self.bases.contains(&range)
    }

    /// Whether the expression at `range` is all of a decorator.
    pub(crate) fn is_decorator(&self, range: TextRange) -> bool {
        self.decorators.contains_key(&range)
    }

    /// The decorator at `range`.
    pub(crate) fn decorator(&self, range: TextRange) -> Result<&'a Expr, Refusal> {
        self.decorators.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The statement that delegates at `range`.
    pub(crate) fn delegation(&self, range: TextRange) -> Result<&'a ast::StmtExpr, Refusal> {
        self.delegations.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The `for` over the iterable at `range`.
    pub(crate) fn loop_over(&self, range: TextRange) -> Result<Loop, Refusal> {
        self.loops.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The `for` statement over the iterable at `range`.
    pub(crate) fn for_statement(&self, range: TextRange) -> Result<&'a ast::StmtFor, Refusal> {
        self.for_statements.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The generator expression that spans `range`.
    pub(crate) fn generator(&self, range: TextRange) -> Result<&'a ast::ExprGenerator, Refusal> {
        self.generators.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The augmented assignment that spans `range`.
    pub(crate) fn augmented(&self, range: TextRange) -> Result<&'a ast::StmtAugAssign, Refusal> {
        self.augmented.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The `except` clause that spans `range`, and whether it belongs to an `except*`.
    pub(crate) fn handler(
        &self,
        range: TextRange,
    ) -> Result<(&'a ast::ExceptHandlerExceptHandler, bool), Refusal> {
        self.handlers.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The `with` that has the context expression at `range`.
    pub(crate) fn with_of(&self, range: TextRange) -> Result<&'a ast::StmtWith, Refusal> {
        self.withs.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The function whose name stands at `range`.
    pub(crate) fn function(&self, range: TextRange) -> Result<&'a ast::StmtFunctionDef, Refusal> {
        self.functions.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The `from … import` that has the alias at `range`, and the alias's position in it.
    pub(crate) fn alias(&self, range: TextRange) -> Result<(&'a ast::StmtImportFrom, usize), Refusal> {
        self.aliases.get(&range).copied().ok_or(Refusal::NodeNotFound { range })
    }

    /// The outermost replacement field around `range`, if any.
    pub(crate) fn field_around(&self, range: TextRange) -> Option<TextRange> {
        let after = self.fields.partition_point(|field| field.start() <= range.start());
        let field = self.fields[..after].last().copied()?;
        field.contains_range(range).then_some(field)
    }

    /// Whether `offset` lies inside a string with replacement fields.
    pub(crate) fn is_in_interpolated(&self, offset: u32) -> bool {
        self.interpolated.iter().any(|string| string.start() < offset && offset < string.end())
    }

    /// A replacement field around `range` that prints its own source, if any.
    pub(crate) fn self_printing_around(&self, range: TextRange) -> Option<TextRange> {
        self.self_printing.iter().copied().find(|field| field.contains_range(range))
    }
}

struct Collector<'a> {
    nodes: Nodes<'a>,
    open_fields: u32,
}

impl Collector<'_> {
    fn add_base(&mut self, expr: &Expr) {
        if expr.is_call_expr() || expr.is_attribute_expr() || expr.is_name_expr() {
            self.nodes.bases.insert(range_of(expr));
        }
    }
}

impl<'a> SourceOrderVisitor<'a> for Collector<'a> {
    fn enter_node(&mut self, node: AnyNodeRef<'a>) -> TraversalSignal {
        match node {
            AnyNodeRef::ExprCall(call) => {
                self.add_base(&call.func);
                self.nodes.calls.insert(range_of(call), call);
            }
            AnyNodeRef::ExprAttribute(node) => self.add_base(&node.value),
            AnyNodeRef::ExprSubscript(node) => self.add_base(&node.value),
            AnyNodeRef::ExprAwait(node) => self.add_base(&node.value),
            AnyNodeRef::Decorator(node) => {
                self.nodes.decorators.insert(range_of(&node.expression), &node.expression);
            }
            AnyNodeRef::StmtExpr(node) => {
                if let Expr::YieldFrom(found) = &*node.value {
                    // Sites of delegation are known by their operand or by the whole expression.
                    self.nodes.delegations.insert(range_of(&*found.value), node);
                    self.nodes.delegations.insert(range_of(found), node);
                }
            }
            AnyNodeRef::StmtFor(node) => {
                let start = range_of(node).start();
                self.nodes.loops.insert(range_of(&*node.iter), Loop { start, is_async: node.is_async });
                self.nodes.for_statements.insert(range_of(&*node.iter), node);
            }
            AnyNodeRef::ExprGenerator(node) => {
                self.nodes.generators.insert(range_of(node), node);
            }
            AnyNodeRef::StmtAugAssign(node) => {
                self.nodes.augmented.insert(range_of(node), node);
            }
            AnyNodeRef::StmtTry(node) => {
                for handler in &node.handlers {
                    let ast::ExceptHandler::ExceptHandler(clause) = handler;
                    self.nodes.handlers.insert(range_of(clause), (clause, node.is_star));
                }
            }
            AnyNodeRef::Comprehension(node) => {
                let start = range_of(node).start();
                self.nodes.loops.insert(range_of(&node.iter), Loop { start, is_async: node.is_async });
            }
            AnyNodeRef::StmtWith(node) => {
                for item in &node.items {
                    self.nodes.withs.insert(range_of(&item.context_expr), node);
                }
            }
            AnyNodeRef::StmtFunctionDef(node) => {
                self.nodes.functions.insert(range_of(&node.name), node);
            }
            AnyNodeRef::StmtImportFrom(node) => {
                for (position, alias) in node.names.iter().enumerate() {
                    self.nodes.aliases.insert(range_of(alias), (node, position));
                }
            }
            AnyNodeRef::FString(node) => self.nodes.interpolated.push(range_of(node)),
            AnyNodeRef::TString(node) => self.nodes.interpolated.push(range_of(node)),
            AnyNodeRef::InterpolatedElement(node) => {
                if self.open_fields == 0 {
                    self.nodes.fields.push(range_of(node));
                }
                if node.debug_text.is_some() {
                    self.nodes.self_printing.push(range_of(node));
                }
                self.open_fields += 1;
            }
            _ => {}
        }
        TraversalSignal::Traverse
    }

    fn leave_node(&mut self, node: AnyNodeRef<'a>) {
        if matches!(node, AnyNodeRef::InterpolatedElement(_)) {
            self.open_fields -= 1;
        }
    }
}
