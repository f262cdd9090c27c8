//! Rules under all their names, with later layers over earlier ones.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};

use crate::rules::sorted_map;

/// Rules in the order they came, found by name or alias.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Table<T> {
    rules: Vec<T>,
    #[serde(with = "sorted_map")]
    index: FxHashMap<Box<str>, Slot>,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Slot {
    rule: u32,
    layer: u8,
}

impl<T> Table<T> {
    pub(crate) fn new() -> Self {
        Self { rules: Vec::new(), index: FxHashMap::default() }
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
            self.rules[slot.rule as usize] = rule;
            slot.rule
        } else {
            self.rules.push(rule);
            self.rules.len() as u32 - 1
        };
        for name in names() {
            self.index.insert(name.into(), Slot { rule: position, layer });
        }
        Ok(())
    }

    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.index.get(name).map(|slot| &self.rules[slot.rule as usize])
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

    pub(crate) fn rules_mut(&mut self) -> &mut [T] {
        &mut self.rules
    }

    pub(crate) fn rules(&self) -> &[T] {
        &self.rules
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
        assert_eq!(table.rules(), [3]);
    }
}
