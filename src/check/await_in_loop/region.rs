//! Which loop an `await` is repeated by, and what belongs to one round of it.

use crate::base::Id;
use crate::semantic::{
    Block, DefinitionId, DefinitionKind, Enclosing, ModuleFacts, NameUse, Site, SiteId, SiteKind,
    StatementId, StatementKind, Value, ValueId,
};
use crate::text::TextRange;

/// A loop.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Loop {
    /// A `for`, `async for` or `while` statement.
    Statement(StatementId),
    /// A comprehension or generator expression, and the statement that it is part of.
    Comprehension(StatementId, ValueId),
}

/// What one round of a loop is made of, the iterable aside.
pub(crate) struct Region {
    /// The loop.
    pub(crate) found: Loop,
    /// What is iterated over.
    pub(crate) iterables: Vec<ValueId>,
    /// Whether something is iterated over with `async for`.
    pub(crate) is_async: bool,
    /// Values of a round.
    pub(crate) values: Vec<ValueId>,
    /// Sites of a round.
    pub(crate) sites: Vec<SiteId>,
    /// Versions of names that a round makes, those in which rounds meet left out.
    pub(crate) made: Vec<DefinitionId>,
    /// Versions in which the rounds meet.
    pub(crate) heads: Vec<DefinitionId>,
    /// Versions that depend on the item, sorted.
    pub(crate) item: Vec<DefinitionId>,
    /// Indices of writes to attributes and items.
    pub(crate) stores: std::ops::Range<usize>,
}

impl Loop {
    /// Its place in the text.
    pub(crate) fn range(self, facts: &ModuleFacts) -> TextRange {
        match self {
            Self::Statement(statement) => facts.statements[statement].range,
            Self::Comprehension(_, value) => facts.value_ranges[value],
        }
    }

    /// The statement that it is or stands in.
    pub(crate) fn statement(self) -> StatementId {
        match self {
            Self::Statement(statement) | Self::Comprehension(statement, _) => statement,
        }
    }
}

/// The innermost loop that repeats the `await` at `site`.
pub(crate) fn loop_of(facts: &ModuleFacts, site: &Site) -> Option<Loop> {
    let enclosing = site.place.enclosing;
    let is_elsewhere = [Enclosing::ANNOTATION, Enclosing::DEFAULT, Enclosing::DECORATOR]
        .iter()
        .any(|&construct| enclosing.has(construct));
    if is_elsewhere {
        return None;
    }
    if enclosing.has(Enclosing::COMPREHENSION) || enclosing.has(Enclosing::GENERATOR) {
        return comprehension_of(facts, site);
    }
    let mut inner = site.place.statement;
    if facts.statements[inner].kind == StatementKind::While {
        return Some(Loop::Statement(inner));
    }
    while let Some(outer) = facts.statements[inner].parent {
        let is_loop =
            matches!(facts.statements[outer].kind, StatementKind::For { .. } | StatementKind::While);
        if is_loop && facts.statements[inner].block == Block::Body {
            return Some(Loop::Statement(outer));
        }
        inner = outer;
    }
    None
}

fn comprehension_of(facts: &ModuleFacts, site: &Site) -> Option<Loop> {
    let statement = &facts.statements[site.place.statement];
    values(statement.values)
        .filter(|&id| {
            matches!(facts.values[id], Value::Comprehension { .. })
                && facts.value_ranges[id].contains_range(site.range)
        })
        .min_by_key(|&id| (facts.value_ranges[id].len(), id))
        .map(|found| Loop::Comprehension(site.place.statement, found))
}

/// Iterables of the comprehension at `range`, and whether each is iterated with `async for`.
fn clauses(facts: &ModuleFacts, statement: StatementId, range: TextRange) -> Vec<(ValueId, bool)> {
    let is_inner = |at: TextRange| {
        values(facts.statements[statement].values).any(|id| {
            matches!(facts.values[id], Value::Comprehension { .. })
                && facts.value_ranges[id] != range
                && range.contains_range(facts.value_ranges[id])
                && facts.value_ranges[id].contains_range(at)
        })
    };
    sites(facts.statements[statement].sites)
        .filter_map(|id| match facts.sites[id].kind {
            SiteKind::Comprehension { iterable, is_async, .. } => {
                let at = facts.sites[id].range;
                (range.contains_range(at) && !is_inner(at)).then_some((iterable, is_async))
            }
            _ => None,
        })
        .collect()
}

/// What one round of `found` is made of.
pub(crate) fn region(facts: &ModuleFacts, found: Loop) -> Region {
    let mut region = match found {
        Loop::Statement(statement) => for_region(facts, found, statement),
        Loop::Comprehension(statement, value) => comprehension_region(facts, found, statement, value),
    };
    region.item.sort_unstable();
    // Source order suffices: what an earlier round made counts as carried.
    for &id in &region.made {
        let DefinitionKind::Value(value) = facts.definitions[id].kind else { continue };
        if let (Err(at), true) = (region.item.binary_search(&id), is_about_item(facts, &region, value)) {
            region.item.insert(at, id);
        }
    }
    region
}

impl Region {
    /// Whether a name refers to something that the same round made.
    pub(crate) fn is_local(&self, reference: NameUse) -> bool {
        match reference {
            NameUse::Reaching(definition) => self.made.binary_search(&definition).is_ok(),
            NameUse::Binding(_) | NameUse::Unresolved => false,
        }
    }

