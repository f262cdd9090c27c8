//! Names of converted functions.

use crate::base::Affix;

/// What marks the names of converted functions. They stand beside their wrappers, which have the old names, so they
/// need a mark also where the project wants none.
pub(super) fn affix_for(wanted: &Affix) -> Affix {
    match wanted {
        Affix::None => Affix::default(),
        Affix::Prefix(_) | Affix::Suffix(_) => wanted.clone(),
    }
}

#[cfg(test)]
mod tests {
    use crate::base::Affix;
    use crate::plan::naming::affix_for;

    #[test]
    fn a_converted_function_always_gets_a_name_of_its_own() {
        assert_eq!(affix_for(&Affix::None), Affix::default());
        let suffix = Affix::Suffix("_async".to_owned());
        assert_eq!(affix_for(&suffix), suffix);
    }
}
