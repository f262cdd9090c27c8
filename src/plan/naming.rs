//! Names of converted functions.

/// The async name of `name`: the prefix follows leading underscores, so that privacy and name
/// mangling stay. `_load` with `async_` gives `_async_load`.
pub(super) fn async_name(name: &str, prefix: &str) -> String {
    let stem = name.trim_start_matches('_');
    let underscores = &name[..name.len() - stem.len()];
    format!("{underscores}{prefix}{stem}")
}

/// The name that a wrapper of `name` has, when `name` carries the prefix.
pub(super) fn sync_name(name: &str, prefix: &str) -> Option<String> {
    let stem = name.trim_start_matches('_');
    let underscores = &name[..name.len() - stem.len()];
    stem.strip_prefix(prefix).filter(|rest| !rest.is_empty()).map(|rest| format!("{underscores}{rest}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_follows_underscores() {
        assert_eq!(async_name("load", "async_"), "async_load");
        assert_eq!(async_name("__load", "async_"), "__async_load");
        assert_eq!(sync_name("_async_load", "async_").as_deref(), Some("_load"));
        assert_eq!(sync_name("load", "async_"), None);
    }
}
