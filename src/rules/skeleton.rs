//! The beginning of a rule file, for somebody to fill in.

const LIBRARY: &str = include_str!("../../rules/templates/library.toml.template");

/// A library's rule file with a function, a class and two examples; it is valid as it stands.
///
/// The module is taken to be called as the library, with `_` for what no name may have.
pub fn library_skeleton(name: &str) -> String {
    let module: String =
        name.chars().map(|it| if it.is_alphanumeric() || it == '_' { it } else { '_' }).collect();
    let module =
        if module.starts_with(|first: char| first.is_ascii_digit()) { format!("_{module}") } else { module };
    LIBRARY.replace("{name}", name).replace("{module}", &module.to_lowercase())
}

#[cfg(test)]
mod tests {
    use crate::rules::knowledge::Knowledge;
    use crate::rules::skeleton::library_skeleton;

    #[test]
    fn what_is_started_is_valid() {
        for name in ["acme", "Acme-Client.py", "3to2"] {
            let text = library_skeleton(name);
            let knowledge = Knowledge::load(&[("new.toml", &text)]).unwrap();
            assert_eq!(&*knowledge.libraries()[0].name, name);
        }
    }
}
