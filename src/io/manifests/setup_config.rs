//! `setup.cfg` (<https://setuptools.pypa.io/en/latest/userguide/declarative_config.html>).

use crate::io::manifests::collect::{Collection, ManifestFile};
use crate::io::manifests::declaration::{DeclarationKind, Group};
use crate::io::manifests::requirements_text::line_requirement;

/// Reads what the file requires.
pub(super) fn read_setup_config(acc: &mut Collection<'_>, file: &ManifestFile) {
    let mut section = "";
    let mut key = "";
    for (number, line) in (1..).zip(file.text.lines()) {
        let text = line.trim();
        if text.is_empty() || text.starts_with(['#', ';']) {
            continue;
        }
        if let Some(name) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            (section, key) = (name.trim(), "");
            continue;
        }
        let is_more = line.starts_with(char::is_whitespace) && !key.is_empty();
        let value = if is_more {
            text
        } else {
            let Some((name, value)) = text.split_once(['=', ':']) else { continue };
            key = name.trim();
            value.trim()
        };
        let group = match (section, key) {
            ("metadata", "name") => {
                acc.own(value);
                continue;
            }
            ("options", "install_requires") => Group::Main,
            ("options", "tests_require") => Group::Development("test".to_owned()),
            ("options.extras_require", extra) => Group::Extra(extra.to_owned()),
            _ => continue,
        };
        // Requirements of one key may share a line, and be in another file, which is read for itself.
        if value.starts_with("file:") {
            continue;
        }
        let text = value.split(" #").next().unwrap_or(value);
        match line_requirement(text) {
            Ok(Some(requirement)) => {
                acc.add(file, number, DeclarationKind::Requirement, &group, requirement);
            }
            Ok(None) => {}
            Err(()) => acc.warn(file, number, format!("cannot read the requirement `{text}`")),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::io::manifests::testing::check;

    #[test]
    fn requirements_and_extras_are_read() {
        check(
            &[(
                "setup.cfg",
                "[metadata]\nname = mine\n[options]\npackages = find:\ninstall_requires =\n    acme >= 1\n    # comment\n\n    beta; os_name == 'nt'\nzip_safe = no\n[options.extras_require]\nx = gamma\ny =\n    delta\n    epsilon zeta\n[tool]\nz = other\n",
            )],
            &[
                "setup.cfg:6 acme >=1 main",
                "setup.cfg:9 beta  main; os_name == 'nt'",
                "setup.cfg:12 gamma  extra x",
                "setup.cfg:14 delta  extra y",
                "own: mine",
                "warning: setup.cfg:15: cannot read the requirement `epsilon zeta`",
            ],
        );
    }
}
