//! Control flow: branches, loops, `try`, `with`, `match`.

use crate::base::Id;
use crate::semantic::definition::DefinitionKind;
use crate::semantic::ids::{BindingId, DefinitionId, StatementId, ValueId};
use crate::semantic::lower::bound::{bound_in_expression, bound_in_target, bound_names};
use crate::semantic::lower::define::is_named;
use crate::semantic::lower::flow::{Branch, Mark};
use crate::semantic::lower::{LoopExits, Lowering};
use crate::semantic::site::SiteKind;
use crate::semantic::statement::{Block, StatementKind};
use crate::semantic::value::Value;
use crate::semantic::well_known;
use crate::syntax::ast::{
    BoolOp, ElifElseClause, ExceptHandler, Expr, Stmt, StmtFor, StmtIf, StmtMatch, StmtTry, StmtWhile,
    StmtWith, UnaryOp, range_of,
};
use crate::text::TextRange;

/// Names that a test proves to be instances of a class.
type Narrowings<'a> = Vec<(BindingId, &'a Expr)>;

impl<'a> Lowering<'a> {
    /// Joins the versions in which `branches` leave each name; the state must be their common start.
    fn merge(&mut self, branches: &[Branch], range: TextRange) {
        let is_reachable = branches.iter().any(|branch| branch.reachable);
        for (binding, versions) in self.flow.meet(branches) {
            let known: Vec<DefinitionId> = versions.iter().copied().flatten().collect();
            match known.as_slice() {
                [] => self.flow.set(binding, None),
                [only] => self.flow.set(binding, Some(*only)),
                several => {
                    let operands = self.joined(several);
                    self.define(
                        binding,
                        DefinitionKind::Join(operands),
                        TextRange::new(range.start(), range.start()),
                    );
                }
            }
        }
        self.flow.reachable = is_reachable;
    }

    pub(super) fn if_branches(&mut self, node: &'a StmtIf, id: StatementId) {
        self.test(&node.test);
        let was_reachable = self.flow.reachable;
        let was_type_checking = self.in_type_checking;
        let (if_true, if_false) = self.narrowing(&node.test);
        self.in_type_checking |= is_named(&node.test, well_known::TYPE_CHECKING);
        let mark = self.flow.mark();
        self.narrow_all(&if_true, range_of(&*node.test));
        self.block_of(id, Block::Body, &node.body);
        let body = self.flow.end_branch(mark);
        self.in_type_checking = was_type_checking;
        self.flow.reachable = was_reachable;
        let mark = self.flow.mark();
        self.narrow_all(&if_false, range_of(&*node.test));
        self.else_clauses(&node.elif_else_clauses, id, range_of(node).end());
        let orelse = self.flow.end_branch(mark);
        self.merge(&[body, orelse], range_of(node));
    }

    /// `elif` and `else`: an `elif` becomes an `if` in the `else` block.
    fn else_clauses(&mut self, clauses: &'a [ElifElseClause], parent: StatementId, end: u32) {
        let Some((clause, rest)) = clauses.split_first() else { return };
        let Some(test) = &clause.test else {
            self.block_of(parent, Block::Else, &clause.body);
            return;
        };
        let before = (self.parent.replace(parent), std::mem::replace(&mut self.block, Block::Else));
        let range = TextRange::new(range_of(clause).start(), end.max(range_of(clause).end()));
        let id = self.open_statement(StatementKind::If, range);
        self.test(test);
        let was_reachable = self.flow.reachable;
        let (if_true, if_false) = self.narrowing(test);
        let mark = self.flow.mark();
        self.narrow_all(&if_true, range_of(test));
        self.block_of(id, Block::Body, &clause.body);
        let body = self.flow.end_branch(mark);
        self.flow.reachable = was_reachable;
        let mark = self.flow.mark();
        self.narrow_all(&if_false, range_of(test));
        self.else_clauses(rest, id, end);
        let orelse = self.flow.end_branch(mark);
        self.merge(&[body, orelse], range);
        self.close_statement(id);
        (self.parent, self.block) = before;
        self.statement = parent;
    }

    /// What `isinstance` tests prove where `test` is true, and where it is false.
    pub(super) fn narrowing(&mut self, test: &'a Expr) -> (Narrowings<'a>, Narrowings<'a>) {
        match test {
            Expr::Call(call) if is_named(&call.func, well_known::ISINSTANCE) => {
                let [Expr::Name(name), class] = &*call.arguments.args else { return Default::default() };
                let id = self.name(name.id.as_str());
                let binding = self.bindings.get(&(self.scope, id)).copied();
                (binding.into_iter().map(|binding| (binding, class)).collect(), Vec::new())
            }
            Expr::UnaryOp(node) if node.op == UnaryOp::Not => {
                let (if_true, if_false) = self.narrowing(&node.operand);
                (if_false, if_true)
            }
            Expr::BoolOp(node) if node.op == BoolOp::And => {
                (node.values.iter().flat_map(|value| self.narrowing(value).0).collect(), Vec::new())
            }
            _ => Default::default(),
        }
    }

