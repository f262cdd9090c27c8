//! One requirement: `name[extra] >= 1.0 ; marker` (<https://peps.python.org/pep-0508/>).

use crate::base::normalized;

/// A requirement's parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    /// Normalised.
    pub(super) name: String,
    /// Without spaces; empty when any version will do, or an address says which.
    pub(super) specifier: String,
    pub(super) marker: Option<String>,
}

/// Reads a requirement; `None` when it is none.
pub(super) fn parse_requirement(text: &str) -> Option<Requirement> {
    let text = text.trim();
    let end = text.find(|letter: char| !is_name_letter(letter)).unwrap_or(text.len());
    let name = &text[..end];
    let is_name = name.starts_with(|letter: char| letter.is_ascii_alphanumeric())
        && name.ends_with(|letter: char| letter.is_ascii_alphanumeric());
    if !is_name {
        return None;
    }
    let mut rest = text[end..].trim_start();
    if let Some(extras) = rest.strip_prefix('[') {
        rest = extras.split_once(']')?.1.trim_start();
    }
    if let Some(address) = rest.strip_prefix('@') {
        // A semicolon may be part of the address, unless there is space before it.
        let marker = address.split_once(" ;").map(|(_, marker)| marker);
        return Some(Requirement {
            name: normalized(name),
            specifier: String::new(),
            marker: marker.map(|marker| marker.trim().to_owned()),
        });
    }
    let (versions, marker) = match rest.split_once(';') {
        Some((versions, marker)) => (versions, Some(marker.trim().to_owned())),
        None => (rest, None),
    };
    let versions = versions.trim();
    let versions = match versions.strip_prefix('(') {
        Some(inner) => inner.strip_suffix(')')?,
        None => versions,
    };
    let specifier: String = versions.chars().filter(|letter| !letter.is_whitespace()).collect();
    is_specifier(&specifier).then(|| Requirement { name: normalized(name), specifier, marker })
}

/// The requirement in a table of keys and versions, where `*` means any.
pub(super) fn keyed_requirement(name: &str, version: &str) -> Requirement {
    let specifier: String = version.chars().filter(|letter| !letter.is_whitespace()).collect();
    let specifier = if specifier == "*" { String::new() } else { specifier };
    Requirement { name: normalized(name), specifier, marker: None }
}

fn is_name_letter(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_' | '.')
}

/// Whether every clause is a comparison with a version.
fn is_specifier(text: &str) -> bool {
    const SIGNS: [&str; 8] = ["===", "==", "~=", "!=", "<=", ">=", "<", ">"];
    let text = text.strip_suffix(',').unwrap_or(text);
    text.is_empty()
        || text.split(',').all(|clause| {
            let version = SIGNS.iter().find_map(|sign| clause.strip_prefix(sign));
            version.is_some_and(|version| {
                let is_version = |letter: char| letter.is_ascii_alphanumeric() || ".*+!-_".contains(letter);
                !version.is_empty() && version.chars().all(is_version)
            })
        })
}

#[cfg(test)]
mod tests {
    use crate::io::manifests::requirement::parse_requirement;

    fn check(text: &str, expected: Option<(&str, &str, Option<&str>)>) {
        let found = parse_requirement(text);
        let found = found.as_ref();
        let parts = found.map(|found| (&*found.name, &*found.specifier, found.marker.as_deref()));
        assert_eq!(parts, expected, "{text}");
    }

    #[test]
    fn parts_are_told_apart() {
        check("acme", Some(("acme", "", None)));
        check("Acme_Tools.x", Some(("acme-tools-x", "", None)));
        check("acme >= 1.0 , != 1.5.*", Some(("acme", ">=1.0,!=1.5.*", None)));
        check("acme (>=1.0)", Some(("acme", ">=1.0", None)));
        check("acme[a, b]==1.0+local", Some(("acme", "==1.0+local", None)));
        check("acme~=1.0; python_version < '3.9'", Some(("acme", "~=1.0", Some("python_version < '3.9'"))));
        check("acme[x] @ https://example.org/a;b.zip", Some(("acme", "", None)));
        check("acme @ file:///a.zip ; os_name == 'nt'", Some(("acme", "", Some("os_name == 'nt'"))));
    }

    #[test]
    fn anything_else_is_none() {
        for text in
            ["", "-acme", "acme-", "acme 1.0", "acme = 1.0", "acme >=", "acme[x", "acme (>1", "./acme"]
        {
            check(text, None);
        }
    }
}
