//! Expressions to values, and the sites in them.

use crate::base::Id;
use crate::semantic::definition::{FunctionKind, ScopeKind};
use crate::semantic::facts::{ProtocolKind, ProtocolUse};
use crate::semantic::ids::{FunctionId, NameId, ScopeId, ValueId};
use crate::semantic::lower::bound::{BoundNames, bound_in_target};
use crate::semantic::lower::{Lowering, Pending, PendingBody};
use crate::semantic::site::Clauses;
use crate::semantic::site::{Argument, ArgumentKind, Enclosing, SiteKind};
use crate::semantic::value::{ComprehensionKind, Constant, NameUse, Operands, Value};
use crate::semantic::well_known;
use crate::syntax::ast::{
    ArgOrKeyword, Comprehension, Expr, ExprCall, ExprLambda, FStringPart, InterpolatedStringElement,
    InterpolatedStringElements, Number, UnaryOp, range_of,
};
use crate::text::TextRange;

impl<'a> Lowering<'a> {
    pub(super) fn expression(&mut self, expr: &'a Expr) -> ValueId {
        let range = range_of(expr);
        let value = match expr {
            Expr::Name(name) => return self.name_use(name.id.as_str(), range),
            Expr::Attribute(attribute) => {
                let base = self.expression(&attribute.value);
                Value::Attribute { base, name: self.name(attribute.attr.as_str()) }
            }
            Expr::Call(call) => return self.call(call, range),
            Expr::Subscript(subscript) => {
                let base = self.expression(&subscript.value);
                let index = self.expression(&subscript.slice);
                Value::Item { base, index }
            }
            Expr::Slice(slice) => {
                let start = self.slice_bound(slice.lower.as_deref(), 0);
                let end = self.slice_bound(slice.upper.as_deref(), i32::MAX);
                let step = self.slice_bound(slice.step.as_deref(), 1);
                Value::Slice {
                    start: start.unwrap_or(0),
                    end: end.unwrap_or(i32::MAX),
                    is_literal: start.is_some() && end.is_some() && step == Some(1),
                }
            }
            Expr::List(list) => Value::List(self.expressions(&list.elts)),
            Expr::Tuple(tuple) => Value::Tuple(self.expressions(&tuple.elts)),
            Expr::Set(set) => Value::Set(self.expressions(&set.elts)),
            Expr::Dict(dict) => {
                let mut operands = Vec::with_capacity(dict.items.len() * 2);
                for item in &dict.items {
                    let key = item.key.as_ref().map(|key| self.expression(key));
                    let value = self.expression(&item.value);
                    let range = range_of(&item.value);
                    operands.push(key.unwrap_or_else(|| self.value(Value::Starred(value), range)));
                    operands.push(value);
                }
                Value::Dict(self.operands(&operands))
            }
            Expr::Starred(starred) => Value::Starred(self.expression(&starred.value)),
            Expr::Lambda(lambda) => return self.lambda(lambda, range),
            Expr::ListComp(node) => {
                return self.comprehension(ComprehensionKind::List, None, &node.elt, &node.generators, range);
            }
            Expr::SetComp(node) => {
                return self.comprehension(ComprehensionKind::Set, None, &node.elt, &node.generators, range);
            }
            Expr::DictComp(node) => {
                let key = Some(&*node.key);
                return self.comprehension(
                    ComprehensionKind::Dict,
                    key,
                    &node.value,
                    &node.generators,
                    range,
                );
            }
            Expr::Generator(node) => {
                return self.comprehension(
                    ComprehensionKind::Generator,
                    None,
                    &node.elt,
                    &node.generators,
                    range,
                );
            }
            Expr::Await(node) => {
                let operand = self.expression(&node.value);
                self.site(SiteKind::Await { operand }, range);
                Value::Await(operand)
            }
            Expr::Yield(node) => {
                let value = match &node.value {
                    Some(value) => self.expression(value),
                    None => self.value(Value::Constant(Constant::None), range),
                };
                self.facts.functions[self.function].yielded.push(value);
                Value::Yield
            }
            Expr::YieldFrom(node) => {
                let iterable = self.expression(&node.value);
                self.site(SiteKind::YieldFrom { iterable }, range);
                let element = self.value(Value::Element { of: iterable, is_async: false }, range);
                let function = &mut self.facts.functions[self.function];
                function.yielded.push(element);
                function.traits.has_yield_from = true;
                Value::YieldFrom(iterable)
            }
            Expr::BoolOp(node) => {
                let mut operands = Vec::with_capacity(node.values.len());
                for (index, operand) in node.values.iter().enumerate() {
                    let enclosing = if index == 0 { Enclosing::BODY } else { Enclosing::CONDITIONAL };
                    operands.push(self.within(enclosing, |this| this.expression(operand)));
                    if index + 1 < node.values.len() {
                        self.protocol_use(operands[index], ProtocolKind::Truth);
                    }
                }
                Value::Choice(self.operands(&operands))
            }
            Expr::If(node) => {
                self.test(&node.test);
                let (body, orelse) = self.within(Enclosing::CONDITIONAL, |this| {
                    (this.expression(&node.body), this.expression(&node.orelse))
                });
                Value::Choice(self.operands(&[body, orelse]))
            }
            Expr::Named(node) => {
                let value = self.expression(&node.value);
                self.assign_target(&node.target, value);
                return value;
            }
            Expr::BinOp(node) => {
                let left = self.expression(&node.left);
                let right = self.expression(&node.right);
                Value::Binary {
                    left,
                    right,
                    method: self.made_name(well_known::binary_method(node.op, false)),
                }
            }
            Expr::UnaryOp(node) => {
                let operand = self.expression(&node.operand);
                if let (UnaryOp::USub, Value::Constant(Constant::Int(number))) =
                    (node.op, self.facts.values[operand])
                {
                    Value::Constant(Constant::Int(-number))
                } else if let Some(method) = well_known::unary_method(node.op) {
                    Value::Unary { operand, method: self.made_name(method) }
                } else {
                    self.protocol_use(operand, ProtocolKind::Truth);
                    Value::Test(self.operands(&[operand]))
                }
            }
            Expr::Compare(node) => {
                let mut operands = vec![self.expression(&node.left)];
                for (comparator, operator) in node.comparators.iter().zip(&node.ops) {
                    operands.push(self.expression(comparator));
                    if let Some((method, on_right)) = well_known::comparison_method(*operator) {
                        let method = self.made_name(method);
                        let at = operands.len() - if on_right { 1 } else { 2 };
                        self.protocol_use(operands[at], ProtocolKind::Compare(method));
                    }
                }
                Value::Test(self.operands(&operands))
            }
            Expr::FString(node) => {
                let mut operands = Vec::new();
                for part in &node.value {
                    if let FStringPart::FString(string) = part {
                        self.interpolations(&string.elements, &mut operands);
                    }
                }
                Value::Interpolation(self.operands(&operands))
            }
            Expr::TString(node) => {
                let mut operands = Vec::new();
                for string in &node.value {
                    self.interpolations(&string.elements, &mut operands);
                }
                self.operands(&operands);
                Value::Unknown
            }
            Expr::StringLiteral(node) => Value::Constant(self.constant_str(node.value.to_str())),
            Expr::BytesLiteral(_) => Value::Constant(Constant::Bytes),
            Expr::NumberLiteral(node) => Value::Constant(match &node.value {
                Number::Int(int) => int.as_i32().map_or(Constant::Number, Constant::Int),
                Number::Float(_) | Number::Complex { .. } => Constant::Number,
            }),
            Expr::BooleanLiteral(node) => Value::Constant(Constant::Bool(node.value)),
            Expr::NoneLiteral(_) => Value::Constant(Constant::None),
            Expr::EllipsisLiteral(_) => Value::Constant(Constant::Ellipsis),
            Expr::IpyEscapeCommand(_) => Value::Unknown,
        };
        self.value(value, range)
    }

