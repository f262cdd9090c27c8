//! Functions, lambdas, classes and imports.

use crate::base::Id;
use crate::semantic::definition::{
    Class, DefinitionKind, Function, FunctionKind, FunctionTraits, Import, ImportKind, Parameter,
    ParameterKind, ScopeKind,
};
use crate::semantic::ids::{DefinitionId, FunctionId, NameId, ScopeId, StatementId, ValueId};
use crate::semantic::lower::bound::{bound_in_expression, bound_names};
use crate::semantic::lower::{Lowering, Pending, PendingBody};
use crate::semantic::site::{Enclosing, SiteKind};
use crate::semantic::statement::{Block, StatementKind};
use crate::semantic::value::Value;
use crate::semantic::well_known;
use crate::syntax::ast::{
    self, Decorator, Expr, Parameters, Stmt, StmtClassDef, StmtFunctionDef, StmtImport, StmtImportFrom,
    range_of,
};
use crate::text::TextRange;

impl<'a> Lowering<'a> {
    pub(super) fn function_def(&mut self, def: &'a StmtFunctionDef, statement: StatementId) -> FunctionId {
        let decorators = self.decorators(&def.decorator_list);
        let parameters = self.parameters(&def.parameters);
        let returns = def.returns.as_ref().map(|returns| self.annotation(returns));
        let name = self.name(def.name.as_str());
        let function = self.add_function(name, FunctionKind::Def, range_of(def), parameters);
        let is_overload =
            def.decorator_list.iter().any(|decorator| is_named(&decorator.expression, well_known::OVERLOAD));
        let is_conditional = self
            .parent
            .is_some_and(|parent| !matches!(self.facts.statements[parent].kind, StatementKind::Class(_)));
        let in_type_checking = self.in_type_checking;
        let item = &mut self.facts.functions[function];
        item.class = self.class;
        item.name_range = range_of(&def.name);
        item.returns = returns;
        item.statement = Some(statement);
        item.traits.is_async = def.is_async;
        item.traits.is_stub = is_stub(&def.body);
        item.traits.is_type_only = in_type_checking || is_overload;
        item.traits.is_redefined = is_conditional && !in_type_checking;
        let decorated = self.decorated(Value::Function(function), &decorators, range_of(&def.name));
        let item = &mut self.facts.functions[function];
        item.decorators = decorators;
        item.decorated = decorated;
        let binding = self.bind(self.scope, def.name.as_str());
        self.define(binding, DefinitionKind::Function(function), range_of(&def.name));
        let scope_parent = self.scope;
        self.pending.push_back(Pending { function, scope_parent, body: PendingBody::Def(def) });
        function
    }

    pub(super) fn add_function(
        &mut self,
        name: NameId,
        kind: FunctionKind,
        range: TextRange,
        parameters: Vec<Parameter>,
    ) -> FunctionId {
        self.facts.functions.push(Function {
            name,
            kind,
            traits: FunctionTraits::default(),
            scope: ScopeId::from_index(0),
            class: None,
            parent: self.function,
            range,
            name_range: TextRange::new(range.start(), range.start()),
            parameters,
            returns: None,
            decorators: Vec::new(),
            decorated: None,
            returned: Vec::new(),
            yielded: Vec::new(),
            first_statement: StatementId::from_index(0),
            statements: 0,
            statement: None,
            first_value: ValueId::from_index(0),
            end_value: ValueId::from_index(0),
        })
    }

    pub(super) fn pending_function(&mut self, pending: &Pending<'a>) {
        let function = pending.function;
        let parent = Some(pending.scope_parent);
        let kind = ScopeKind::Function(function);
        match pending.body {
            PendingBody::Def(def) => {
                let mut names = bound_names(&def.body);
                let yields = names.yields;
                names.bound.splice(0..0, parameter_names(&def.parameters));
                let scope = self.open_scope(kind, parent, &names);
                self.facts.functions[function].scope = scope;
                self.facts.functions[function].traits.is_generator = yields;
                self.function_body(function, scope, |this| {
                    this.define_parameters(function, &def.parameters);
                    this.body(&def.body);
                });
            }
            PendingBody::Lambda(lambda) => {
                let mut names = bound_in_expression(&lambda.body);
                let yields = names.yields;
                if let Some(parameters) = &lambda.parameters {
                    names.bound.splice(0..0, parameter_names(parameters));
                }
                let scope = self.open_scope(kind, parent, &names);
                self.facts.functions[function].scope = scope;
                self.facts.functions[function].traits.is_generator = yields;
                self.function_body(function, scope, |this| {
                    if let Some(parameters) = &lambda.parameters {
                        this.define_parameters(function, parameters);
                    }
                    let statement = this.open_statement(StatementKind::Return, range_of(&*lambda.body));
                    let value = this.expression(&lambda.body);
                    this.close_statement(statement);
                    this.facts.functions[function].returned.push(value);
                });
            }
        }
    }

