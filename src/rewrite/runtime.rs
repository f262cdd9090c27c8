//! The Python module that holds `sync`, which wrappers need.

/// Source of the module `_asyncshift` that a conversion adds to a project.
pub fn runtime_source() -> &'static str {
    include_str!("../../rules/runtime/_asyncshift.py")
}

#[cfg(test)]
mod tests {
    use crate::rewrite::runtime_source;
    use crate::syntax::parse;

    #[test]
    fn is_python() {
        assert!(parse(runtime_source()).errors().is_empty());
    }
}