    /// A part of a slice: its number, `absent` when it is not there, or `None` when it is no literal.
    fn slice_bound(&mut self, part: Option<&'a Expr>, absent: i32) -> Option<i32> {
        let Some(part) = part else { return Some(absent) };
        let value = self.expression(part);
        match self.facts.values[value] {
            Value::Constant(Constant::Int(number)) => Some(number),
            _ => None,
        }
    }

    /// A condition: its truth decides.
    pub(super) fn test(&mut self, expr: &'a Expr) {
        let value = self.expression(expr);
        self.protocol_use(value, ProtocolKind::Truth);
    }

    fn protocol_use(&mut self, value: ValueId, kind: ProtocolKind) {
        let is_plain =
            matches!(self.facts.values[value], Value::Constant(_) | Value::Test(_) | Value::Interpolation(_));
        if !is_plain {
            self.facts.protocol_uses.push(ProtocolUse { value, kind });
        }
    }

    fn expressions(&mut self, exprs: &'a [Expr]) -> Operands {
        let values: Vec<ValueId> = exprs.iter().map(|expr| self.expression(expr)).collect();
        self.operands(&values)
    }

    fn interpolations(&mut self, elements: &'a InterpolatedStringElements, acc: &mut Vec<ValueId>) {
        for element in elements {
            if let InterpolatedStringElement::Interpolation(field) = element {
                let value = self.within(Enclosing::INTERPOLATION, |this| this.expression(&field.expression));
                self.protocol_use(value, ProtocolKind::Text);
                acc.push(value);
                if let Some(spec) = &field.format_spec {
                    self.interpolations(&spec.elements, acc);
                }
            }
        }
    }

