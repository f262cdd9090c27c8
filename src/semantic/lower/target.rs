//! Assignment: to names, attributes, items, and by unpacking.

use crate::semantic::definition::DefinitionKind;
use crate::semantic::ids::ValueId;
use crate::semantic::lower::Lowering;
use crate::semantic::site::{SiteKind, Store, StoreTarget};
use crate::semantic::value::Value;
use crate::syntax::ast::{Expr, Pattern, range_of};

impl<'a> Lowering<'a> {
    pub(super) fn assign_target(&mut self, target: &'a Expr, value: ValueId) {
        match target {
            Expr::Name(name) => {
                // A walrus in a comprehension binds in the scope around it.
                let mut scope = self.scope;
                let id = self.name(name.id.as_str());
                while !self.bindings.contains_key(&(scope, id)) && !self.redirected.contains_key(&(scope, id))
                {
                    let Some(parent) = self.facts.scopes[scope].parent else { break };
                    if scope == self.function_scope {
                        break;
                    }
                    scope = parent;
                }
                let binding = self.bind(scope, name.id.as_str());
                self.define(binding, DefinitionKind::Value(value), range_of(name));
            }
            Expr::Tuple(tuple) => self.unpack(&tuple.elts, value, target),
            Expr::List(list) => self.unpack(&list.elts, value, target),
            Expr::Starred(starred) => self.assign_target(&starred.value, value),
            Expr::Attribute(_) | Expr::Subscript(_) => self.store(target, Some(value), None),
            _ => {
                self.expression(target);
            }
        }
    }

    /// A write to an attribute or item.
    pub(super) fn store(&mut self, target: &'a Expr, value: Option<ValueId>, annotation: Option<ValueId>) {
        let written = match target {
            Expr::Attribute(attribute) => {
                let base = self.expression(&attribute.value);
                StoreTarget::Attribute { base, name: self.name(attribute.attr.as_str()) }
            }
            Expr::Subscript(subscript) => {
                let base = self.expression(&subscript.value);
                let index = self.expression(&subscript.slice);
                StoreTarget::Item { base, index }
            }
            _ => return,
        };
        let place = self.place();
        self.facts.stores.push(Store { target: written, value, annotation, range: range_of(target), place });
    }

    fn unpack(&mut self, targets: &'a [Expr], value: ValueId, whole: &'a Expr) {
        let range = range_of(whole);
        self.site(SiteKind::Unpack { value }, range);
        for (index, target) in targets.iter().enumerate() {
            let starred = matches!(target, Expr::Starred(_));
            let index = u16::try_from(index).unwrap_or(u16::MAX);
            let part = self.value(Value::Unpacked { of: value, index, starred }, range_of(target));
            self.assign_target(target, part);
        }
    }

    /// The names that a `case` pattern binds; `subject` is what is matched.
    pub(super) fn pattern(&mut self, pattern: &'a Pattern, subject: ValueId) {
        let range = range_of(pattern);
        match pattern {
            Pattern::MatchValue(node) => {
                self.expression(&node.value);
            }
            Pattern::MatchSingleton(_) => {}
            Pattern::MatchSequence(node) => {
                for (index, part) in node.patterns.iter().enumerate() {
                    let starred = matches!(part, Pattern::MatchStar(_));
                    let index = u16::try_from(index).unwrap_or(u16::MAX);
                    let value = self.value(Value::Unpacked { of: subject, index, starred }, range_of(part));
                    self.pattern(part, value);
                }
            }
            Pattern::MatchMapping(node) => {
                for (key, part) in node.keys.iter().zip(&node.patterns) {
                    let index = self.expression(key);
                    let value = self.value(Value::Item { base: subject, index }, range_of(part));
                    self.pattern(part, value);
                }
                if let Some(rest) = &node.rest {
                    let binding = self.bind(self.scope, rest.as_str());
                    self.define(binding, DefinitionKind::Value(subject), range_of(rest));
                }
            }
            Pattern::MatchClass(node) => {
                let class = self.expression(&node.cls);
                let instance = self.value(Value::Caught(class), range);
                for part in &node.arguments.patterns {
                    let value = self.value(Value::Unknown, range_of(part));
                    self.pattern(part, value);
                }
                for keyword in &node.arguments.keywords {
                    let name = self.name(keyword.attr.as_str());
                    let value = self.value(Value::Attribute { base: instance, name }, range_of(keyword));
                    self.pattern(&keyword.pattern, value);
                }
            }
            Pattern::MatchStar(node) => {
                if let Some(name) = &node.name {
                    let binding = self.bind(self.scope, name.as_str());
                    self.define(binding, DefinitionKind::Value(subject), range_of(name));
                }
            }
            Pattern::MatchAs(node) => {
                let mut bound = subject;
                if let Some(inner) = &node.pattern {
                    self.pattern(inner, subject);
                    if let Pattern::MatchClass(class) = &**inner {
                        let class = self.expression(&class.cls);
                        bound = self.value(Value::Caught(class), range);
                    }
                }
                if let Some(name) = &node.name {
                    let binding = self.bind(self.scope, name.as_str());
                    self.define(binding, DefinitionKind::Value(bound), range_of(name));
                }
            }
            Pattern::MatchOr(node) => {
                for part in &node.patterns {
                    self.pattern(part, subject);
                }
            }
        }
    }
}
