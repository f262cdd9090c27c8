//! The rules as the build stores them in the program: names to look up, and rules that stay packed until they are used.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::rules::check::CheckRule;
use crate::rules::knowledge::Knowledge;
use crate::rules::library::Library;
use crate::rules::table::{PackedTable, Table};

#[derive(Serialize, Deserialize)]
struct Packed<'a> {
    libraries: Vec<Library>,
    modules: BTreeMap<Box<str>, u32>,
    roots: BTreeSet<Box<str>>,
    checks: Vec<CheckRule>,
    #[serde(borrow)]
    functions: PackedTable<'a>,
    #[serde(borrow)]
    classes: PackedTable<'a>,
    #[serde(borrow)]
    decorators: PackedTable<'a>,
    #[serde(borrow)]
    exceptions: PackedTable<'a>,
    #[serde(borrow)]
    entries: PackedTable<'a>,
    #[serde(borrow)]
    variables: PackedTable<'a>,
}

impl Knowledge {
    /// The rules as bytes, the same for the same rules.
    pub fn pack(&self) -> Result<Vec<u8>, postcard::Error> {
        postcard::to_stdvec(&Packed {
            libraries: self.libraries.clone(),
            modules: self.modules.iter().map(|(name, library)| (name.clone(), *library)).collect(),
            roots: self.roots.clone(),
            checks: self.checks.clone(),
            functions: self.functions.pack()?,
            classes: self.classes.pack()?,
            decorators: self.decorators.pack()?,
            exceptions: self.exceptions.pack()?,
            entries: self.entries.pack()?,
            variables: self.variables.pack()?,
        })
    }

    /// The rules that [`Knowledge::pack`] made these bytes of.
    pub fn unpack(bytes: &'static [u8]) -> Result<Self, postcard::Error> {
        let packed: Packed<'static> = postcard::from_bytes(bytes)?;
        Ok(Self {
            libraries: packed.libraries,
            modules: packed.modules.into_iter().collect(),
            roots: packed.roots,
            functions: Table::unpack(packed.functions),
            classes: Table::unpack(packed.classes),
            decorators: Table::unpack(packed.decorators),
            exceptions: Table::unpack(packed.exceptions),
            entries: Table::unpack(packed.entries),
            variables: Table::unpack(packed.variables),
            checks: packed.checks,
            added: 0,
        })
    }
}
