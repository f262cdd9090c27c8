//! Names of the library's classes, and functions that are registered with its objects.

use crate::link::{ModuleId, Static, evaluate};
use crate::plan::replace::groups::Holder;
use crate::plan::replace::mover::{Edit, EditKind, Mover};
use crate::semantic::{
    FunctionKind, ModuleFacts, SiteId, SiteKind, StatementKind, Value, ValueId, well_known,
};
use crate::text::TextRange;

/// The builtins that tell objects by their classes.
const CLASS_TESTS: [&str; 2] = ["isinstance", "issubclass"];

impl Mover<'_> {
    /// Plans every mention of a class that is no call of it.
    pub(super) fn read_names(&mut self, module: ModuleId) {
        let facts = self.ctx.program.facts(module);
        let annotations = annotations(facts);
        for (value, item) in facts.values.iter_enumerated() {
            self.read_variable(module, value);
            let Some(owned) = self.values.get(&(module, value)).filter(|owned| !owned.is_object) else {
                continue;
            };
            if !matches!(item, Value::Name { .. } | Value::Attribute { .. })
                || is_part_of_name(facts, value, |base| {
                    self.values.get(&(module, base)).is_some_and(|owned| !owned.is_object)
                })
            {
                continue;
            }
            // What merely holds a class of the library names nothing.
            let is_spelled = matches!(evaluate(self.ctx.program, module, value), Static::External(_));
            let migration = self.migration;
            let class = migration.class(&owned.name).filter(|class| !class.to.is_empty());
            let is_called = facts
                .sites
                .iter()
                .any(|site| matches!(site.kind, SiteKind::Call { callee, .. } if callee == value));
            if is_called {
                if migration.call(&owned.name).is_none() {
                    self.stays = true;
                    self.refuse_whole();
                }
                continue;
            }
            if !is_spelled && !is_handled(facts, value) && !self.is_class_test(module, value) {
                continue;
            }
            let Some(class) = class else {
                self.stays = true;
                self.refuse_whole();
                if is_handled(facts, value) || self.is_class_test(module, value) {
                    self.groups.refuse(Holder::Library);
                }
                continue;
            };
            let is_handled = is_handled(facts, value);
            let is_annotation =
                annotations.iter().any(|range| range.contains_range(facts.value_ranges[value]));
            if !(is_handled || is_annotation || self.is_class_test(module, value)) {
                self.stays = true;
                self.refuse_whole();
                // Who gets the class may wait for the library's exceptions.
                if class.exception && !is_raised(facts, value) {
                    self.groups.refuse(Holder::Library);
                }
                continue;
            }
            let holder = Holder::Library;
            if !self.is_editable(module) {
                // An annotation elsewhere says nothing when the program runs.
                self.stays = true;
                if !is_annotation {
                    self.groups.refuse(holder);
                }
                continue;
            }
            let is_listed = is_in_tuple(facts, value);
            let kind = EditKind::Class { names: &class.to, is_listed, is_annotation };
            self.edit(Edit { holder, module, value, kind });
        }
    }

    /// Plans a mention of one of the library's variables.
    fn read_variable(&mut self, module: ModuleId, value: ValueId) {
        let facts = self.ctx.program.facts(module);
        let is_object = self.values.get(&(module, value)).is_some_and(|owned| owned.is_object);
        if !is_object || !matches!(facts.values[value], Value::Name { .. } | Value::Attribute { .. }) {
            return;
        }
        let Static::External(name) = evaluate(self.ctx.program, module, value) else { return };
        let knowledge = self.ctx.request.knowledge;
        let Some(variable) = knowledge.variable(&name) else { return };
        let migration = self.migration;
        let Some(change) = migration.call(&variable.name) else {
            self.stays = true;
            self.refuse_whole();
            return;
        };
        let holder = Holder::Value(module, value);
        let kind = EditKind::Template { text: &change.to, arguments: Vec::new(), added: Vec::new() };
        self.edit(Edit { holder, module, value, kind });
    }

    fn refuse_whole(&mut self) {
        if self.migration.whole {
            self.groups.refuse(Holder::Library);
        }
    }

    /// Whether a callee tests the class of its first argument.
    pub(super) fn is_instance_test(&self, module: ModuleId, callee: ValueId) -> bool {
        match evaluate(self.ctx.program, module, callee) {
            Static::External(name) => {
                name.strip_prefix(well_known::BUILTINS_PREFIX).is_some_and(|name| CLASS_TESTS.contains(&name))
            }
            _ => false,
        }
    }

    fn is_class_test(&self, module: ModuleId, value: ValueId) -> bool {
        let facts = self.ctx.program.facts(module);
        let range = facts.value_ranges[value];
        facts.sites.iter().any(|site| match site.kind {
            SiteKind::Call { callee, arguments, .. } => {
                let last = facts.arguments(arguments).last();
                last.is_some_and(|last| facts.value_ranges[last.value].contains_range(range))
                    && self.is_instance_test(module, callee)
            }
            _ => false,
        })
    }

    /// Finds functions under decorators that are methods of the library's objects.
    pub(super) fn read_registered(&mut self, module: ModuleId) {
        let facts = self.ctx.program.facts(module);
        for (id, function) in facts.functions.iter_enumerated() {
            if function.kind != FunctionKind::Def || function.decorators.is_empty() {
                continue;
            }
            let bases: Option<Vec<ValueId>> = function
                .decorators
                .iter()
                .map(|&decorator| {
                    let called = match facts.values[decorator] {
                        Value::Call(site) => facts.call(site).map(|(callee, _)| callee)?,
                        _ => decorator,
                    };
                    let Value::Attribute { base, name } = facts.values[called] else { return None };
                    let (class, _) = self.object(module, base)?;
                    class.registers.iter().any(|known| **known == *facts.name(name)).then_some(base)
                })
                .collect();
            for base in bases.unwrap_or_default() {
                let function = self.ctx.program.function(module, id);
                self.registered.push((Holder::Value(module, base), function));
            }
        }
    }

    /// Whether a site is that of a decorator.
    pub(super) fn is_registration(&self, module: ModuleId, site: Option<SiteId>) -> bool {
        let facts = self.ctx.program.facts(module);
        site.is_some_and(|site| matches!(facts.sites[site].kind, SiteKind::Decorator { .. }))
    }
}