    /// A name that is read: the version that reaches here in this function's own scopes, else the
    /// binding it is captured from (<https://docs.python.org/3/reference/executionmodel.html#resolution-of-names>).
    pub(super) fn name_use(&mut self, name: &'a str, range: TextRange) -> ValueId {
        let id = self.name(name);
        let reference = self.resolve_name(id);
        if name == well_known::CLASS_CELL {
            self.facts.functions[self.function].traits.uses_super = true;
        }
        self.value(Value::Name { name: id, reference }, range)
    }

    pub(super) fn resolve_name(&mut self, name: NameId) -> NameUse {
        let start = self.scope;
        let mut is_captured = self.in_annotation;
        let mut next = Some(start);
        while let Some(scope) = next {
            let item = &self.facts.scopes[scope];
            let parent = item.parent;
            // Class bodies are invisible to the scopes inside them.
            let is_visible = scope == start || !matches!(item.kind, ScopeKind::Class(_));
            if is_visible {
                if let Some(&binding) = self.redirected.get(&(scope, name)) {
                    return NameUse::Binding(binding);
                }
                if let Some(&binding) = self.bindings.get(&(scope, name)) {
                    if is_captured {
                        return NameUse::Binding(binding);
                    }
                    if let Some(definition) = self.flow.get(binding) {
                        return NameUse::Reaching(definition);
                    }
                    match self.facts.scopes[scope].kind {
                        ScopeKind::Function(_) | ScopeKind::Comprehension => {
                            return NameUse::Binding(binding);
                        }
                        // A name not bound yet falls through to the enclosing scopes and builtins.
                        ScopeKind::Module | ScopeKind::Class(_) => {}
                    }
                }
            }
            is_captured |= scope == self.function_scope;
            next = parent;
        }
        NameUse::Unresolved
    }

