//! Gives every file a module name of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::io::source_file::{DiscoverWarning, SourceFile};

/// Gives files of one name distinct unique names, and warns where one import could mean both.
pub(crate) fn tell_apart(files: &mut [SourceFile], warnings: &mut BTreeSet<DiscoverWarning>) {
    let mut claims: BTreeMap<(String, bool), Vec<usize>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        claims.entry((file.module.clone(), file.is_stub)).or_default().push(index);
    }
    let mut taken: BTreeSet<(String, bool)> = claims.keys().cloned().collect();
    for ((module, is_stub), mut claimants) in claims {
        // Python prefers a package to a module beside it.
        claimants.sort_by_key(|&index| (files[index].package_root.clone(), !files[index].is_package, index));
        for pair in claimants.windows(2) {
            let (first, second) = (&files[pair[0]], &files[pair[1]]);
            if first.package_root == second.package_root {
                warnings.insert(DiscoverWarning::SameModule {
                    module: module.clone(),
                    first: first.display.clone(),
                    second: second.display.clone(),
                });
            }
        }
        for &index in claimants.iter().skip(1) {
            let file = &files[index];
            let first = &files[claimants[0]];
            let place = if file.package_root == first.package_root {
                file.relative.clone()
            } else {
                package_place(file)
            };
            let candidates = [format!("{module}@{place}"), format!("{module}@{}", file.path.display())];
            let free = candidates.into_iter().find(|name| taken.insert((name.clone(), is_stub)));
            files[index].unique_name = free.unwrap_or_else(|| format!("{module}@{index}"));
        }
    }
}

/// The package root of `file`, as far as it lies in the project.
fn package_place(file: &SourceFile) -> String {
    let below = file.path.strip_prefix(&file.package_root).map_or(0, |path| path.components().count());
    let parts: Vec<&str> = file.relative.split('/').collect();
    let kept = parts.len().saturating_sub(below);
    if kept == 0 { ".".to_owned() } else { parts[..kept].join("/") }
}
