//! Checks that everything async stands in async code.

use crate::rewrite::refusal::Refusal;
use crate::semantic::is_async_twin;
use crate::syntax::ast::visitor::{self, Visitor};
use crate::syntax::ast::{self, Comprehension, Expr, Stmt, range_of};
use crate::text::TextRange;

/// A generator expression.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Generator {
    /// Where it stands.
    pub(crate) range: TextRange,
    /// Whether it makes an async generator.
    pub(crate) is_async: bool,
    /// Whether its own clauses or its consumer say so with `async for`, or the runtime's twin of a builtin gets it.
    pub(crate) is_declared: bool,
}

/// The generator expressions of `body`, outer before inner, or what is wrong with its async code.
pub(crate) fn check_scopes(body: &[Stmt], target_version: (u8, u8)) -> Result<Vec<Generator>, Refusal> {
    let mut walker = Walker {
        frames: vec![Frame::new(FrameKind::Sync)],
        generators: Vec::new(),
        problem: None,
        allows_nested: target_version >= (3, 11),
        async_iterables: Vec::new(),
    };
    walker.visit_body(body);
    match walker.problem {
        Some(problem) => Err(problem),
        None => Ok(walker.generators),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    /// Module, class body, lambda, sync function, annotation, type alias.
    Sync,
    /// `async def`.
    Async,
    /// Comprehension or generator expression.
    Comprehension,
}

struct Frame {
    kind: FrameKind,
    /// A comprehension that awaits.
    awaits: bool,
    yields: bool,
    /// The first `return` with a value.
    returns_value: Option<TextRange>,
}

impl Frame {
    fn new(kind: FrameKind) -> Self {
        Self { kind, awaits: false, yields: false, returns_value: None }
    }
}

struct Walker {
    frames: Vec<Frame>,
    generators: Vec<Generator>,
    problem: Option<Refusal>,
    /// Whether an async comprehension may stand in another (Python 3.11).
    allows_nested: bool,
    /// Iterables of `async for` that are being walked.
    async_iterables: Vec<TextRange>,
}

/// The parts of a comprehension of any kind.
struct Parts<'a> {
    range: TextRange,
    elements: Vec<&'a Expr>,
    clauses: &'a [Comprehension],
    is_lazy: bool,
}

impl Walker {
    fn report(&mut self, problem: Refusal) {
        self.problem.get_or_insert(problem);
    }

    fn inside(&mut self, kind: FrameKind, walk: impl FnOnce(&mut Self)) -> Option<Frame> {
        self.frames.push(Frame::new(kind));
        walk(self);
        self.frames.pop()
    }

    /// Notes that the current scope awaits at `range`.
    fn awaits(&mut self, range: TextRange) {
        let Some(frame) = self.frames.last_mut() else { return };
        match frame.kind {
            FrameKind::Async => {}
            FrameKind::Comprehension => frame.awaits = true,
            FrameKind::Sync => self.report(Refusal::AwaitOutsideAsync { range }),
        }
    }

    fn function(&mut self, function: &ast::StmtFunctionDef) {
        for decorator in &function.decorator_list {
            self.visit_decorator(decorator);
        }
        if let Some(type_params) = &function.type_params {
            self.visit_type_params(type_params);
        }
        self.visit_parameters(&function.parameters);
        if let Some(returns) = &function.returns {
            self.visit_annotation(returns);
        }
        let kind = if function.is_async { FrameKind::Async } else { FrameKind::Sync };
        let Some(frame) = self.inside(kind, |walker| walker.visit_body(&function.body)) else { return };
        if let Some(range) = frame.returns_value.filter(|_| function.is_async && frame.yields) {
            self.report(Refusal::ReturnInAsyncGenerator { range });
        }
    }

    fn class(&mut self, class: &ast::StmtClassDef) {
        for decorator in &class.decorator_list {
            self.visit_decorator(decorator);
        }
        let is_generic = class.type_params.is_some();
        if let Some(type_params) = &class.type_params {
            self.visit_type_params(type_params);
        }
        match &class.arguments {
            // The bases of a generic class are evaluated in the scope of its type parameters (PEP 695).
            Some(arguments) if is_generic => {
                self.inside(FrameKind::Sync, |walker| walker.visit_arguments(arguments));
            }
            Some(arguments) => self.visit_arguments(arguments),
            None => {}
        }
        self.inside(FrameKind::Sync, |walker| walker.visit_body(&class.body));
    }

    /// Walks the iterable of an `async for` if `is_async`, else of a `for`.
    fn iterable(&mut self, iterable: &Expr, is_async: bool) {
        if is_async {
            self.async_iterables.push(range_of(iterable));
        }
        self.visit_expr(iterable);
        if is_async {
            self.async_iterables.pop();
        }
    }

