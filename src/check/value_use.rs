//! What the code around a value does with it.

use std::cell::OnceCell;

use rustc_hash::FxHashSet;

use crate::base::Id;
use crate::semantic::{
    ArgumentKind, BindingId, DefinitionId, DefinitionKind, FunctionId, ModuleFacts, NameId, NameUse,
    ProtocolKind, ScopeKind, SiteId, SiteKind, StatementId, StatementKind, StoreTarget, Value, ValueId,
};

/// One thing that the code does with a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    /// Nothing: the statement ends.
    Dropped,
    /// It gets a name of the function.
    Named(DefinitionId),
    /// Its truth is tested.
    Truth,
    /// It is compared, or looked for.
    Compared,
    /// It is an operand of an operator; on the left, or on the right of a literal.
    Operand,
    /// It is gone through by `for`, `async for`, a starred expression or unpacking.
    Iterated,
    /// It is turned into text.
    Text,
    /// `with` or `async with` enters it.
    Entered,
    /// An attribute of it is read.
    Member(NameId),
    /// It is subscribed.
    Subscribed,
    /// It is awaited.
    Awaited,
    /// It is an argument of the call at a site, passed plainly.
    Argument(SiteId),
    /// The function returns it.
    Returned,
    /// It is one of the values that another value can be.
    Chosen(ValueId),
    /// It is in a container, or made again and again for one.
    Contained(ValueId),
    /// Something else, in which it may live on.
    Other,
}

/// Uses of the values of one module; what is expensive to look up is looked up once.
pub(crate) struct Uses<'a> {
    facts: &'a ModuleFacts,
    protocols: OnceCell<Vec<(ValueId, ProtocolKind)>>,
    captured: OnceCell<FxHashSet<BindingId>>,
}

impl<'a> Uses<'a> {
    /// Those of a module.
    pub(crate) fn new(facts: &'a ModuleFacts) -> Self {
        Self { facts, protocols: OnceCell::new(), captured: OnceCell::new() }
    }

    /// What is done with a value right where it stands, in a statement of a `def` or of the module.
    pub(crate) fn of(&self, statement: StatementId, value: ValueId) -> Vec<Use> {
        let facts = self.facts;
        let header = header(facts, statement);
        let mut acc = Vec::new();
        let mut is_inside = false;
        for id in ids::<ValueId>(header.values) {
            if id != value {
                operand_use(facts, id, value, &mut acc);
                let (outer, inner) = (facts.value_ranges[id], facts.value_ranges[value]);
                is_inside |= outer != inner && outer.contains_range(inner);
            }
        }
        for id in ids::<SiteId>(header.sites) {
            site_use(facts, id, value, &mut acc);
        }
        for id in ids::<DefinitionId>(header.definitions) {
            if matches!(facts.definitions[id].kind, DefinitionKind::Value(made) if made == value) {
                acc.push(self.named(id));
            }
        }
        for store in &facts.stores[header.stores.0..header.stores.1] {
            let (StoreTarget::Attribute { base, .. } | StoreTarget::Item { base, .. }) = store.target;
            if store.value == Some(value) || base == value {
                acc.push(Use::Other);
            }
        }
        let function = &facts.functions[facts.statements[statement].function];
        if function.returned.contains(&value) {
            acc.push(Use::Returned);
        }
        if function.yielded.contains(&value) {
            acc.push(Use::Other);
        }
        acc.extend(self.protocol(value));
        if acc.is_empty() {
            let is_whole = facts.statements[statement].kind == StatementKind::Expression && !is_inside;
            acc.push(if is_whole { Use::Dropped } else { Use::Other });
        }
        acc
    }