    /// Parameters as the defining code sees them: defaults and annotations belong to it.
    pub(super) fn parameters(&mut self, parameters: &'a Parameters) -> Vec<Parameter> {
        let mut result = Vec::new();
        let placeholder = DefinitionId::from_index(0);
        for (kind, parameter, default) in parameters_in_order(parameters) {
            let annotation = parameter.annotation.as_ref().map(|annotation| self.annotation(annotation));
            let default =
                default.map(|default| self.within(Enclosing::DEFAULT, |this| this.expression(default)));
            let name = self.name(parameter.name.as_str());
            result.push(Parameter {
                name,
                kind,
                definition: placeholder,
                default,
                annotation,
                range: range_of(parameter),
            });
        }
        result
    }

    fn define_parameters(&mut self, function: FunctionId, parameters: &'a Parameters) {
        for (index, (_, parameter, _)) in parameters_in_order(parameters).enumerate() {
            let binding = self.bind(self.scope, parameter.name.as_str());
            let kind = DefinitionKind::Parameter(u32::try_from(index).unwrap_or(u32::MAX));
            let definition = self.define(binding, kind, range_of(&parameter.name));
            let item = &mut self.facts.functions[function].parameters[index];
            item.definition = definition;
            self.facts.bindings[binding].annotation = item.annotation;
        }
    }

    fn decorators(&mut self, decorators: &'a [Decorator]) -> Vec<ValueId> {
        let lower = |this: &mut Self, decorator: &'a Decorator| {
            this.within(Enclosing::DECORATOR, |this| this.expression(&decorator.expression))
        };
        decorators.iter().map(|decorator| lower(self, decorator)).collect()
    }

    /// Applies decorators, the lowest first, to `bare`; the result is what the name is bound to.
    fn decorated(&mut self, bare: Value, decorators: &[ValueId], range: TextRange) -> Option<ValueId> {
        if decorators.is_empty() {
            return None;
        }
        let mut argument = self.value(bare, range);
        for &callee in decorators.iter().rev() {
            let value = self.facts.values.next_id();
            let range = self.facts.value_ranges[callee];
            let site = self.within(Enclosing::DECORATOR, |this| {
                this.site(SiteKind::Decorator { callee, value, argument }, range)
            });
            argument = self.value(Value::Call(site), range);
        }
        Some(argument)
    }

    pub(super) fn class_def(&mut self, def: &'a StmtClassDef, statement: StatementId) {
        let decorators = self.decorators(&def.decorator_list);
        let mut bases = Vec::new();
        let mut keywords = Vec::new();
        if let Some(arguments) = &def.arguments {
            self.within(Enclosing::CLASS_HEADER, |this| {
                for base in &arguments.args {
                    bases.push(this.expression(base));
                }
                for keyword in &arguments.keywords {
                    let name = keyword.arg.as_ref().map(|name| this.name(name.as_str()));
                    keywords.push((name, this.expression(&keyword.value)));
                }
            });
        }
        let class = self.facts.classes.next_id();
        let names = bound_names(&def.body);
        let outer_scope = self.scope;
        let scope = self.open_scope(ScopeKind::Class(class), Some(outer_scope), &names);
        let name = self.name(def.name.as_str());
        let class = self.facts.classes.push(Class {
            name,
            scope,
            outer: self.class,
            function: self.function,
            bases,
            keywords,
            decorators: Vec::new(),
            decorated: None,
            range: range_of(def),
            name_range: range_of(&def.name),
            statement,
        });
        self.facts.statements[statement].kind = StatementKind::Class(class);
        let outer_class = self.class.replace(class);
        let outer_parent = self.parent;
        self.scope = scope;
        self.within(Enclosing::CLASS_BODY, |this| this.block_of(statement, Block::Body, &def.body));
        self.close_scope(scope);
        self.scope = outer_scope;
        self.class = outer_class;
        self.parent = outer_parent;
        self.statement = statement;
        self.site(SiteKind::Class { class }, range_of(&def.name));
        let decorated = self.decorated(Value::Class(class), &decorators, range_of(&def.name));
        self.facts.classes[class].decorators = decorators;
        self.facts.classes[class].decorated = decorated;
        let binding = self.bind(self.scope, def.name.as_str());
        self.define(binding, DefinitionKind::Class(class), range_of(&def.name));
    }

    pub(super) fn import(&mut self, import: &'a StmtImport, statement: StatementId) {
        for alias in &import.names {
            let module = alias.name.as_str();
            let renamed = alias.asname.is_some();
            let local = match &alias.asname {
                Some(name) => name.as_str(),
                None => module.split('.').next().unwrap_or(module),
            };
            let kind = ImportKind::Module { module: self.name(module), renamed };
            self.add_import(kind, Some(local), range_of(alias), statement);
        }
    }

    pub(super) fn import_from(&mut self, import: &'a StmtImportFrom, statement: StatementId) {
        let module = import.module.as_ref().map(|module| self.name(module.as_str()));
        let level = import.level;
        let is_future =
            level == 0 && import.module.as_ref().is_some_and(|module| module.as_str() == well_known::FUTURE);
        for alias in &import.names {
            let name = alias.name.as_str();
            if is_future && name == well_known::ANNOTATIONS {
                self.facts.postponed_annotations = true;
            }
            if name == "*" {
                self.add_import(ImportKind::Star { module, level }, None, range_of(alias), statement);
            } else {
                let kind = ImportKind::From { module, level, name: self.name(name) };
                let local = alias.asname.as_ref().unwrap_or(&alias.name).as_str();
                self.add_import(kind, Some(local), range_of(alias), statement);
            }
        }
    }

    fn add_import(
        &mut self,
        kind: ImportKind,
        local: Option<&'a str>,
        range: TextRange,
        statement: StatementId,
    ) {
        let scope = self.scope;
        let is_type_only = self.in_type_checking;
        let import =
            self.facts.imports.push(Import { kind, statement, range, scope, definition: None, is_type_only });
        if let Some(local) = local {
            let binding = self.bind(scope, local);
            let definition = self.define(binding, DefinitionKind::Import(import), range);
            self.facts.imports[import].definition = Some(definition);
        }
    }
}

