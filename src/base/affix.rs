//! What marks the name of an async function: a prefix, a suffix, or nothing.

/// What marks the name of an async function. Leading underscores stay in front, so that privacy and
/// name mangling stay: `_load` with the prefix `async_` is `_async_load`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Affix {
    /// It begins with this, which is not empty.
    Prefix(String),
    /// It ends with this, which is not empty.
    Suffix(String),
    /// Names do not tell.
    None,
}

impl Default for Affix {
    fn default() -> Self {
        Self::Prefix("async_".to_owned())
    }
}

impl Affix {
    /// The async name of a sync one.
    #[must_use]
    pub fn add(&self, name: &str) -> String {
        let (underscores, stem) = split(name);
        match self {
            Self::Prefix(prefix) => format!("{underscores}{prefix}{stem}"),
            Self::Suffix(suffix) => format!("{name}{suffix}"),
            Self::None => name.to_owned(),
        }
    }

    /// The sync name of an async one; `None` when the name is not marked.
    #[must_use]
    pub fn remove(&self, name: &str) -> Option<String> {
        let (underscores, stem) = split(name);
        // The mark of `_async` is its stem; the one of `async_` leaves nothing.
        let rest = match self {
            Self::Prefix(prefix) => stem.strip_prefix(prefix.as_str())?,
            Self::Suffix(suffix) => stem.strip_suffix(suffix.as_str())?,
            Self::None => return None,
        };
        let is_name = rest.starts_with(|first: char| first == '_' || first.is_alphabetic());
        is_name.then(|| format!("{underscores}{rest}"))
    }

    /// Whether names have it by chance: `a` begins `add` as well as `aget`.
    pub fn is_ambiguous(&self) -> bool {
        match self {
            Self::Prefix(prefix) => !prefix.ends_with('_'),
            Self::Suffix(suffix) => !suffix.starts_with('_'),
            Self::None => false,
        }
    }
}

/// Leading underscores, and the rest.
fn split(name: &str) -> (&str, &str) {
    let stem = name.trim_start_matches('_');
    (&name[..name.len() - stem.len()], stem)
}

#[cfg(test)]
mod tests {
    use crate::base::Affix;

    fn check(affix: &Affix, name: &str, marked: &str) {
        assert_eq!(affix.add(name), marked);
        assert_eq!(affix.remove(marked).as_deref(), Some(name));
    }

    #[test]
    fn underscores_stay_in_front() {
        for name in ["load", "_load", "__load"] {
            let stem = name.trim_start_matches('_');
            let underscores = &name[..name.len() - stem.len()];
            check(&Affix::default(), name, &format!("{underscores}async_{stem}"));
            check(&Affix::Prefix("a".to_owned()), name, &format!("{underscores}a{stem}"));
            check(&Affix::Suffix("_async".to_owned()), name, &format!("{name}_async"));
        }
    }

    #[test]
    fn a_mark_alone_marks_nothing() {
        assert_eq!(Affix::default().remove("async_"), None);
        assert_eq!(Affix::default().remove("load"), None);
        assert_eq!(Affix::default().remove("async_2"), None);
        assert_eq!(Affix::Suffix("_async".to_owned()).remove("_async"), None);
        assert_eq!(Affix::None.remove("async_load"), None);
        assert_eq!(Affix::None.add("load"), "load");
    }

    #[test]
    fn some_marks_stand_in_other_names_too() {
        assert!(Affix::Prefix("a".to_owned()).is_ambiguous());
        assert!(!Affix::default().is_ambiguous());
        assert!(!Affix::Suffix("_async".to_owned()).is_ambiguous());
    }
}
