//! Lowers one tree to [`ModuleFacts`], in one pass over the code in the order in which it runs.
//!
//! A function's body is lowered after the code that defines it, so that the values, sites and
//! statements of each body are contiguous.

mod bound;

mod flow;

mod target;

mod expression;

mod annotation;

mod define;

mod control;

mod statement;

mod suppression;

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::base::Id;
use crate::semantic::definition::{Binding, Definition, DefinitionKind, FunctionKind, Scope, ScopeKind};
use crate::semantic::facts::{ModuleFacts, Problem};
use crate::semantic::ids::{
    BindingId, ClassId, DefinitionId, FunctionId, NameId, ScopeId, SiteId, StatementId, ValueId,
};
use crate::semantic::lower::bound::BoundNames;
use crate::semantic::lower::flow::{Branch, Flow};
use crate::semantic::lower::suppression::read_suppressions;
use crate::semantic::site::{Enclosing, Place, Site, SiteKind};
use crate::semantic::statement::Block;
use crate::semantic::value::{Constant, Operands, Value};
use crate::semantic::well_known;
use crate::syntax::Parsed;
use crate::syntax::ast::{ExprLambda, StmtFunctionDef};
use crate::text::TextRange;

/// Lowers a parsed file. Broken code lowers as far as the parser recovered it; its errors become
/// [`Problem`]s.
pub fn lower(parsed: &Parsed, text: &str) -> ModuleFacts {
    let mut lowering = Lowering::new(text);
    lowering.module(parsed);
    lowering.finish(parsed)
}

/// A function whose body waits to be lowered.
struct Pending<'a> {
    function: FunctionId,
    scope_parent: ScopeId,
    body: PendingBody<'a>,
}

enum PendingBody<'a> {
    Def(&'a StmtFunctionDef),
    Lambda(&'a ExprLambda),
}

/// Versions that leave a loop early.
#[derive(Default)]
struct LoopExits {
    breaks: Vec<Branch>,
    continues: Vec<Branch>,
    mark: Option<flow::Mark>,
}

struct Lowering<'a> {
    text: &'a str,
    facts: ModuleFacts,
    names: FxHashMap<&'a str, NameId>,
    made_names: FxHashMap<Box<str>, NameId>,
    /// Bindings by scope and name.
    bindings: FxHashMap<(ScopeId, NameId), BindingId>,
    /// Names that a scope declares `global` or `nonlocal`, with the binding they mean.
    redirected: FxHashMap<(ScopeId, NameId), BindingId>,
    pending: VecDeque<Pending<'a>>,
    lambdas: FxHashMap<FunctionId, u32>,
    flow: Flow,
    loops: Vec<LoopExits>,
    function: FunctionId,
    /// The scope of `function` itself, across which names are captured, not reached.
    function_scope: ScopeId,
    scope: ScopeId,
    class: Option<ClassId>,
    statement: StatementId,
    parent: Option<StatementId>,
    block: Block,
    enclosing: Enclosing,
    /// Inside an annotation, names refer to what their scope leaves, not to what reaches here.
    in_annotation: bool,
    in_type_checking: bool,
}

impl<'a> Lowering<'a> {
    fn new(text: &'a str) -> Self {
        let zero_scope = ScopeId::from_index(0);
        Self {
            text,
            facts: ModuleFacts::default(),
            names: FxHashMap::default(),
            made_names: FxHashMap::default(),
            bindings: FxHashMap::default(),
            redirected: FxHashMap::default(),
            pending: VecDeque::new(),
            lambdas: FxHashMap::default(),
            flow: Flow::default(),
            loops: Vec::new(),
            function: FunctionId::from_index(0),
            function_scope: zero_scope,
            scope: zero_scope,
            class: None,
            statement: StatementId::from_index(0),
            parent: None,
            block: Block::Body,
            enclosing: Enclosing::BODY,
            in_annotation: false,
            in_type_checking: false,
        }
    }

    fn module(&mut self, parsed: &'a Parsed) {
        let name = self.made_name(well_known::MODULE);
        let length = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.facts.text_len = length;
        self.facts.lines = u32::try_from(self.text.lines().count()).unwrap_or(u32::MAX);
        let scope = self.open_scope(ScopeKind::Module, None, &bound::bound_names(parsed.body()));
        let range = TextRange::new(0, length);
        let function = self.add_function(name, FunctionKind::Module, range, Vec::new());
        self.facts.functions[function].scope = scope;
        self.function_body(function, scope, |this| this.body(parsed.body()));
        self.flow.clear_trail();
        while let Some(pending) = self.pending.pop_front() {
            self.pending_function(&pending);
            self.flow.clear_trail();
        }
    }