/// Whether a value is the base of an attribute that belongs to the library itself: `a.b` of `a.b.c`.
fn is_part_of_name(facts: &ModuleFacts, value: ValueId, is_known: impl Fn(ValueId) -> bool) -> bool {
    facts.values.iter_enumerated().any(|(id, other)| match *other {
        Value::Attribute { base, .. } => base == value && is_known(id),
        _ => false,
    })
}

/// Whether a value is what a `raise` raises.
fn is_raised(facts: &ModuleFacts, value: ValueId) -> bool {
    facts.sites.iter().any(|site| matches!(site.kind, SiteKind::Raise { exception } if exception == value))
}

/// Whether a value stands in the head of an `except` clause.
pub(super) fn is_handled(facts: &ModuleFacts, value: ValueId) -> bool {
    let innermost = facts
        .statements
        .iter_enumerated()
        .filter(|(_, statement)| statement.values.0 <= value && value < statement.values.1)
        .max_by_key(|(_, statement)| (statement.range.start(), std::cmp::Reverse(statement.range.end())));
    innermost.is_some_and(|(_, statement)| matches!(statement.kind, StatementKind::Handler))
}

pub(super) fn is_in_tuple(facts: &ModuleFacts, value: ValueId) -> bool {
    let range = facts.value_ranges[value];
    facts.values.iter().any(|other| match *other {
        Value::Tuple(operands) => {
            facts.operands(operands).iter().any(|&operand| facts.value_ranges[operand] == range)
        }
        _ => false,
    })
}

/// Where annotations stand.
fn annotations(facts: &ModuleFacts) -> Vec<TextRange> {
    let parameters = facts.functions.iter().flat_map(|function| {
        let own = function.parameters.iter().filter_map(|parameter| parameter.annotation);
        own.chain(function.returns)
    });
    let names = facts.bindings.iter().filter_map(|binding| binding.annotation);
    let stores = facts.stores.iter().filter_map(|store| store.annotation);
    parameters.chain(names).chain(stores).map(|value| facts.value_ranges[value]).collect()
}
