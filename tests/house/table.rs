//! The table of floors, as `docs/architecture.md` has it.

use std::collections::BTreeMap;

/// Floors by folder, and who may use which crate.
pub(crate) struct Table {
    numbers: BTreeMap<String, u32>,
    users: BTreeMap<String, Vec<String>>,
}

impl Table {
    /// Reads the rows `| number | folder | owns | alone may use |`. Words in backticks of the last column
    /// are crates and modules; those in brackets after one are the other floors that may use it.
    pub(crate) fn read(text: &str) -> Self {
        let mut table = Self { numbers: BTreeMap::new(), users: BTreeMap::new() };
        for line in text.lines().filter(|line| line.starts_with('|')) {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let [number, folder, _, uses] = cells[..] else { continue };
            let Ok(number) = number.parse() else { continue };
            let folder = folder.trim_matches('`').trim_end_matches('/').to_owned();
            let mut current: Vec<String> = Vec::new();
            let mut in_brackets = false;
            for (index, part) in uses.split('`').enumerate() {
                let is_word = index % 2 == 1;
                if !is_word {
                    in_brackets = part.rfind('(') > part.rfind(')') || (in_brackets && !part.contains(')'));
                } else if in_brackets {
                    for name in &current {
                        table.users.entry(name.clone()).or_default().push(part.to_owned());
                    }
                } else {
                    current = vec![part.to_owned()];
                    table.users.entry(part.to_owned()).or_default().push(folder.clone());
                }
            }
            table.numbers.insert(folder, number);
        }
        assert!(table.numbers.len() > 1, "the table has rows");
        table
    }

    pub(crate) fn floors(&self) -> impl Iterator<Item = &str> {
        self.numbers.keys().map(String::as_str)
    }

    pub(crate) fn is_floor(&self, folder: &str) -> bool {
        self.numbers.contains_key(folder)
    }

    pub(crate) fn number(&self, folder: &str) -> u32 {
        self.numbers.get(folder).copied().expect("the folder has a row")
    }

    pub(crate) fn may_use(&self, folder: &str, name: &str) -> bool {
        self.users.get(name).is_some_and(|folders| folders.iter().any(|user| user == folder))
    }
}