    fn narrow_all(&mut self, narrowings: &Narrowings<'a>, range: TextRange) {
        for &(binding, class) in narrowings {
            self.narrow(binding, class, range);
        }
    }

    pub(super) fn narrow(&mut self, binding: BindingId, class: &'a Expr, range: TextRange) {
        let Some(from) = self.flow.get(binding) else { return };
        let class = self.expression(class);
        self.define(
            binding,
            DefinitionKind::Narrowed { from, class },
            TextRange::new(range.start(), range.start()),
        );
    }

    pub(super) fn for_loop(&mut self, node: &'a StmtFor, id: StatementId) {
        let iterable = self.expression(&node.iter);
        let iter_range = range_of(&*node.iter);
        self.site(SiteKind::For { iterable, is_async: node.is_async }, iter_range);
        let mut written = bound_names(&node.body).bound;
        written.extend(bound_in_target(&node.target));
        let heads = self.open_loop(&written, range_of(node));
        let before = self.flow.mark();
        let element = self.value(Value::Element { of: iterable, is_async: node.is_async }, iter_range);
        self.assign_target(&node.target, element);
        self.block_of(id, Block::Body, &node.body);
        self.close_loop(heads, before, id, &node.orelse, false, range_of(node));
    }

    pub(super) fn while_loop(&mut self, node: &'a StmtWhile, id: StatementId) {
        let mut names = bound_names(&node.body);
        names.bound.extend(bound_in_expression(&node.test).bound);
        let heads = self.open_loop(&names.bound, range_of(node));
        let before = self.flow.mark();
        self.test(&node.test);
        let is_endless = match &*node.test {
            Expr::BooleanLiteral(literal) => literal.value,
            Expr::NumberLiteral(_) => true,
            _ => false,
        };
        let narrowings = self.narrowing(&node.test).0;
        self.narrow_all(&narrowings, range_of(&*node.test));
        self.block_of(id, Block::Body, &node.body);
        self.close_loop(heads, before, id, &node.orelse, is_endless, range_of(node));
    }

