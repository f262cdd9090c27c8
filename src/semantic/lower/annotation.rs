//! Annotations, strings among them (PEP 484, PEP 563).

use crate::semantic::ids::ValueId;
use crate::semantic::lower::Lowering;
use crate::semantic::site::Enclosing;
use crate::semantic::value::{Constant, Value};
use crate::semantic::well_known;
use crate::syntax::ast::{Expr, range_of};
use crate::syntax::parse_annotation;

impl<'a> Lowering<'a> {
    /// Lowers an annotation; its names mean what their scopes leave, whatever reaches here.
    pub(super) fn annotation(&mut self, expr: &'a Expr) -> ValueId {
        let before = std::mem::replace(&mut self.in_annotation, true);
        let value = self.within(Enclosing::ANNOTATION, |this| match expr {
            Expr::StringLiteral(_) => this.quoted(expr),
            Expr::Subscript(subscript) => {
                let base = this.annotation(&subscript.value);
                let index = this.annotation(&subscript.slice);
                this.value(Value::Item { base, index }, range_of(expr))
            }
            Expr::Tuple(tuple) => {
                let values: Vec<ValueId> =
                    tuple.elts.iter().map(|element| this.annotation(element)).collect();
                let operands = this.operands(&values);
                this.value(Value::Tuple(operands), range_of(expr))
            }
            Expr::BinOp(node) => {
                let left = this.annotation(&node.left);
                let right = this.annotation(&node.right);
                let method = this.made_name(well_known::binary_method(node.op, false));
                this.value(Value::Binary { left, right, method }, range_of(expr))
            }
            _ => this.expression(expr),
        });
        self.in_annotation = before;
        value
    }

    /// A string annotation: what it says, when it is plain.
    fn quoted(&mut self, expr: &Expr) -> ValueId {
        let range = range_of(expr);
        let parsed = match expr {
            Expr::StringLiteral(node) => {
                node.as_single_part_string().and_then(|part| parse_annotation(self.text, part))
            }
            _ => None,
        };
        let inner = match parsed {
            Some(expr) => self.quoted_part(&expr),
            None => self.value(Value::Unknown, range),
        };
        self.value(Value::Quoted(inner), range)
    }

    /// A part of a string annotation. Only what types are written with is followed.
    fn quoted_part(&mut self, expr: &Expr) -> ValueId {
        let range = range_of(expr);
        let value = match expr {
            Expr::Name(name) => {
                let id = self.made_name(name.id.as_str());
                let reference = self.resolve_name(id);
                Value::Name { name: id, reference }
            }
            Expr::Attribute(attribute) => {
                let base = self.quoted_part(&attribute.value);
                Value::Attribute { base, name: self.made_name(attribute.attr.as_str()) }
            }
            Expr::Subscript(subscript) => {
                let base = self.quoted_part(&subscript.value);
                let index = self.quoted_part(&subscript.slice);
                Value::Item { base, index }
            }
            Expr::Tuple(tuple) => {
                let values: Vec<ValueId> =
                    tuple.elts.iter().map(|element| self.quoted_part(element)).collect();
                Value::Tuple(self.operands(&values))
            }
            Expr::List(list) => {
                let values: Vec<ValueId> =
                    list.elts.iter().map(|element| self.quoted_part(element)).collect();
                Value::List(self.operands(&values))
            }
            Expr::BinOp(node) => {
                let left = self.quoted_part(&node.left);
                let right = self.quoted_part(&node.right);
                Value::Binary {
                    left,
                    right,
                    method: self.made_name(well_known::binary_method(node.op, false)),
                }
            }
            Expr::StringLiteral(_) => return self.quoted(expr),
            Expr::NoneLiteral(_) => Value::Constant(Constant::None),
            Expr::EllipsisLiteral(_) => Value::Constant(Constant::Ellipsis),
            _ => Value::Unknown,
        };
        self.value(value, range)
    }
}
