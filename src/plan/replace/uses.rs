//! Where objects come from and where they go: what is not understood is refused.

use crate::link::{ModuleId, ProgramFunctionId, Static, evaluate};
use crate::plan::replace::groups::Holder;
use crate::plan::replace::mover::{Edit, EditKind, Mover};
use crate::semantic::{
    ArgumentKind, Constant, DefinitionId, DefinitionKind, ModuleFacts, NameUse, ProtocolKind, ScopeKind,
    SiteId, SiteKind, StoreTarget, Value, ValueId,
};

/// The template of what stays as it is.
const NOTHING_AROUND: &str = "{}";

impl Mover<'_> {
    /// Follows each object to where it comes from.
    pub(super) fn read_values(&mut self, module: ModuleId) {
        let facts = self.ctx.program.facts(module);
        for (value, item) in facts.values.iter_enumerated() {
            if !self.is_tracked(module, value) {
                continue;
            }
            let own = Holder::Value(module, value);
            let is_sole = self.object(module, value).is_some_and(|(_, owned)| owned.is_sole);
            if !is_sole || !self.is_editable(module) {
                self.groups.refuse(own.clone());
            }
            if let Static::External(_) = evaluate(self.ctx.program, module, value) {
                self.groups.join(own, Holder::Library);
                continue;
            }
            match *item {
                Value::Name { reference: NameUse::Reaching(definition), .. } => {
                    self.join_definition(module, own, definition);
                }
                Value::Name { reference: NameUse::Binding(binding), .. } => {
                    for version in facts.versions(binding) {
                        self.join_definition(module, own.clone(), version);
                    }
                }
                Value::Attribute { base, name } => {
                    let from = if self.is_tracked(module, base) {
                        Holder::Value(module, base)
                    } else {
                        Holder::Named(facts.name(name).into())
                    };
                    self.groups.join(own, from);
                }
                Value::Call(site) => self.join_result(module, own, site),
                Value::Entered { of, .. } | Value::Element { of, .. } if self.is_tracked(module, of) => {
                    self.groups.join(own, Holder::Value(module, of));
                }
                Value::Element { of: container, .. } | Value::Item { base: container, .. }
                    if self.member_of(module, container).is_some() =>
                {
                    let base = self.member_of(module, container).unwrap_or(container);
                    self.groups.join(own, Holder::Value(module, base));
                }
                Value::Choice(operands) => {
                    for &operand in facts.operands(operands) {
                        if self.is_tracked(module, operand) {
                            self.groups.join(own.clone(), Holder::Value(module, operand));
                        }
                    }
                }
                _ if self.migration.whole => {}
                _ => self.groups.refuse(own),
            }
        }
    }

    /// The object whose attribute a value is.
    fn member_of(&self, module: ModuleId, value: ValueId) -> Option<ValueId> {
        match self.ctx.program.facts(module).values[value] {
            Value::Attribute { base, .. } if self.is_tracked(module, base) => Some(base),
            _ => None,
        }
    }

    fn join_definition(&mut self, module: ModuleId, holder: Holder, definition: DefinitionId) {
        let facts = self.ctx.program.facts(module);
        let own = Holder::Definition(module, definition);
        let is_new = self.groups.group_of(&own).is_none();
        self.groups.join(holder, own.clone());
        if !is_new {
            return;
        }
        let item = &facts.definitions[definition];
        let binding = &facts.bindings[item.binding];
        if let ScopeKind::Module | ScopeKind::Class(_) = facts.scopes[binding.scope].kind {
            self.groups.join(own.clone(), Holder::Named(facts.name(binding.name).into()));
        }
        match item.kind {
            DefinitionKind::Value(value) => {
                if self.is_tracked(module, value) {
                    self.groups.join(own, Holder::Value(module, value));
                }
            }
            DefinitionKind::Parameter(_) => {
                let function = self.ctx.program.function(module, item.function);
                self.groups.join(own, Holder::Parameters(function));
            }
            DefinitionKind::Join(versions) => {
                for &version in facts.joined(versions) {
                    self.join_definition(module, own.clone(), version);
                }
            }
            DefinitionKind::Narrowed { from, .. } => self.join_definition(module, own, from),
            DefinitionKind::Import(_) => {
                self.groups.join(own, Holder::Named(facts.name(binding.name).into()));
            }
            DefinitionKind::Function(_) | DefinitionKind::Class(_) | DefinitionKind::Unbound => {}
            DefinitionKind::Unknown => self.groups.refuse(own),
        }
    }

    /// The object that a call gives: of a method of another object, of the library, or of the program's functions.
    fn join_result(&mut self, module: ModuleId, own: Holder, site: SiteId) {
        let facts = self.ctx.program.facts(module);
        let Some((callee, _)) = facts.call(site) else { return };
        if let Value::Attribute { base, .. } = facts.values[callee]
            && self.is_tracked(module, base)
        {
            self.groups.join(own, Holder::Value(module, base));
            return;
        }
        let is_library = self.values.get(&(module, callee)).is_some_and(|owned| !owned.is_object);
        if is_library {
            let is_known = self
                .values
                .get(&(module, callee))
                .is_some_and(|owned| owned.is_sole && self.migration.call(&owned.name).is_some());
            if !is_known {
                self.groups.refuse(own);
            }
            return;
        }
        match self.callees(module, site) {
            Some(functions) => {
                for function in functions {
                    self.groups.join(own.clone(), Holder::Returned(function));
                }
            }
            None => self.groups.refuse(own),
        }
    }

    /// The functions of the program that a call reaches, when it reaches nothing else.
    fn callees(&self, module: ModuleId, site: SiteId) -> Option<Vec<ProgramFunctionId>> {
        let resolution = self.ctx.graph.site(self.ctx.program.site_index(module, site))?;
        let range = self.ctx.program.facts(module).sites[site].range;
        let edges = resolution.edges.iter().map(|&edge| self.ctx.graph.edge(edge));
        let functions: Option<Vec<_>> = edges
            .filter(|edge| edge.range == range && edge.kind.runs_now())
            .map(|edge| self.ctx.graph.function(edge.callee))
            .collect();
        functions.filter(|functions| !functions.is_empty() && resolution.incomplete.is_none())
    }

    /// Looks at all that is done with objects.
    pub(super) fn read_uses(&mut self, module: ModuleId) {
        let facts = self.ctx.program.facts(module);
        for item in &facts.values {
            self.read_operands(module, facts, item);
        }
        for site in facts.sites.ids() {
            self.read_site(module, facts, site);
        }
        for store in &facts.stores {
            let (StoreTarget::Attribute { base, .. } | StoreTarget::Item { base, .. }) = store.target;
            if let Some((class, _)) = self.object(module, base) {
                let is_written = match store.target {
                    StoreTarget::Attribute { name, .. } => {
                        class.written.iter().any(|known| **known == *facts.name(name))
                    }
                    StoreTarget::Item { .. } => false,
                };
                if !is_written {
                    self.groups.refuse(Holder::Value(module, base));
                }
            }
            let Some(value) = store.value.filter(|&value| self.is_tracked(module, value)) else { continue };
            match store.target {
                StoreTarget::Attribute { name, .. } => {
                    let named = Holder::Named(facts.name(name).into());
                    self.groups.join(Holder::Value(module, value), named);
                }
                StoreTarget::Item { .. } => self.groups.refuse(Holder::Value(module, value)),
            }
        }
        for (definition, item) in facts.definitions.iter_enumerated() {
            if let DefinitionKind::Value(value) = item.kind
                && self.is_tracked(module, value)
            {
                self.join_definition(module, Holder::Value(module, value), definition);
            }
        }
        for (id, function) in facts.functions.iter_enumerated() {
            let program_id = self.ctx.program.function(module, id);
            let named = Holder::Named(facts.name(function.name).into());
            for &value in &function.returned {
                if self.is_tracked(module, value) {
                    self.groups.join(Holder::Value(module, value), Holder::Returned(program_id));
                    // It may be a property.
                    self.groups.join(Holder::Returned(program_id), named.clone());
                }
            }
            for &value in function.yielded.iter().filter(|_| !self.migration.whole) {
                self.refuse(module, value);
            }
            for default in function.parameters.iter().filter_map(|parameter| parameter.default) {
                if self.is_tracked(module, default) {
                    self.groups.join(Holder::Value(module, default), Holder::Parameters(program_id));
                }
            }
        }
        for usage in &facts.protocol_uses {
            let Some((class, _)) = self.object(module, usage.value) else { continue };
            if class.exception {
                continue;
            }
            match (usage.kind, class.truth.as_deref()) {
                (ProtocolKind::Truth, Some(text)) => self.around(module, usage.value, text),
                _ => self.refuse(module, usage.value),
            }
        }
    }

    fn refuse(&mut self, module: ModuleId, value: ValueId) {
        if self.is_tracked(module, value) {
            self.groups.refuse(Holder::Value(module, value));
        }
    }

    /// Writes something around an object.
    fn around<'b>(&mut self, module: ModuleId, value: ValueId, text: &'b str)
    where
        Self: 'b,
    {
        let facts = self.ctx.program.facts(module);
        if text == NOTHING_AROUND {
            return;
        }
        let holder = Holder::Value(module, value);
        let is_plain = matches!(
            facts.values[value],
            Value::Name { .. } | Value::Attribute { .. } | Value::Call(_) | Value::Item { .. }
        );
        if !is_plain {
            self.groups.refuse(holder);
            return;
        }
        let Some((class, _)) = self.object(module, value) else { return };
        let texts = [&class.truth, &class.with, &class.iter];
        let Some(text) = texts.into_iter().flatten().find(|known| ***known == *text) else { return };
        self.edit(Edit { holder, module, value, kind: EditKind::Around(text) });
    }

    fn read_operands(&mut self, module: ModuleId, facts: &ModuleFacts, item: &Value) {
        // Where all changes at once, objects may be kept and handed on as anybody likes.
        if self.migration.whole {
            return;
        }
        match *item {
            Value::Item { base, index } => {
                self.refuse(module, base);
                self.refuse(module, index);
            }
            Value::List(operands)
            | Value::Tuple(operands)
            | Value::Set(operands)
            | Value::Dict(operands)
            | Value::Interpolation(operands) => {
                for &operand in facts.operands(operands) {
                    self.refuse(module, operand);
                }
            }
            Value::Starred(operand)
            | Value::Await(operand)
            | Value::YieldFrom(operand)
            | Value::Unary { operand, .. }
            | Value::Unpacked { of: operand, .. } => self.refuse(module, operand),
            Value::Comprehension { element, key, .. } => {
                self.refuse(module, element);
                self.refuse(module, key);
            }
            Value::Binary { left, right, .. } => {
                self.refuse(module, left);
                self.refuse(module, right);
            }
            Value::Test(operands) => {
                let operands = facts.operands(operands);
                let is_none =
                    |&value: &ValueId| matches!(facts.values[value], Value::Constant(Constant::None));
                if operands.len() > 1 && !operands.iter().any(is_none) {
                    for &operand in operands {
                        self.refuse(module, operand);
                    }
                }
            }
            _ => {}
        }
    }

    fn read_site(&mut self, module: ModuleId, facts: &ModuleFacts, site: SiteId) {
        match facts.sites[site].kind {
            SiteKind::Call { callee, arguments, .. } => {
                let mut callees = None;
                for argument in facts.arguments(arguments) {
                    if !self.is_tracked(module, argument.value) {
                        continue;
                    }
                    let holder = Holder::Value(module, argument.value);
                    let is_plain =
                        matches!(argument.kind, ArgumentKind::Positional | ArgumentKind::Keyword(_));
                    if self.is_instance_test(module, callee) {
                        continue;
                    }
                    let callees = callees.get_or_insert_with(|| self.callees(module, site));
                    match callees {
                        Some(functions) if is_plain => {
                            for &function in functions.iter() {
                                self.groups.join(holder.clone(), Holder::Parameters(function));
                            }
                        }
                        _ if self.migration.whole && self.is_own_call(module, callee) => {}
                        _ => self.groups.refuse(holder),
                    }
                }
            }
            SiteKind::With { context, is_async } => {
                let Some((class, _)) = self.object(module, context) else { return };
                match class.with.as_deref() {
                    Some(text) if !is_async => {
                        self.around(module, context, text);
                        let is_async = text.starts_with("async ");
                        if is_async && self.is_whole_with(module, site) {
                            let holder = Holder::Value(module, context);
                            let kind = EditKind::With(site);
                            self.edit(Edit { holder, module, value: context, kind });
                        } else if is_async {
                            self.refuse(module, context);
                        }
                    }
                    _ => self.refuse(module, context),
                }
            }
            SiteKind::For { iterable, is_async } | SiteKind::Comprehension { iterable, is_async, .. } => {
                let Some((class, _)) = self.object(module, iterable) else { return };
                match class.iter.as_deref() {
                    Some(text) if !is_async => {
                        self.around(module, iterable, text);
                        if text.starts_with("async ") {
                            let holder = Holder::Value(module, iterable);
                            let kind = EditKind::For(site);
                            self.edit(Edit { holder, module, value: iterable, kind });
                        }
                    }
                    _ => self.refuse(module, iterable),
                }
            }
            SiteKind::Await { operand: value }
            | SiteKind::YieldFrom { iterable: value }
            | SiteKind::Raise { exception: value }
            | SiteKind::Unpack { value } => self.refuse(module, value),
            SiteKind::Decorator { argument, .. } => self.refuse(module, argument),
            SiteKind::Class { .. } => {}
        }
    }

    /// Whether a callee belongs to the library, so that it moves as well.
    fn is_own_call(&self, module: ModuleId, callee: ValueId) -> bool {
        let base = match self.ctx.program.facts(module).values[callee] {
            Value::Attribute { base, .. } => self.is_tracked(module, base),
            _ => false,
        };
        base || self
            .values
            .get(&(module, callee))
            .is_some_and(|owned| self.migration.call(&owned.name).is_some())
    }

    /// Whether all items of a `with` become async together.
    fn is_whole_with(&self, module: ModuleId, site: SiteId) -> bool {
        let facts = self.ctx.program.facts(module);
        let statement = facts.sites[site].place.statement;
        facts.sites.iter().filter(|item| item.place.statement == statement).all(|item| match item.kind {
            SiteKind::With { context, .. } => self.object(module, context).is_some_and(|(class, _)| {
                class.with.as_deref().is_some_and(|text| text.starts_with("async "))
            }),
            _ => true,
        })
    }
}
