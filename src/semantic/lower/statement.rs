//! Statements: the skeleton, and the simple ones.

use crate::base::Id;
use crate::semantic::definition::DefinitionKind;
use crate::semantic::ids::{NameId, StatementId, ValueId};
use crate::semantic::lower::Lowering;
use crate::semantic::site::{Enclosing, SiteKind};
use crate::semantic::statement::{Block, Statement, StatementKind};
use crate::semantic::value::{Constant, Value};
use crate::semantic::well_known;
use crate::syntax::ast::{Expr, Stmt, StmtAnnAssign, StmtAssign, StmtAugAssign, range_of};
use crate::text::TextRange;

impl<'a> Lowering<'a> {
    pub(super) fn body(&mut self, body: &'a [Stmt]) {
        for stmt in body {
            self.stmt(stmt);
        }
    }

    /// Lowers `body` as a block of `parent`.
    pub(super) fn block_of(&mut self, parent: StatementId, block: Block, body: &'a [Stmt]) {
        let before = (self.parent.replace(parent), std::mem::replace(&mut self.block, block));
        self.body(body);
        (self.parent, self.block) = before;
        self.statement = parent;
    }

    pub(super) fn open_statement(&mut self, kind: StatementKind, range: TextRange) -> StatementId {
        let facts = &mut self.facts;
        let stores = u32::try_from(facts.stores.len()).unwrap_or(u32::MAX);
        let id = facts.statements.next_id();
        self.statement = facts.statements.push(Statement {
            kind,
            range,
            parent: self.parent,
            block: self.block,
            function: self.function,
            end: id,
            values: (facts.values.next_id(), facts.values.next_id()),
            definitions: (facts.definitions.next_id(), facts.definitions.next_id()),
            sites: (facts.sites.next_id(), facts.sites.next_id()),
            stores: (stores, stores),
        });
        self.statement
    }

    pub(super) fn close_statement(&mut self, id: StatementId) {
        let facts = &mut self.facts;
        let stores = u32::try_from(facts.stores.len()).unwrap_or(u32::MAX);
        let (values, definitions, sites, end) = (
            facts.values.next_id(),
            facts.definitions.next_id(),
            facts.sites.next_id(),
            facts.statements.next_id(),
        );
        let statement = &mut facts.statements[id];
        statement.values.1 = values;
        statement.definitions.1 = definitions;
        statement.sites.1 = sites;
        statement.stores.1 = stores;
        statement.end = end;
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        let range = range_of(stmt);
        let kind = match stmt {
            Stmt::FunctionDef(_) | Stmt::Expr(_) | Stmt::ClassDef(_) | Stmt::IpyEscapeCommand(_) => {
                StatementKind::Expression
            }
            Stmt::Return(_) => StatementKind::Return,
            Stmt::Delete(_) => StatementKind::Delete,
            Stmt::TypeAlias(_) => StatementKind::TypeAlias,
            Stmt::Assign(_) | Stmt::AnnAssign(_) => StatementKind::Assign { augmented: false },
            Stmt::AugAssign(_) => StatementKind::Assign { augmented: true },
            Stmt::For(node) => StatementKind::For { is_async: node.is_async },
            Stmt::While(_) => StatementKind::While,
            Stmt::If(_) => StatementKind::If,
            Stmt::With(node) => StatementKind::With { is_async: node.is_async },
            Stmt::Match(_) => StatementKind::Match,
            Stmt::Raise(_) => StatementKind::Raise,
            Stmt::Try(_) => StatementKind::Try,
            Stmt::Assert(_) => StatementKind::Assert,
            Stmt::Import(_) | Stmt::ImportFrom(_) => StatementKind::Import,
            Stmt::Global(_) | Stmt::Nonlocal(_) => StatementKind::Scope,
            Stmt::Pass(_) => StatementKind::Pass,
            Stmt::Break(_) => StatementKind::Break,
            Stmt::Continue(_) => StatementKind::Continue,
        };
        let id = self.open_statement(kind, range);
        self.stmt_parts(stmt, id);
        self.close_statement(id);
    }

    fn stmt_parts(&mut self, stmt: &'a Stmt, id: StatementId) {
        match stmt {
            Stmt::FunctionDef(def) => {
                let function = self.function_def(def, id);
                self.facts.statements[id].kind = StatementKind::Function(function);
            }
            Stmt::ClassDef(def) => self.class_def(def, id),
            Stmt::Return(node) => {
                if let Some(value) = &node.value {
                    let value = self.expression(value);
                    let function = &mut self.facts.functions[self.function];
                    function.returned.push(value);
                    function.traits.returns_value = true;
                }
                self.flow.reachable = false;
            }
            Stmt::Delete(node) => {
                for target in &node.targets {
                    self.delete(target);
                }
            }
            Stmt::TypeAlias(node) => {
                let value = self.within(Enclosing::TYPE_ALIAS, |this| this.annotation(&node.value));
                self.assign_target(&node.name, value);
            }
            Stmt::Assign(node) => self.assign(node),
            Stmt::AugAssign(node) => self.augmented_assign(node),
            Stmt::AnnAssign(node) => self.annotated_assign(node),
            Stmt::For(node) => self.for_loop(node, id),
            Stmt::While(node) => self.while_loop(node, id),
            Stmt::If(node) => self.if_branches(node, id),
            Stmt::With(node) => self.with(node, id),
            Stmt::Match(node) => self.match_cases(node, id),
            Stmt::Try(node) => self.try_blocks(node, id),
            Stmt::Raise(node) => {
                if let Some(raised) = &node.exc {
                    let exception = self.expression(raised);
                    self.site(SiteKind::Raise { exception }, range_of(&**raised));
                }
                if let Some(cause) = &node.cause {
                    self.expression(cause);
                }
                self.flow.reachable = false;
            }
            Stmt::Assert(node) => {
                self.test(&node.test);
                if let Some(message) = &node.msg {
                    self.within(Enclosing::CONDITIONAL, |this| this.expression(message));
                }
                for (binding, class) in self.narrowing(&node.test).0 {
                    self.narrow(binding, class, range_of(&*node.test));
                }
            }
            Stmt::Import(node) => self.import(node, id),
            Stmt::ImportFrom(node) => self.import_from(node, id),
            Stmt::Expr(node) => {
                // What a docstring says is nothing that any later phase asks for.
                let value = match &*node.value {
                    Expr::StringLiteral(_) => {
                        self.value(Value::Constant(Constant::LongStr), range_of(&*node.value))
                    }
                    expression => self.expression(expression),
                };
                self.extend_exports(&node.value, value);
            }
            Stmt::Break(_) => self.leave_loop(true),
            Stmt::Continue(_) => self.leave_loop(false),
            Stmt::Global(_) | Stmt::Nonlocal(_) | Stmt::Pass(_) | Stmt::IpyEscapeCommand(_) => {}
        }
    }