    /// Whether what a value starts from (`a` of `a.b().c`) was made by the same round or by the value itself.
    pub(crate) fn starts_locally(&self, facts: &ModuleFacts, value: ValueId) -> bool {
        match facts.values[value] {
            Value::Name { reference: NameUse::Reaching(definition), .. } => {
                self.is_made_here(facts, definition)
            }
            Value::Attribute { base, .. } | Value::Item { base, .. } | Value::Await(base) => {
                self.starts_locally(facts, base) || is_about_item(facts, self, value)
            }
            Value::Call(site) => {
                // `Path(item)` makes something new of the item.
                let is_made = facts.call(site).is_some_and(|(callee, _)| match facts.values[callee] {
                    Value::Attribute { .. } => self.starts_locally(facts, callee),
                    _ => true,
                });
                is_made || is_about_item(facts, self, value)
            }
            Value::Entered { of, .. } | Value::Unpacked { of, .. } | Value::Element { of, .. } => {
                self.starts_locally(facts, of)
            }
            Value::Constant(_)
            | Value::Interpolation(_)
            | Value::List(_)
            | Value::Dict(_)
            | Value::Set(_)
            | Value::Tuple(_)
            | Value::Comprehension { .. }
            | Value::Binary { .. }
            | Value::Caught(_) => true,
            _ => false,
        }
    }

    /// Whether a version of a name was made by the same round, and not for something that was there before.
    fn is_made_here(&self, facts: &ModuleFacts, definition: DefinitionId) -> bool {
        if self.made.binary_search(&definition).is_err() {
            return false;
        }
        match facts.definitions[definition].kind {
            DefinitionKind::Value(value) => {
                self.item.binary_search(&definition).is_ok() || self.starts_locally(facts, value)
            }
            DefinitionKind::Join(operands) => {
                let mut versions = facts.joined(operands).iter();
                versions.all(|&version| version < definition && self.is_made_here(facts, version))
            }
            _ => true,
        }
    }
}

/// Whether a value is computed from the loop's item.
pub(crate) fn is_about_item(facts: &ModuleFacts, region: &Region, value: ValueId) -> bool {
    let range = facts.value_ranges[value];
    region.values.iter().any(|&id| match facts.values[id] {
        Value::Name { reference: NameUse::Reaching(definition), .. } => {
            range.contains_range(facts.value_ranges[id]) && region.item.binary_search(&definition).is_ok()
        }
        _ => false,
    })
}

fn for_region(facts: &ModuleFacts, found: Loop, statement: StatementId) -> Region {
    let item = &facts.statements[statement];
    let body = StatementId::from_index(statement.index() + 1);
    let first = facts.statements.get(body).filter(|_| body < item.end).unwrap_or(item);
    let in_header = ids(item.definitions.0, first.definitions.0);
    let is_head = |&id: &DefinitionId| {
        matches!(facts.definitions[id].kind, DefinitionKind::Join(_))
            && facts.definitions[id].range == TextRange::empty(item.range.start())
    };
    let (heads, targets): (Vec<_>, Vec<_>) = in_header.partition(is_head);
    let made = targets.iter().copied().chain(ids(first.definitions.0, item.definitions.1)).collect();
    let iterables = sites(item.sites)
        .filter(|&id| facts.sites[id].place.statement == statement)
        .filter_map(|id| match facts.sites[id].kind {
            SiteKind::For { iterable, .. } => Some(iterable),
            _ => None,
        })
        .collect();
    Region {
        found,
        iterables,
        is_async: item.kind == StatementKind::For { is_async: true },
        values: values((first.values.0, item.values.1)).collect(),
        sites: sites((first.sites.0, item.sites.1)).collect(),
        made,
        heads,
        item: targets,
        stores: first.stores.0 as usize..item.stores.1 as usize,
    }
}

fn comprehension_region(facts: &ModuleFacts, found: Loop, statement: StatementId, value: ValueId) -> Region {
    let item = &facts.statements[statement];
    let range = facts.value_ranges[value];
    let clauses = clauses(facts, statement, range);
    let is_async = clauses.iter().any(|&(_, is_async)| is_async);
    let iterables: Vec<ValueId> = clauses.into_iter().map(|(iterable, _)| iterable).collect();
    let first = iterables.first().map(|&iterable| facts.value_ranges[iterable]);
    let is_inside =
        |at: TextRange| range.contains_range(at) && !first.is_some_and(|first| first.contains_range(at));
    let made: Vec<DefinitionId> = ids(item.definitions.0, item.definitions.1)
        .filter(|&id| is_inside(facts.definitions[id].range))
        .collect();
    Region {
        found,
        values: values(item.values).filter(|&id| id != value && is_inside(facts.value_ranges[id])).collect(),
        sites: sites(item.sites).filter(|&id| is_inside(facts.sites[id].range)).collect(),
        item: made.clone(),
        made,
        heads: Vec::new(),
        iterables,
        is_async,
        stores: 0..0,
    }
}

fn ids(first: DefinitionId, end: DefinitionId) -> impl Iterator<Item = DefinitionId> {
    (first.index()..end.index()).map(DefinitionId::from_index)
}

fn values((first, end): (ValueId, ValueId)) -> impl Iterator<Item = ValueId> {
    (first.index()..end.index()).map(ValueId::from_index)
}

fn sites((first, end): (SiteId, SiteId)) -> impl Iterator<Item = SiteId> {
    (first.index()..end.index()).map(SiteId::from_index)
}