    /// Runs `work` as the body of `function` and records what it made.
    fn function_body(&mut self, function: FunctionId, scope: ScopeId, work: impl FnOnce(&mut Self)) {
        self.function = function;
        self.function_scope = scope;
        self.scope = scope;
        self.class = None;
        self.statement = self.facts.statements.next_id();
        self.parent = None;
        self.block = Block::Body;
        self.enclosing = Enclosing::BODY;
        self.loops.clear();
        self.flow.reachable = true;
        let first_statement = self.facts.statements.next_id();
        let first_value = self.facts.values.next_id();
        work(self);
        let statements = self.facts.statements.len() - first_statement.index();
        let end_value = self.facts.values.next_id();
        let item = &mut self.facts.functions[function];
        item.first_statement = first_statement;
        item.statements = u32::try_from(statements).unwrap_or(u32::MAX);
        item.first_value = first_value;
        item.end_value = end_value;
        self.close_scope(scope);
    }

    fn finish(mut self, parsed: &Parsed) -> ModuleFacts {
        self.mark_redefinitions();
        let facts = &mut self.facts;
        facts.problems = parsed
            .errors()
            .iter()
            .map(|error| Problem { range: error.range, message: error.message.as_str().into() })
            .collect();
        facts.suppressions = read_suppressions(parsed, self.text);
        facts.values.shrink_to_fit();
        facts.value_ranges.shrink_to_fit();
        facts.sites.shrink_to_fit();
        facts.definitions.shrink_to_fit();
        facts.statements.shrink_to_fit();
        facts.operand_pool.shrink_to_fit();
        facts.arguments.shrink_to_fit();
        facts.protocol_uses.shrink_to_fit();
        self.facts
    }

    /// Marks functions whose name the same scope binds again.
    fn mark_redefinitions(&mut self) {
        let facts = &mut self.facts;
        for binding in facts.bindings.ids() {
            let mut functions = Vec::new();
            let mut versions = 0;
            let mut next = facts.bindings[binding].last;
            while let Some(id) = next {
                let definition = &facts.definitions[id];
                match definition.kind {
                    // Overloads describe the one definition below them (PEP 484).
                    DefinitionKind::Function(function) if facts.functions[function].traits.is_type_only => {}
                    DefinitionKind::Function(function) => {
                        functions.push(function);
                        versions += 1;
                    }
                    DefinitionKind::Join(_) | DefinitionKind::Narrowed { .. } | DefinitionKind::Unbound => {}
                    DefinitionKind::Value(_)
                    | DefinitionKind::Parameter(_)
                    | DefinitionKind::Class(_)
                    | DefinitionKind::Import(_)
                    | DefinitionKind::Unknown => versions += 1,
                }
                next = definition.previous;
            }
            if versions > 1 || facts.bindings[binding].written_elsewhere {
                for function in functions {
                    facts.functions[function].traits.is_redefined = true;
                }
            }
        }
    }

    // Names.

    fn name(&mut self, name: &'a str) -> NameId {
        if let Some(&id) = self.names.get(name) {
            return id;
        }
        let id = self.made_name(name);
        self.names.insert(name, id);
        id
    }

    fn made_name(&mut self, name: &str) -> NameId {
        if let Some(&id) = self.made_names.get(name) {
            return id;
        }
        let id = self.facts.names.push(name.into());
        self.made_names.insert(name.into(), id);
        id
    }

    fn constant_str(&mut self, text: &str) -> Constant {
        if text.len() <= 80 { Constant::Str(self.made_name(text)) } else { Constant::LongStr }
    }

    // Scopes and versions.

