//! Lock files in TOML: each package a table with its name and version.

use crate::io::manifests::collect::{Collection, ManifestFile};
use crate::io::manifests::declaration::{DeclarationKind, Group};
use crate::io::manifests::requirement::keyed_requirement;
use crate::io::manifests::tables::{expected, with_table};

/// Reads the versions in a lock file; some call the array `package`, the standard one
/// `packages` (<https://peps.python.org/pep-0751/>).
pub(super) fn read_lock(acc: &mut Collection<'_>, file: &ManifestFile) {
    with_table(acc, file, |acc, root| {
        for key in ["package", "packages"] {
            let Some(value) = root.get(key) else { continue };
            for package in expected(acc, file, value.line(), value.tables()).into_iter().flatten() {
                let Some(name) = package.get("name") else { continue };
                let Some(text) = expected(acc, file, name.line(), name.string()) else { continue };
                let version = package.get("version").and_then(|version| version.string().ok());
                let requirement = keyed_requirement(text, version.unwrap_or_default());
                acc.add(file, name.line(), DeclarationKind::Lock, &Group::Main, requirement);
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use crate::io::manifests::testing::check;

    #[test]
    fn versions_are_read() {
        check(
            &[
                (
                    "uv.lock",
                    "version = 1\n[[package]]\nname = \"acme\"\nversion = \"1.2\"\n[[package]]\nname = \"Mine\"\nsource = { editable = \".\" }\n",
                ),
                ("pylock.dev.toml", "lock-version = '1.0'\n[[packages]]\nname = 'beta'\nversion = '2'\n"),
            ],
            &[
                "pylock.dev.toml:3 lock beta 2 main",
                "uv.lock:3 lock acme 1.2 main",
                "uv.lock:6 lock mine  main",
            ],
        );
    }
}
