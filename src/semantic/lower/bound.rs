//! Which names a piece of code binds in its own scope.

use crate::syntax::ast::{
    self, Comprehension, ExceptHandler, Expr, ExprContext, Pattern, Stmt,
    visitor::{self, Visitor},
};

/// Names that statements bind, and those they declare to belong elsewhere.
#[derive(Default)]
pub(super) struct BoundNames<'a> {
    /// Names bound here, in order of first appearance, with repetitions.
    pub(super) bound: Vec<&'a str>,
    /// `global` names.
    pub(super) global: Vec<&'a str>,
    /// `nonlocal` names.
    pub(super) nonlocal: Vec<&'a str>,
    /// Whether there is a `yield` in this scope.
    pub(super) yields: bool,
}

/// The names that `body` binds in the scope it runs in; nested functions and classes bind only theirs.
pub(super) fn bound_names(body: &[Stmt]) -> BoundNames<'_> {
    let mut names = BoundNames::default();
    names.visit_body(body);
    names
}

/// The same for an expression: walrus targets.
pub(super) fn bound_in_expression(expr: &Expr) -> BoundNames<'_> {
    let mut names = BoundNames::default();
    names.visit_expr(expr);
    names
}

/// The names that an assignment target binds.
pub(super) fn bound_in_target(target: &Expr) -> Vec<&str> {
    let mut names = BoundNames::default();
    names.visit_expr(target);
    names.bound
}

impl<'a> Visitor<'a> for BoundNames<'a> {
    fn visit_stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::FunctionDef(def) => {
                self.bound.push(def.name.as_str());
                for decorator in &def.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                for parameter in def.parameters.iter_non_variadic_params() {
                    if let Some(default) = parameter.default() {
                        self.visit_expr(default);
                    }
                }
            }
            Stmt::ClassDef(def) => {
                self.bound.push(def.name.as_str());
                for decorator in &def.decorator_list {
                    self.visit_expr(&decorator.expression);
                }
                if let Some(arguments) = &def.arguments {
                    self.visit_arguments(arguments);
                }
            }
            Stmt::Import(import) => {
                for alias in &import.names {
                    let name = alias.asname.as_ref().map_or_else(
                        || alias.name.as_str().split('.').next().unwrap_or_default(),
                        |name| name.as_str(),
                    );
                    self.bound.push(name);
                }
            }
            Stmt::ImportFrom(import) => {
                for alias in &import.names {
                    if alias.name.as_str() != "*" {
                        self.bound.push(alias.asname.as_ref().unwrap_or(&alias.name).as_str());
                    }
                }
            }
            Stmt::Global(global) => self.global.extend(global.names.iter().map(ast::Identifier::as_str)),
            Stmt::Nonlocal(nonlocal) => {
                self.nonlocal.extend(nonlocal.names.iter().map(ast::Identifier::as_str));
            }
            _ => visitor::walk_stmt(self, stmt),
        }
    }

    fn visit_annotation(&mut self, _: &'a Expr) {}

    fn visit_except_handler(&mut self, handler: &'a ExceptHandler) {
        let ExceptHandler::ExceptHandler(clause) = handler;
        if let Some(name) = &clause.name {
            self.bound.push(name.as_str());
        }
        visitor::walk_except_handler(self, handler);
    }

    fn visit_pattern(&mut self, pattern: &'a Pattern) {
        let name = match pattern {
            Pattern::MatchAs(node) => node.name.as_ref(),
            Pattern::MatchStar(node) => node.name.as_ref(),
            Pattern::MatchMapping(node) => node.rest.as_ref(),
            Pattern::MatchValue(_)
            | Pattern::MatchSingleton(_)
            | Pattern::MatchSequence(_)
            | Pattern::MatchClass(_)
            | Pattern::MatchOr(_) => None,
        };
        self.bound.extend(name.map(ast::Identifier::as_str));
        visitor::walk_pattern(self, pattern);
    }

    fn visit_comprehension(&mut self, comprehension: &'a Comprehension) {
        // The targets belong to the comprehension; only a walrus inside binds here.
        self.visit_expr(&comprehension.iter);
        for condition in &comprehension.ifs {
            self.visit_expr(condition);
        }
    }

    fn visit_expr(&mut self, expr: &'a Expr) {
        match expr {
            Expr::Name(name) if matches!(name.ctx, ExprContext::Store | ExprContext::Del) => {
                self.bound.push(name.id.as_str());
            }
            Expr::Lambda(lambda) => {
                for parameter in lambda.parameters.iter().flat_map(|list| list.iter_non_variadic_params()) {
                    if let Some(default) = parameter.default() {
                        self.visit_expr(default);
                    }
                }
            }
            Expr::Yield(_) | Expr::YieldFrom(_) => {
                self.yields = true;
                visitor::walk_expr(self, expr);
            }
            _ => visitor::walk_expr(self, expr),
        }
    }
}