    fn open_scope(&mut self, kind: ScopeKind, parent: Option<ScopeId>, names: &BoundNames<'a>) -> ScopeId {
        let first_binding = self.facts.bindings.next_id();
        let scope = self.facts.scopes.push(Scope { kind, parent, first_binding, bindings: 0 });
        let is_module = matches!(kind, ScopeKind::Module);
        // In the module itself the declaration says nothing new.
        for declared in names.global.iter().filter(|_| !is_module) {
            let name = self.name(declared);
            let module = ScopeId::from_index(0);
            let known = self.bindings.get(&(module, name)).copied();
            // The module itself may never bind the name.
            let binding = known.unwrap_or_else(|| self.add_binding(module, name));
            self.facts.bindings[binding].written_elsewhere |= names.bound.contains(declared);
            self.redirected.insert((scope, name), binding);
        }
        for declared in &names.nonlocal {
            let name = self.name(declared);
            let mut outer = parent;
            while let Some(id) = outer {
                let is_function = matches!(self.facts.scopes[id].kind, ScopeKind::Function(_));
                if let Some(&binding) = self.bindings.get(&(id, name)).filter(|_| is_function) {
                    self.facts.bindings[binding].written_elsewhere |= names.bound.contains(declared);
                    self.redirected.insert((scope, name), binding);
                    break;
                }
                outer = self.facts.scopes[id].parent;
            }
        }
        self.facts.scopes[scope].first_binding = self.facts.bindings.next_id();
        let declared = names.global.iter().filter(|_| is_module);
        for bound in names.bound.iter().chain(declared) {
            self.bind(scope, bound);
        }
        scope
    }

    /// The binding of `name` in `scope`, made if the scope does not declare it elsewhere.
    fn bind(&mut self, scope: ScopeId, name: &'a str) -> BindingId {
        let name = self.name(name);
        if let Some(&binding) = self.redirected.get(&(scope, name)) {
            return binding;
        }
        if let Some(&binding) = self.bindings.get(&(scope, name)) {
            return binding;
        }
        self.add_binding(scope, name)
    }

    fn add_binding(&mut self, scope: ScopeId, name: NameId) -> BindingId {
        let binding = self.facts.bindings.push(Binding {
            name,
            scope,
            last: None,
            at_exit: None,
            annotation: None,
            written_elsewhere: false,
        });
        self.bindings.insert((scope, name), binding);
        let owner = &mut self.facts.scopes[scope];
        if owner.first_binding.index() + owner.bindings as usize == binding.index() {
            owner.bindings += 1;
        }
        binding
    }

    fn close_scope(&mut self, scope: ScopeId) {
        for binding in self.facts.scope_bindings(scope) {
            self.facts.bindings[binding].at_exit = self.flow.get(binding);
        }
    }

    /// A new version of `binding`, which holds from here on.
    fn define(&mut self, binding: BindingId, kind: DefinitionKind, range: TextRange) -> DefinitionId {
        let definition = self.version(binding, kind, range);
        self.flow.set(binding, Some(definition));
        definition
    }

    /// A new version that does not hold yet.
    fn version(&mut self, binding: BindingId, kind: DefinitionKind, range: TextRange) -> DefinitionId {
        let previous = self.facts.bindings[binding].last;
        let function = self.function;
        let definition = self.facts.definitions.push(Definition { binding, kind, range, previous, function });
        self.facts.bindings[binding].last = Some(definition);
        definition
    }

    fn joined(&mut self, versions: &[DefinitionId]) -> Operands {
        let start = u32::try_from(self.facts.joined_pool.len()).unwrap_or(u32::MAX);
        self.facts.joined_pool.extend_from_slice(versions);
        Operands { start, len: u32::try_from(versions.len()).unwrap_or(u32::MAX) }
    }

    // Values and sites.

    fn value(&mut self, value: Value, range: TextRange) -> ValueId {
        let id = self.facts.values.push(value);
        self.facts.value_ranges.push(range);
        id
    }

    fn operands(&mut self, values: &[ValueId]) -> Operands {
        let start = u32::try_from(self.facts.operand_pool.len()).unwrap_or(u32::MAX);
        self.facts.operand_pool.extend_from_slice(values);
        Operands { start, len: u32::try_from(values.len()).unwrap_or(u32::MAX) }
    }

    fn place(&self) -> Place {
        Place { function: self.function, statement: self.statement, enclosing: self.enclosing }
    }

    fn site(&mut self, kind: SiteKind, range: TextRange) -> SiteId {
        let place = self.place();
        self.facts.sites.push(Site { kind, place, range })
    }

    /// Runs `work` with `more` added to what encloses the code.
    fn within<T>(&mut self, more: Enclosing, work: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.enclosing;
        self.enclosing = before.with(more);
        let result = work(self);
        self.enclosing = before;
        result
    }
}