    fn call(&mut self, call: &'a ExprCall, range: TextRange) -> ValueId {
        let callee = self.expression(&call.func);
        let mut arguments: Vec<Argument> = Vec::with_capacity(call.arguments.len());
        for argument in call.arguments.arguments_source_order() {
            let argument = match argument {
                ArgOrKeyword::Arg(Expr::Starred(starred)) => {
                    let value = self.expression(&starred.value);
                    Argument { kind: ArgumentKind::Starred, value }
                }
                ArgOrKeyword::Arg(expr) => {
                    Argument { kind: ArgumentKind::Positional, value: self.expression(expr) }
                }
                ArgOrKeyword::Keyword(keyword) => {
                    let value = self.expression(&keyword.value);
                    let kind = match &keyword.arg {
                        Some(name) => ArgumentKind::Keyword(self.name(name.as_str())),
                        None => ArgumentKind::DoubleStarred,
                    };
                    Argument { kind, value }
                }
            };
            arguments.push(argument);
        }
        let start = u32::try_from(self.facts.arguments.len()).unwrap_or(u32::MAX);
        let len = u32::try_from(arguments.len()).unwrap_or(u32::MAX);
        self.facts.arguments.extend(arguments);
        if let Expr::Name(name) = &*call.func {
            let traits = &mut self.facts.functions[self.function].traits;
            let count = call.arguments.len();
            traits.uses_super |= name.id.as_str() == well_known::SUPER && count == 0;
            traits.inspects_namespace |= well_known::inspects_namespace(name.id.as_str(), count);
            traits.runs_text |= well_known::runs_text(name.id.as_str());
        }
        let value = self.facts.values.next_id();
        let site = self.site(SiteKind::Call { callee, value, arguments: Operands { start, len } }, range);
        self.value(Value::Call(site), range)
    }

    fn lambda(&mut self, lambda: &'a ExprLambda, range: TextRange) -> ValueId {
        let count = self.lambdas.entry(self.function).or_insert(0);
        *count += 1;
        let name = format!("<lambda{count}>");
        let name = self.made_name(&name);
        let function = self.add_lambda(name, lambda, range);
        self.value(Value::Function(function), range)
    }

    fn comprehension(
        &mut self,
        kind: ComprehensionKind,
        key: Option<&'a Expr>,
        element: &'a Expr,
        generators: &'a [Comprehension],
        range: TextRange,
    ) -> ValueId {
        let mut names = BoundNames::default();
        for generator in generators {
            names.bound.extend(bound_in_target(&generator.target));
        }
        let outer = self.scope;
        let is_lazy = kind == ComprehensionKind::Generator;
        let was_nested =
            self.enclosing.has(Enclosing::COMPREHENSION) || self.enclosing.has(Enclosing::GENERATOR);
        let mut flag = if is_lazy { Enclosing::GENERATOR } else { Enclosing::COMPREHENSION };
        if was_nested {
            flag = flag.with(Enclosing::NESTED_COMPREHENSION);
        }
        let mut scope: Option<ScopeId> = None;
        let mut sites = Vec::with_capacity(generators.len());
        for (index, generator) in generators.iter().enumerate() {
            let is_first = index == 0;
            let extra = if is_first { Enclosing::BODY } else { flag };
            let iterable = self.within(extra, |this| this.expression(&generator.iter));
            let iter_range = range_of(&generator.iter);
            let is_async = generator.is_async;
            let site = self.within(extra, |this| {
                this.site(SiteKind::Comprehension { iterable, is_async, is_lazy, is_first }, iter_range)
            });
            sites.push(site);
            if scope.is_none() {
                let opened = self.open_scope(ScopeKind::Comprehension, Some(outer), &names);
                self.scope = opened;
                scope = Some(opened);
            }
            self.within(flag, |this| {
                let element = this.value(Value::Element { of: iterable, is_async }, iter_range);
                this.assign_target(&generator.target, element);
                for condition in &generator.ifs {
                    this.test(condition);
                }
            });
        }
        let (key, element) = self.within(flag, |this| {
            let key = key.map(|key| this.expression(key));
            let element = this.expression(element);
            (key.unwrap_or(element), element)
        });
        self.scope = outer;
        let value = self.value(Value::Comprehension { kind, element, key }, range);
        if !sites.is_empty() {
            self.facts.comprehensions.push(Clauses { value, sites });
        }
        value
    }

    /// Adds a lambda, whose body waits.
    fn add_lambda(&mut self, name: NameId, lambda: &'a ExprLambda, range: TextRange) -> FunctionId {
        let parameters = match &lambda.parameters {
            Some(parameters) => self.parameters(parameters),
            None => Vec::new(),
        };
        let function = self.add_function(name, FunctionKind::Lambda, range, parameters);
        let scope_parent = self.scope;
        self.pending.push_back(Pending { function, scope_parent, body: PendingBody::Lambda(lambda) });
        debug_assert!(function.index() > 0, "the module body is the first function");
        function
    }
}