    /// Values that read a version of a name, directly or where versions meet, each with its statement;
    /// `None` when code elsewhere may read it.
    pub(crate) fn reads(&self, definition: DefinitionId) -> Option<Vec<(StatementId, ValueId)>> {
        let facts = self.facts;
        let item = &facts.definitions[definition];
        let function = &facts.functions[item.function];
        let is_deleted = facts
            .versions(item.binding)
            .any(|version| facts.definitions[version].kind == DefinitionKind::Unbound);
        if function.traits.inspects_namespace || is_deleted || self.captured().contains(&item.binding) {
            return None;
        }
        let versions = self.versions(definition);
        let range = (function.first_value, function.end_value);
        let mut found = Vec::new();
        for value in ids::<ValueId>(range) {
            let Value::Name { reference: NameUse::Reaching(read), .. } = facts.values[value] else {
                continue;
            };
            if versions.contains(&read) {
                found.push((statement_of(facts, item.function, value)?, value));
            }
        }
        Some(found)
    }

    /// A name of the function's own scope, which nobody else sees.
    fn named(&self, definition: DefinitionId) -> Use {
        let facts = self.facts;
        let item = &facts.definitions[definition];
        let binding = &facts.bindings[item.binding];
        let is_own =
            matches!(facts.scopes[binding.scope].kind, ScopeKind::Function(owner) if owner == item.function);
        if is_own && !binding.written_elsewhere { Use::Named(definition) } else { Use::Other }
    }

    /// The version itself and those in which it lives on.
    fn versions(&self, definition: DefinitionId) -> Vec<DefinitionId> {
        let facts = self.facts;
        let mut known = vec![definition];
        loop {
            let before = known.len();
            for version in facts.versions(facts.definitions[definition].binding) {
                let goes_on = match facts.definitions[version].kind {
                    DefinitionKind::Join(operands) => {
                        facts.joined(operands).iter().any(|one| known.contains(one))
                    }
                    DefinitionKind::Narrowed { from, .. } => known.contains(&from),
                    _ => false,
                };
                if goes_on && !known.contains(&version) {
                    known.push(version);
                }
            }
            if known.len() == before {
                return known;
            }
        }
    }

    /// Names that nested functions read.
    fn captured(&self) -> &FxHashSet<BindingId> {
        self.captured.get_or_init(|| {
            let captured = |value: &Value| match value {
                Value::Name { reference: NameUse::Binding(binding), .. } => Some(*binding),
                _ => None,
            };
            self.facts.values.iter().filter_map(captured).collect()
        })
    }

    fn protocol(&self, value: ValueId) -> Option<Use> {
        let table = self.protocols.get_or_init(|| {
            let mut table: Vec<(ValueId, ProtocolKind)> =
                self.facts.protocol_uses.iter().map(|used| (used.value, used.kind)).collect();
            table.sort_by_key(|(value, _)| *value);
            table
        });
        let at = table.binary_search_by_key(&value, |(value, _)| *value).ok()?;
        match table[at].1 {
            ProtocolKind::Truth => Some(Use::Truth),
            ProtocolKind::Text => Some(Use::Text),
            // The operands of a comparison are seen at the comparison.
            ProtocolKind::Compare(_) => None,
        }
    }
}

/// What a statement makes itself, the statements nested in it left out.
struct Header {
    values: (ValueId, ValueId),
    definitions: (DefinitionId, DefinitionId),
    sites: (SiteId, SiteId),
    stores: (usize, usize),
}

fn header(facts: &ModuleFacts, statement: StatementId) -> Header {
    let item = &facts.statements[statement];
    let next = StatementId::from_index(statement.index() + 1);
    let child = facts.statements.get(next).filter(|_| next < item.end);
    Header {
        values: (item.values.0, child.map_or(item.values.1, |child| child.values.0)),
        definitions: (item.definitions.0, child.map_or(item.definitions.1, |child| child.definitions.0)),
        sites: (item.sites.0, child.map_or(item.sites.1, |child| child.sites.0)),
        stores: (item.stores.0 as usize, child.map_or(item.stores.1, |child| child.stores.0) as usize),
    }
}

/// The values that a statement makes itself, those of statements nested in it left out.
pub(crate) fn header_values(facts: &ModuleFacts, statement: StatementId) -> (ValueId, ValueId) {
    header(facts, statement).values
}