    fn delete(&mut self, target: &'a Expr) {
        match target {
            Expr::Name(name) => {
                let binding = self.bind(self.scope, name.id.as_str());
                self.version(binding, DefinitionKind::Unbound, range_of(name));
                self.flow.set(binding, None);
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|element| self.delete(element)),
            Expr::List(list) => list.elts.iter().for_each(|element| self.delete(element)),
            _ => self.store(target, None, None),
        }
    }

    fn assign(&mut self, node: &'a StmtAssign) {
        let value = self.expression(&node.value);
        self.mark_sent_value(&node.value);
        for target in &node.targets {
            self.assign_target(target, value);
            if let Expr::Name(name) = target
                && name.id.as_str() == well_known::ALL
                && self.scope.index() == 0
            {
                self.facts.exports = self.literal_names(value);
            }
        }
    }

    fn augmented_assign(&mut self, node: &'a StmtAugAssign) {
        let method = self.made_name(well_known::binary_method(node.op, true));
        let range = range_of(node);
        let left = match &*node.target {
            Expr::Name(name) => self.name_use(name.id.as_str(), range_of(name)),
            target => self.expression(target),
        };
        let right = self.expression(&node.value);
        let value = self.value(Value::Binary { left, right, method }, range);
        self.assign_target(&node.target, value);
        if let Expr::Name(name) = &*node.target
            && name.id.as_str() == well_known::ALL
            && self.scope.index() == 0
        {
            self.extend_exports_with(right);
        }
    }

    fn annotated_assign(&mut self, node: &'a StmtAnnAssign) {
        let annotation = self.annotation(&node.annotation);
        let value = node.value.as_ref().map(|value| {
            self.mark_sent_value(value);
            self.expression(value)
        });
        match &*node.target {
            Expr::Name(name) => {
                let binding = self.bind(self.scope, name.id.as_str());
                let known = &mut self.facts.bindings[binding].annotation;
                *known = known.or(Some(annotation));
                match value {
                    Some(value) => {
                        self.define(binding, DefinitionKind::Value(value), range_of(name));
                    }
                    None => {
                        self.version(binding, DefinitionKind::Unbound, range_of(name));
                    }
                }
            }
            target => self.store(target, value, Some(annotation)),
        }
    }

    fn mark_sent_value(&mut self, value: &Expr) {
        if matches!(value, Expr::Yield(_) | Expr::YieldFrom(_)) {
            self.facts.functions[self.function].traits.uses_sent_value = true;
        }
    }

    /// `__all__.extend([…])` and `__all__.append("…")` at module level.
    fn extend_exports(&mut self, expr: &Expr, value: ValueId) {
        let Expr::Call(call) = expr else { return };
        let Expr::Attribute(attribute) = &*call.func else { return };
        let Expr::Name(name) = &*attribute.value else { return };
        if name.id.as_str() != well_known::ALL || self.scope.index() != 0 {
            return;
        }
        let Value::Call(site) = self.facts.values[value] else { return };
        let Some((_, arguments)) = self.facts.call(site) else { return };
        match (attribute.attr.as_str(), arguments) {
            ("extend", [argument]) => self.extend_exports_with(argument.value),
            ("append", [argument]) => {
                let name = self.literal_name(argument.value);
                match (&mut self.facts.exports, name) {
                    (Some(exports), Some(name)) => exports.push(name),
                    (exports, _) => *exports = None,
                }
            }
            _ => self.facts.exports = None,
        }
    }

    fn extend_exports_with(&mut self, value: ValueId) {
        let more = self.literal_names(value);
        match (&mut self.facts.exports, more) {
            (Some(exports), Some(more)) => exports.extend(more),
            (exports, _) => *exports = None,
        }
    }

    fn literal_names(&self, value: ValueId) -> Option<Vec<NameId>> {
        match self.facts.values[value] {
            Value::List(operands) | Value::Tuple(operands) => {
                self.facts.operands(operands).iter().map(|&element| self.literal_name(element)).collect()
            }
            Value::Binary { left, right, .. } => {
                let mut names = self.literal_names(left)?;
                names.extend(self.literal_names(right)?);
                Some(names)
            }
            _ => None,
        }
    }

    fn literal_name(&self, value: ValueId) -> Option<NameId> {
        match self.facts.values[value] {
            Value::Constant(Constant::Str(name)) => Some(name),
            _ => None,
        }
    }
}