    fn comprehension(&mut self, parts: &Parts<'_>) {
        let Some((first, others)) = parts.clauses.split_first() else { return };
        let position = self.generators.len();
        if parts.is_lazy {
            let is_consumed = self.async_iterables.contains(&parts.range);
            let is_declared = is_consumed || parts.clauses.iter().any(|clause| clause.is_async);
            self.generators.push(Generator { range: parts.range, is_async: false, is_declared });
        }
        // The enclosing scope evaluates the first iterable.
        self.iterable(&first.iter, first.is_async);
        let frame = self.inside(FrameKind::Comprehension, |walker| {
            walker.visit_expr(&first.target);
            for condition in &first.ifs {
                walker.visit_expr(condition);
            }
            for clause in others {
                walker.iterable(&clause.iter, clause.is_async);
                walker.visit_expr(&clause.target);
                for condition in &clause.ifs {
                    walker.visit_expr(condition);
                }
            }
            for element in &parts.elements {
                walker.visit_expr(element);
            }
        });
        let awaits = frame.is_some_and(|frame| frame.awaits);
        if !awaits && !parts.clauses.iter().any(|clause| clause.is_async) {
            return;
        }
        if parts.is_lazy {
            self.generators[position].is_async = true;
            return;
        }
        let is_nested = self.frames.last().is_some_and(|frame| frame.kind == FrameKind::Comprehension);
        if is_nested && !self.allows_nested {
            self.report(Refusal::NestedAsyncComprehension { range: parts.range });
        }
        self.awaits(parts.range);
    }
}

/// Whether a callee goes through what it gets with `async for`.
fn is_async_consumer(callee: &Expr) -> bool {
    match callee {
        Expr::Name(name) => is_async_twin(name.id.as_str()),
        Expr::Attribute(attribute) => is_async_twin(attribute.attr.as_str()),
        _ => false,
    }
}

impl<'a> Visitor<'a> for Walker {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(function) => return self.function(function),
            Stmt::ClassDef(class) => return self.class(class),
            Stmt::TypeAlias(alias) => {
                if let Some(type_params) = &alias.type_params {
                    self.visit_type_params(type_params);
                }
                self.inside(FrameKind::Sync, |walker| walker.visit_expr(&alias.value));
                return;
            }
            Stmt::For(node) => {
                if node.is_async {
                    self.awaits(range_of(node));
                }
                self.iterable(&node.iter, node.is_async);
                self.visit_expr(&node.target);
                self.visit_body(&node.body);
                self.visit_body(&node.orelse);
                return;
            }
            Stmt::With(node) if node.is_async => self.awaits(range_of(node)),
            Stmt::Return(node) if node.value.is_some() => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.returns_value.get_or_insert(range_of(node));
                }
            }
            _ => {}
        }
        visitor::walk_stmt(self, stmt);
    }

    fn visit_annotation(&mut self, expr: &'a Expr) {
        // Whether it is evaluated at all depends on the version and on `from __future__ import annotations`.
        self.inside(FrameKind::Sync, |walker| walker.visit_expr(expr));
    }

    fn visit_type_params(&mut self, type_params: &'a ast::TypeParams) {
        self.inside(FrameKind::Sync, |walker| visitor::walk_type_params(walker, type_params));
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        let range = range_of(expr);
        match expr {
            Expr::Await(_) => self.awaits(range),
            Expr::Call(call) if is_async_consumer(&call.func) => {
                let known = self.async_iterables.len();
                self.async_iterables.extend(call.arguments.args.iter().map(range_of));
                visitor::walk_expr(self, expr);
                self.async_iterables.truncate(known);
                return;
            }
            Expr::Yield(_) => {
                if let Some(frame) = self.frames.last_mut() {
                    frame.yields = true;
                }
            }
            Expr::YieldFrom(_) => {
                let is_async = self.frames.last().is_some_and(|frame| frame.kind == FrameKind::Async);
                if is_async {
                    self.report(Refusal::YieldFromInAsync { range });
                }
            }
            Expr::Lambda(lambda) => {
                if let Some(parameters) = &lambda.parameters {
                    self.visit_parameters(parameters);
                }
                self.inside(FrameKind::Sync, |walker| walker.visit_expr(&lambda.body));
                return;
            }
            Expr::ListComp(ast::ExprListComp { elt, generators, .. })
            | Expr::SetComp(ast::ExprSetComp { elt, generators, .. }) => {
                return self.comprehension(&Parts {
                    range,
                    elements: vec![elt],
                    clauses: generators,
                    is_lazy: false,
                });
            }
            Expr::DictComp(node) => {
                return self.comprehension(&Parts {
                    range,
                    elements: vec![&node.key, &node.value],
                    clauses: &node.generators,
                    is_lazy: false,
                });
            }
            Expr::Generator(node) => {
                return self.comprehension(&Parts {
                    range,
                    elements: vec![&node.elt],
                    clauses: &node.generators,
                    is_lazy: true,
                });
            }
            _ => {}
        }
        visitor::walk_expr(self, expr);
    }
}
