//! Rules under all their names, with later layers over earlier ones; compiled rules are unpacked when they are used.

use std::borrow::Cow;
use std::sync::OnceLock;

use rustc_hash::FxHashMap;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Rules in the order they came, found by name or alias.
#[derive(Clone, Debug)]
pub(crate) struct Table<T> {
    rules: Vec<Entry<T>>,
    index: FxHashMap<Cow<'static, str>, Slot>,
}

/// A rule, and the bytes that it is made of until somebody asks for it.
#[derive(Clone, Debug)]
struct Entry<T> {
    packed: &'static [u8],
    rule: OnceLock<Box<T>>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Slot {
    rule: u32,
    layer: u8,
}

/// A table as it is stored: names in their order, and the bytes of all rules, one after the other.
#[derive(Serialize, Deserialize)]
pub(crate) struct PackedTable<'a> {
    #[serde(borrow)]
    names: Vec<(&'a str, Slot)>,
    /// Where the bytes of each rule end.
    ends: Vec<u32>,
    #[serde(borrow)]
    bytes: Cow<'a, [u8]>,
}

impl<T> Table<T> {
    pub(crate) fn new() -> Self {
        Self { rules: Vec::new(), index: FxHashMap::default() }
    }

    pub(crate) fn layer_of(&self, name: &str) -> Option<u8> {
        self.index.get(name).map(|slot| slot.layer)
    }

    /// All names and aliases, sorted.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.index.keys().map(|name| &**name).collect();
        names.sort_unstable();
        names
    }

    /// The positions of the rules of a layer, in order.
    pub(crate) fn positions(&self, layer: u8) -> Vec<usize> {
        let of_layer = self.index.values().filter(|slot| slot.layer == layer);
        let mut positions: Vec<usize> = of_layer.map(|slot| slot.rule as usize).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }

    /// Replaces the rule at a position.
    pub(crate) fn set(&mut self, position: usize, rule: T) {
        self.rules[position] = Entry::new(rule);
    }

    /// Adds a rule under its name and aliases; a rule of an earlier layer with the same name gives way, and
    /// its aliases lead to the new rule. The error is the name that this layer already has.
    pub(crate) fn insert(
        &mut self,
        layer: u8,
        name: &str,
        aliases: &[Box<str>],
        rule: T,
    ) -> Result<(), Box<str>> {
        let names = || std::iter::once(name).chain(aliases.iter().map(|alias| &**alias));
        if let Some(taken) = names().find(|name| self.layer_of(name) == Some(layer)) {
            return Err(taken.into());
        }
        let position = if let Some(slot) = self.index.get(name).copied() {
            self.set(slot.rule as usize, rule);
            slot.rule
        } else {
            self.rules.push(Entry::new(rule));
            self.rules.len() as u32 - 1
        };
        for name in names() {
            self.index.insert(Cow::Owned(name.to_owned()), Slot { rule: position, layer });
        }
        Ok(())
    }
}

impl<T: DeserializeOwned> Table<T> {
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.index.get(name).map(|slot| self.rules[slot.rule as usize].get())
    }

    pub(crate) fn at(&self, position: usize) -> &T {
        self.rules[position].get()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &T> {
        self.rules.iter().map(Entry::get)
    }

    /// The rules of which some name or alias is wanted, in order; no others are unpacked.
    pub(crate) fn named(&self, is_wanted: impl Fn(&str) -> bool) -> Vec<&T> {
        let wanted = self.index.iter().filter(|(name, _)| is_wanted(name));
        let mut positions: Vec<usize> = wanted.map(|(_, slot)| slot.rule as usize).collect();
        positions.sort_unstable();
        positions.dedup();
        positions.into_iter().map(|position| self.at(position)).collect()
    }

    /// The table of what [`Table::pack`] made.
    pub(crate) fn unpack(packed: PackedTable<'static>) -> Self {
        let bytes: &'static [u8] = match packed.bytes {
            Cow::Borrowed(bytes) => bytes,
            // What is read from memory is borrowed from it.
            Cow::Owned(_) => &[],
        };
        let mut start = 0;
        let rules = packed.ends.iter().map(|&end| {
            let packed = bytes.get(start..end as usize).unwrap_or_default();
            start = end as usize;
            Entry { packed, rule: OnceLock::new() }
        });
        Self {
            rules: rules.collect(),
            index: packed.names.into_iter().map(|(name, slot)| (Cow::Borrowed(name), slot)).collect(),
        }
    }
}

impl<T: DeserializeOwned + Serialize> Table<T> {
    /// The table to store.
    pub(crate) fn pack(&self) -> Result<PackedTable<'_>, postcard::Error> {
        let mut names: Vec<(&str, Slot)> = self.index.iter().map(|(name, slot)| (&**name, *slot)).collect();
        names.sort_unstable_by_key(|(name, _)| *name);
        let (mut ends, mut bytes) = (Vec::new(), Vec::new());
        for rule in self.iter() {
            bytes.extend(postcard::to_stdvec(rule)?);
            ends.push(bytes.len() as u32);
        }
        Ok(PackedTable { names, ends, bytes: Cow::Owned(bytes) })
    }
}

impl<T> Entry<T> {
    fn new(rule: T) -> Self {
        Self { packed: &[], rule: OnceLock::from(Box::new(rule)) }
    }
}

impl<T: DeserializeOwned> Entry<T> {
    fn get(&self) -> &T {
        self.rule.get_or_init(|| match postcard::from_bytes(self.packed) {
            Ok(rule) => Box::new(rule),
            // The same types wrote it when the program was built.
            Err(error) => unreachable!("a compiled rule cannot be read: {error}"),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_layers_replace_and_keep_aliases() {
        let mut table = Table::new();
        table.insert(0, "a.run", &["a._impl.run".into()], 1).unwrap();
        assert_eq!(table.insert(0, "a.walk", &["a.run".into()], 2), Err("a.run".into()));
        table.insert(1, "a.run", &[], 3).unwrap();
        assert_eq!(table.get("a._impl.run"), Some(&3));
        assert_eq!(table.iter().collect::<Vec<_>>(), [&3]);
    }

    #[test]
    fn what_is_packed_is_found_again() {
        let mut table = Table::new();
        table.insert(0, "b", &["c".into()], "first".to_owned()).unwrap();
        table.insert(0, "a", &[], "second".to_owned()).unwrap();
        let bytes = postcard::to_stdvec(&table.pack().unwrap()).unwrap();
        let mut again = Table::<String>::unpack(postcard::from_bytes(bytes.leak()).unwrap());
        assert_eq!(again.get("c").map(String::as_str), Some("first"));
        assert_eq!(again.names(), ["a", "b", "c"]);
        again.insert(1, "b", &[], "third".to_owned()).unwrap();
        assert_eq!(again.get("c").map(String::as_str), Some("third"));
        assert_eq!(again.positions(1), [0]);
    }
}