    /// Gives every name that the loop writes a version in which the rounds meet.
    fn open_loop(&mut self, written: &[&'a str], range: TextRange) -> Vec<(BindingId, DefinitionId)> {
        let mut heads: Vec<(BindingId, DefinitionId)> = Vec::new();
        for name in written {
            let binding = self.bind(self.scope, name);
            if heads.iter().any(|(known, _)| *known == binding) {
                continue;
            }
            let before = self.flow.get(binding);
            let operands = self.joined(before.as_slice());
            let at = TextRange::new(range.start(), range.start());
            let head = self.define(binding, DefinitionKind::Join(operands), at);
            heads.push((binding, head));
        }
        self.loops.push(LoopExits { mark: Some(self.flow.mark()), ..LoopExits::default() });
        heads
    }

    fn close_loop(
        &mut self,
        heads: Vec<(BindingId, DefinitionId)>,
        before: Mark,
        id: StatementId,
        orelse: &'a [Stmt],
        is_endless: bool,
        range: TextRange,
    ) {
        let end = self.flow.end_branch(before);
        let exits = self.loops.pop().unwrap_or_default();
        for (binding, head) in heads {
            let DefinitionKind::Join(entry) = self.facts.definitions[head].kind else { continue };
            let mut versions: Vec<DefinitionId> = self.facts.joined(entry).to_vec();
            for branch in std::iter::once(&end).chain(&exits.continues).filter(|branch| branch.reachable) {
                if let Ok(at) = branch.changes.binary_search_by_key(&binding, |(changed, _)| *changed)
                    && let Some(version) = branch.changes[at].1
                    && version != head
                    && !versions.contains(&version)
                {
                    versions.push(version);
                }
            }
            let operands = self.joined(&versions);
            self.facts.definitions[head].kind = DefinitionKind::Join(operands);
        }
        self.flow.reachable = !is_endless;
        let mark = self.flow.mark();
        self.block_of(id, Block::Else, orelse);
        let mut branches = exits.breaks;
        branches.push(self.flow.end_branch(mark));
        self.merge(&branches, range);
    }

    pub(super) fn leave_loop(&mut self, is_break: bool) {
        if let Some(mark) = self.loops.last().and_then(|exits| exits.mark) {
            let branch = self.flow.since(mark);
            if let Some(exits) = self.loops.last_mut() {
                if is_break {
                    exits.breaks.push(branch);
                } else {
                    exits.continues.push(branch);
                }
            }
        }
        self.flow.reachable = false;
    }

    pub(super) fn with(&mut self, node: &'a StmtWith, id: StatementId) {
        for item in &node.items {
            let context = self.expression(&item.context_expr);
            let range = range_of(&item.context_expr);
            self.site(SiteKind::With { context, is_async: node.is_async }, range);
            if let Some(target) = &item.optional_vars {
                let entered = self.value(Value::Entered { of: context, is_async: node.is_async }, range);
                self.assign_target(target, entered);
            }
        }
        self.block_of(id, Block::Body, &node.body);
    }

    pub(super) fn try_blocks(&mut self, node: &'a StmtTry, id: StatementId) {
        let was_reachable = self.flow.reachable;
        let mark = self.flow.mark();
        let first = self.facts.definitions.next_id();
        self.block_of(id, Block::Body, &node.body);
        let end = self.facts.definitions.next_id();
        self.block_of(id, Block::Else, &node.orelse);
        let completed = self.flow.end_branch(mark);

        // An exception can come at any point of the body, so handlers see every version made in it.
        let raised = self.interrupted(first, end, range_of(node));
        let mut branches = vec![completed];
        self.flow.reachable = was_reachable;
        for handler in &node.handlers {
            let mark = self.flow.mark();
            self.handler(handler, id, &raised);
            branches.push(self.flow.end_branch(mark));
            self.flow.reachable = was_reachable;
        }
        let is_completed = branches.iter().any(|branch| branch.reachable);
        if is_completed {
            self.merge(&branches, range_of(node));
        } else {
            for &(binding, definition) in &raised {
                self.flow.set(binding, Some(definition));
            }
        }
        self.flow.reachable = was_reachable;
        self.block_of(id, Block::Finally, &node.finalbody);
        self.flow.reachable &= is_completed;
    }

    /// For each name with versions in `first..end`, a version that is any of them or the one before.
    fn interrupted(
        &mut self,
        first: DefinitionId,
        end: DefinitionId,
        range: TextRange,
    ) -> Vec<(BindingId, DefinitionId)> {
        let mut made: Vec<(BindingId, DefinitionId)> = (first.index()..end.index())
            .map(DefinitionId::from_index)
            .filter(|&id| self.facts.definitions[id].function == self.function)
            .map(|id| (self.facts.definitions[id].binding, id))
            .collect();
        made.sort_unstable();
        let mut result = Vec::new();
        for group in made.chunk_by(|left, right| left.0 == right.0) {
            let binding = group[0].0;
            let mut versions: Vec<DefinitionId> = self.flow.get(binding).into_iter().collect();
            versions.extend(group.iter().map(|(_, version)| *version));
            let operands = self.joined(&versions);
            let at = TextRange::new(range.start(), range.start());
            result.push((binding, self.version(binding, DefinitionKind::Join(operands), at)));
        }
        result
    }

    fn handler(
        &mut self,
        handler: &'a ExceptHandler,
        parent: StatementId,
        raised: &[(BindingId, DefinitionId)],
    ) {
        let ExceptHandler::ExceptHandler(clause) = handler;
        for &(binding, definition) in raised {
            self.flow.set(binding, Some(definition));
        }
        let before = (self.parent.replace(parent), std::mem::replace(&mut self.block, Block::Handler));
        let id = self.open_statement(StatementKind::Handler, range_of(clause));
        let class = clause.type_.as_ref().map(|class| self.expression(class));
        if let Some(name) = &clause.name {
            let value = match class {
                Some(class) => self.value(Value::Caught(class), range_of(name)),
                None => self.value(Value::Unknown, range_of(name)),
            };
            let binding = self.bind(self.scope, name.as_str());
            self.define(binding, DefinitionKind::Value(value), range_of(name));
        }
        self.block_of(id, Block::Body, &clause.body);
        if let Some(name) = &clause.name {
            // The name is deleted when the clause ends.
            let binding = self.bind(self.scope, name.as_str());
            self.flow.set(binding, None);
        }
        self.close_statement(id);
        (self.parent, self.block) = before;
        self.statement = parent;
    }

    pub(super) fn match_cases(&mut self, node: &'a StmtMatch, id: StatementId) {
        let subject: ValueId = self.expression(&node.subject);
        let was_reachable = self.flow.reachable;
        let mut branches = Vec::new();
        let mut is_exhaustive = false;
        for case in &node.cases {
            let mark = self.flow.mark();
            let before = (self.parent.replace(id), std::mem::replace(&mut self.block, Block::Body));
            let statement = self.open_statement(StatementKind::Case, range_of(case));
            self.pattern(&case.pattern, subject);
            if let Some(guard) = &case.guard {
                self.test(guard);
            }
            self.block_of(statement, Block::Body, &case.body);
            self.close_statement(statement);
            (self.parent, self.block) = before;
            self.statement = id;
            branches.push(self.flow.end_branch(mark));
            is_exhaustive |= case.guard.is_none() && case.pattern.is_irrefutable();
            self.flow.reachable = was_reachable;
        }
        if !is_exhaustive {
            branches.push(Branch { changes: Vec::new(), reachable: was_reachable });
        }
        self.merge(&branches, range_of(node));
    }
}
