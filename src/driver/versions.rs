//! The lowest versions of distributions that a project works with, as far as its files say.

use std::collections::BTreeMap;

use crate::base::Version;
use crate::io::{DeclarationKind, Manifests};

/// Normalised name of a distribution to the lowest version that will do.
///
/// What the project requires counts; only what it requires without a lower bound is as the lock files have it.
pub(crate) fn lowest_versions(manifests: &Manifests) -> BTreeMap<String, Version> {
    let mut required: BTreeMap<&str, Option<Version>> = BTreeMap::new();
    let mut locked: BTreeMap<&str, Version> = BTreeMap::new();
    for declaration in &manifests.declarations {
        let name = declaration.name.as_str();
        match declaration.kind {
            DeclarationKind::Requirement | DeclarationKind::Constraint => {
                let lowest = Version::lowest(&declaration.specifier);
                let known = required.entry(name).or_default();
                *known = match (known.take(), lowest) {
                    (Some(left), Some(right)) => Some(left.min(right)),
                    (known, lowest) => known.or(lowest),
                };
            }
            DeclarationKind::Lock => {
                if let Some(version) = Version::parse(&declaration.specifier) {
                    let known = locked.entry(name).or_insert_with(|| version.clone());
                    *known = known.clone().min(version);
                }
            }
        }
    }
    let bounded = required.iter().filter_map(|(name, lowest)| Some(((*name).to_owned(), lowest.clone()?)));
    let mut versions: BTreeMap<String, Version> = bounded.collect();
    for (name, version) in locked {
        versions.entry(name.to_owned()).or_insert(version);
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
        for (line, text) in (1..).zip(["acme>=4.2", "acme==5.0", "beta", "gamma<3"]) {
            manifests.require(text, &Group::Main, "requirements.txt", line);
        }
        let versions = lowest_versions(&manifests);
        assert_eq!(versions.get("acme"), Version::parse("4.2").as_ref());
        assert_eq!(versions.len(), 1);
    }
}