/// Whether `expr` is `name` or ends in `.name`.
pub(super) fn is_named(expr: &Expr, name: &str) -> bool {
    match expr {
        Expr::Name(node) => node.id.as_str() == name,
        Expr::Attribute(node) => node.attr.as_str() == name,
        _ => false,
    }
}

/// Whether a body does nothing: a docstring, `pass`, `...`, or `raise NotImplementedError`.
fn is_stub(body: &[Stmt]) -> bool {
    body.iter().all(|stmt| match stmt {
        Stmt::Pass(_) => true,
        Stmt::Expr(node) => matches!(&*node.value, Expr::StringLiteral(_) | Expr::EllipsisLiteral(_)),
        Stmt::Raise(node) => node.exc.as_deref().is_some_and(|raised| {
            let callee = if let Expr::Call(call) = raised { &call.func } else { raised };
            is_named(callee, well_known::NOT_IMPLEMENTED_ERROR)
        }),
        _ => false,
    })
}

type InOrder<'a> = (ParameterKind, &'a ast::Parameter, Option<&'a Expr>);

/// Parameters in order of declaration.
fn parameters_in_order(parameters: &Parameters) -> impl Iterator<Item = InOrder<'_>> {
    let positional = parameters
        .posonlyargs
        .iter()
        .map(|parameter| (ParameterKind::PositionalOnly, &parameter.parameter, parameter.default()));
    let regular = parameters
        .args
        .iter()
        .map(|parameter| (ParameterKind::Regular, &parameter.parameter, parameter.default()));
    let vararg = parameters.vararg.iter().map(|parameter| (ParameterKind::VarPositional, &**parameter, None));
    let keyword = parameters
        .kwonlyargs
        .iter()
        .map(|parameter| (ParameterKind::KeywordOnly, &parameter.parameter, parameter.default()));
    let kwarg = parameters.kwarg.iter().map(|parameter| (ParameterKind::VarKeyword, &**parameter, None));
    positional.chain(regular).chain(vararg).chain(keyword).chain(kwarg)
}

fn parameter_names(parameters: &Parameters) -> Vec<&str> {
    parameters_in_order(parameters).map(|(_, parameter, _)| parameter.name.as_str()).collect()
}
