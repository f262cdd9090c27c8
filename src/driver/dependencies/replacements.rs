//! How many places of a library have an equivalent, library by library.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{Settings, Version};
use crate::driver::dependencies::sites::{BlockingCall, Place};
use crate::report::{Readiness, Replacement, Threads};
use crate::rules::{Equivalent, Knowledge, Offload, Safety, is_preferred};

/// What of the project is known where replacements are looked for.
pub(super) struct Surroundings<'a> {
    pub(super) knowledge: &'a Knowledge,
    pub(super) settings: &'a Settings,
    /// Names of libraries that are declared.
    pub(super) declared: &'a BTreeSet<String>,
    /// Names of libraries that are imported.
    pub(super) imported: &'a BTreeSet<String>,
}

/// The libraries that have equivalents for `library`: what the project prefers first, then the library's own async
/// side, then those that cover most.
pub(super) fn replacements(
    around: &Surroundings<'_>,
    library: &str,
    places: &BTreeMap<Place, &Vec<BlockingCall>>,
) -> Vec<Replacement> {
    let knowledge = around.knowledge;
    let mut names: BTreeSet<&str> = BTreeSet::new();
    // For a part of the standard library there are many; those count that are of use here.
    let known = knowledge.library(library).filter(|known| !known.distributions.is_empty());
    if let Some(known) = known {
        names.extend(knowledge.replacing(known));
    }
    let mut equivalents: BTreeMap<&str, Vec<Equivalent<'_>>> = BTreeMap::new();
    for call in places.values().copied().flatten() {
        let found =
            equivalents.entry(&call.qualified).or_insert_with(|| knowledge.equivalents(&call.qualified));
        names.extend(found.iter().map(|equivalent| equivalent.library().unwrap_or_default()));
    }
    // The library's own side has its name among rules, and none in an equivalent.
    names.remove("");
    let has_native = equivalents.values().flatten().any(|equivalent| equivalent.library().is_none());
    if has_native {
        names.insert(library);
    }
    let mut acc: Vec<Replacement> = Vec::new();
    for name in names {
        let is_preferred = is_preferred(&around.settings.prefer, knowledge.library(library), name);
        let (is_declared, is_imported) = (around.declared.contains(name), around.imported.contains(name));
        // Who does not use another loop already will not change to it for one library.
        let has_own_loop = knowledge.library(name).is_some_and(|library| library.has_own_loop);
        if has_own_loop && name != library && !is_preferred && !is_declared && !is_imported {
            continue;
        }
        let is_native = name == library;
        let wanted = (!is_native).then_some(name);
        let of_call = |call: &BlockingCall| {
            let known = equivalents.get(call.qualified.as_str())?;
            known.iter().find(|equivalent| equivalent.library() == wanted)
        };
        let mut readiness = Readiness::default();
        for calls in places.values() {
            // Where several things may be called, the one that is hardest to replace counts.
            let safety = calls.iter().map(|call| of_call(call).map(|found| found.safety)).min().flatten();
            match safety {
                Some(Safety::DropIn) => readiness.drop_in += 1,
                Some(Safety::Review) => readiness.review += 1,
                Some(Safety::Suggest) => readiness.suggest += 1,
                None => readiness.none += 1,
            }
        }
        let used = places.values().copied().flatten().filter_map(of_call).filter_map(Equivalent::min_version);
        let known = knowledge.library(name).and_then(|library| library.min_version.as_deref());
        let min_version = used.chain(known).max_by_key(|version| Version::parse(version));
        acc.push(Replacement {
            name: name.to_owned(),
            is_native,
            is_preferred,
            is_declared,
            is_imported,
            min_version: min_version.map(str::to_owned),
            readiness,
        });
    }
    acc.sort_by(|left, right| {
        let key = |found: &Replacement| {
            (!found.is_preferred, !found.is_native, found.readiness.none, found.name.clone())
        };
        key(left).cmp(&key(right))
    });
    acc
}

/// What threads can do for places; of several things that may be called at one, the worst counts.
pub(super) fn threads<'a>(places: impl Iterator<Item = &'a Vec<BlockingCall>>) -> Threads {
    let mut threads = Threads::default();
    for calls in places {
        let rank = |call: &BlockingCall| match call.offload {
            Offload::Safe => 0,
            Offload::Review(_) => 1,
            Offload::Never(_) => 2,
        };
        match calls.iter().map(rank).max() {
            Some(0) | None => threads.fine += 1,
            Some(1) => threads.review += 1,
            Some(_) => threads.never += 1,
        }
    }
    threads
}
