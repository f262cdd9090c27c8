//! The lowest versions of distributions that a project works with, as far as its files say.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::Version;
use crate::io::{DeclarationKind, Manifests};

/// Normalised name of a distribution to the lowest version that will do.
///
/// What the project requires counts; only what it requires without a lower bound is as the lock files have it.
pub(crate) fn lowest_versions(manifests: &Manifests) -> BTreeMap<String, Version> {
    let mut required: BTreeMap<&str, Vec<Version>> = BTreeMap::new();
    let mut locked: BTreeMap<&str, Version> = BTreeMap::new();
    let mut open: BTreeSet<&str> = BTreeSet::new();
    for declaration in &manifests.declarations {
        let name = declaration.name.as_str();
        match declaration.kind {
            DeclarationKind::Requirement | DeclarationKind::Constraint => {
                match Version::lowest(&declaration.specifier) {
                    Some(lowest) => required.entry(name).or_default().push(lowest),
                    // Where its condition holds, nothing else may bound it.
                    None if declaration.marker.is_some() => {
                        open.insert(name);
                    }
                    None => {}
                }
            }
            DeclarationKind::Lock => {
                if let Some(version) = Version::parse(&declaration.specifier) {
                    let known = locked.entry(name).or_insert_with(|| version.clone());
                    *known = known.clone().min(version);
                }
            }
        }
    }
    let bounded = required.into_iter().filter(|(name, _)| !open.contains(name));
    let bounded = bounded.filter_map(|(name, bounds)| Some((name.to_owned(), bounds.into_iter().min()?)));
    let mut versions: BTreeMap<String, Version> = bounded.collect();
    for (name, version) in locked {
        if !open.contains(name) {
            versions.entry(name.to_owned()).or_insert(version);
        }
    }
    versions
}

#[cfg(test)]
mod tests {
    use crate::base::Version;
    use crate::driver::versions::lowest_versions;
    use crate::io::{Group, Manifests};

    #[test]
    fn the_lowest_bound_counts() {
        let mut manifests = Manifests::default();
        for (line, text) in (1..).zip([
            "acme>=4.2",
            "acme==5.0",
            "beta",
            "gamma<3",
            "delta>=4; python_version>='3.10'",
            "delta<4; python_version<'3.10'",
        ]) {
            manifests.require(text, &Group::Main, "requirements.txt", line);
        }
        let versions = lowest_versions(&manifests);
        assert_eq!(versions.get("acme"), Version::parse("4.2").as_ref());
        assert_eq!(versions.len(), 1);
    }
}