/// The innermost statement of a function that makes a value.
fn statement_of(facts: &ModuleFacts, function: FunctionId, value: ValueId) -> Option<StatementId> {
    let item = &facts.functions[function];
    let first = item.first_statement.index();
    (first..first + item.statements as usize).rev().map(StatementId::from_index).find(|&statement| {
        let (start, end) = facts.statements[statement].values;
        start <= value && value < end
    })
}

/// The ids of a run: first, and one past the last.
pub(crate) fn ids<I: Id>((first, end): (I, I)) -> impl Iterator<Item = I> {
    (first.index()..end.index()).map(I::from_index)
}

/// What the value `outer` does with `value`.
fn operand_use(facts: &ModuleFacts, outer: ValueId, value: ValueId, acc: &mut Vec<Use>) {
    match facts.values[outer] {
        Value::Attribute { base, name } if base == value => acc.push(Use::Member(name)),
        Value::Item { base, .. } if base == value => acc.push(Use::Subscribed),
        Value::Item { index, .. } if index == value => acc.push(Use::Other),
        Value::Choice(operands) if facts.operands(operands).contains(&value) => {
            acc.push(Use::Chosen(outer));
        }
        Value::List(operands) | Value::Tuple(operands) | Value::Set(operands) | Value::Dict(operands)
            if facts.operands(operands).contains(&value) =>
        {
            acc.push(Use::Contained(outer));
        }
        Value::Comprehension { element, key, .. } if element == value || key == value => {
            acc.push(Use::Contained(outer));
        }
        Value::Starred(inner) if inner == value => acc.push(Use::Iterated),
        Value::Binary { left, .. } if left == value => acc.push(Use::Operand),
        Value::Binary { left, right, .. } if right == value => {
            let is_literal = matches!(facts.values[left], Value::Constant(_) | Value::Interpolation(_));
            acc.push(if is_literal { Use::Operand } else { Use::Other });
        }
        Value::Unary { operand, .. } if operand == value => acc.push(Use::Operand),
        Value::Test(operands) => {
            let operands = facts.operands(operands);
            if operands.contains(&value) {
                acc.push(if operands.len() == 1 { Use::Truth } else { Use::Compared });
            }
        }
        Value::Interpolation(operands) if facts.operands(operands).contains(&value) => acc.push(Use::Text),
        _ => {}
    }
}

/// What happens at a site to `value`.
fn site_use(facts: &ModuleFacts, site: SiteId, value: ValueId, acc: &mut Vec<Use>) {
    match facts.sites[site].kind {
        SiteKind::Call { callee, arguments, .. } => {
            if callee == value {
                acc.push(Use::Other);
            }
            for argument in facts.arguments(arguments).iter().filter(|argument| argument.value == value) {
                acc.push(match argument.kind {
                    ArgumentKind::Positional | ArgumentKind::Keyword(_) => Use::Argument(site),
                    ArgumentKind::Starred => Use::Iterated,
                    ArgumentKind::DoubleStarred => Use::Other,
                });
            }
        }
        SiteKind::Await { operand } if operand == value => acc.push(Use::Awaited),
        SiteKind::For { iterable, .. } | SiteKind::Comprehension { iterable, .. } if iterable == value => {
            acc.push(Use::Iterated);
        }
        SiteKind::With { context, .. } if context == value => acc.push(Use::Entered),
        SiteKind::Unpack { value: unpacked } if unpacked == value => acc.push(Use::Iterated),
        SiteKind::YieldFrom { iterable } if iterable == value => acc.push(Use::Other),
        SiteKind::Raise { exception } if exception == value => acc.push(Use::Other),
        SiteKind::Decorator { callee, argument, .. } if callee == value || argument == value => {
            acc.push(Use::Other);
        }
        SiteKind::Await { .. }
        | SiteKind::For { .. }
        | SiteKind::Comprehension { .. }
        | SiteKind::With { .. }
        | SiteKind::Unpack { .. }
        | SiteKind::YieldFrom { .. }
        | SiteKind::Raise { .. }
        | SiteKind::Decorator { .. }
        | SiteKind::Class { .. } => {}
    }
}
